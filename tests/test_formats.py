"""The text of every format is cleaned in one way; Markdown states things of itself."""

import pytest
from document_support import SAMPLES, SIGNS
from hypothesis import given
from hypothesis import strategies as st

from citeglot import decoding
from citeglot.decoding import UnreadableArticle
from citeglot.formats import clean_article, clean_text, read_text


@pytest.fixture
def read(tmp_path):
    """Write bytes and read them as an article."""

    def read(raw, name="a.txt", *encodings):
        path = tmp_path / name
        path.write_bytes(raw)
        return read_text(path, *encodings)

    return read


@pytest.mark.parametrize("text", [*SAMPLES.values(), SIGNS])
def test_text_of_every_language_stays(read, text):
    """Letters, joiners, accents, wide digits and right-to-left text are left as they are, in text and Markdown."""
    assert read(text.encode()).text == read(text.encode("utf-16"), "a.md").text == text


def test_lines_end_one_way_and_controls_go(read):
    """Every line end is a newline; NUL and other controls are gone, tabs stay."""
    assert read(b"a\r\nb\rc\x0cd\te\x00\x1b[0m\x7f" + "\x85f\x9f".encode()).text == "a\nb\nc\nd\te[0m\nf"


def test_what_hides_text_goes_and_what_writes_it_stays():
    """Overrides, tags and invisible operators are gone; direction marks and soft hyphens, which are text, stay."""
    assert clean_text("a\u202eb\u2066c\u2069\U000e0049\u200bd\u2060\ufeffe") == "abcde"
    assert clean_text("\u200fمرحبا\u200e Sil\u00adbe") == "\u200fمرحبا\u200e Sil\u00adbe"


@given(st.text())
def test_cleaning_is_done_once(text):
    """Cleaning twice is cleaning once, and adds nothing."""
    once = clean_text(text)
    assert clean_text(once) == once
    assert set(once) <= {*text, "\n"}


@pytest.mark.parametrize("raw", [b" \n\t\xe2\x80\x8b\xef\xbb\xbf\r\n", b"\xef\xbb\xbf", "\u3000\u00a0\u200d".encode()])
def test_what_shows_nothing_is_no_article(read, raw):
    """White space of any kind, and nothing but a mark, is refused."""
    with pytest.raises(UnreadableArticle, match="white space"):
        read(raw)


def test_metadata_is_cleaned_too():
    """Titles are one line without what hides text; the key is handed on, also with a refusal."""
    article = clean_article("Text.", {"title": " A\n\u202eB\0 "}, "7")
    assert (article.metadata["title"], article.key) == ("A B", "7")
    with pytest.raises(UnreadableArticle) as caught:
        clean_article(" ", {}, "7")
    assert caught.value.key == "7"


def test_the_limit_is_that_of_the_file(read):
    """A file of ten megabytes is read, in one line; one byte more is not."""
    assert len(read(b"a" * decoding.MAX_BYTES).text) == decoding.MAX_BYTES
    with pytest.raises(UnreadableArticle, match="larger than 10 MB"):
        read(b"a" * (decoding.MAX_BYTES + 1))


def test_a_named_encoding_is_handed_on(read):
    """A Latin-1 file is read when its encoding is named."""
    assert read("Tromsø ærlig".encode("latin-1"), "a.txt", "cp1252").text == "Tromsø ærlig"


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
