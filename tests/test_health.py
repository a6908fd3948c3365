"""What is said of whether questions can be answered: in words, without paths, and with another attempt in time."""

import threading

import pytest
from page_fakes import ScriptedChatbot, answer_by_words

from citeglot import errors
from citeglot.errors import EnvironmentLacks, NoIndex
from citeglot.health import LOADING, NO_LANGUAGE_MODEL, Health, State, state_of
from citeglot.loading import ChatbotLoader


def _settled(load):
    loader = ChatbotLoader(load)
    loader.start()
    assert loader.wait(30)
    return loader


def _failing(problem):
    def load():
        raise problem

    return _settled(load)


def test_what_is_loaded_is_ready():
    """The number of the index, both models, and nothing missing."""
    assert state_of(_settled(lambda: ScriptedChatbot(answer_by_words))) == State(3, True, True, ())


def test_what_is_being_loaded_is_not_waited_for():
    """The answer comes at once, and says so."""
    gate = threading.Event()
    loader = ChatbotLoader(lambda: gate.wait(30) and ScriptedChatbot(answer_by_words))
    loader.start()
    try:
        assert state_of(loader) == State(missing=(LOADING,))
    finally:
        gate.set()
    assert loader.wait(30) and state_of(loader).missing == ()


def test_without_a_language_model_it_is_not_ready():
    """Search works, and answers are quotations: those who run it decide whether that will do."""
    chatbot = ScriptedChatbot(answer_by_words)
    chatbot.notice = "There is no language model in /home/anna/models."
    assert state_of(_settled(lambda: chatbot)) == State(3, True, False, (NO_LANGUAGE_MODEL,))


@pytest.mark.parametrize(
    "kind", [one for one in vars(errors).values() if isinstance(one, type) and issubclass(one, errors.UserError)]
)
def test_every_error_is_told_without_what_it_names(kind):
    """Whoever reaches the server reads this: it holds no path and no address, and says what to do."""
    (told,) = state_of(_failing(kind("/home/anna/index http://10.0.0.5 गुप्त"))).missing
    assert "anna" not in told and "10.0.0.5" not in told and "गुप्त" not in told
    assert "python " in told


def test_an_error_that_nobody_expected_is_told_too(caplog):
    """It is no crash of the endpoint."""
    (told,) = state_of(_failing(ZeroDivisionError("x"))).missing
    assert "doctor" in told


def test_what_failed_is_tried_again_in_time():
    """A server that nobody may ask yet finds the index once somebody made one; until then it waits between attempts."""
    problems, attempts = [NoIndex("none"), EnvironmentLacks("x")], []

    def load():
        attempts.append(1)
        if problems:
            raise problems.pop()
        return ScriptedChatbot(answer_by_words)

    loader = _settled(load)
    patient = Health(loader, patience=3600)
    assert patient.state().missing and patient.state().missing and len(attempts) == 1
    eager = Health(loader, patience=0)
    for expected in (2, 3):
        assert eager.state().missing
        assert loader.wait(30) and len(attempts) == expected
    assert eager.state().missing == () and len(attempts) == 3
