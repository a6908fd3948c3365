"""Title, language and date of an article are what it states, or what its text shows."""

from datetime import date

import pytest
import regex
from corpus_support import TODAY, Folder
from hypothesis import given
from hypothesis import strategies as st

from citeglot.corpus import read_corpus
from citeglot.description import shorten
from citeglot.settings import ROOT


@pytest.fixture
def corpus(tmp_path):
    """A folder to put articles in, with a way to write and to read it."""
    return Folder(tmp_path / "corpus")


def test_the_five_articles():
    """Language, title and date of the articles the project starts from; 3996 is nobody's date."""
    found = read_corpus(ROOT / "corpus", TODAY)
    assert not found.skipped
    assert [(one.language, one.date) for one in found.documents] == [
        ("de", None),
        ("de", date(2024, 1, 12)),
        ("hi", None),
        ("no", None),
        ("en", None),
    ]
    titles = [one.title for one in found.documents]
    assert titles[0] == "Verteidigungsminister Rajnath Singh und sein japanischer Amtskollege Kihara…"
    assert titles[1] == "8. Ausgabe der Militärgespräche zwischen Italien und Japan"
    assert titles[2] == found.documents[2].text.splitlines()[0]
    assert titles[3].startswith("Norge og Japan styrker") and titles[3].endswith("…")
    assert titles[4] == "Japan plans to discuss defense cooperation issues with Uzbekistan"
    assert "29 August 3996" in found.documents[4].text


@pytest.mark.parametrize(
    ("text", "name", "title"),
    [
        ("# Møte i Oslo #\n\nTekst her.", "a.md", "Møte i Oslo"),
        ("---\ntitle: Statt dessen\n---\n# Kopf\nText.", "a.md", "Statt dessen"),
        ("***\n\nÜberschrift\nEin Satz.", "a.txt", "Überschrift"),
        ("Ein kurzer Satz. Noch einer.", "a.txt", "Ein kurzer Satz."),
        ("8. Ausgabe\nEin Satz.", "a.txt", "8. Ausgabe"),
        ("日本とノルウェーは協定に署名した。次の文。", "a.txt", "日本とノルウェーは協定に署名した。"),
        ("日本" * 60 + "。", "a.txt", "日本" * 39 + "日…"),
    ],
)
def test_titles(corpus, text, name, title):
    """Stated title, heading, or the beginning of the first sentence, in this order."""
    assert corpus.one(text, name).title == title


@pytest.mark.parametrize(
    ("text", "stated"),
    [
        ("Treffen in Rom\n12/01/24\nDer Minister kam. Er ging.", date(2024, 1, 12)),
        ("Møte i Oslo\nOslo, 3. september 2024\nMinisteren kom. Han gikk.", date(2024, 9, 3)),
        ("會談\n首脳会談\n2026年3月5日\n大臣が来た。そして帰った。", date(2026, 3, 5)),
        ("बैठक\n3 सितंबर 2024\nमंत्री आए। वे गए।", date(2024, 9, 3)),
        ("2024-09-03\nThe minister came. He left again.", date(2024, 9, 3)),
        ("Talks\nPublished September 3, 2024\nThe minister came.", date(2024, 9, 3)),
        ("Talks\n29 August 3996 3 minutes\nThe minister came.", None),
        ("Talks\n03/04/24\nThe minister came to the country.", None),
        ("Talks\n31 February 2024\nThe minister came.", None),
        ("Talks\n1 May 1850\nThe minister came.", None),
        ("Talks\nThe minister came on 3 September 2024.\n", None),
        ("Gipfel am 3. September 2024\nDer Minister kam. Er ging.", None),
        ("The minister came.\n3 September 2024\n", None),
    ],
)
def test_dates_are_stated_not_guessed(corpus, text, stated):
    """A dateline above the text is the date; an ambiguous, implausible or running one is not."""
    assert corpus.one(text).date == stated


def test_front_matter_wins(corpus):
    """Stated language and date are taken; instead of an unknown language the text's own is, and that is told."""
    document = corpus.one("---\nlanguage: nn\ndate: 2024-09-03T10:00:00Z\n---\nThis is English text.", "a.md")
    assert (document.language, document.date) == ("no", date(2024, 9, 3))
    assert document.text == "This is English text."
    corpus.write("b.md", "---\nlanguage: klingon\n---\nDer Minister reiste gestern nach Köln.")
    found = corpus.read()
    assert {one.name: one.language for one in found.documents} == {"a.md": "no", "b.md": "de"}
    assert "The stated language is not known; that of the text is taken: b.md." in found.notices


def test_records_state_their_fields(corpus):
    """An article of a JSON file states title, date and language; its name is that of the file and its own."""
    record = '{"id": "a/1", "title": "Møte", "text": "En setning.", "date": "3. september 2024", "language": "nn"}'
    document = corpus.one(record + "\n", "news.jsonl")
    assert (document.name, document.title, document.language) == ("news.jsonl#a/1", "Møte", "no")
    assert document.date == date(2024, 9, 3)


@pytest.mark.parametrize("stated", ["2026-13-40", "yesterday", "31.02.2024", "9999-01-01", "令和", "1704067200"])
def test_dates_that_are_none_are_unknown(corpus, stated):
    """A date that cannot be, or is no date, leaves the article without one."""
    assert corpus.one(f'{{"text": "En setning.", "date": "{stated}"}}', "a.json").date is None


@pytest.mark.parametrize(
    ("stated", "language"), [("de-CH", "de"), ("en-US", "en"), ("hi", "de"), ("x-default", "de"), ("", "de")]
)
def test_a_page_is_believed_within_its_script(corpus, stated, language):
    """The language of a page is what it declares, unless its text cannot be in that language."""
    text = "Der Minister reiste am 3. September nach Köln und sprach mit seinem Kollegen über die Übung."
    assert corpus.one(f'<html lang="{stated}"><p>{text}</p></html>', "a.html").language == language


@given(st.text(alphabet="ab ,日本क्\u200dषé\u0301👩🏽💻\n", max_size=120), st.integers(2, 40))
def test_shortening_keeps_characters_whole(text, length):
    """At most `length` visible characters, none taken apart, and no mark where nothing was cut."""
    whole = " ".join(text.split())
    short = shorten(text, length)
    assert len(regex.findall(r"\X", short)) <= length
    if short != whole:
        assert short.endswith("…")
        kept = short[:-1]
        assert whole.startswith(kept)
        assert len(kept) in {0, *(match.end() for match in regex.finditer(r"\X", whole))}
