"""Group I of the catalogue of bad input, I21 to I28: what an article states of itself."""

import json
from datetime import date

import pytest
from document_support import SAMPLES
from fakes import HashEmbedder

from citeglot.chatbot import Chatbot
from citeglot.index import open_index
from citeglot.settings import Settings

NO_DATE = "The stated date cannot be read or lies ahead; the article has none"
OTHER_LANGUAGE = "The text seems to be in another language than the stated one, which is kept"
OLDER = "Another article has the same address and is a newer version; this one was left out"
LONG_GERMAN = f"{SAMPLES['de']} Danach sprachen die Minister über die Brücken des Landes und über neue Straßen."


@pytest.mark.parametrize(
    "title",
    ["<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "[klick](javascript:alert(1))", "$$x$$ & *b*"],
)
def test_a_title_is_kept_to_the_letter(corpus, title):
    """I21: nothing is made of signs in a title; the page shows them as they are."""
    assert corpus.one(f"# {title}\n\nEin Satz steht hier.", "a.md").title == title
    assert corpus.one(f"---\ntitle: {title}\n---\nEin Satz.", "a.md").title == title


def test_optional_fields_may_be_missing_or_nothing(corpus):
    """I22: an article of a text alone, or with empty other fields, gets what its text shows."""
    record = {"text": LONG_GERMAN, "title": None, "date": None, "language": None, "url": None}
    for one in (record, {"text": LONG_GERMAN}, {"text": LONG_GERMAN, "title": "", "date": "", "language": ""}):
        document = corpus.one(json.dumps(one), "a.json")
        assert (document.language, document.date) == ("de", None)
        assert document.title.startswith("Der Minister reiste")
    assert corpus.read().notices == ()


@pytest.mark.parametrize(
    ("stated", "expected"),
    [
        ("2026-13-40", None),
        ("31.02.2024", None),
        ("2026-11-24", None),
        ("2027-01-01", None),
        ("yesterday", None),
        ("gestern", None),
        ("昨日", None),
        ("2026-11-23T00:30:00+14:00", date(2026, 11, 23)),
        ("2024-09-03T23:59:59-11:00", date(2024, 9, 3)),
        ("令和6年1月5日", date(2024, 1, 5)),
        ("२०२४-०९-०३", date(2024, 9, 3)),
        ("3. september 2024", date(2024, 9, 3)),
    ],
)
def test_a_date_is_one_or_is_told_not_to_be(corpus, stated, expected):
    """I24: what is no date, or lies ahead, leaves the article without one and is told; all writings are read."""
    language = "ja" if "年" in stated else "no"
    text = json.dumps({"text": "En setning.", "date": stated, "language": language})
    assert corpus.one(text, "a.json").date == expected
    assert [one for one in corpus.read().notices if one.startswith(NO_DATE)] == (
        [] if expected else [f"{NO_DATE}: a.json."]
    )


@pytest.mark.parametrize("stated", ["hi", "ja", "no", "fr"])
def test_a_stated_language_is_kept_and_doubted(corpus, stated):
    """I25: a text that is not in the language it states keeps that, and the doubt is told."""
    corpus.write("a.md", f"---\nlanguage: {stated}\n---\n{LONG_GERMAN}")
    found = corpus.read()
    assert [one.language for one in found.documents] == [stated]
    assert found.notices == (f"{OTHER_LANGUAGE}: a.md.",)


@pytest.mark.parametrize("stated", ["de", "de-AT", "DEU"])
def test_a_right_language_is_not_doubted(corpus, stated):
    """I25: nor is one of a text that is too short to tell, or that goes over into another language later."""
    corpus.write("a.md", f"---\nlanguage: {stated}\n---\n{LONG_GERMAN * 9}\n\n{SAMPLES['en'] * 20}\n\n{SAMPLES['hi']}")
    corpus.write("b.md", f"---\nlanguage: {stated}\n---\nOK.")
    found = corpus.read()
    assert [one.language for one in found.documents] == ["de", "de"]
    assert found.notices == ()


def test_copies_of_one_report_are_found_once(corpus, door):
    """I27: the same report in three papers, one of them with a line of its own, is one passage and three names."""
    report = " ".join(f"Der Minister nannte den Ort Nummer {number} und {number * 37} Brücken." for number in range(30))
    corpus.write("a.json", json.dumps({"text": report, "date": "2024-01-02"}))
    corpus.write("b.txt", f"{report} (dpa)")
    corpus.write("c.md", report)
    corpus.write("d.txt", LONG_GERMAN)
    assert door()[1]["documents"] == 4
    generation = open_index(corpus.path.parent / "index")
    bot = Chatbot(Settings(), generation, HashEmbedder(), None)
    found = {hit.chunk.document for hit in bot.search("Wie viele Brücken nannte der Minister?", k=50).hits}
    assert found == {"a.json", "d.txt"}
    assert set(generation.also_in("a.json")) == {"b.txt", "c.md"}


def test_of_two_versions_at_one_address_the_newer_counts(corpus, door):
    """I28: also in two files; the older one leaves the index and is told; other articles at that address stay."""
    old = {"id": 1, "url": "https://a.example/1", "text": LONG_GERMAN, "date": "2024-01-02"}
    new = old | {"id": 2, "text": f"{LONG_GERMAN} Es gibt 29 Brücken.", "date": "2024-01-03"}
    corpus.write("b.json", json.dumps(old))
    corpus.write("d.txt", "En annen setning.")
    code, report, _ = door()
    assert (code, report["added"]) == (0, ["b.json", "d.txt"])
    corpus.write("a.json", json.dumps(new))
    corpus.write("c.json", json.dumps(new | {"text": SAMPLES["ja"]}))
    code, report, said = door()
    assert code == 0 and f"Note: {OLDER}: b.json." in said
    assert (report["added"], report["removed"], report["documents"]) == (["a.json", "c.json"], ["b.json"], 3)
