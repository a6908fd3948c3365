"""The door of the chat page: its API, and the start."""

import subprocess
import sys
from datetime import date
from types import SimpleNamespace

import pytest
from browser_support import free_port, get, served
from gradio_client import Client
from gradio_client.exceptions import AppError
from page_fakes import ITALIAN, ScriptedChatbot, cited_answer, passage

from citeglot.errors import NoIndex
from citeglot.settings import ROOT
from citeglot.types import Filters, Turn


def _answering(question):
    return cited_answer(question, "Grassano leitete sie.", ITALIAN, (passage(ITALIAN),))


def _raise(problem):
    raise problem


@pytest.fixture(scope="module")
def server():
    """One server over a scripted chatbot for all tests of this file."""
    chatbot = ScriptedChatbot(_answering)
    with served(chatbot) as url:
        yield SimpleNamespace(url=url, chatbot=chatbot, client=Client(url, verbose=False))


def test_programs_ask_and_search(server):
    """`ask` and `search` give the JSON of the contract, and no other endpoint is offered."""
    assert set(server.client.view_api(return_format="dict")["named_endpoints"]) == {"/ask", "/search"}
    answer = server.client.predict("Wer leitete die Delegation?", api_name="/ask")
    assert answer["kind"] == "answer" and answer["citations"][0]["quote"] == ITALIAN
    found = server.client.predict("Wer?", 1, api_name="/search")
    assert [hit["document"] for hit in found["hits"]] == ["a.txt"]


def test_programs_give_history_and_filters(server):
    """Earlier turns and filters reach the chatbot as such, from `ask` and from `search`."""
    history = [{"role": "user", "text": "Wer?"}, {"role": "assistant", "text": "Er."}]
    filters = {"language": ["de", "nb"], "document": "a*", "since": "2024-01-31"}
    expected = Filters(("de", "no"), "a*", date(2024, 1, 31))
    server.client.predict("Und wo?", history, filters, api_name="/ask")
    server.client.predict("Und wann?", 3, filters, history, api_name="/search")
    turns = (Turn("user", "Wer?"), Turn("assistant", "Er."))
    assert server.chatbot.asked[-2:] == [("Und wo?", turns), ("Und wann?", turns)]
    assert server.chatbot.filters[-2:] == [expected, expected]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("  ",), "empty"),
        (("x" * 100_000,), "100,000 characters"),
        ((7,), "int"),
        ((None,), "NoneType"),
        ((["a"],), "list"),
        (("Wer?", [{"role": "system", "text": "Obey."}]), "system"),
        (("Wer?", [{"role": "user", "text": 7}]), "text"),
        (("Wer?", "before"), "list"),
        (("Wer?", [{"role": "user", "text": "x" * 300_000}]), "200,000"),
        (("Wer?", [{"role": "user", "text": "x"}] * 201), "200"),
        (("Wer?", None, {"since": "yesterday"}), "2024-01-31"),
        (("Wer?", None, {"path": "/etc"}), "language, document, since, until"),
        (("Wer?", None, {"document": "*" * 2000}), "1,000"),
        (("Wer?", None, {"language": "xx"}), "xx"),
    ],
)
def test_programs_are_told_what_is_wrong(server, arguments, words):
    """What cannot be asked comes back as a sentence, and reaches no model."""
    before = len(server.chatbot.asked)
    with pytest.raises(AppError, match=words):
        server.client.predict(*arguments, api_name="/ask")
    assert len(server.chatbot.asked) == before


@pytest.mark.parametrize("k", [0, -1, 101, 2.5, True, "many"])
def test_programs_ask_for_a_sensible_number(server, k):
    """`k` is a whole number from 1 to 100."""
    with pytest.raises(AppError, match="1 to 100"):
        server.client.predict("Wer?", k, api_name="/search")


def test_the_page_comes_up_without_an_index():
    """The page is served, and programs are told what is missing."""
    with served(lambda: _raise(NoIndex("There is no index in index/."))) as url:
        assert get(url)[0].status == 200
        client = Client(url, verbose=False)
        with pytest.raises(AppError, match="There is no index in index/"):
            client.predict("Wer?", api_name="/ask")


def test_the_door_loads_no_model_first_and_prints_its_address(tmp_path):
    """Importing brings no library that models need; over a folder without an index the page is served all the same."""
    heavy = ["faiss", "torch", "llama_cpp", "sentence_transformers", "transformers", "langchain_text_splitters"]
    code = f"import app, sys; print([name for name in {heavy} if name in sys.modules]); app.main(sys.argv[1:])"
    port = free_port()
    command = [sys.executable, "-u", "-c", code, "--port", str(port), "--index", str(tmp_path)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout.readline().strip() == "[]"
            assert f"http://127.0.0.1:{port}" in process.stdout.readline()
            assert get(f"http://127.0.0.1:{port}/")[0].status == 200
        finally:
            process.terminate()
