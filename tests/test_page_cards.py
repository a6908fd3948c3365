"""The evidence panel."""

from dataclasses import replace
from datetime import date

import regex
from page_fakes import ITALIAN, cited_answer, passage, refused_answer

from citeglot.page import Reader, escape
from citeglot.page_cards import cited_cards, render_cited, render_earlier, render_evidence, render_found
from citeglot.page_texts import page_texts
from citeglot.types import Citation

READER = Reader("de", page_texts()["de"])
ENGLISH = Reader("en", page_texts()["en"])
TEXT = f"Davor steht ein Satz.\n\n{ITALIAN} Danach noch einer."


def _marks(html):
    return regex.findall(r'<mark id="([^"]+)">(.*?)</mark>', html)


def test_the_cited_sentence_is_marked_by_its_offsets():
    """The mark holds exactly the cited sentence, wherever the passage begins in its article."""
    hits = (passage(TEXT, start=1000),)
    assert _marks(render_evidence(cited_answer("?", "x", ITALIAN, hits), 2, READER)) == [
        ("source-2-1", escape(ITALIAN))
    ]


def test_a_sentence_that_stands_twice_is_marked_where_it_is_cited():
    """Offsets decide, not a search for the text."""
    hits = (passage("Ja. Nein. Ja.", start=5),)
    answer = cited_answer("?", "x", "Ja.", hits)
    second = replace(answer.citations[0], start=15, end=18)
    shown = render_evidence(replace(answer, citations=(second,)), 1, READER)
    assert regex.search(r"Ja&#46; Nein&#46; <mark[^>]*>Ja&#46;</mark></p>", shown)


def test_cited_cards_come_first_and_open_and_the_rest_is_folded():
    """The cited card is open; the others lie in a closed fold that counts them."""
    hits = (passage("Anderes.", name="b.txt"), passage(TEXT, name="a.txt"), passage("Drittes.", name="c.txt"))
    answer = replace(cited_answer("?", "x", ITALIAN, (hits[1],)), passages=hits)
    shown = render_evidence(answer, 1, READER)
    cited, rest = shown.split('<details class="cg-rest">')
    assert cited.count("<details") == 1 and " open>" in cited and "a&#46;txt" in cited
    assert " open" not in rest and escape("(2)") in rest and "b&#46;txt" in rest and "c&#46;txt" in rest


def test_two_citations_of_one_passage_share_a_card():
    """Each number has its own mark in the one card; overlapping sentences still give each its anchor."""
    hits = (passage("Eins. Zwei. Drei."),)
    answer = cited_answer("?", "x", "Zwei.", hits)
    both = (answer.citations[0], replace(answer.citations[0], number=2, start=0, end=5, quote="Eins."))
    shown = render_cited(replace(answer, citations=both), 1, READER)
    assert shown.count("<details") == 1
    assert _marks(shown) == [("source-1-2", escape("Eins.")), ("source-1-1", escape("Zwei."))]
    same = (answer.citations[0], replace(answer.citations[0], number=2))
    assert [name for name, _ in _marks(render_cited(replace(answer, citations=same), 1, READER))] == [
        "source-1-1",
        "source-1-2",
    ]


def test_a_citation_outside_the_passages_has_a_card_of_its_own():
    """A number never leads nowhere: the quote itself stands in the panel."""
    answer = cited_answer("?", "x", ITALIAN, (passage(TEXT),))
    lone = Citation(2, "z.txt", "Zett", "ja", 7, 12, "引用した文")
    cards = cited_cards(replace(answer, citations=(*answer.citations, lone)))
    assert [card.chunk.document for card in cards] == ["a.txt", "z.txt"]
    assert ("source-1-2", "引用した文") in _marks(
        render_cited(replace(answer, citations=(*answer.citations, lone)), 1, READER)
    )


def test_a_card_says_where_it_is_from():
    """Title, language in the reader's words, date, relevance and document name stand on each card."""
    hit = passage("लेख।", "hi", "h.txt", "शीर्षक")
    dated = replace(hit, chunk=replace(hit.chunk, date=date(2024, 11, 1)))
    shown = render_found((dated,), READER)
    for expected in ("शीर्षक", "Hindi", escape("2024-11-01"), "Relevanz 0,12", "h&#46;txt", 'lang="hi"'):
        assert expected in shown
    assert "Relevance 0.12" in render_found((dated,), ENGLISH)


def test_a_refusal_shows_the_nearest_passages():
    """Nothing is marked, the nearest passage is open, and the panel says what it shows."""
    shown = render_evidence(refused_answer("?", (passage("Eins."), passage("Zwei.", name="b.txt"))), 1, READER)
    assert escape("Nächstliegende Textstellen") in shown
    assert not _marks(shown)
    assert shown.count(" open>") == 1


def test_no_passage_at_all_is_said():
    """An empty result is a sentence, not an empty panel."""
    assert escape("Es wurde keine Textstelle gefunden.") in render_found((), READER)


def test_earlier_evidence_is_folded_under_its_question():
    """Numbers of earlier answers still lead somewhere."""
    shown = render_earlier([("Wer <b>?", "<p>Karten</p>")], READER)
    assert shown.startswith('<details class="cg-earlier">') and escape("Zuvor: Wer <b>?") in shown
    assert "<p>Karten</p>" in shown


def test_a_folded_card_is_known_by_its_beginning():
    """The first characters stand on one line and no character is torn from its marks."""
    shown = render_found((passage("एक\nदो " + "क्षि" * 300, "hi"),), READER)
    beginning = regex.search(r'<span class="cg-beginning"[^>]*>(.*?)</span>', shown)[1]
    assert beginning.startswith("एक दो क्षि") and beginning.endswith("क्षि")
    assert len(regex.findall(r"\X", beginning)) == 160
