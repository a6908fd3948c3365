"""A conversation, state by state."""

import pytest
from page_fakes import ITALIAN, ScriptedChatbot, cited_answer, passage, refused_answer

from citeglot.conversation import converse, history, messages, panel, state_of_models, stopped
from citeglot.errors import IndexMismatch, ModelFailed, ModelMissing, NoIndex, WrongUse
from citeglot.loading import ChatbotLoader
from citeglot.page import Reader, escape
from citeglot.page_texts import page_texts
from citeglot.types import Turn

READER = Reader("de", page_texts()["de"])
HITS = (passage(ITALIAN),)


def _loader(chatbot):
    return ChatbotLoader(lambda: chatbot)


def _answering(question):
    return cited_answer(question, "Grassano leitete sie.", ITALIAN, HITS)


def test_the_evidence_stands_before_the_first_word():
    """The passages are in the panel in a state that holds no draft and no answer; drafts grow; the answer is last."""
    states = list(converse("Wer?", (), _loader(ScriptedChatbot(_answering)), READER))
    first = next(place for place, state in enumerate(states) if state[-1].panel)
    drafts = [state[-1].draft for state in states]
    assert not any(drafts[: first + 1])
    assert [draft for draft in drafts if draft] == ["Grassano", "Grassano leitete", "Grassano leitete sie."]
    assert states[-1][-1].said == "Grassano leitete sie. [1]"
    assert "source-1-1" in states[-1][-1].shown and "source-1-1" in states[-1][-1].panel
    assert all(state[-1].question == "Wer?" for state in states)


def test_later_questions_know_the_earlier_ones():
    """Answered questions become turns; refused ones too; the numbers of each exchange have their own anchors."""
    chatbot = ScriptedChatbot(_answering)
    loader = _loader(chatbot)
    *_, first = converse("Wer?", (), loader, READER)
    *_, second = converse("Und wo?", first, loader, READER)
    assert chatbot.asked[1] == ("Und wo?", (Turn("user", "Wer?"), Turn("assistant", "Grassano leitete sie. [1]")))
    assert "source-2-1" in second[-1].shown
    assert "source-1-1" in panel(second, READER) and escape("Zuvor: Wer?") in panel(second, READER)
    assert [message["role"] for message in messages(second)] == ["user", "assistant"] * 2


def test_closing_stops_the_model():
    """When the page stops, the chatbot's iterator is closed at once; what was written stays, marked as stopped."""
    chatbot = ScriptedChatbot(_answering)
    states = converse("Wer?", (), _loader(chatbot), READER)
    state = next(state for state in states if state[-1].draft)
    states.close()
    assert chatbot.closed == 1
    after = stopped(state, READER)
    assert "Grassano" in after[-1].shown and escape("Abgebrochen.") in after[-1].shown
    assert history(after) == ()


def test_a_stop_after_the_answer_changes_nothing():
    """A stop that comes too late does not take an answer away."""
    *_, done = converse("Wer?", (), _loader(ScriptedChatbot(_answering)), READER)
    assert stopped(done, READER) == done
    assert stopped((), READER) == ()


@pytest.mark.parametrize(
    ("problem", "lead"),
    [
        (NoIndex("Kein Ordner index."), "python ingest.py"),
        (ModelMissing("e5 fehlt."), "python -m citeglot models fetch"),
        (IndexMismatch("Anderes Modell."), "nicht in Ordnung"),
        (WrongUse("Nur Satzzeichen."), "so nicht beantworten"),
    ],
)
def test_what_went_wrong_is_said_in_the_readers_language(problem, lead):
    """The lead is German and says what to do, the message of the error follows, and the question stays."""

    def fail():
        raise problem

    *_, state = converse("Wer?", (), ChatbotLoader(fail), READER)
    assert state[-1].question == "Wer?"
    assert escape(lead) in state[-1].shown and escape(str(problem)) in state[-1].shown


def test_a_failure_while_answering_keeps_the_passages():
    """A model that stops half way leaves the question and the passages found so far, and no draft that looks done."""

    class Failing(ScriptedChatbot):
        def ask(self, question, history=(), filters=None):
            yield from list(super().ask(question))[:-1]
            raise ModelFailed("Der Speicher reicht nicht.")

    *_, state = converse("Wer?", (), _loader(Failing(_answering)), READER)
    assert escape("Der Speicher reicht nicht.") in state[-1].shown
    assert escape(ITALIAN) in state[-1].panel
    assert not state[-1].draft and not state[-1].said


def test_an_unforeseen_failure_is_logged_and_told_without_its_text(caplog):
    """A bug shows a sentence on the page and its traceback in the log."""

    class Broken(ScriptedChatbot):
        def ask(self, question, history=(), filters=None):
            raise KeyError("/secret/path")

    *_, state = converse("Wer?", (), _loader(Broken(_answering)), READER)
    assert escape(page_texts()["de"]["error_unexpected"]) in state[-1].shown
    assert "secret" not in state[-1].shown
    assert "KeyError" in caplog.text


def test_the_state_of_the_models_is_told():
    """Loading, failed, search only: each is said; nothing is said when all is well."""
    chatbot = ScriptedChatbot(_answering)
    loader = _loader(chatbot)
    assert escape(READER.texts["loading"]) in state_of_models(loader, READER)
    loader.start()
    loader.wait()
    assert state_of_models(loader, READER) == ""
    chatbot.notice = "No language model: quote only."
    assert escape(READER.texts["search_only"]) in state_of_models(loader, READER)
    assert escape(chatbot.notice) in state_of_models(loader, READER)


def test_a_refusal_leaves_nothing_to_cite_later():
    """A refused question adds no fold to the panel of the next one."""
    loader = _loader(ScriptedChatbot(lambda question: refused_answer(question, HITS)))
    *_, first = converse("Mond?", (), loader, READER)
    *_, second = converse("Mars?", first, loader, READER)
    assert "cg-earlier" not in panel(second, READER)
