"""The folder that an embedding model is unpacked to is whole, or is made again from a file that is right."""

import shutil

import pytest
from tiny_e5 import flip_a_byte, tiny_model, write_tiny_e5

from citeglot.errors import EnvironmentLacks, ModelDamaged
from citeglot.models import (
    require_embedding_folder,
)


@pytest.fixture
def tiny(tmp_path):
    """A tiny embedding model whose file is in place."""
    write_tiny_e5(tmp_path / "tiny.bin")
    return tiny_model(tmp_path / "tiny.bin")


def test_an_embedding_model_is_unpacked_once(tiny, tmp_path):
    """The second call changes nothing, and needs the packed file no more."""
    folder = require_embedding_folder(tiny, tmp_path)
    before = {path: path.stat().st_mtime_ns for path in folder.rglob("*")}
    (tmp_path / "tiny.bin").unlink()
    assert require_embedding_folder(tiny, tmp_path) == folder
    assert {path: path.stat().st_mtime_ns for path in folder.rglob("*")} == before


@pytest.mark.parametrize("damage", ["flip", "remove", "record", "foreign", "layout"])
def test_a_damaged_folder_is_unpacked_again(tiny, tmp_path, damage):
    """A changed, missing or foreign file, or the record of another version: the folder becomes what it was."""
    folder = require_embedding_folder(tiny, tmp_path)
    right = {path.relative_to(folder): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    if damage == "flip":
        flip_a_byte(folder / "tokenizer.json")
    elif damage == "remove":
        (folder / "modules.json").unlink()
    elif damage == "record":
        (folder / "unpacked.json").write_text('{"layout"', encoding="utf-8")
    elif damage == "foreign":
        (folder / "modeling_custom.py").write_text("raise SystemExit", encoding="utf-8")
    else:
        record = folder / "unpacked.json"
        record.write_text(record.read_text(encoding="utf-8").replace('"layout": ', '"layout": 9'), encoding="utf-8")
    assert require_embedding_folder(tiny, tmp_path) == folder
    assert {path.relative_to(folder): path.read_bytes() for path in folder.rglob("*") if path.is_file()} == right


def test_a_damaged_folder_without_its_source_says_what_to_do(tiny, tmp_path):
    """Nothing is handed out that could not be verified."""
    folder = require_embedding_folder(tiny, tmp_path)
    (tmp_path / "tiny.bin").unlink()
    flip_a_byte(folder / "model.safetensors")
    with pytest.raises(ModelDamaged, match=r"model\.safetensors has the SHA-256 .* models fetch tiny"):
        require_embedding_folder(tiny, tmp_path)


def test_a_damaged_source_is_never_unpacked(tiny, tmp_path):
    """The hash comes before the parser."""
    flip_a_byte(tmp_path / "tiny.bin")
    with pytest.raises(ModelDamaged):
        require_embedding_folder(tiny, tmp_path)
    assert not (tmp_path / "tiny").exists()


def test_what_an_interrupted_unpacking_left_is_swept_away(tiny, tmp_path):
    """A half folder beside the final one is neither used nor in the way."""
    (tmp_path / "tiny.unpacking").mkdir()
    (tmp_path / "tiny.unpacking" / "model.safetensors").write_bytes(b"half")
    assert require_embedding_folder(tiny, tmp_path) == tmp_path / "tiny"
    assert not (tmp_path / "tiny.unpacking").exists()


def test_a_full_disk_is_said_before_anything_is_written(tiny, tmp_path, monkeypatch):
    """With what is needed and what there is."""
    monkeypatch.setattr(shutil, "disk_usage", lambda path: shutil._ntuple_diskusage(10, 9, 1))
    with pytest.raises(EnvironmentLacks, match="needs 500,000,000 bytes; 1 are free"):
        require_embedding_folder(tiny, tmp_path)
