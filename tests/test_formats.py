"""Bytes become the text of an article, or a sentence that says why not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from citeglot import formats
from citeglot.formats import UnreadableArticle, decode, read_article

TEXT = "Ærlig — हिन्दी क्\u200dष 日本語 １２ 👩🏽\u200d💻 e\u0301 مرحبا\n"


@pytest.fixture
def read(tmp_path):
    """Write bytes and read them as an article."""

    def read(raw, name="a.txt"):
        path = tmp_path / name
        path.write_bytes(raw)
        return read_article(path)

    return read


@pytest.mark.parametrize(
    "raw",
    [
        TEXT.encode(),
        TEXT.encode("utf-8-sig"),
        TEXT.encode("utf-16"),
        b"\xfe\xff" + TEXT.encode("utf-16-be"),
        TEXT.encode("utf-32"),
    ],
)
def test_known_encodings_give_one_text(read, raw):
    """UTF-8 with and without mark, UTF-16 and UTF-32 with mark are the same text; joiners and accents stay."""
    assert read(raw).text == TEXT


def test_lines_end_one_way_and_controls_go(read):
    """Every line end is a newline; NUL and other controls are gone, tabs stay."""
    assert read(b"a\r\nb\rc\x0cd\te\x00\x1b[0m\x7f" + "\x85f\x9f".encode()).text == "a\nb\nc\nd\te[0m\nf"


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        (b"", "empty"),
        (b" \n\t\xe2\x80\x8b\xef\xbb\xbf\r\n", "white space"),
        (b"\xef\xbb\xbf", "white space"),
        ("Grüße".encode("latin-1"), "byte 0xFC at offset 2"),
        (b"\xef\xbb\xbfabc\xff", "offset 6"),
        ("Hallo".encode("utf-16-le"), "NUL"),
        (b"\xff\xfea", "UTF-16"),
        (b"\x89PNG\r\n\x1a\n", "PNG"),
        (b"\x7fELF\x02", "program"),
        (b"PK\x03\x04abc", "ZIP"),
        (b"%PDF-1.7", "PDF"),
        (b"\x1f\x8b\x08", "gzip"),
        (b"\xed\xa0\x80", "UTF-8"),
    ],
)
def test_what_is_no_article_is_refused_in_a_sentence(read, raw, reason):
    """Each refusal names what was found."""
    with pytest.raises(UnreadableArticle, match=reason) as caught:
        read(raw)
    assert str(caught.value).endswith(".")
    assert "\n" not in str(caught.value)


def test_too_large_a_file_is_refused(read, monkeypatch):
    """A file over the limit is refused by its size, one at the limit is read."""
    monkeypatch.setattr(formats, "MAX_BYTES", 2_000_000)
    assert len(read(b"a" * 2_000_000).text) == 2_000_000
    with pytest.raises(UnreadableArticle, match="larger than 2 MB"):
        read(b"a" * 2_000_001)


def test_a_missing_file_is_refused(tmp_path):
    """What cannot be opened is told as such."""
    with pytest.raises(UnreadableArticle, match="cannot be opened"):
        read_article(tmp_path / "none.txt")


def test_front_matter_becomes_metadata(read):
    """Simple fields between dashes leave the text of Markdown, and only of Markdown."""
    raw = b'---\r\nTitle: "A: b"\ndate: 2024-01-12\nlanguage: nb\ntags:\n  - x\n---\n# Heading\n\nText.\n'
    article = read(raw, "a.md")
    assert article.text == "# Heading\n\nText.\n"
    assert {**article.metadata} == {"title": "A: b", "date": "2024-01-12", "language": "nb", "tags": ""}
    assert read(raw).text.startswith("---\nTitle")


@pytest.mark.parametrize(
    "text", ["---\nA line.\n\nAnother.\n---\nText.\n", "---\ntitle: x\nno end\n", "Text\n---\na: b\n---\n"]
)
def test_dashes_alone_are_text(read, text):
    """Thematic breaks and unfinished blocks are not front matter."""
    article = read(text.encode(), "a.md")
    assert article.text == text
    assert not article.metadata


def test_front_matter_without_text_is_empty(read):
    """Metadata alone is no article."""
    with pytest.raises(UnreadableArticle, match="white space"):
        read(b"---\ntitle: x\n---\n", "a.markdown")


@given(st.binary(max_size=60))
def test_any_bytes_are_decoded_or_refused(raw):
    """No bytes make it fail otherwise, and what is decoded from UTF-8 is what was written."""
    try:
        text = decode(raw)
    except UnreadableArticle:
        return
    assert "\ufffd" not in text or b"\xef\xbf\xbd" in raw or raw[:2] in (b"\xff\xfe", b"\xfe\xff")
