"""When the chatbot answers and when it does not, and what it says of its confidence."""

import numpy as np
import pytest
from answer_support import SENTENCES, build_answers
from calibration_support import BY_WORD, calibrate_fakes, contents
from fakes import HashEmbedder, ScriptedGenerator

from citeglot.chatbot import Chatbot
from citeglot.evidence import CONSIDERED, WORTH_READING
from citeglot.retrieval import in_context
from citeglot.settings import Settings
from citeglot.types import Reading, Turn
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


def ask(generation, generator, question=QUESTIONS["en"]):
    return list(Chatbot(Settings(), generation, HashEmbedder(), generator).ask(question))


@pytest.mark.parametrize(("yes", "refused"), [(0.69, True), (0.71, False), (0.999, False)])
@pytest.mark.parametrize("language", sorted(QUESTIONS))
def test_an_answer_is_given_from_the_fitted_confidence_on(generation, monkeypatch, language, yes, refused):
    """In each language: below it a refusal, above it not, and the confidence is what was judged."""
    calibrate_fakes(monkeypatch, contents(scripted=BY_WORD | {"enough": 0.7}))
    answer = ask(generation, ScriptedGenerator([SENTENCES[language][0]], yes), QUESTIONS[language])[-1]
    assert (answer.kind == "refusal") is refused
    assert answer.confidence == pytest.approx(yes)


def test_where_nothing_is_enough_nothing_is_answered(generation, monkeypatch):
    """A calibration that found no threshold refuses whatever the model says."""
    calibrate_fakes(monkeypatch, contents(scripted={"weights": {"yes": 1e9}, "bias": 0.0, "enough": 1.0}))
    assert ask(generation, ScriptedGenerator(yes=1.0))[-1].kind == "refusal"


@pytest.mark.parametrize(("generator", "total"), [(ScriptedGenerator(), WORTH_READING), (None, CONSIDERED)])
def test_reading_counts_up_to_what_is_read(generation, monkeypatch, generator, total):
    """The page shows how far it is: with a language model few sentences, without one all considered."""
    calibrate_fakes(monkeypatch)
    steps = [event for event in ask(generation, generator) if isinstance(event, Reading)]
    assert [(one.done, one.total) for one in steps] == [(done, total) for done in range(1, total + 1)]


@pytest.mark.parametrize("language", sorted(QUESTIONS))
def test_a_model_that_was_not_fitted_is_told(generation, monkeypatch, language):
    """In the language of the question; what was fitted needs no notice."""
    calibrate_fakes(monkeypatch, contents())
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
