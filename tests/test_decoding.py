"""Bytes become text in known encodings, or a sentence that says why not."""

import pytest
from document_support import SAMPLES
from hypothesis import given
from hypothesis import strategies as st

from citeglot.decoding import UnreadableArticle, decode, find_encoding, has_mark, read_bytes
from citeglot.errors import WrongUse

TEXT = "Ærlig — हिन्दी क्\u200dष 日本語 １２ 👩🏽\u200d💻 e\u0301 مرحبا\n"


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
def test_unicode_encodings_give_one_text(raw):
    """UTF-8 with and without mark, UTF-16 and UTF-32 with mark are the same text, whatever encoding is named."""
    assert decode(raw) == decode(raw, "cp1252") == TEXT


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        ("Grüße".encode("latin-1"), "byte 0xFC at offset 2"),
        (b"\xef\xbb\xbfabc\xff", "offset 6"),
        ("Grüße, क".encode()[:-1], "offset 9"),
        ("Hallo".encode("utf-16-le"), "NUL"),
        (SAMPLES["hi"].encode("utf-16-le"), "UTF-16 without a byte-order mark"),
        (SAMPLES["ar"].encode("utf-16-be"), "UTF-16 without a byte-order mark"),
        ("Министр приехал в Осло".encode("utf-16-le"), "UTF-16 without a byte-order mark"),
        ("日本".encode("utf-16-le"), "UTF-8"),
        ("日本語の記事".encode("shift_jis"), "UTF-8"),
        ("日本語の記事".encode("euc-jp"), "UTF-8"),
        (b"\xff\xfea", "UTF-16"),
        (b"abc\xc0\xaf", "offset 3"),
        (b"\x89PNG\r\n\x1a\n", "PNG"),
        (b"\x7fELF\x02", "program"),
        (b"PK\x03\x04abc", "ZIP"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1", "office"),
        (b"%PDF-1.7", "PDF"),
        (b"\x1f\x8b\x08", "gzip"),
        (b"\xed\xa0\x80", "UTF-8"),
        (bytes(100), "NUL"),
    ],
)
def test_what_is_no_text_is_refused_in_a_sentence(raw, reason):
    """Each refusal names what was found; overlong forms, halves of characters and cut-off ones are none."""
    with pytest.raises(UnreadableArticle, match=reason) as caught:
        decode(raw)
    assert str(caught.value).endswith(".")
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("language", "name"),
    [
        ("no", "latin-1"),
        ("de", "ISO-8859-15"),
        ("ja", "Shift_JIS"),
        ("ja", "euc-jp"),
        ("ja", "iso-2022-jp"),
        ("ar", "windows-1256"),
        ("hi", "utf-16-le"),
        ("ja", "utf-16-be"),
        ("en", "utf-16-le"),
    ],
)
def test_a_named_encoding_is_read(language, name):
    """What is not Unicode is read in the encoding that is named; what is UTF-8 is not spoilt by naming one."""
    text = SAMPLES[language]
    assert decode(text.encode(name), find_encoding(name)) == text
    if name != "iso-2022-jp":
        assert decode(text.encode(), find_encoding(name)) == text


def test_names_mean_what_files_hold():
    """Files called Latin-1 hold the quotation marks of Windows, files called Shift_JIS its extra characters."""
    assert decode("„Größe“ – 5 €".encode("cp1252"), find_encoding("latin-1")) == "„Größe“ – 5 €"
    assert decode("①髙橋".encode("cp932"), find_encoding("shift_jis")) == "①髙橋"


@pytest.mark.parametrize("name", ["klingon", "hex", "rot13", "base64", "undefined", "", "utf-8\0"])
def test_an_unknown_encoding_is_wrong_use(name):
    """What is no text encoding is refused before any file is read, with examples."""
    with pytest.raises(WrongUse, match="cp1252"):
        find_encoding(name)


def test_a_table_is_no_binary():
    """Tabs at every second place, and one stray NUL, are still text."""
    assert decode(b"1\t2\t3\t4\n" * 9)
    assert decode(b"Ein Satz.\0 Noch einer, der lang genug ist.")


def test_a_wrong_encoding_is_refused():
    """Bytes that are not text in the named encoding, or a binary file in it, are no article."""
    with pytest.raises(UnreadableArticle, match=r"CP1252.*0x81"):
        decode(b"\xff\x81", "cp1252")
    with pytest.raises(UnreadableArticle, match="NUL"):
        decode(b"\xff\x00\x01\x00", "iso8859-2")
    with pytest.raises(UnreadableArticle, match="IDNA"):
        decode(b"\xff..x", "idna")


def test_size_and_absence_are_told(tmp_path):
    """A file over the limit, an empty one, a folder and none at all are refused by their own reasons."""
    path = tmp_path / "a.txt"
    path.write_bytes(b"a" * 2_000_000)
    assert len(read_bytes(path, 2_000_000)) == 2_000_000
    with pytest.raises(UnreadableArticle, match="larger than 1 MB"):
        read_bytes(path, 1_999_999)
    path.write_bytes(b"")
    with pytest.raises(UnreadableArticle, match="empty"):
        read_bytes(path)
    for none in (tmp_path / "none.txt", tmp_path):
        with pytest.raises(UnreadableArticle, match="cannot be opened"):
            read_bytes(none)


@given(st.binary(max_size=60))
def test_any_bytes_are_decoded_or_refused(raw):
    """No bytes make it fail otherwise, and what is decoded from UTF-8 is what was written."""
    try:
        text = decode(raw)
    except UnreadableArticle:
        return
    assert "\ufffd" not in text or b"\xef\xbf\xbd" in raw or has_mark(raw)
