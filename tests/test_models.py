"""The catalogue says what is right, and nothing else is ever handed out."""

import dataclasses
import os
import shutil

import pytest
from tiny_e5 import flip_a_byte, tiny_model, write_tiny_e5

from citeglot import models
from citeglot.errors import ModelDamaged, ModelMissing, WrongUse
from citeglot.models import (
    find_model,
    list_models,
    load_catalogue,
    model_path,
    require_embedding_folder,
    require_model,
    verify_models,
)
from citeglot.settings import Settings, load_settings


@pytest.fixture
def tiny(tmp_path):
    """A tiny embedding model whose file is in place."""
    write_tiny_e5(tmp_path / "tiny.bin")
    return tiny_model(tmp_path / "tiny.bin")


@pytest.fixture
def catalogue_of_tiny(tiny, monkeypatch):
    """A catalogue that holds the tiny model alone."""
    monkeypatch.setattr(models, "load_catalogue", lambda: {tiny.name: tiny})
    return tiny


def test_every_entry_of_the_catalogue_is_pinned_and_complete():
    """Hash, size, licence, languages; a source; turns for language models and prompts for embedding models."""
    for name, model in load_catalogue().items():
        assert model.name == name
        assert len(model.sha256) == 64 and int(model.sha256, 16)
        assert model.size > 1_000_000 and model.memory > 0 and model.licence and model.context_tokens >= 512
        assert {"en", "de", "hi", "ja", "no"} <= set(model.languages) or "0.5b" in name
        assert model.parts or (model.hub_repository and model.hub_file)
        assert bool(model.turn_start and model.turn_end) == (model.role == "language")
        assert bool(model.question_prompt and model.passage_prompt) == (model.role == "embedding")
        if model.parts:
            assert model.parts.part_bytes * model.parts.count >= model.size * 0.9


def test_the_default_models_are_in_the_catalogue():
    """What the settings name can be found, in its role."""
    assert find_model(Settings().language_model).role == "language"
    assert find_model(Settings().embedding_model).role == "embedding"


def test_a_catalogue_entry_cannot_be_changed():
    """A model is a value."""
    with pytest.raises(dataclasses.FrozenInstanceError):
        find_model("qwen3-4b").sha256 = "0" * 64


def test_an_unknown_model_is_wrong_use_and_names_the_known_ones():
    """The message is enough to choose another one."""
    with pytest.raises(WrongUse, match=r"'gpt-5'.*qwen2\.5-coder-1\.5b-instruct.*multilingual-e5-small"):
        find_model("gpt-5")


def test_a_missing_file_says_where_it_belongs_and_how_to_get_it(tiny, tmp_path):
    """Path, size, command, and that a file put there by hand will do."""
    (tmp_path / "tiny.bin").unlink()
    with pytest.raises(ModelMissing) as problem:
        require_model(tiny, tmp_path)
    message = str(problem.value)
    for word in (str(tmp_path / "tiny.bin"), f"{tiny.size:,}", "models fetch", tiny.sha256, "by hand"):
        assert word in message
    assert problem.value.exit_code == 3


def test_the_right_file_is_handed_out(tiny, tmp_path):
    """Whoever put it there."""
    assert require_model(tiny, tmp_path) == model_path(tiny, tmp_path) == tmp_path / "tiny.bin"


def test_a_flipped_byte_is_refused_with_both_hashes(tiny, tmp_path):
    """Size alone proves nothing."""
    flip_a_byte(tmp_path / "tiny.bin")
    with pytest.raises(ModelDamaged, match=rf"tiny\.bin has the SHA-256 [0-9a-f]{{64}}; expected {tiny.sha256}"):
        require_model(tiny, tmp_path)


@pytest.mark.parametrize("kept", [0, 1, 1000, -1])
def test_a_truncated_file_is_refused_with_both_sizes(tiny, tmp_path, kept):
    """Empty, the beginning only, or one byte short."""
    content = (tmp_path / "tiny.bin").read_bytes()[:kept]
    (tmp_path / "tiny.bin").write_bytes(content)
    with pytest.raises(ModelDamaged, match=f"tiny.bin has {len(content):,} bytes; expected {tiny.size:,}"):
        require_model(tiny, tmp_path)


def test_a_folder_in_the_place_of_a_file_is_refused(tiny, tmp_path):
    """It is named, and nothing in it is opened."""
    (tmp_path / "tiny.bin").unlink()
    (tmp_path / "tiny.bin").mkdir()
    with pytest.raises(ModelDamaged, match="is not a file"):
        require_model(tiny, tmp_path)


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="the administrator reads everything")
def test_an_unreadable_file_is_refused(tiny, tmp_path):
    """Permission problems are said, not thrown."""
    (tmp_path / "tiny.bin").chmod(0)
    with pytest.raises(ModelDamaged, match="could not be read"):
        require_model(tiny, tmp_path)


def test_the_list_tells_present_partial_damaged_and_missing(catalogue_of_tiny, tmp_path):
    """By name and size, without reading a file."""
    path = tmp_path / "tiny.bin"
    assert [state.state for state in list_models(tmp_path)] == ["present"]
    flip_a_byte(path)
    assert [state.state for state in list_models(tmp_path)] == ["present"]
    path.write_bytes(b"short")
    assert [state.state for state in list_models(tmp_path)] == ["damaged"]
    path.rename(tmp_path / "tiny.bin.partial")
    assert [state.state for state in list_models(tmp_path)] == ["partial"]
    (tmp_path / "tiny.bin.partial").unlink()
    (state,) = list_models(tmp_path)
    assert (state.state, state.path, state.model) == ("missing", path, catalogue_of_tiny)
    assert [state.state for state in list_models(tmp_path / "nowhere")] == ["missing"]


def test_verifying_reads_every_byte(catalogue_of_tiny, tmp_path):
    """A flipped byte of the file, or of what was unpacked from it, is found and said."""
    assert [(state.state, state.problem) for state in verify_models(tmp_path)] == [("present", "")]
    folder = require_embedding_folder(catalogue_of_tiny, tmp_path)
    assert [state.state for state in verify_models(tmp_path)] == ["present"]
    flip_a_byte(folder / "model.safetensors")
    (state,) = verify_models(tmp_path)
    assert state.state == "damaged" and "model.safetensors" in state.problem
    shutil.rmtree(folder)
    flip_a_byte(tmp_path / "tiny.bin")
    (state,) = verify_models(tmp_path)
    assert state.state == "damaged" and "tiny.bin" in state.problem


@pytest.mark.models
def test_the_real_files_are_what_the_catalogue_says():
    """Every model that is on this machine, to the last byte."""
    states = verify_models(load_settings().models)
    assert not [state.problem for state in states if state.problem]
    present = {state.model.name for state in states if state.state == "present"}
    assert {Settings().embedding_model, "qwen2.5-coder-0.5b-instruct"} <= present
