"""The server of the page: whom it answers, what it lets the browser load, and its port."""

import json
import socket

import pytest
from browser_support import free_port, get, served
from gradio_client import Client
from page_fakes import ScriptedChatbot, answer_by_words

import app
from citeglot.errors import EnvironmentLacks
from citeglot.loading import ChatbotLoader
from citeglot.page_server import Access, guards, serve
from citeglot.settings import Settings


def _served_to(access, host="127.0.0.1"):
    """Serve a page that answers by script; returns it and its address."""
    loader = ChatbotLoader(lambda: ScriptedChatbot(answer_by_words))
    loader.start()
    blocks = app.build_page(loader, Settings())
    return blocks, serve(blocks.launch, host, free_port(), access)


@pytest.fixture(scope="module")
def url():
    """One server for all tests of this file."""
    with served(ScriptedChatbot(None)) as url:
        yield url


def test_only_this_machine_is_answered(url):
    """A foreign Host (DNS rebinding) or Origin (another site's page) is refused; the own ones are served."""
    assert get(url)[0].status == 200
    assert get(url, Origin=url.rstrip("/"))[0].status == 200
    assert get(url, Host="evil.example")[0].status == 400
    assert get(url, Origin="http://evil.example")[0].status == 403
    assert get(url, Origin="null")[0].status == 403


def test_the_page_forbids_the_browser_everything_foreign(url):
    """Each response carries the policy, without `unsafe-eval`, and the other security headers."""
    headers = get(url)[0].headers
    assert "default-src 'self'" in headers["content-security-policy"]
    assert "unsafe-eval" not in headers["content-security-policy"]
    assert headers["x-content-type-options"] == "nosniff" and headers["referrer-policy"] == "no-referrer"


@pytest.mark.parametrize(
    "path",
    [
        "/docs",
        "/redoc",
        "/openapi.json",
        "/gradio_api/openapi.json",
        "/gradio_api/upload",
        "/gradio_api/mcp/",
        "/gradio_api/mcp/schema",
        "/monitoring",
        "/gradio_api/file=/etc/passwd",
        "/gradio_api/file=pyproject.toml",
        "/gradio_api/file=..%2f..%2fetc%2fpasswd",
        "/gradio_api/file=http://evil.example/",
    ],
)
def test_nothing_else_is_served(url, path):
    """No documentation, no monitoring, no file of this machine, no redirect elsewhere."""
    response, body = get(url, path)
    assert response.status in (400, 403, 404, 405), body[:200]


def test_a_port_in_use_is_told():
    """The message names the port and the option, and the exit code is 3."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        blocks = app.build_page(ChatbotLoader(lambda: ScriptedChatbot(None)), Settings())
        with pytest.raises(EnvironmentLacks, match=f"port {port} .*--port"):
            serve(blocks.launch, "127.0.0.1", port)


def test_with_users_nothing_is_served_without_a_password():
    """Page, configuration and API ask for a login; who knows the password is answered, who does not is not."""
    blocks, url = _served_to(Access(users=(("anna", "correct horse battery"),)))
    try:
        for path in ("/config", "/gradio_api/info"):
            assert get(url, path)[0].status == 401
        assert b"cg-box" not in get(url)[1]
        with pytest.raises(Exception, match="Could not login"):
            Client(url, auth=("anna", "wrong"), verbose=False)
        client = Client(url, auth=("anna", "correct horse battery"), verbose=False)
        assert client.predict("Wer?", api_name="/ask")["kind"] == "answer"
    finally:
        blocks.close(verbose=False)


def test_who_listens_on_every_address_answers_to_every_name():
    """A page for others is reached by names that are not known here; a page for this machine by its own alone."""
    assert guards("0.0.0.0")[1].kwargs["allowed_hosts"] == ["*"]
    assert guards("192.168.1.7")[1].kwargs["allowed_hosts"] == ["127.0.0.1", "192.168.1.7", "localhost"]
    assert "*" not in guards("127.0.0.1")[1].kwargs["allowed_hosts"]


def test_without_the_library_of_mcp_it_is_said_what_to_install(monkeypatch):
    """The message names the option and the command, and nothing is served."""
    monkeypatch.setattr("citeglot.page_server.find_spec", lambda name: None)
    blocks = app.build_page(ChatbotLoader(lambda: ScriptedChatbot(None)), Settings())
    with pytest.raises(EnvironmentLacks, match=r"--mcp .*\.\[mcp\]"):
        serve(blocks.launch, "127.0.0.1", free_port(), Access(programs=True))


def test_programs_that_speak_mcp_get_ask_and_search_alone():
    """The two tools are offered, from this machine and its own pages only; needs the optional library mcp."""
    pytest.importorskip("mcp")
    blocks, url = _served_to(Access(programs=True))
    try:
        response, body = get(url, "/gradio_api/mcp/schema")
        assert response.status == 200 and [tool["name"] for tool in json.loads(body)] == ["ask", "search"]
        assert get(url, "/gradio_api/mcp/schema", Host="evil.example")[0].status == 400
        assert get(url, "/gradio_api/mcp/", Origin="http://evil.example")[0].status == 403
    finally:
        blocks.close(verbose=False)
