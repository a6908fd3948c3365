"""What is said of the same evidence is said again without writing."""

import pytest
from calibration_support import answers_decide  # noqa: F401 - a fixture for all
from fakes import HashEmbedder, ScriptedGenerator
from index_support import five_articles, update
from test_chatbot import QUESTIONS, REPLIES

from citeglot.chatbot import Chatbot
from citeglot.errors import ModelFailed
from citeglot.index import open_index
from citeglot.settings import Settings
from citeglot.types import Answer, Draft, Filters, Turn


@pytest.fixture(scope="module")
def generation(tmp_path_factory):
    folder = tmp_path_factory.mktemp("index")
    update(folder, five_articles().values())
    return open_index(folder)


class Failing(ScriptedGenerator):
    """Breaks down while it writes, as often as it is told to."""

    failures = 1

    def stream(self, turns, limits):
        if self.failures:
            self.failures -= 1
            raise ModelFailed("The language model broke down.")
        return (yield from super().stream(turns, limits))


def asked(chatbot, language, history=()):
    """Return the events of a question of a language over the article of that language."""
    return list(chatbot.ask(QUESTIONS[language], history, Filters(languages=(language,))))


@pytest.mark.parametrize("language", sorted(QUESTIONS))
def test_a_question_asked_again_is_not_written_again(generation, language):
    """The same answer with the same citations, at once; another one is written."""
    other = "hi" if language != "hi" else "ja"
    generator = ScriptedGenerator([REPLIES[language], REPLIES[other]])
    chatbot = Chatbot(Settings(), generation, HashEmbedder(), generator)
    first, second = (asked(chatbot, language)[-1] for _ in range(2))
    assert len(generator.asked) == 1 and isinstance(second, Answer)
    assert (first.text, first.citations, first.passages) == (second.text, second.citations, second.passages)
    assert first.timings.first_token_ms is not None and second.timings.first_token_ms is None
    assert asked(chatbot, other)[-1].text == f"{REPLIES[other]} [1]"
    assert len(generator.asked) == 2


def test_what_was_said_before_counts(generation):
    """The same words after another question are another question where they lean on it."""
    generator = ScriptedGenerator([REPLIES["en"]] * 3)
    chatbot = Chatbot(Settings(), generation, HashEmbedder(), generator)
    for before in ("Who is the minister?", "Who is the engineer?", "Who is the minister?"):
        list(chatbot.ask("And when did she arrive?", [Turn("user", before)], Filters(languages=("en",))))
    assert len({str(turns) for turns in generator.asked}) == len(generator.asked) == 2


def test_a_failure_is_not_remembered(generation):
    """A quotation because the model broke down gives way to an answer when it is there again."""
    generator = Failing([REPLIES["en"]])
    chatbot = Chatbot(Settings(), generation, HashEmbedder(), generator)
    first, second = asked(chatbot, "en"), asked(chatbot, "en")
    assert first[-1].kind == "quotation" and "The language model broke down." in first[-1].notices
    assert second[-1].kind == "answer" and not second[-1].notices
    assert any(isinstance(event, Draft) for event in second)


def test_a_stopped_answer_is_not_remembered(generation):
    """Whoever goes away half way leaves no half answer."""
    generator = ScriptedGenerator([REPLIES["en"]] * 2)
    chatbot = Chatbot(Settings(), generation, HashEmbedder(), generator)
    events = chatbot.ask(QUESTIONS["en"], (), Filters(languages=("en",)))
    next(event for event in events if isinstance(event, Draft))
    events.close()
    assert asked(chatbot, "en")[-1].text == f"{REPLIES['en']} [1]"
    assert len(generator.asked) == 2
