"""The conversation on the page: what each handler changes, whatever it is given."""

from dataclasses import replace
from types import SimpleNamespace

import pytest
from index_support import five_articles, update
from page_fakes import ITALIAN, IndexedChatbot, ScriptedChatbot, cited_answer, passage, refused_answer

from citeglot.errors import NoIndex
from citeglot.loading import ChatbotLoader
from citeglot.page import Reader, escape
from citeglot.page_chat import ChatPage
from citeglot.page_filters import NOTHING, Narrowing
from citeglot.page_texts import page_texts
from citeglot.settings import Settings

TEXTS = page_texts()["de"]
READER = Reader("de", TEXTS)
HITS = (passage(ITALIAN),)


def _answering(question):
    if "Mond" in question:
        return refused_answer(question, HITS)
    return cited_answer(question, "Grassano leitete sie.", ITALIAN, HITS)


def _page(load, index="nowhere"):
    loader = ChatbotLoader(load)
    loader.start()
    return ChatPage(loader, replace(Settings(), index=index if index != "nowhere" else Settings().index / "none"))


def _raise(problem):
    raise problem


def _end(page, question, conversation=(), **how):
    """Return all parts as they stand after an answer."""
    shown = {}
    for changes in page.answer(question, conversation, READER, **how):
        shown |= changes
    return SimpleNamespace(**shown)


@pytest.mark.parametrize(
    ("load", "question"),
    [
        (lambda: ScriptedChatbot(_answering), "Wer leitete die Delegation?"),
        (lambda: ScriptedChatbot(_answering), "Mond?"),
        (lambda: ScriptedChatbot(_answering), " \u3000\u200b"),
        (lambda: ScriptedChatbot(_answering), "x" * 100_000),
        (lambda: ScriptedChatbot(_answering), None),
        (lambda: ScriptedChatbot(lambda question: 1 / 0), "Wer?"),
        (lambda: _raise(NoIndex("There is no index.")), "Wer?"),
    ],
    ids=["answer", "refusal", "empty", "100,000 characters", "no text", "bug", "no index"],
)
def test_after_every_path_the_box_is_ready_again(load, question):
    """Whatever happens, the box asks again, and something is told."""
    end = _end(_page(load), question)
    assert end.box.submit_btn == TEXTS["ask"] and end.box.stop_btn is False
    assert end.note.value or end.chat


def test_a_question_that_cannot_be_asked_is_told_and_not_lost():
    """An empty or overlong question reaches no model, and the box keeps its text."""
    chatbot = ScriptedChatbot(_answering)
    page = _page(lambda: chatbot)
    for question, words in ((" ", TEXTS["empty_question"]), ("x" * 2001, "2001 Zeichen")):
        [changes] = page.answer(question, (), READER)
        assert escape(words) in changes["note"].value
        assert changes["box"].value is None and "conversation" not in changes
    assert not chatbot.asked


def test_the_question_is_measured_in_characters():
    """A Japanese question of exactly the limit is asked."""
    chatbot = ScriptedChatbot(_answering)
    _end(_page(lambda: chatbot), "問" * 2000)
    assert len(chatbot.asked) == 1


def test_editing_puts_the_question_back_and_replaces_its_answer():
    """The box holds the last question; asked again it stands in the place of the old one, without it as history."""
    chatbot = ScriptedChatbot(_answering)
    page = _page(lambda: chatbot)
    once = _end(page, "Wer?").conversation
    changes = page.edit(once, False, READER)
    assert changes["box"].value == "Wer?" and changes["editing"] and changes["edit"] == TEXTS["edit_not"]
    back = page.edit(once, True, READER)
    assert back["box"].value == "" and not back["editing"]
    again = _end(page, "Wer genau?", once, editing=True)
    assert [one.question for one in again.conversation] == ["Wer genau?"] and again.editing is False
    assert chatbot.asked == [("Wer?", ()), ("Wer genau?", ())]
    assert not page.edit((), False, READER)["editing"]


def test_what_follows_an_answer_is_offered_after_one():
    """Feedback and the file belong to an answer; trying again also to a failure; nothing to an empty page."""
    done = _end(_page(lambda: ScriptedChatbot(_answering)), "Wer?")
    assert done.actions.visible and done.judging.visible
    failed = _end(_page(lambda: _raise(NoIndex("None."))), "Wer?")
    assert failed.actions.visible and not failed.judging.visible
    empty = _page(lambda: ScriptedChatbot(_answering)).clear(READER)
    assert not empty["actions"].visible and empty["chat"] == [] and empty["conversation"] == ()
    assert empty["kept"]["exchanges"] == []


