"""The 4-bit file becomes the folder it describes, and nothing malformed gets through."""

import json
import tempfile
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from safetensors.numpy import load_file
from tiny_e5 import HIDDEN, PIECES, write_tiny_e5
from tokenizers import Tokenizer

from citeglot.e5_folder import Shape, tensor_names
from citeglot.errors import ModelDamaged
from citeglot.models import find_model, model_path, require_embedding_folder
from citeglot.settings import load_settings
from citeglot.unpacking import unpack_e5

PROMPTS = {"query": "query: ", "passage": "passage: "}


@pytest.fixture(scope="module")
def tiny(tmp_path_factory):
    """A tiny file, the folder unpacked from it, and what its tensors must be."""
    folder = tmp_path_factory.mktemp("tiny")
    expected = write_tiny_e5(folder / "tiny.bin")
    unpack_e5(folder / "tiny.bin", folder / "unpacked", PROMPTS)
    return folder / "tiny.bin", folder / "unpacked", expected


def test_every_weight_is_what_a_plain_reading_of_the_layout_gives(tiny):
    """Scale times nibble minus eight, low nibbles first, under BertModel's names, and nothing left out."""
    _, folder, expected = tiny
    tensors = load_file(folder / "model.safetensors")
    shape = Shape(HIDDEN, 1, 2, 64, len(PIECES) + 2, 16, 2, 1e-12)
    names = tensor_names(shape)
    assert set(names) == set(expected)
    for name, (ours, rows, columns) in names.items():
        assert tensors[ours].shape == ((rows, columns) if rows > 1 else (columns,))
        np.testing.assert_allclose(tensors[ours].reshape(-1), expected[name], rtol=1e-6)
    assert set(tensors) == {ours for ours, _, _ in names.values()} | {"pooler.dense.weight", "pooler.dense.bias"}


def test_unpacking_twice_gives_the_same_bytes(tiny, tmp_path):
    """Hashes of the unpacked files mean something only if unpacking is deterministic."""
    source, folder, _ = tiny
    unpack_e5(source, tmp_path / "again", PROMPTS)
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        assert path.read_bytes() == (tmp_path / "again" / path.relative_to(folder)).read_bytes()


@pytest.mark.parametrize(
    ("text", "pieces"),
    [
        ("ab", ["▁ab"]),
        ("  ab \n\t ab\n", ["▁ab", "▁ab"]),
        ("का", ["▁", "क", "ा"]),
        ("日\u200d本", ["▁", "日", "▁", "本"]),
        ("a\u007fb", ["▁ab"]),
        ("o\u0338 ø", ["▁", "<unk>", "▁", "ø"]),
        ("～", ["▁", "～"]),
        ("zz", ["▁", "<unk>"]),
        ("", []),
        (" \n ", []),
    ],
)
def test_text_is_normalised_and_cut_as_the_model_was_trained(tiny, text, pieces):
    """White space counts once and never at the ends, joiners part words, the full-width tilde stays itself."""
    tokenizer = Tokenizer.from_file(str(tiny[1] / "tokenizer.json"))
    assert [PIECES[number] for number in tokenizer.encode(text, add_special_tokens=False).ids] == pieces


def test_start_and_end_are_put_around_a_text(tiny):
    """The model was trained on <s> text </s>."""
    tokenizer = Tokenizer.from_file(str(tiny[1] / "tokenizer.json"))
    assert tokenizer.encode("ab").ids == [0, PIECES.index("▁ab"), 2]


def test_a_document_carries_the_prompt_for_passages(tiny):
    """encode_document looks for a prompt named document first; an empty one there would be used in silence."""
    saved = json.loads((tiny[1] / "config_sentence_transformers.json").read_text(encoding="utf-8"))
    assert saved["prompts"] == {"query": "query: ", "passage": "passage: ", "document": "passage: "}


@settings(max_examples=100, deadline=None)
@given(share=st.floats(0, 1, exclude_max=True))
def test_a_cut_file_is_refused_by_name_wherever_it_is_cut(tiny, share):
    """Every beginning of the file that is not all of it gives ModelDamaged, and no folder."""
    whole = tiny[0].read_bytes()
    with tempfile.TemporaryDirectory() as folder:
        cut, target = Path(folder) / "cut.bin", Path(folder) / "never"
        cut.write_bytes(whole[: int(share * len(whole))])
        with pytest.raises(ModelDamaged, match=r"cut\.bin"):
            unpack_e5(cut, target, PROMPTS)
        assert not target.exists()


@settings(max_examples=200, deadline=None)
@given(share=st.floats(0, 1), four=st.binary(min_size=4, max_size=4))
def test_changed_numbers_never_end_in_a_traceback(tiny, share, four):
    """Any four bytes of header, tokenizer or directory overwritten: it unpacks, or ModelDamaged says why not."""
    content = bytearray(tiny[0].read_bytes())
    position = int(share * (content.rfind(b"l0.oln.b") + 25))
    content[position : position + 4] = four
    with tempfile.TemporaryDirectory() as folder:
        changed, target = Path(folder) / "changed.bin", Path(folder) / "target"
        changed.write_bytes(content)
        try:
            unpack_e5(changed, target, PROMPTS)
        except ModelDamaged as problem:
            assert "changed.bin" in str(problem)
            assert not target.exists()


@pytest.mark.models
def test_the_real_tokenizer_cuts_five_languages_into_known_pieces():
    """No letter of the five languages is unknown to the real vocabulary, and digits of any width are the same."""
    model, folder = find_model("multilingual-e5-small"), load_settings().models
    assert model_path(model, folder).exists()
    tokenizer = Tokenizer.from_file(str(require_embedding_folder(model, folder) / "tokenizer.json"))
    for text in ("Straße über Köln", "प्रधानमंत्री ने कहा", "東京で会議が開かれた。", "Været på Østlandet", "The ﬁrst ½"):
        encoded = tokenizer.encode(text, add_special_tokens=False)
        assert 3 not in encoded.ids
        assert tokenizer.decode(encoded.ids).split()
    assert tokenizer.encode("１０月").ids == tokenizer.encode("10月").ids
    assert tokenizer.encode("e\u0301te\u0301").ids == tokenizer.encode("été").ids
