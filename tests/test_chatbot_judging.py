"""When the chatbot answers and when it does not, and what it says of its confidence."""

import numpy as np
import pytest
from answer_support import SENTENCES, build_answers
from calibration_support import calibrate_fakes, contents
from fakes import HashEmbedder, ScriptedGenerator

from citeglot.chatbot import Chatbot
from citeglot.follow_ups import in_context
from citeglot.settings import Settings
from citeglot.types import Answer, Draft, Filters, Found, Reading, Turn
from citeglot.writing import calibration_notices

QUESTIONS = {
    "de": "Wie viele Lampen hat die Brücke?",
    "en": "How many lamps has the bridge?",
    "hi": "पुल पर कितने दीपक हैं?",
    "ja": "橋には灯がいくつありますか？",
    "no": "Hvor mange lamper har broen?",
}


@pytest.fixture(scope="module")
def generation(tmp_path_factory):
    return build_answers(tmp_path_factory.mktemp("index"))


def ask(generation, generator, question=QUESTIONS["en"], answers=0.9):
    return list(Chatbot(Settings(), generation, HashEmbedder(answers), generator).ask(question))


@pytest.mark.parametrize(("answers", "refused"), [(0.69, True), (0.71, False), (0.999, False)])
@pytest.mark.parametrize("language", sorted(QUESTIONS))
def test_an_answer_is_given_from_the_fitted_confidence_on(generation, monkeypatch, language, answers, refused):
    """In each language: below it a refusal, above it not, and the confidence is what was judged."""
    calibrate_fakes(monkeypatch, contents(enough=0.7))
    answer = ask(generation, ScriptedGenerator([SENTENCES[language][0]]), QUESTIONS[language], answers)[-1]
    assert (answer.kind == "refusal") is refused
    assert answer.confidence == pytest.approx(answers)


@pytest.mark.parametrize("language", sorted(QUESTIONS))
def test_an_article_in_the_questions_language_may_need_more(generation, monkeypatch, language):
    """The same confidence is enough for one and not for the other."""
    needs = {"same": contents(enough=0.5, enough_same=0.95), "other": contents(enough=0.95, enough_same=0.5)}
    other = "no" if language != "no" else "de"
    for article, refused in ((language, "same"), (other, "other")):
        for need, content in needs.items():
            calibrate_fakes(monkeypatch, content)
            chatbot = Chatbot(Settings(), generation, HashEmbedder(0.9), None)
            answer = list(chatbot.ask(QUESTIONS[language], (), Filters(languages=(article,))))[-1]
            assert (answer.kind == "refusal") is (need == refused)


@pytest.mark.parametrize("language", sorted(QUESTIONS))
def test_the_language_model_has_no_say_in_whether_it_is_answered(generation, monkeypatch, language):
    """Not even whether there is one: the confidence is the same, and it is asked nothing but to write."""
    calibrate_fakes(monkeypatch)
    for answers in (0.2, 0.8):
        generator = ScriptedGenerator([SENTENCES[language][0]])
        with_model, without = (ask(generation, one, QUESTIONS[language], answers)[-1] for one in (generator, None))
        assert with_model.confidence == without.confidence == pytest.approx(answers)
        assert (with_model.kind == "refusal") is (without.kind == "refusal") is (answers < 0.5)
        assert generator.judged == [] and len(generator.asked) == (answers > 0.5)


def test_where_nothing_is_enough_nothing_is_answered(generation, monkeypatch):
    """A calibration that found no threshold refuses whatever is read."""
    calibrate_fakes(monkeypatch, contents(weights={"answers": 1e9}, enough=1.0))
    assert ask(generation, ScriptedGenerator(), answers=1 - 1e-12)[-1].kind == "refusal"


def test_reading_is_told_between_what_was_found_and_the_draft(generation, monkeypatch):
    """Once, before the language model begins, so that the page can say what it waits for."""
    calibrate_fakes(monkeypatch)
    kinds = [type(event) for event in ask(generation, ScriptedGenerator(["The bridge has 28 lamps."]))]
    assert kinds[:3] == [Found, Reading, Draft] and kinds.count(Reading) == 1


@pytest.mark.parametrize(("generator", "answers"), [(ScriptedGenerator(), 0.1), (None, 0.9), (None, 0.1)])
def test_nothing_is_told_to_be_read_where_nothing_is(generation, monkeypatch, generator, answers):
    """Neither where nothing is sure enough, nor where no language model is there to read."""
    calibrate_fakes(monkeypatch)
    assert [type(event) for event in ask(generation, generator, answers=answers)] == [Found, Answer]


@pytest.mark.parametrize("language", sorted(QUESTIONS))
def test_a_model_that_was_not_fitted_is_told(generation, monkeypatch, language):
    """In the language of the question; what was fitted needs no notice."""
    calibrate_fakes(monkeypatch, contents("f" * 64))
    (notice,) = calibration_notices(False, language)
    assert notice in ask(generation, ScriptedGenerator(), QUESTIONS[language])[-1].notices
    calibrate_fakes(monkeypatch)
    assert ask(generation, ScriptedGenerator(), QUESTIONS[language])[-1].notices == ()


def test_a_question_is_searched_for_with_the_one_before_it(generation):
    """As a vector of both, and a little of its own; the language is the one that was told."""
    chatbot = Chatbot(Settings(), generation, HashEmbedder(), None)
    history = [Turn("user", "Is there a bridge?"), Turn("assistant", "Yes.")]
    query = chatbot.query("How many lamps?", "en", history)
    assert (query.text, query.language) == (in_context("How many lamps?", history), "en")
    assert query.text != chatbot.query("How many lamps?", "en").text == "How many lamps?"
    alone, both = (HashEmbedder().embed_question(text) for text in ("How many lamps?", query.text))
    assert query.vector @ both > query.vector @ alone > both @ alone
    assert abs(np.linalg.norm(query.vector) - 1) < 1e-5