def test_the_end_is_announced_once():
    """While words come nothing is announced; the end says that there is an answer, or that there is none."""
    states = list(_page(lambda: ScriptedChatbot(_answering)).answer("Wer?", (), READER))
    assert [state["live"] for state in states if state.get("live")] == [states[-1]["live"]]
    assert escape(TEXTS["announce"]) in states[-1]["live"] and "Grassano" in states[-1]["live"]
    failed = _end(_page(lambda: _raise(NoIndex("None."))), "Wer?")
    assert escape(TEXTS["announce_not"]) in failed.live


def test_a_full_line_is_told_and_the_question_stays():
    """Where too many wait, the reader is told so in their language, and the box keeps the question."""
    chatbot = ScriptedChatbot(_answering)
    page = _page(lambda: chatbot)
    page.loader.line._places = 0
    with page.loader.line.place():
        end = _end(page, "Wer?")
    assert escape(TEXTS["busy"]) in end.note.value
    assert end.box.value == "Wer?" and end.box.submit_btn and end.conversation == ()
    assert not chatbot.asked


def test_filters_narrow_the_search_and_wrong_ones_are_told(built):
    """What stands in the boxes reaches the chatbot as filters; a wrong date is a sentence, and nothing is asked."""
    chatbot = IndexedChatbot(built)
    page = _page(lambda: chatbot, built)
    end = _end(page, "Brücken", narrowing=Narrowing(("hi",), "", "", ""))
    assert chatbot.filters[0].languages == ("hi",)
    assert {hit.chunk.language for hit in end.conversation[0].answer.passages} == {"hi"}
    wrong = _end(page, "Brücken", narrowing=Narrowing(since="gestern"))
    assert escape("gestern") in wrong.note.value and len(chatbot.filters) == 1


def test_the_fold_says_what_is_chosen(built):
    """The name of the fold carries the filters; what means nothing is told beside them at once."""
    page = _page(lambda: ScriptedChatbot(_answering), built)
    told = page.narrowed((), Narrowing(("hi", "de"), "", "2024-01-31"), READER)
    assert told["fold"].label == "Filter: Hindi, Deutsch · ab 2024-01-31" and not told["filter_note"].visible
    wrong = page.narrowed((), Narrowing(article="nirgends"), READER)
    assert escape("nirgends") in wrong["filter_note"].value
    assert page.unfiltered((), READER)["fold"].label == "Filter"


def test_the_choices_follow_the_index(tmp_path):
    """A language that came with an ingest is offered; one that went is offered and chosen no more."""
    articles = five_articles()
    update(tmp_path, [articles["de.txt"], articles["en.txt"]])
    page = _page(lambda: ScriptedChatbot(_answering), tmp_path)
    before = page.choices(Narrowing(("en",)), READER)["languages"]
    assert before.choices == [("Deutsch", "de"), ("Englisch", "en")] and "value" not in before.constructor_args
    update(tmp_path, [articles["de.txt"], articles["ja.txt"]])
    after = page.choices(Narrowing(("en",)), READER)["languages"]
    assert after.choices == [("Deutsch", "de"), ("Japanisch", "ja")] and after.value == []


def test_a_page_begins_with_what_the_browser_kept(built):
    """Conversation and filters come back after a reload; forged things begin with an empty page."""
    page = _page(lambda: IndexedChatbot(built), built)
    end = _end(page, "Brücken", narrowing=Narrowing(("de",)))
    begun = page.begin(end.kept, READER)
    assert begun["chat"] == end.chat and begun["evidence"] and begun["languages"].value == ["de"]
    for forged in (None, [], {"version": 1, "exchanges": "x"}, {"version": 1, "exchanges": [{"question": 7}]}):
        assert page.begin(forged, READER)["chat"] == []


def test_the_status_is_watched_until_the_models_are_there():
    """The timer goes while the models are loaded, and stops then; what is missing is said."""
    page = _page(lambda: _raise(NoIndex("There is no index in index/.")))
    page.loader.wait()
    watched = page.watch(READER)
    assert escape("python ingest.py") in watched["status"].value and watched["timer"].active is False


def test_a_stop_keeps_what_was_written():
    """A stopped answer stands with its draft and can be tried again; the box is ready."""
    page = _page(lambda: ScriptedChatbot(_answering))
    conversations = (one["conversation"] for one in page.answer("Wer?", (), READER) if "conversation" in one)
    state = next(one for one in conversations if one[-1].draft)
    after = page.stop(state, NOTHING, READER)
    assert "Grassano" in after["chat"][-1]["content"] and escape(TEXTS["stopped"]) in after["chat"][-1]["content"]
    assert after["actions"].visible and not after["judging"].visible and after["box"].submit_btn
