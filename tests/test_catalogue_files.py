"""Group I of the catalogue of bad input, I01 to I18: bytes that are odd, hostile or no text."""

import gzip
import io
import json
import sqlite3
import sys
import tracemalloc
import zipfile
import zlib
from datetime import date
from pathlib import Path

import pytest
from document_support import SAMPLES, docx, pdf

from citeglot import description
from citeglot.chunking import split_document
from citeglot.types import Document

pytestmark = pytest.mark.usefixtures("one_extractor")
HID = "Characters that control, hide or turn text around were left out"


@pytest.mark.parametrize("raw", [b"", b" \n\t\r\n", "\u00a0\u3000\u200b\u200d\u2060".encode()])
@pytest.mark.parametrize("name", ["b.txt", "b.md", "b.html", "b.json", "b.jsonl"])
def test_nothing_in_a_file_is_told_and_costs_no_other(corpus, door, raw, name):
    """I01, I02: an empty file and one of white space are told and counted; what else is there is indexed."""
    corpus.write("a.txt")
    corpus.write(name, raw)
    code, report, _ = door()
    told = [one["path"] for one in report["skipped"]]
    assert (report["documents"], report["added"]) == (1, ["a.txt"])
    assert (code, told) == (1, [name])


def test_a_mark_at_the_beginning_is_no_part_of_the_title(corpus):
    """I03: the mark that Windows writes before UTF-8 is gone before headings and front matter are looked for."""
    assert corpus.one(b"\xef\xbb\xbf# M\xc3\xb8te i Oslo\n\nTekst her.", "a.md").title == "Møte i Oslo"
    document = corpus.one("\ufeff---\ntitle: Treffen\ndate: 2024-01-02\n---\nEin Satz.", "a.md")
    assert (document.title, document.date, document.text) == ("Treffen", date(2024, 1, 2), "Ein Satz.")


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("language", SAMPLES)
def test_utf_16_is_read_with_a_mark_and_told_without(corpus, language, encoding):
    """I04, I05: with its mark a file of any format is its text; without one it is refused, never made into nonsense."""
    text = SAMPLES[language]
    shapes = {"a.txt": text, "b.md": text, "c.html": f"<p>{text}</p>", "d.jsonl": f'{{"text": "{text}"}}\n'}
    for name, content in shapes.items():
        corpus.write(name, ("\ufeff" + content).encode(encoding))
    found = corpus.read()
    assert [one.text for one in found.documents] == [text] * 4
    for name, content in shapes.items():
        corpus.write(name, content.encode(encoding))
    assert corpus.read().documents == ()
    assert all("UTF-" in reason or "NUL" in reason for reason in corpus.reasons().values())


def test_bad_bytes_are_told_with_their_place_in_json_that_can_be_read(corpus, door):
    """I08: an overlong form in the middle, half a surrogate and a broken line are told; the report stays JSON."""
    corpus.write("a.txt")
    corpus.write("b.txt", b"Ein Satz " + b"\xc0\xaf" + b" geht weiter.")
    corpus.write("c.json", '{"text": "halb \\ud800 hier"}')
    corpus.write("d.jsonl", '{"id": "\\ud800", "text": "gut"}\n{"text": "\\udc00"}\n')
    code, report, _ = door()
    reasons = {one["path"]: one["reason"] for one in report["skipped"]}
    assert code == 1 and report["added"] == ["a.txt", "d.jsonl#\\ud800"]
    assert "byte 0xC0 at offset 9" in reasons["b.txt"] and "\\ud800" in reasons["c.json"]
    assert "\\udc00" in reasons["d.jsonl#2"]


@pytest.mark.parametrize(
    "sign",
    ["\0", "\x07", "\x1b", "\x9f", "\u202e", "\u2066", "\u200b", "\U000e0041"],
    ids=["nul", "bell", "escape", "c1", "override", "isolate", "zero width space", "tag"],
)
@pytest.mark.parametrize("name", ["a.txt", "a.md", "a.json"])
def test_what_hides_text_is_left_out_and_told(corpus, door, sign, name):
    """I09, I10: controls, overrides and invisible letters leave the text and are told; the file is as it was."""
    text = f"Der Minister ka{sign}m nach Köln."
    path = corpus.write(name, json.dumps({"text": text}) if name == "a.json" else text)
    before = path.read_bytes()
    assert corpus.read().documents[0].text == "Der Minister kam nach Köln."
    code, _, said = door()
    assert code == 0
    assert f"Note: {HID}: {name}." in said
    assert path.read_bytes() == before


