"""Loading beside the page."""

import threading
from dataclasses import replace

import pytest
from page_fakes import ScriptedChatbot

from citeglot.errors import EnvironmentLacks, NoIndex
from citeglot.loading import ChatbotLoader, language_model_file
from citeglot.models import find_model, model_path
from citeglot.settings import Settings


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


def test_a_model_that_comes_later_is_picked_up_at_the_next_question():
    """Without its language model the page quotes; once the file is there, the next `start` loads it, and only then."""
    there, loaded = [None], []

    def load():
        chatbot = ScriptedChatbot(None)
        chatbot.notice = "" if there[0] else "The language model is not there."
        loaded.append(chatbot)
        return chatbot

    loader = ChatbotLoader(load, lambda: there[0])
    assert loader.ready().notice
    loader.start()
    assert len(loaded) == 1
    there[0] = (1_000_000, 5)
    assert loader.ready() is loaded[1] and not loaded[1].notice
    there[0] = (1_000_000, 6)
    assert loader.ready() is loaded[1]


def test_a_model_that_cannot_be_used_is_tried_once_for_each_file():
    """A damaged file does not make every question load the models again; what was loaded goes on answering."""
    file, calls = [(7, 1)], []

    def load():
        calls.append(1)
        if len(calls) == 3:
            raise NoIndex("There is no index.")
        chatbot = ScriptedChatbot(None)
        chatbot.notice = "The language model is damaged."
        return chatbot

    loader = ChatbotLoader(load, lambda: file[0])
    for _ in range(3):
        loader.ready()
    assert len(calls) == 1
    file[0] = (8, 2)
    first = loader.ready()
    assert len(calls) == 2
    file[0] = (9, 3)
    assert loader.ready() is first and len(calls) == 3


def test_the_file_of_the_language_model_is_looked_at(tmp_path):
    """Size and time of the file of the catalogue's model; nothing where it or the model is not there."""
    settings = replace(Settings(), models=tmp_path)
    assert language_model_file(settings) is None
    model_path(find_model(settings.language_model), tmp_path).parent.mkdir(parents=True, exist_ok=True)
    model_path(find_model(settings.language_model), tmp_path).write_bytes(b"12345")
    assert language_model_file(settings)[0] == 5
    assert language_model_file(replace(settings, language_model="nothing")) is None
