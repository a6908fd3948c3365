"""Loading beside the page."""

import threading

import pytest
from page_fakes import ScriptedChatbot

from citeglot.errors import EnvironmentLacks, NoIndex
from citeglot.loading import ChatbotLoader


def test_nothing_waits_for_the_models():
    """`start` returns while the models are still being loaded, and starting twice loads once."""
    go, calls = threading.Event(), []

    def load():
        calls.append(1)
        go.wait(10)
        return ScriptedChatbot(None)

    loader = ChatbotLoader(load)
    loader.start()
    loader.start()
    assert not loader.is_settled and not loader.wait(0.01)
    go.set()
    assert loader.chatbot() is loader.chatbot()
    loader.start()
    assert loader.is_settled and calls == [1]


def test_a_failure_is_raised_to_each_caller_and_start_tries_again():
    """The person mends what is missing and asks again, without restarting the page."""
    results = [NoIndex("There is no index."), ScriptedChatbot(None)]

    def load():
        result = results.pop(0)
        if isinstance(result, Exception):
            raise result
        return result

    loader = ChatbotLoader(load)
    loader.start()
    for _ in range(2):
        with pytest.raises(NoIndex, match=r"There is no index\."):
            loader.chatbot()
    loader._thread.join()
    loader.start()
    assert isinstance(loader.chatbot(), ScriptedChatbot)


def test_an_unforeseen_failure_becomes_a_sentence_and_a_log_entry(caplog):
    """A bug while loading does not leave the page waiting for ever."""
    loader = ChatbotLoader(lambda: 1 / 0)
    loader.start()
    with pytest.raises(EnvironmentLacks, match="doctor"):
        loader.chatbot()
    assert "ZeroDivisionError" in caplog.text
