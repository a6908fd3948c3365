"""What a browser keeps, and what is made of what it gives back."""

import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from index_support import five_articles, update
from page_fakes import HOSTILE, IndexedChatbot, ScriptedChatbot, answer_by_words

from citeglot.conversation import Exchange, converse, history, panel, stopped
from citeglot.library import Library
from citeglot.loading import ChatbotLoader
from citeglot.page import Reader, escape
from citeglot.page_filters import NOTHING, Narrowing
from citeglot.page_history import MOST_EXCHANGES, kept, restored
from citeglot.page_texts import page_texts

TEXTS = page_texts()["de"]
GERMAN = Reader("de", TEXTS)
NARROWING = Narrowing(("de", "hi"), "de.txt", "2024-01-01", "")


def _asked(chatbot, *questions):
    conversation, loader = (), ChatbotLoader(lambda: chatbot)
    for question in questions:
        *_, conversation = converse(question, conversation, loader, GERMAN)
    return conversation


def _through_a_browser(value):
    """Return a value as JavaScript gives it back: whole numbers have no fraction."""
    return json.loads(json.dumps(value).replace(".0,", ",").replace(".0]", "]"))


@pytest.fixture
def folder(tmp_path):
    """An index that a test may change."""
    update(tmp_path, five_articles().values())
    return tmp_path


def test_a_conversation_comes_back_as_it_was(folder):
    """Questions, answers with their evidence, what follow-ups know, and the filters."""
    conversation = _asked(IndexedChatbot(folder), "Brücken", "東京")
    back, narrowing = restored(_through_a_browser(kept(conversation, NARROWING)), Library(folder), GERMAN)
    assert narrowing == NARROWING
    assert [one.question for one in back] == ["Brücken", "東京"]
    assert history(back) == history(conversation)
    for one, before in zip(back, conversation, strict=True):
        assert one.shown == before.shown
        assert replace(one.answer, confidence=0, timings=None) == replace(before.answer, confidence=0, timings=None)
    assert "mark id" in panel(back, GERMAN)


def test_what_no_longer_stands_there_is_said_and_cannot_be_judged(folder):
    """An answer whose article changed is what was said then: its quote is shown, and it is no answer any more."""
    record = kept(_asked(IndexedChatbot(folder), "Brücken und Straßen"), NOTHING)
    articles = five_articles()
    del articles["de.txt"]
    update(folder, articles.values())
    [one], _ = restored(record, Library(folder), GERMAN)
    assert one.answer is None and escape(TEXTS["articles_changed"]) in one.shown
    assert "<mark" in one.panel and one.said
    [without], _ = restored(record, Library(folder / "none"), GERMAN)
    assert without.answer is None and "<mark" in without.panel


def test_a_forged_answer_is_no_evidence(folder):
    """A quote that is not in the article does not become an answer that can be saved or judged."""
    record = kept(_asked(IndexedChatbot(folder), "Brücken"), NOTHING)
    record["exchanges"][0]["answer"]["citations"][0]["quote"] = "Das steht dort nicht."
    [one], _ = restored(record, Library(folder), GERMAN)
    assert one.answer is None


def test_hostile_text_from_a_browser_stays_text(folder):
    """Whatever was put into the store is escaped like everything else."""
    record = kept(_asked(ScriptedChatbot(answer_by_words), f"feindlich {HOSTILE}"), NOTHING)
    answer = record["exchanges"][0]["answer"]
    answer["models"] = {"language": HOSTILE[:150]}
    answer["notices"] = [HOSTILE]
    [one], _ = restored(record, Library(folder), GERMAN)
    for shown in (one.shown, one.panel, one.cited):
        assert shown
        for acting in ("<img", "<script", "<form", "<iframe", "<svg", "](", "$$"):
            assert acting not in shown


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)


@given(
    JSON, st.sampled_from(["question", "answer", "language", "kind", "sentences", "citations", "passages", "models"])
)
def test_any_forgery_is_left_out_or_read(value, name):
    """No value in any place does more than be left out."""
    answer = {
        "language": "de", "kind": "answer", "answer": "Ja.", "sentences": [], "citations": [], "passages": [],
        "confidence": 0.5, "timings": {"total_ms": 1}, "models": {}, "generation": 1, "notices": [],
    }  # fmt: skip
    exchange = {"question": "?", "answer": {**answer, name: value}, name: value}
    for forged in (exchange, {"question": "?", "answer": {**answer, name: value}}, value):
        conversation, _ = restored({"version": 1, "exchanges": [forged], "filters": value}, Library(None), GERMAN)
        assert len(conversation) <= 1


def test_only_so_much_is_kept(folder):
    """The last 20 exchanges; what failed is not kept, what was stopped is, with its draft."""
    done = _asked(IndexedChatbot(folder), "Brücken")[0]
    conversation = tuple(replace(done, number=number) for number in range(1, 30))
    assert len(kept(conversation, NOTHING)["exchanges"]) == MOST_EXCHANGES
    record = kept((Exchange("Wer?"), Exchange("Wo?", 2, draft="In Kö")), NOTHING)
    [one], _ = restored(record, Library(folder), GERMAN)
    assert one.question == "Wo?" and one == stopped((replace(one, shown=""),), GERMAN)[0]
    assert "In Kö" in one.shown
    too_long = {"version": 1, "exchanges": [{"question": "x" * 20_001, "draft": ""}] * 3, "filters": None}
    assert restored(too_long, Library(folder), GERMAN) == ((), NOTHING)