def test_what_hides_nothing_is_not_told(corpus):
    """I09, I11: line ends of every system, joiners, direction marks and soft hyphens are text like any other."""
    corpus.write("a.txt", "Eins\r\nzwei\rdrei\x0c क्\u200dष می\u200cخواهم 👩🏽\u200d💻 \u200fمرحبا Sil\u00adbe")
    assert corpus.read().notices == ()


@pytest.mark.parametrize("unit", ["a", "あ", "a ", "क ", "a\n\n", "Ein Satz. ", "1."])
def test_the_work_on_one_long_line_grows_with_it_and_no_faster(corpus, monkeypatch, unit):
    """I15, I16: no step reads a text without spaces, or of tiny paragraphs, over and over."""
    work = []
    detect = description.detect_language
    monkeypatch.setattr(description, "detect_language", lambda text, likely: work.append(len(text)) or detect(text))

    def count(text):
        work.append(len(text))
        return len(text) // 4 + 1

    def cost(size):
        text = unit * (size // len(unit))
        document = corpus.one(text)
        work.clear()
        split_document(Document("a", "a", document.language, None, text), count, 200)
        return sum(work)

    corpus.one(unit * 200_000)
    assert sum(work) < 25_000
    assert cost(40_000) < 2.3 * cost(20_000)


def binaries(folder):
    """Return real binary files by what they are."""
    sqlite3.connect(folder / "a.db").execute("create table t (x)").connection.close()
    pixel = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + bytes(13) + zlib.compress(bytes(1000))
    return {
        "picture": pixel,
        "program": Path(sys.executable).resolve().read_bytes()[:50_000],
        "archive": docx("<w:p/>"),
        "document": pdf([(50, "Ein Satz.")]),
        "gzip": gzip.compress(b"Ein Satz."),
        "database": (folder / "a.db").read_bytes(),
        "noise": bytes(range(256)) * 9,
    }


@pytest.mark.parametrize("name", ["a.txt", "a.md", "a.json", "a.jsonl", "a.html"])
def test_a_binary_under_the_name_of_a_text_is_told(corpus, tmp_path, name):
    """I17: pictures, programs, archives and documents are known by what they hold, whatever they are called."""
    files = binaries(tmp_path)
    for what, raw in files.items():
        corpus.write(f"{what} {name}", raw)
    found = corpus.read()
    assert found.documents == ()
    assert {one.path.split()[0] for one in found.skipped} == set(files)


def test_archives_are_not_opened(corpus):
    """I18: what is packed stays packed, under every name: nothing is unpacked, however little its archive says."""
    nested = io.BytesIO()
    with zipfile.ZipFile(nested, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("inner.zip", gzip.compress(bytes(40_000_000)))
        archive.writestr("a.txt", "Ein Satz.")
    bomb = gzip.compress(bytes(40_000_000))
    for name in ("a.gz", "a.txt", "a.json", "a.html", "a.docx", "a.pdf"):
        corpus.write(f"gzip {name}", bomb)
        corpus.write(f"zip {name}", nested.getvalue())
    corpus.write("a.zip", nested.getvalue())
    tracemalloc.start()
    found = corpus.read()
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert (len(found.documents), len(found.skipped)) == (0, 13)
    assert most < 20_000_000


def test_what_is_odd_is_told_once_for_many(corpus):
    """I09, I24: a thousand articles with one oddity are one sentence that names a few."""
    for number in range(8):
        corpus.write(f"{number}.txt", "Ein \u202eSatz.")
    assert corpus.read().notices == (f"{HID}: 0.txt, 1.txt, 2.txt, 3.txt, 4.txt and 3 more.",)
