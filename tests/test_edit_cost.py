"""The measurement of an edit builds what it says and counts what an edit embeds."""

import json

import numpy as np
import pytest
from index_support import TEXTS

from citeglot.console import run_door
from citeglot.corpus import read_corpus
from citeglot.indexing import engines_of
from eval import edit_cost
from eval.edit_cost import QuickEmbedder, edit, main, measure, write_corpus


def sources(folder):
    """Write the articles whose sentences are used."""
    folder.mkdir()
    for name, text in TEXTS.items():
        (folder / name).write_text(text, encoding="utf-8", newline="")
    return folder


def test_corpora_are_the_same_each_time_and_hold_no_copies(tmp_path):
    """The same size gives the same files, in all five languages, and an edit changes one of them."""
    given = sources(tmp_path / "given")
    for name in ("one", "other"):
        assert write_corpus(tmp_path / name, 400, given) == 400 // edit_cost.CHUNKS
    one, other = (read_corpus(tmp_path / name).documents for name in ("one", "other"))
    assert one == other
    assert {document.language for document in one} == {"de", "en", "hi", "ja", "no"}
    edit(tmp_path / "other", 2)
    changed = read_corpus(tmp_path / "other").documents
    assert sum(before != after for before, after in zip(one, changed, strict=True)) == 1


def test_an_edit_embeds_one_or_two_chunks(tmp_path):
    """What the table says of a corpus is what its index holds."""
    cost = measure(tmp_path, 400, sources(tmp_path / "given"), engines_of(QuickEmbedder(), 200))
    assert cost.articles == 400 // edit_cost.CHUNKS
    assert cost.chunks >= cost.articles * 10
    assert 1 <= cost.embedded_chunks <= 2
    assert cost.seconds > 0 < cost.first_seconds


def test_quick_vectors_are_unit_vectors_of_their_text():
    """The same text has the same vector in whatever company."""
    vectors = QuickEmbedder().embed_passages(["क्\u200dष", "a", "a"])
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-6)
    assert (vectors[1] == vectors[2]).all()
    assert (vectors[1] == QuickEmbedder().embed_question("a")).all()


def test_the_table_and_the_file(tmp_path, monkeypatch, capsys):
    """A row for each size, with the ratio to the first; the file holds the same figures."""
    monkeypatch.setattr(edit_cost, "EDITS", 1)
    assert run_door(main, ["--sizes", "130", "260", "--output", str(tmp_path / "out.json")]) in (0, 1)
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].split()[:2] == ["ARTICLES", "CHUNKS"]
    found = json.loads((tmp_path / "out.json").read_text(encoding="utf-8"))["costs"]
    assert [one["articles"] for one in found] == [10, 20]
    assert " 1.00 " in lines[1]


def test_an_output_that_cannot_be_written_is_told_before_anything_runs(tmp_path, monkeypatch, capsys):
    """A folder is no file, and no measurement begins; fewer chunks than an article has are still an article."""
    monkeypatch.setattr(edit_cost, "measure", lambda *_: pytest.fail("it ran"))
    assert run_door(main, ["--output", str(tmp_path)]) == 2
    assert "is a folder" in capsys.readouterr().err
    assert write_corpus(tmp_path / "small", 1, sources(tmp_path / "given")) == 1
