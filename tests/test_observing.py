"""Observers are told what came of each question; who asks sees what a chatbot without them shows."""

import pytest
from page_fakes import ScriptedChatbot, answer_by_words

from citeglot.conversation import converse
from citeglot.errors import ModelFailed, ModelMissing, NoIndex
from citeglot.loading import ChatbotLoader
from citeglot.observing import missed_by, observed
from citeglot.page import Reader
from citeglot.page_programs import Programs
from citeglot.page_texts import page_texts
from citeglot.types import Answer, Filters, Turn


class Failing(ScriptedChatbot):
    """Fails after the passages were found."""

    def ask(self, question, history=(), filters=Filters()):
        events = super().ask(question, history, filters)
        yield next(events)
        raise ModelFailed("The model stopped at बोरेल.")


def test_without_observers_the_chatbot_stands_alone():
    """One machine alone has nothing between the page and the chatbot."""
    chatbot = ScriptedChatbot(answer_by_words)
    assert observed(chatbot, ()) is chatbot


def test_each_question_is_told_with_what_came_of_it():
    """The events are the chatbot's own; each observer gets the answer, and a name of its own for each question."""
    told, also = [], []
    chatbot = ScriptedChatbot(answer_by_words)
    watched = observed(chatbot, [told.append, also.append])
    events = list(watched.ask("Wer war es?", [Turn("user", "Ja?")], Filters(document="a*")))
    assert isinstance(events[-1], Answer) and len(events) == len(list(chatbot.ask("Wer war es?")))
    list(watched.ask("प्रतिनिधिमंडल का नेतृत्व किसने किया?"))
    assert told == also and len({one.id for one in told}) == 2
    first, second = told
    assert (first.question, first.turns, first.filtered, first.outcome) == ("Wer war es?", 1, True, "answered")
    assert first.answer == events[-1] and first.seconds >= 0
    assert (second.turns, second.filtered) == (0, False)


def test_an_error_is_told_by_its_name_and_raised_as_it_was():
    """Nothing is swallowed, and the message, which may hold words of the question, is not handed on."""
    told = []
    with pytest.raises(ModelFailed, match="बोरेल"):
        list(observed(Failing(answer_by_words), [told.append]).ask("Wer?"))
    (one,) = told
    assert (one.outcome, one.error, one.answer) == ("failed", "ModelFailed", None)


@pytest.mark.parametrize("problem", [NoIndex("No index in /home/anna."), ModelMissing("मॉडल नहीं है।")])
def test_a_question_for_which_there_is_no_chatbot_is_told_once(problem):
    """Whether it was asked on the page or by a program; looking at the state of the page tells nobody anything."""
    told = []

    def load():
        raise problem

    loader = ChatbotLoader(load, missed=missed_by([told.append]))
    *_, (exchange,) = converse("Wer war es?", (), loader, Reader("no", page_texts()["no"]))
    assert exchange.answer is None
    with pytest.raises(type(problem)):
        Programs(loader, 100).ask("कौन था?", [{"role": "user", "text": "हाँ"}], {"language": "hi"})
    with pytest.raises(type(problem)):
        loader.chatbot()
    first, second = told
    assert (first.question, first.turns, first.filtered, first.outcome) == ("Wer war es?", 0, False, "failed")
    assert (second.question, second.turns, second.filtered, second.outcome) == ("कौन था?", 1, True, "failed")
    assert first.error == second.error == type(problem).__name__ and first.id != second.id


def test_a_question_that_is_closed_half_way_was_cancelled():
    """The chatbot is closed, so that its model stops; after the answer, closing changes nothing."""
    told = []
    chatbot = ScriptedChatbot(answer_by_words)
    events = observed(chatbot, [told.append]).ask("Wer?")
    next(events)
    events.close()
    assert chatbot.closed == 1 and [one.outcome for one in told] == ["cancelled"]
    events = observed(chatbot, [told.append]).ask("Wer?")
    while not isinstance(next(events), Answer):
        pass
    events.close()
    assert told[-1].outcome == "answered"


def test_everything_else_is_the_chatbots_own():
    """Search, the index and the notice are reached through it."""
    chatbot = ScriptedChatbot(answer_by_words)
    chatbot.notice = "There is no language model."
    watched = observed(chatbot, [lambda asked: None])
    assert (watched.notice, watched.generation) == (chatbot.notice, chatbot.generation)
    assert watched.search("Wer?", 1).to_json()["hits"] and chatbot.asked[-1][0] == "Wer?"
