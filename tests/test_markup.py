"""A page becomes the text that a reader sees, and what the page states of itself."""

import pytest
from document_support import SAMPLES, SIGNS

from citeglot.decoding import UnreadableArticle
from citeglot.markup import read_page

PAGE = """<!doctype html><html lang="{language}"><head><meta charset="{charset}"><title>{title} | Zeitung</title>
<meta property="article:published_time" content="2024-09-03T10:00:00+02:00"></head>
<body><nav><ul><li><a href="/">Start</a></li><li><a href="/p">Politik</a></li></ul></nav>
<article><h1>{title}</h1>{body}</article><footer>Impressum</footer></body></html>"""


@pytest.fixture
def read(tmp_path):
    """Write a page and read it."""

    def read(page, *encodings):
        path = tmp_path / "a.html"
        path.write_bytes(page if isinstance(page, bytes) else page.encode())
        return read_page(path, *encodings)

    return read


def page(body, title="Ein Titel steht hier", language="de", charset="utf-8"):
    """Return an article with navigation around it."""
    return PAGE.format(body=body, title=title, language=language, charset=charset)


@pytest.mark.parametrize("language", SAMPLES)
def test_every_language(read, language):
    """The paragraphs are lines, character by character; title, date and language are stated, navigation is gone."""
    title, text = SAMPLES[language][:24].strip(" .。"), SAMPLES[language]
    found, metadata = read(page(f"<p>{text}</p>\n  <p>{SIGNS}</p>", title, language))
    assert found.splitlines() == [title, text, SIGNS]
    assert metadata == {"title": title, "date": "2024-09-03", "page-language": language}


def test_joiners_written_as_entities_stay(read):
    """Joiners and direction marks survive as characters and as entities; an entity is read once, not twice."""
    found, _ = read(page("<p>क्&zwj;ष می&#8204;خواهم &rlm;abc &amp;lt;b&amp;gt; &lt;i&gt;</p>"))
    assert found.splitlines()[1] == "क्\u200dष می\u200cخواهم \u200fabc &lt;b&gt; <i>"


@pytest.mark.parametrize(
    "hidden",
    [
        "<script>var GEHEIM</script>",
        "<style>.GEHEIM {}</style>",
        "<noscript>GEHEIM</noscript>",
        "<template><p>GEHEIM</p></template>",
        "<!-- GEHEIM -->",
        "<p hidden>GEHEIM</p>",
        '<div style="color: red; DISPLAY : none"><p>GEHEIM</p></div>',
        '<span style="visibility:hidden">GEHEIM</span>',
        '<div aria-hidden="true"><p>GEHEIM und noch mehr davon.</p></div>',
        "<textarea>GEHEIM</textarea>",
        "<svg><text>GEHEIM</text></svg>",
        '<meta name="description" content="GEHEIM">',
        '<img src="x" alt="GEHEIM" onerror="GEHEIM">',
        '<p title="GEHEIM">sichtbar</p>',
    ],
)
def test_what_a_reader_does_not_see_is_no_text(read, hidden):
    """Scripts, styles, comments, attributes and hidden elements are dropped, the text after them stays."""
    found, metadata = read(page(f"<p>Vorher steht ein Satz.</p>{hidden}danach<p>Nachher steht noch einer.</p>"))
    assert "GEHEIM" not in found + str(metadata)
    for seen in ("Vorher steht ein Satz.", "danach", "Nachher steht noch einer."):
        assert seen in found


def test_blocks_are_lines(read):
    """Lists, quotations, line breaks and tables are lines of their own, with tabs between cells; bold words are not."""
    body = """<p>Ein <b>fett</b>er   und <a href="x">langer</a>\n Satz.<br>Zweite Zeile.</p>
    <ul><li>Erster <i>Punkt</i></li>
    <li>Zweiter</li></ul><blockquote><p>Ein Zitat steht hier.</p></blockquote>
    <table><tr><th>Jahr</th><td>2024</td></tr><tr><th>Zahl</th><td>28</td></tr></table>"""
    lines = ["Ein fetter und langer Satz.", "Zweite Zeile.", "Erster Punkt", "Zweiter", "Ein Zitat steht hier."]
    assert read(page(body))[0].splitlines()[1:] == [*lines, "Jahr\t2024", "Zahl\t28"]


@pytest.mark.parametrize(
    "text",
    ["<p>日本とノルウェーは協定に署名した。", "Nur Text ohne Rahmen.", "<div>Ein Satz.</div><div>Noch einer.</div>"],
)
def test_short_and_broken_pages_are_read(read, text):
    """A page may lack everything around its text."""
    assert read(text)[0].replace("\n", "</div><div>") in text
    assert "title" not in read(text)[1]


@pytest.mark.parametrize(
    ("language", "charset"),
    [("no", "iso-8859-1"), ("ja", "Shift_JIS"), ("ja", "EUC-JP"), ("ja", "iso-2022-jp"), ("ar", "windows-1256")],
)
def test_the_declared_encoding_is_read(read, language, charset):
    """An encoding is declared in two ways, or for XML in a third; what is UTF-8 is read as such all the same."""
    text = SAMPLES[language]
    assert text in read(page(f"<p>{text}</p>", charset=charset).encode(charset))[0]
    old = f'<meta http-equiv="Content-Type" content="text/html; charset={charset}"><p>{text}</p>'
    assert text in read(old.encode(charset))[0]
    xml = f'<?xml version="1.0" encoding="{charset}"?><html><body><p>{text}</p></body></html>'
    assert text in read(xml.encode(charset))[0]
    if charset != "iso-2022-jp":
        assert text in read(page(f"<p>{text}</p>", charset=charset))[0]


def test_other_encodings_are_refused_or_named(read):
    """A page with no declaration, a false or an unknown one is refused, unless its encoding is named."""
    raw = "<p>Größe der Übung.</p>".encode("latin-1")
    for start in (b"", b"<meta charset=utf-8>", b"<meta charset=klingon>"):
        with pytest.raises(UnreadableArticle, match="byte 0xF6"):
            read(start + raw)
        assert read(start + raw, "cp1252")[0] == "Größe der Übung."
    assert read("<p>Größe der Übung.</p>".encode("utf-16"))[0] == "Größe der Übung."


@pytest.mark.parametrize(
    "raw",
    [
        "<html><head></head></html>",
        "<!-- nur das -->",
        "<frameset><frame src=x></frameset>",
        "<div id=app></div><script>render('Text.')</script>",
        "<p hidden>x</p>",
        "<p>" + "<div>" * 20_000 + "tief",
        "\0",
    ],
)
def test_a_page_without_text_is_told(read, raw):
    """What has no visible text, or nothing but depth, is refused in a sentence, without a crash."""
    with pytest.raises(UnreadableArticle) as caught:
        read(raw)
    assert str(caught.value).endswith(".")


def test_entities_do_not_grow(read):
    """A document type with entities that multiply is not expanded."""
    bomb = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 12))
    text, _ = read(f'<!DOCTYPE html [<!ENTITY e0 "lol">{bomb}]><p>Ein Satz &e11; steht hier.</p>')
    assert len(text) < 1000


def test_dates_are_stated_not_guessed(read):
    """A date in the text, or one that is none, is not taken for the date of the page."""
    for date in ("", '<meta property="article:published_time" content="2024-13-45">'):
        assert "date" not in read(f"<html><head>{date}</head><body><p>Am 3. Mai 2020 kam er. Er ging.</p></body>")[1]
