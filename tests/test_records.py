"""Articles in JSON and JSON Lines: each is read or told, and known by what it calls itself."""

import json
import re

import pytest
from document_support import SAMPLES, SIGNS
from hypothesis import given
from hypothesis import strategies as st

from citeglot import records
from citeglot.decoding import UnreadableArticle
from citeglot.formats import Article
from citeglot.records import read_json, read_json_lines


@pytest.fixture
def path(tmp_path):
    """A file to write."""
    return tmp_path / "a.json"


def lines_of(path, raw, *encodings):
    """Write JSON Lines and return keys with texts, and keys with reasons."""
    path.write_bytes(raw if isinstance(raw, bytes) else raw.encode())
    found = list(read_json_lines(path, *encodings))
    texts = {one.key: one.text for one in found if isinstance(one, Article)}
    return texts, {one.key: str(one) for one in found if isinstance(one, UnreadableArticle)}


def reason_of(path, raw):
    """Write a JSON file of one article that is none, and return why."""
    path.write_bytes(raw if isinstance(raw, bytes) else raw.encode())
    with pytest.raises(UnreadableArticle) as caught:
        list(read_json(path))
    assert str(caught.value).endswith(".")
    assert "\n" not in str(caught.value)
    return str(caught.value)


@pytest.mark.parametrize("ascii_only", [True, False])
def test_fields_become_text_and_metadata(path, ascii_only):
    """Title, date, language, url and outlet are metadata, the text is cleaned as everywhere; others are left out."""
    article = {"title": " T ", "text": "a\r\n\u202eb " + SIGNS, "date": "2024-09-03", "language": "no", "url": "u"}
    article |= {"outlet": "NRK", "author": {"name": "x"}, "views": 7, "lang": None}
    path.write_text(json.dumps(article, ensure_ascii=ascii_only), encoding="utf-8")
    (read,) = read_json(path)
    assert read.text == "a\nb " + SIGNS
    expected = {"title": "T", "date": "2024-09-03", "language": "no", "url": "u", "outlet": "NRK"}
    assert {**read.metadata} == expected
    assert read.key == ""


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32"])
def test_every_language_in_every_shape(path, encoding):
    """An array and lines hold the same articles, in each Unicode encoding."""
    articles = [{"id": language, "text": text} for language, text in SAMPLES.items()]
    path.write_text(json.dumps(articles, ensure_ascii=False), encoding=encoding)
    assert {one.key: one.text for one in read_json(path)} == SAMPLES
    raw = "\r\n".join(json.dumps(one, ensure_ascii=False) for one in articles).encode(encoding)
    assert lines_of(path, raw) == (SAMPLES, {})


def test_keys_survive_a_line_above(path):
    """An article is known by its id, else by its url, wherever it stands; only without both by its line."""
    lines = ['{"id": 7, "text": "Seven."}', '{"url": "https://a.example/?b=1#c", "text": "Url."}', '{"text": "None."}']
    known = {"7": "Seven.", "https://a.example/?b=1#c": "Url."}
    assert lines_of(path, "\n".join(lines)) == ({**known, "3": "None."}, {})
    assert lines_of(path, "\n".join(['{"id": "new", "text": "New."}', "", *lines]))[0] == {
        **known,
        "new": "New.",
        "5": "None.",
    }


def test_one_bad_line_of_many_is_told(path):
    """Blank lines are nothing; a line that is none is told by its number, and all others are read."""
    good = [json.dumps({"text": f"Article {number}."}) for number in range(1, 1001)]
    good[499] = '{"text": "cut'
    good[699] = ""
    texts, reasons = lines_of(path, "\n".join(good))
    assert len(texts) == 998
    assert texts["1000"] == "Article 1000."
    (reason,) = reasons.values()
    assert reason.startswith("Line 500 is not JSON")
    assert "(column 10)" in reason


