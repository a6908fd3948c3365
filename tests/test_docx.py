"""A Word document becomes its text with all changes accepted; what is none is told."""

import io
import zipfile

import pytest
from document_support import SAMPLES, SIGNS, W, docx, paragraphs

from citeglot import docx as module
from citeglot.decoding import UnreadableArticle
from citeglot.docx import read_docx


@pytest.fixture
def read(tmp_path):
    """Write a document and read it."""

    def read(raw):
        path = tmp_path / "a.docx"
        path.write_bytes(raw)
        return read_docx(path)

    return read


def run(text, properties=""):
    """Return a run in XML."""
    return f"<w:r><w:rPr>{properties}</w:rPr><w:t>{text}</w:t></w:r>"


@pytest.mark.parametrize("namespace", [W, "http://purl.oclc.org/ooxml/wordprocessingml/main"])
def test_every_language(read, namespace):
    """Paragraphs are lines, character by character, in both dialects of the format."""
    texts = [*SAMPLES.values(), SIGNS, ""]
    assert read(docx(paragraphs(*texts), namespace)).split("\n") == texts


def test_changes_are_accepted(read):
    """What was inserted is text, what was deleted or moved away is not; a sentence in many runs is whole."""
    body = (
        "<w:p><w:ins>" + run("Neu") + "</w:ins>" + run("er ") + "<w:del><w:r><w:delText>alt</w:delText></w:r></w:del>"
    )
    body += "<w:moveFrom>" + run("weg") + "</w:moveFrom><w:hyperlink>" + run("Text") + "</w:hyperlink></w:p>"
    assert read(docx(body)) == "Neuer Text"


def test_signs_are_characters(read):
    """Tabs, line breaks and protected hyphens are what they look like; codes of fields are nothing."""
    body = "<w:p><w:r><w:t>a</w:t><w:tab/><w:t>b</w:t><w:br/><w:t>c</w:t><w:noBreakHyphen/><w:t>d</w:t></w:r>"
    body += "<w:r><w:instrText>PAGE \\* MERGEFORMAT</w:instrText></w:r></w:p>"
    assert read(docx(body)) == "a\tb\nc\u2011d"


def test_hidden_text_is_dropped(read):
    """A run that Word does not show is no text; one whose hiding is switched off is."""
    body = "<w:p>" + run("zu sehen") + run("GEHEIM", "<w:vanish/>") + run(" auch", '<w:vanish w:val="0"/>') + "</w:p>"
    assert read(docx(body)) == "zu sehen auch"


def test_tables_boxes_and_notes(read):
    """Rows are lines with tabs between cells, text boxes are read once, notes stand at the end."""
    cell = "<w:tc>{}</w:tc>"
    row = f"<w:tr>{cell.format(paragraphs('Jahr'))}{cell.format(paragraphs('20', '24'))}</w:tr>"
    box = f"<w:txbxContent>{paragraphs('Kasten')}</w:txbxContent>"
    both = f"<m:Choice>{box}</m:Choice><m:Fallback>{box}</m:Fallback>"
    both = f'<m:AlternateContent xmlns:m="m">{both}</m:AlternateContent>'
    body = f"<w:sdt><w:sdtContent>{paragraphs('Feld')}</w:sdtContent></w:sdt><w:tbl>{row}</w:tbl>"
    body += f"<w:p><w:r><w:t>Um </w:t>{both}<w:t>Kästen</w:t></w:r></w:p>"
    notes = f'<w:footnotes xmlns:w="{W}"><w:footnote>{paragraphs("Eine Fußnote.")}</w:footnote></w:footnotes>'
    found = read(docx(body, parts=[("word/footnotes.xml", notes)]))
    assert found.split("\n") == ["Feld", "Jahr\t20 24", "Um Kästen", "Kasten", "Eine Fußnote."]


def archive(**parts):
    """Return a ZIP archive."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as made:
        for name, content in parts.items():
            made.writestr(name, content)
    return stream.getvalue()


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        (b"PK\x03\x04abc", "not a whole Word document"),
        (docx(paragraphs("x"))[:-30], "not a whole Word document"),
        (archive(a="b"), "not a Word document"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "password"),
        (b"Ein Text.", "not a whole Word document"),
        (docx("<w:p>"), "not a whole Word document"),
        (docx("<w:p/>" + "<w:tbl>" * 5000), "not a whole Word document"),
        (docx("<w:p/>", declaration='<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>'), "document type"),
    ],
)
def test_what_is_no_document_is_told(read, raw, reason):
    """Damage, passwords, other archives and hostile XML are refused in a sentence."""
    with pytest.raises(UnreadableArticle, match=reason) as caught:
        read(raw)
    assert "\n" not in str(caught.value)


def test_entities_are_not_expanded(read):
    """Entities that multiply, and a file of this machine, stay where they are."""
    bomb = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 12))
    with pytest.raises(UnreadableArticle):
        read(docx("<w:p><w:r><w:t>&e11;</w:t></w:r></w:p>", declaration=f'<!DOCTYPE x [<!ENTITY e0 "lol">{bomb}]>'))


def test_a_bomb_is_not_unpacked(read, monkeypatch):
    """What would take more than the limit is refused by the size that the archive states."""
    monkeypatch.setattr(module, "MAX_XML_BYTES", 1_000_000)
    with pytest.raises(UnreadableArticle, match="more than 1 MB"):
        read(docx("<w:p/>" * 300_000))
    assert read(docx(paragraphs("x") * 5, parts=[("word/media/a.bin", bytes(3_000_000))])).startswith("x")


def test_deep_nesting_does_not_bring_it_down(read):
    """Tables in tables, as deep as XML may be, are read or refused."""
    depth = 60
    body = "<w:tbl><w:tr><w:tc>" * depth + paragraphs("tief") + "</w:tc></w:tr></w:tbl>" * depth
    assert read(docx(body)).strip() == "tief"
