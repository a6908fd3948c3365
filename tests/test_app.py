"""The door of the chat page: handlers, API, server, options."""

import subprocess
import sys
from types import SimpleNamespace

import pytest
from browser_support import free_port, get, served
from gradio_client import Client
from gradio_client.exceptions import AppError
from page_fakes import ITALIAN, ScriptedChatbot, cited_answer, passage, refused_answer

import app
from citeglot.errors import NoIndex
from citeglot.loading import ChatbotLoader
from citeglot.page import escape
from citeglot.page_texts import page_texts
from citeglot.settings import ROOT, Settings

GERMAN = SimpleNamespace(headers={"accept-language": "de-DE,de;q=0.9"})
HITS = (passage(ITALIAN),)
TEXTS = page_texts()["de"]


def _answering(question):
    if "Mond" in question:
        return refused_answer(question, HITS)
    return cited_answer(question, "Grassano leitete sie.", ITALIAN, HITS)


def _page(load):
    loader = ChatbotLoader(load)
    loader.start()
    return app.ChatPage(loader, Settings())


def _raise(problem):
    raise problem


@pytest.fixture(scope="module")
def server():
    """One server over a scripted chatbot for all tests of this file."""
    chatbot = ScriptedChatbot(_answering)
    with served(chatbot) as url:
        yield SimpleNamespace(url=url, chatbot=chatbot, client=Client(url, verbose=False))


@pytest.mark.parametrize(
    ("load", "question"),
    [
        (lambda: ScriptedChatbot(_answering), "Wer leitete die Delegation?"),
        (lambda: ScriptedChatbot(_answering), "Mond?"),
        (lambda: ScriptedChatbot(_answering), " \u3000\u200b"),
        (lambda: ScriptedChatbot(_answering), "x" * 100_000),
        (lambda: ScriptedChatbot(lambda question: 1 / 0), "Wer?"),
        (lambda: _raise(NoIndex("There is no index.")), "Wer?"),
    ],
    ids=["answer", "refusal", "empty", "100,000 characters", "bug", "no index"],
)
def test_every_path_gives_the_same_six_values(load, question):
    """Whatever happens, the page gets chat, panel, box, note, status and conversation, and the box is ready again."""
    shown = list(_page(load).answer(question, (), GERMAN))
    assert {len(values) for values in shown} == {6}
    assert shown[-1][2]["submit_btn"] == TEXTS["ask"] if isinstance(shown[-1][2], dict) else shown[-1][2].submit_btn


def test_a_question_that_cannot_be_asked_is_told_and_not_lost():
    """An empty or overlong question reaches no model, and the box keeps its text."""
    chatbot = ScriptedChatbot(_answering)
    page = _page(lambda: chatbot)
    for question, words in ((" ", TEXTS["empty_question"]), ("x" * 2001, "2001 Zeichen")):
        [(chat, _, box, note, _, conversation)] = page.answer(question, (), GERMAN)
        assert escape(words) in note.value
        assert conversation == () and isinstance(chat, dict)
        assert box.value is None
    assert not chatbot.asked


def test_the_question_is_measured_in_characters():
    """A Japanese question of exactly the limit is asked."""
    chatbot = ScriptedChatbot(_answering)
    list(_page(lambda: chatbot).answer("問" * 2000, (), GERMAN))
    assert len(chatbot.asked) == 1


def test_retry_replaces_the_last_answer_and_clear_begins_anew():
    """The last question is asked again without its own answer as history; clearing leaves nothing."""
    chatbot = ScriptedChatbot(_answering)
    page = _page(lambda: chatbot)
    *_, (*_, once) = page.answer("Wer?", (), GERMAN)
    *_, (*_, again) = page.answer_again(once, GERMAN)
    assert [exchange.question for exchange in again] == ["Wer?"]
    assert chatbot.asked == [("Wer?", ()), ("Wer?", ())]
    chat, *_, conversation = page.clear(GERMAN)
    assert chat == [] and conversation == ()


def test_programs_ask_and_search(server):
    """`ask` and `search` give the JSON of the contract, and no other endpoint is offered."""
    assert set(server.client.view_api(return_format="dict")["named_endpoints"]) == {"/ask", "/search"}
    answer = server.client.predict("Wer leitete die Delegation?", api_name="/ask")
    assert answer["kind"] == "answer" and answer["citations"][0]["quote"] == ITALIAN
    found = server.client.predict("Wer?", 1, api_name="/search")
    assert [hit["document"] for hit in found["hits"]] == ["a.txt"]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("  ",), "empty"),
        (("x" * 100_000,), "100,000 characters"),
        ((7,), "int"),
        ((None,), "NoneType"),
        ((["a"],), "list"),
    ],
)
def test_programs_are_told_what_is_wrong(server, arguments, words):
    """A question that cannot be asked comes back as a sentence, and reaches no model."""
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
    """The page is served, and says in the reader's language what to do."""
    with served(lambda: _raise(NoIndex("There is no index in index/."))) as url:
        assert get(url)[0].status == 200
        client = Client(url, verbose=False)
        with pytest.raises(AppError, match="There is no index in index/"):
            client.predict("Wer?", api_name="/ask")
    page = _page(lambda: _raise(NoIndex("There is no index in index/.")))
    page.loader.wait()
    assert escape("python ingest.py") in page.watch(GERMAN)[0].value


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