def test_a_bad_byte_spoils_its_line_only(path):
    """A line in another encoding is told, or read if the encoding is named, and the rest is UTF-8 all the same."""
    raw = '{"text": "Tromsø"}\n'.encode() + '{"text": "Bodø"}\n'.encode("latin-1")
    texts, reasons = lines_of(path, raw)
    assert texts == {"1": "Tromsø"}
    assert "Line 2: It is not UTF-8" in reasons[""]
    assert lines_of(path, raw, "cp1252") == ({"1": "Tromsø", "2": "Bodø"}, {})
    wide = '{"text": "日本の記事"}\n{"text": "次"}\n'.encode("utf-16-le")
    assert lines_of(path, wide, "utf-16-le")[0] == {"1": "日本の記事", "2": "次"}


def test_the_limit_is_that_of_a_line(path, monkeypatch):
    """A file may be larger than the limit, a line may not; the lines after it are read under their own numbers."""
    monkeypatch.setattr(records, "MAX_BYTES", 100)
    lines = [json.dumps({"text": text}) for text in ("a" * 60, "b" * 250, "c" * 60)]
    texts, reasons = lines_of(path, "\n".join(lines))
    assert set(texts) == {"1", "3"}
    assert reasons[""].startswith("Line 2 is larger")


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        ("", "empty"),
        ("{}", 'no "text"; its fields are none'),
        ('{"Titel": "x", "body": "y"}', 'its fields are "Titel", "body"'),
        ('{"text": null}', 'no "text"'),
        ('{"text": ["a"]}', 'an array as its "text"'),
        ('{"text": "a", "title": 5}', 'a number as its "title"'),
        ('{"text": "a", "language": {"code": "de"}}', 'an object as its "language"'),
        ('{"text": "a", "date": true}', 'true or false as its "date"'),
        ('{"text": " \\n"}', "white space"),
        ('{"text": "a\\ud800b"}', 'half a character in its "text"'),
        ('{"text": "a", "text": "b"}', '"text" stands in it twice'),
        ('{"text": "a"', "not JSON.*column 13"),
        ('{"text":\n "a" "b"}', "line 2"),
        ("5", "but a number"),
        ("null", "but null"),
        ('"text"', "but a text"),
        ("[" * 200_000, "nested too deeply"),
        ('{"text":' * 200_000, "nested too deeply"),
        (b"\xff\xfe\x00", "UTF-16"),
        (b"PK\x03\x04", "ZIP"),
    ],
)
def test_what_is_no_article_is_refused_in_a_sentence(path, raw, reason):
    """Each refusal says what was found and in which field."""
    assert re.search(reason, reason_of(path, raw))


def test_numbers_beyond_all_measure_do_no_harm(path):
    """Huge numbers, NaN and Infinity in fields that are not read, or for none that is given, are no obstacle."""
    raw = '{"text": "Ein Satz.", "views": ' + "9" * 10_000 + ', "x": 1e999, "y": -Infinity, "title": NaN}'
    path.write_text(raw)
    (one,) = read_json(path)
    assert (one.text, {**one.metadata}) == ("Ein Satz.", {})


def test_an_array_tells_of_each(path):
    """One article of an array that is none is told by its place or id; the others are read."""
    path.write_text('[{"text": "a"}, 5, {"id": "x"}, {"id": "y", "text": "b"}, []]')
    found = {one.key: str(one) if isinstance(one, UnreadableArticle) else one.text for one in read_json(path)}
    assert (found["1"], found["y"]) == ("a", "b")
    assert found["2"].startswith("Article 2 is not an article but a number")
    assert found["x"].startswith('Article 3 has no "text"')
    assert "an array" in found["5"]
    path.write_text("[]")
    assert list(read_json(path)) == []


def test_a_file_that_is_gone_is_told(path):
    """Neither shape fails otherwise when the file vanished after it was listed."""
    for read in (read_json, read_json_lines):
        with pytest.raises(UnreadableArticle, match="cannot be opened"):
            list(read(path))


@given(st.lists(st.dictionaries(st.sampled_from(["id", "text", "title"]), st.text(max_size=8) | st.integers())))
def test_any_records_are_read_or_told(tmp_path_factory, articles):
    """There is one result for each line, whatever stands in it."""
    path = tmp_path_factory.mktemp("any") / "a.jsonl"
    path.write_text("".join(json.dumps(one) + "\n" for one in articles))
    if articles:
        assert len(list(read_json_lines(path))) == len(articles)
