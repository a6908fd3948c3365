"""What a real server answers to those who run it, with and without a password, and what it does not."""

import json
from contextlib import contextmanager
from functools import partial

import pytest
from browser_support import free_port, get
from gradio_client import Client
from gradio_client.exceptions import AppError
from page_fakes import ScriptedChatbot, answer_by_words
from page_http import wait_for
from test_metrics import read

import app
from citeglot.deployment import Service
from citeglot.errors import NoIndex, WrongUse
from citeglot.loading import ChatbotLoader
from citeglot.observing import missed_by, observed
from citeglot.page_server import Access, serve
from citeglot.settings import Settings
from citeglot.status import Status, open_status

SECRET = "prometheus-reads-this"
QUIET = Service()


@contextmanager
def running(service=QUIET, load=lambda: ScriptedChatbot(answer_by_words), token="", users=()):
    """Serve the page as app.py does; yields its address."""
    status = Status(service, token)
    loader = ChatbotLoader(lambda: observed(load(), status.observers), missed=missed_by(status.observers))
    blocks = app.build_page(loader, Settings())
    loader.start()
    try:
        yield serve(partial(blocks.launch), "127.0.0.1", free_port(), Access(users=users), status.routes(loader))
    finally:
        blocks.close(verbose=False)


def test_by_default_it_is_told_that_it_lives_and_is_ready_and_no_more():
    """No metrics; no caller from another site or by another name; the page stands beside."""
    with running() as url:
        wait_for(lambda: get(url, "/readyz")[0].status == 200)
        assert json.loads(get(url, "/readyz")[1]) == {"ready": True, "missing": []}
        response, body = get(url, "/healthz")
        assert (response.status, body) == (200, b"ok\n")
        assert "default-src 'self'" in response.headers["content-security-policy"]
        assert get(url, "/metrics")[0].status == 404
        assert get(url, "/healthz", Host="evil.example")[0].status == 400
        assert get(url, "/readyz", Origin="http://evil.example")[0].status == 403
        assert get(url)[0].status == 200


def test_what_is_missing_is_told_with_503():
    """In words, without the path of the index; the process lives all the same."""

    def load():
        raise NoIndex("There is no index in /home/anna/index.")

    with running(load=load) as url:
        wait_for(lambda: b"no index" in get(url, "/readyz")[1])
        response, body = get(url, "/readyz")
        assert response.status == 503 and json.loads(body)["ready"] is False and b"anna" not in body
        assert get(url, "/healthz")[0].status == 200


def test_metrics_count_what_is_asked():
    """A question of a program is counted, by its kind and language."""
    with running(Service(metrics=True)) as url:
        client = Client(url, verbose=False)
        client.predict("Wer?", api_name="/ask")
        client.predict("Wer war auf dem Mond?", api_name="/ask")
        response, body = get(url, "/metrics")
        assert response.status == 200 and response.headers["content-type"].startswith("text/plain; version=0.0.4")
        _, values = read(body.decode())
        assert values["citeglot_questions_answered_total", ("kind", "answer"), ("language", "de")] == 1
        assert values["citeglot_questions_answered_total", ("kind", "refusal"), ("language", "de")] == 1
        assert (values["citeglot_questions_in_work",], values["citeglot_generation",]) == (0, 3)


def test_metrics_count_questions_without_an_index():
    """A program that asks is told so, and the question is counted as failed."""

    def load():
        raise NoIndex("There is no index in /home/anna/index.")

    with running(Service(metrics=True), load) as url:
        with pytest.raises(AppError, match="no index"):
            Client(url, verbose=False).predict("Wer?", api_name="/ask")
        text = get(url, "/metrics")[1].decode()
    _, values = read(text)
    assert values["citeglot_questions_failed_total", ("error", "NoIndex")] == 1
    assert values["citeglot_generation",] == 0 and "anna" not in text


def test_with_a_password_health_is_open_and_metrics_are_not():
    """Neither a stranger nor a user of the page reads them without the secret, which opens nothing else."""
    users = (("anna", "correct horse battery"),)
    with running(Service(metrics=True), token=SECRET, users=users) as url:
        wait_for(lambda: get(url, "/readyz")[0].status == 200)
        assert get(url, "/healthz")[0].status == 200
        for given in ("", SECRET, f"Basic {SECRET}", f"Bearer {SECRET}x", "Bearer ", "Bearer \xe4"):
            response, body = get(url, "/metrics", Authorization=given)
            assert response.status == 401 and b"citeglot_" not in body
        response, body = get(url, "/metrics", Authorization=f"Bearer {SECRET}")
        assert response.status == 200 and b"citeglot_ready 1" in body
        assert get(url, "/config", Authorization=f"Bearer {SECRET}")[0].status == 401


def test_metrics_beside_a_password_need_a_secret(monkeypatch):
    """The server is not started otherwise; a short one is none."""
    monkeypatch.delenv("CITEGLOT_METRICS_TOKEN", raising=False)
    open_status(Service(metrics=True), has_users=False)
    open_status(Service(), has_users=True)
    with pytest.raises(WrongUse, match="CITEGLOT_METRICS_TOKEN"):
        open_status(Service(metrics=True), has_users=True)
    monkeypatch.setenv("CITEGLOT_METRICS_TOKEN", "short")
    with pytest.raises(WrongUse, match="5 characters"):
        open_status(Service(metrics=True), has_users=True)
    monkeypatch.setenv("CITEGLOT_METRICS_TOKEN", SECRET)
    open_status(Service(metrics=True), has_users=True)


def test_the_log_has_a_line_for_each_question(tmp_path):
    """Asked through the running page, by a program; without the words of the question."""
    file = tmp_path / "log.jsonl"
    with running(Service(log="json", log_file=str(file))) as url:
        Client(url, verbose=False).predict("Wer leitete die Delegation?", api_name="/ask")
    text = file.read_text(encoding="utf-8")
    assert [json.loads(line)["kind"] for line in text.splitlines()] == ["answer"]
    assert "Delegation" not in text
