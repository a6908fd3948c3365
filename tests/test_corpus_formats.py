"""A corpus of many formats: which documents its files are, and by which names."""

import pytest
from corpus_support import Folder
from document_support import SAMPLES, docx, paragraphs, pdf

from citeglot.errors import WrongUse


@pytest.fixture
def corpus(tmp_path):
    """A folder to put articles in, with a way to write and to read it."""
    return Folder(tmp_path / "corpus")


def test_a_mixed_corpus(corpus):
    """Files of every format, in every language, stand beside each other; only what is none is told."""
    corpus.write("de.txt", SAMPLES["de"])
    corpus.write("en.md", SAMPLES["en"])
    corpus.write("hi.html", f"<html lang=hi><p>{SAMPLES['hi']}</p></html>")
    corpus.write("ja.docx", docx(paragraphs(SAMPLES["ja"])))
    corpus.write("no.pdf", pdf([(50, SAMPLES["no"])]))
    corpus.write("more.json", f'[{{"text": "{SAMPLES["ar"]}"}}, {{"text": "{SAMPLES["ja"]}"}}]')
    corpus.write("scan.pdf", pdf([]))
    corpus.write("table.csv", "a,b")
    found = {one.name: (one.language, one.text) for one in corpus.read().documents}
    assert found == {
        "de.txt": ("de", SAMPLES["de"]),
        "en.md": ("en", SAMPLES["en"]),
        "hi.html": ("hi", SAMPLES["hi"]),
        "ja.docx": ("ja", SAMPLES["ja"]),
        "no.pdf": ("no", SAMPLES["no"]),
        "more.json#1": ("ar", SAMPLES["ar"]),
        "more.json#2": ("ja", SAMPLES["ja"]),
    }
    assert set(corpus.reasons()) == {"scan.pdf", "table.csv"}
    assert "OCR" in corpus.reasons()["scan.pdf"]


def test_pages_saved_by_a_browser(corpus):
    """The folder of pictures and scripts beside a saved page is passed over; one without a page is not."""
    corpus.write("Side.html", "<p>En setning om Norge.</p>")
    corpus.write("Side_files/logo.png", b"\x89PNG")
    corpus.write("min_files/a.txt")
    assert [one.name for one in corpus.read().documents] == ["Side.html", "min_files/a.txt"]
    assert corpus.reasons() == {}


def test_a_named_encoding_is_for_what_is_not_unicode(corpus):
    """One encoding serves text, JSON and pages that are not Unicode, and leaves the others alone."""
    for name, start, end in [("a.txt", "", ""), ("b.jsonl", '{"text": "', '"}'), ("c.html", "<p>", "</p>")]:
        corpus.write(name, (start + SAMPLES["no"] + end).encode("latin-1"))
    corpus.write("d.txt", SAMPLES["hi"])
    assert set(corpus.reasons()) == {"a.txt", "b.jsonl", "c.html"}
    assert all("--encoding" in reason for reason in corpus.reasons().values())
    assert {one.text for one in corpus.read("latin-1").documents} == {SAMPLES["no"], SAMPLES["hi"]}
    with pytest.raises(WrongUse, match="klingon"):
        corpus.read("klingon")


def test_one_key_is_one_article(corpus):
    """Of articles with one id the last one of the file counts, and the others are told; keys are printable names."""
    lines = ['{"id": 1, "text": "Alt."}', '{"id": "1", "text": "Neu."}', '{"id": "a\\nb\\ud800", "text": "Drei."}']
    corpus.write("a.jsonl", "\n".join(lines))
    found = {one.name: one.text for one in corpus.read().documents}
    assert found == {"a.jsonl#1": "Neu.", "a.jsonl#a\\x0ab\\ud800": "Drei."}
    assert "later article" in corpus.reasons()["a.jsonl#1"]


def test_names_never_collide_unseen(corpus):
    """A file whose name is that of an article of another file is told."""
    corpus.write("a.jsonl", '{"id": "b.txt", "text": "Im Archiv."}')
    corpus.write("a.jsonl#b.txt", "Daneben.")
    assert [one.text for one in corpus.read().documents] == ["Im Archiv."]
    assert "same name" in corpus.reasons()["a.jsonl#b.txt"]
