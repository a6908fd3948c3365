"""The server of the page: whom it answers, what it lets the browser load, and its port."""

import socket

import pytest
from browser_support import get, served
from page_fakes import ScriptedChatbot

import app
from citeglot.errors import EnvironmentLacks
from citeglot.loading import ChatbotLoader
from citeglot.page_server import serve
from citeglot.settings import Settings


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
