"""What embedding needs before the model is loaded: token counts, the number type, the reference vectors."""

import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tiny_e5 import tiny_model, write_tiny_e5

from citeglot import embedding
from citeglot.embedding import load_embedder
from citeglot.errors import ModelDamaged, ModelMissing
from citeglot.models import find_model, require_embedding_folder
from citeglot.settings import Settings
from citeglot.token_counter import load_token_counter


@pytest.fixture
def tiny_count(tmp_path):
    """The token counter of a tiny model."""
    write_tiny_e5(tmp_path / "tiny.bin")
    return load_token_counter(require_embedding_folder(tiny_model(tmp_path / "tiny.bin"), tmp_path))


def test_tokens_are_counted_without_prompt_and_special_tokens(tiny_count):
    """One piece is one token, nothing is none, and what has no piece at all still counts as one."""
    assert tiny_count("ab") == 1
    assert tiny_count("ab ab ab") == 3
    assert tiny_count("") == 0
    assert tiny_count(" \n\u200d ") == 1
    assert tiny_count("ab " * 5000) == 5000


@settings(max_examples=50, deadline=None)
@given(text=st.text(alphabet=st.characters(), max_size=50))
def test_any_text_can_be_counted(tiny_counter_once, text):
    """Lone surrogates, emoji, controls: at least one token for every text that is not empty."""
    assert tiny_counter_once(text) >= bool(text)


@pytest.fixture(scope="module")
def tiny_counter_once(tmp_path_factory):
    """One counter for all examples."""
    folder = tmp_path_factory.mktemp("counter")
    write_tiny_e5(folder / "tiny.bin")
    return load_token_counter(require_embedding_folder(tiny_model(folder / "tiny.bin"), folder))


def test_a_tokenizer_that_cannot_be_read_is_refused_by_name(tmp_path):
    """Missing or not JSON."""
    with pytest.raises(ModelDamaged, match="could not be read"):
        load_token_counter(tmp_path)
    (tmp_path / "tokenizer.json").write_text("{", encoding="utf-8")
    with pytest.raises(ModelDamaged, match="could not be read"):
        load_token_counter(tmp_path)


def test_without_the_model_it_is_said_what_to_do(tmp_path):
    """Before any heavy library is loaded."""
    with pytest.raises(ModelMissing, match="models fetch multilingual-e5-small"):
        load_embedder(Settings(models=tmp_path))


def test_the_reference_is_of_the_file_in_the_catalogue():
    """Five languages, unit vectors, made from the weights that are pinned."""
    reference = json.loads(embedding.REFERENCE.read_text(encoding="utf-8"))
    assert reference["source_sha256"] == find_model(reference["model"]).sha256
    assert [one["language"] for one in reference["vectors"]] == ["de", "en", "hi", "ja", "no"]
    lengths = [np.linalg.norm(one["vector"]) for one in reference["vectors"]]
    np.testing.assert_allclose(lengths, 1, atol=2e-3)
