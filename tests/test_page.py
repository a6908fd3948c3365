"""What the chat shows: inert text, kinds, numbers, verdicts."""

import html

import pytest
import regex
from hypothesis import given
from hypothesis import strategies as st
from page_fakes import ITALIAN, cited_answer, passage, refused_answer

from citeglot.page import Reader, escape, render_answer, render_draft, render_problem
from citeglot.page_texts import page_texts

HOSTILE = "<img src=x onerror=alert(1)> [x](javascript:alert(1)) ![](http://evil.example/p) $$x$$ `c` **b** <form>"
GERMAN = Reader("de", page_texts()["de"])
ENGLISH = Reader("en", page_texts()["en"])


@given(st.text())
def test_escaped_text_is_the_text_and_nothing_acts(text):
    """A browser reads the text back unchanged, and no mark is left that HTML, Markdown or LaTeX could act on."""
    escaped = escape(text)
    bare = regex.sub(r"<br>|&#\d+;", "", escaped)
    assert not regex.search(r"[!-/:-@\[-`{-~\n]", bare)
    expected = regex.sub(
        r"[\p{Cs}\x00-\x08\x0b\x0c\x0e-\x1f\x7f]", "\ufffd", text.replace("\r\n", "\n").replace("\r", "\n")
    )
    assert html.unescape(escaped.replace("<br>", "\n")) == regex.sub(r"\s*\n\s*", "\n", expected)


@pytest.mark.parametrize("text", ["क्‍ष ज़ि", "１２３「質問」", "שלום (עולם)", "Æ – z. B.", "👩‍👩‍👧"])
def test_letters_of_all_scripts_survive(text):
    """Combining marks, joiners, full-width digits and right-to-left text come back as they were."""
    assert html.unescape(escape(text)) == text


def test_an_answer_links_its_numbers_to_the_cards_of_its_exchange():
    """The number leads to the anchor of this exchange, not of another one, and the sentence keeps its language."""
    shown = render_answer(cited_answer("?", "Grassano.", ITALIAN, (passage(ITALIAN),)), 4, GERMAN)
    assert 'href="#source-4-1"' in shown
    assert "&#91;1&#93;</a>" in shown
    assert 'lang="de"' in shown
    assert "Textstellen" in shown and "2&#44;3 s" in shown and "hash &#43; scripted" in shown and "Index 3" in shown


@pytest.mark.parametrize(("verdict", "mark"), [("supported", ""), ("weak", "≈"), ("unsupported", "?")])
def test_verdicts_are_seen(verdict, mark):
    """A sentence that its citation does not hold carries a mark and an explanation; a supported one no mark."""
    shown = render_answer(cited_answer("?", "Grassano.", ITALIAN, (passage(ITALIAN),), verdict), 1, ENGLISH)
    marks = regex.findall(r'<sup class="cg-doubt" title="[^"]+">(.)</sup>', shown)
    assert marks == ([mark] if mark else [])
    assert escape(page_texts()["en"][f"verdict_{verdict}"]) in shown


def test_a_quotation_names_the_language_of_the_article():
    """A verbatim sentence is labelled as one, in the reader's language."""
    answer = cited_answer("?", "हूबहू।", "हूबहू।", (passage("हूबहू।", "hi"),), kind="quotation")
    shown = render_answer(answer, 1, GERMAN)
    assert escape("Wörtlich aus dem Artikel · Hindi") in shown


def test_a_refusal_says_so():
    """A refusal carries its badge and its text, and no number."""
    shown = render_answer(refused_answer("?", (passage(ITALIAN),)), 1, ENGLISH)
    assert "Not in the articles" in shown
    assert escape("Die Artikel beantworten diese Frage nicht.") in shown
    assert "cg-cite" not in shown


def test_japanese_sentences_stand_without_spaces_between_them():
    """Sentences are joined as their language joins them."""
    answer = cited_answer("?", "一です。", ITALIAN, (passage(ITALIAN),))
    twice = {"sentences": answer.sentences * 2}
    japanese = render_answer(
        cited_answer("?", "一です。", ITALIAN, (passage(ITALIAN),), language="ja", **twice), 1, GERMAN
    )
    german = render_answer(cited_answer("?", "一です。", ITALIAN, (passage(ITALIAN),), **twice), 1, GERMAN)
    assert "</a><span" in japanese
    assert "</a> <span" in german


def test_nothing_of_a_model_or_an_error_acts():
    """Hostile text in an answer, a draft, a title, a notice or an error stays text."""
    hits = (passage(ITALIAN, title=HOSTILE),)
    parts = [
        render_answer(cited_answer("?", HOSTILE, ITALIAN, hits, notices=(HOSTILE,)), 1, ENGLISH),
        render_draft(HOSTILE, "note"),
        render_problem("lead", HOSTILE),
    ]
    for part in parts:
        assert "<img" not in part and "<form" not in part and "](" not in part and "$$" not in part and "**" not in part
