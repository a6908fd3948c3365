"""Group U of the catalogue of bad input without a browser: forged requests, foreign sites, bad sources."""

import socket
from types import SimpleNamespace

import pytest
import regex
from browser_support import get, served
from calibration_support import answers_decide  # noqa: F401 - a fixture for all
from door_support import bot_over
from fakes import ScriptedGenerator
from page_http import Visitor, Watched

import app
from citeglot.page import Reader, render_answer
from citeglot.page_texts import page_texts
from citeglot.settings import Settings

READER = Reader("en", page_texts()["en"])
LIMIT = Settings().max_question_characters


@pytest.fixture(scope="module")
def server():
    """One server over a scripted chatbot for the tests that do not fill its queue."""
    chatbot = Watched()
    with served(chatbot) as url:
        yield SimpleNamespace(url=url, chatbot=chatbot)


@pytest.mark.parametrize(
    "end",
    [
        " [9].", " [0].", " [1,2] [3、4].", " 【1】.", "［１］.", " [१] [٣].", " [1](http://evil.example/a).", ".[^1]",
        " ![p](http://evil.example/b).", ' <a href="http://evil.example/c">[1]</a>.', " (see http://evil.example/d).",
        " [ref][1].\n\n[1]: http://evil.example/e",
    ],
)  # fmt: skip
def test_sources_that_a_model_invents(built, end):
    """U05: no number and no address of the model's own stays: code numbers what it could tie to a sentence."""
    bot = bot_over(built, ScriptedGenerator([f"The minister arrived in January{end}"]))
    answer = list(bot.ask("When did the minister arrive?"))[-1]
    assert answer.kind in ("answer", "quotation")
    assert "http" not in answer.text and "evil" not in answer.text
    bare = regex.sub(r" \[(\d+)\]", "", answer.text)
    assert not regex.search(r"[\[【［]\s*[\^\p{N}]|<", bare)
    assert {int(one) for one in regex.findall(r" \[(\d+)\]", answer.text)} == {one.number for one in answer.citations}
    links = regex.findall(r'href="([^"]*)"', render_answer(answer, 1, READER))
    assert links and all(link.startswith("#source-1-") for link in links)


def test_a_port_in_use_and_hosts_of_others(capsys):
    """U06: the door says so in a sentence and ends: 3 where the port is taken, 2 for an address that others reach."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        assert app.main(["--port", str(taken.getsockname()[1]), "--index", "nowhere"]) == 3
    assert "--port" in capsys.readouterr().err
    for host in ("0.0.0.0", "::", "10.0.0.1", "127.0.0.1.evil.example"):
        assert app.main(["--host", host]) == 2
        assert host in capsys.readouterr().err


def test_an_address_of_this_machine_is_not_called_one_of_others(capsys):
    """U06: ::1 is this machine: it is served, or refused with what is true of it."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        app.main(["--host", "::1", "--port", str(taken.getsockname()[1])])
    assert "other machines" not in capsys.readouterr().err


@pytest.mark.parametrize(
    "path",
    [
        "/gradio_api/file=/etc/passwd", "/gradio_api/file=..%2f..%2fetc%2fpasswd", "/gradio_api/file=app.py",
        "/gradio_api/file=C:%5Cwindows%5Cwin.ini", "/gradio_api/file=index/CURRENT", "/gradio_api/file=%00",
        "/gradio_api/file=file:///etc/passwd", "/gradio_api/file=http://evil.example/", "/file=/etc/passwd",
        "/gradio_api/proxy=http://evil.example/", "/static/..%2f..%2fblocks.py", "/assets/..%2f..%2f..%2fblocks.py",
        "/static/../../blocks.py", "/gradio_api/mcp/", "/gradio_api/mcp/sse", "/monitoring", "/docs", "/redoc",
        "/openapi.json", "/pwa_icon", "/custom_component/a/b/c/d", "/.env", "/.git/config",
    ],
)  # fmt: skip
def test_no_path_leads_to_a_file(server, path):
    """U07: no file of this machine, no other site, no door that is not the page's."""
    response, body = get(server.url, path)
    assert response.status in (400, 403, 404, 405, 422), (response.status, body[:200])
    assert b"root:" not in body


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Host": "evil.example"}, 400),
        ({"Host": "127.0.0.1.evil.example"}, 400),
        ({"Host": "localhost.evil.example"}, 400),
        ({"Host": ""}, 400),
        ({"Origin": "http://evil.example"}, 403),
        ({"Origin": "null"}, 403),
        ({"Origin": ""}, 403),
        ({"Origin": "file://"}, 403),
        ({"Origin": "http://127.0.0.1:9"}, 403),
        ({"Origin": "http://127.0.0.1.evil.example"}, 403),
    ],
)
def test_other_sites_reach_nothing(server, headers, status):
    """U07: neither under another name nor from another site's page is a page got or a question asked."""
    visitor, before = Visitor(server.url, "foreign"), len(server.chatbot.asked)
    event = visitor.event("submit", "cg-box")
    assert get(server.url, **headers)[0].status == status
    assert visitor.send(event, visitor.values(event, "Wer?"), headers).status_code == status
    assert len(server.chatbot.asked) == before


def test_nothing_can_be_left_on_the_server(server):
    """U07: the page takes no files, so its server does not either."""
    visitor = Visitor(server.url, "files")
    response = visitor.http.post("/gradio_api/upload", files={"files": ("a.html", b"<script>1</script>")})
    assert response.status_code in (403, 404, 405)
