"""Servers answer where they are named, and nothing of them is there where they are not."""

import json
import subprocess
import sys
from dataclasses import replace

import pytest
from fakes import HashEmbedder
from model_server import ModelServer, closed_port, dies_after, running, speaks

from citeglot import chatbot, evidence
from citeglot.calibration import Calibration
from citeglot.cli import main
from citeglot.deployment import Deployment, LanguageServers
from citeglot.doctor import examine
from citeglot.generators import load_generator
from citeglot.settings import ROOT, Settings
from citeglot.types import Answer, Draft, Found

QUESTION = "Wohin reist der Minister?"


@pytest.fixture
def bot(index, monkeypatch):
    """Return a chatbot over the index of the tests whose language model is on servers, and which is always sure."""
    monkeypatch.setattr(chatbot, "load_embedder", lambda settings: HashEmbedder())
    for module in (chatbot, evidence):
        monkeypatch.setattr(module, "calibration_of", lambda identity: Calibration({}, 0.0, 0.0, 0.0))

    def made(*servers):
        said = Deployment(language_model=LanguageServers(tuple(one.url for one in servers)))
        return chatbot.load_chatbot(replace(Settings(), index=index, deployment=said))

    return made


def test_a_chatbot_writes_through_a_server(bot):
    """The draft is what the server writes; what is held is checked as always, and the model's name is the server's."""
    with running(ModelServer(otherwise=speaks("Der Minister ", "reist 1999."))) as [server]:
        events = list(bot(server).ask(QUESTION))
    assert "Der Minister reist 1999." in [one.text for one in events if isinstance(one, Draft)]
    assert events[-1].models["language"] == "tiny" and "1999" not in events[-1].text


def test_without_a_server_a_quotation_stands_and_the_failure_is_told(bot):
    """What was found needs no language model; the same chatbot is answered for once the server is there."""
    with running(ModelServer(otherwise=dies_after())) as [server]:
        one = bot(server)
        events = one.ask(QUESTION)
        assert isinstance(next(events), Found)
        (*_, answer) = events
        assert answer.kind == "quotation" and answer.citations
        assert any(server.url in notice for notice in answer.notices)
        server.otherwise = speaks("Oslo")
        assert isinstance([*one.ask(QUESTION)][-1], Answer)


def test_the_settings_choose(monkeypatch):
    """Without addresses the model in this process is loaded."""
    monkeypatch.setattr("citeglot.llm_llamacpp.load_generator", lambda settings: settings.language_model)
    assert load_generator(Settings()) == Settings().language_model


def test_by_default_nothing_of_servers_is_imported():
    """Neither by the program's doors nor where it chooses its model."""
    code = "import sys, citeglot.chatbot, citeglot.cli, citeglot.doctor; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert not [name for name in done.stdout.split() if name.startswith(("citeglot.server_", "citeglot.llm_openai"))]
    assert "citeglot.generators" in done.stdout


def test_the_doctor_says_which_servers_answer(tmp_path):
    """One that does not is a warning while another does, else an error; the model's file is not asked for."""

    def found(*urls):
        said = Deployment(language_model=LanguageServers(urls))
        settings = Settings(corpus=tmp_path, index=tmp_path, models=tmp_path, deployment=said)
        findings = [one for one in examine(settings) if one.area == "models"]
        assert not any(Settings().language_model in one.message for one in findings)
        return [(one.state, one.message) for one in findings if "http" in one.message]

    gone = closed_port()
    with running(ModelServer(models=["モデル"])) as [server]:
        [well, ill] = found(server.url, gone)
    assert well[0] == "ok" and server.url in well[1] and "モデル" in well[1]
    assert ill[0] == "warning" and gone in ill[1]
    assert [state for state, _ in found(gone)] == ["error"]


def test_models_list_says_where_the_model_is(monkeypatch, capsys):
    """On standard error, so that the JSON stays what it was; `fetch` leaves out what is not needed here."""
    monkeypatch.setenv("CITEGLOT_LLM_URL", "http://127.0.0.1:9/v1")
    main(["models", "list", "--json"])
    told = capsys.readouterr()
    assert "http://127.0.0.1:9/v1" in told.err and isinstance(json.loads(told.out), list)
    fetched = []
    monkeypatch.setattr("citeglot.maintenance.fetch_model", lambda model, folder, say: fetched.append(model.name))
    monkeypatch.setattr("citeglot.maintenance.require_embedding_folder", lambda model, folder: folder)
    assert main(["models", "fetch"]) == 0
    assert fetched == [Settings().embedding_model]
