"""A small true server of the OpenAI protocol on this machine, which fails in the ways that it is told."""

import json
import socket
import struct
import threading
from collections import deque
from collections.abc import Callable
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from citeglot.deployment import LanguageServers
from citeglot.llm_openai import ServerGenerator
from citeglot.server_client import Server
from citeglot.types import Turn

Act = Callable[["Handler"], None]


class Handler(BaseHTTPRequestHandler):
    """Answers what is asked by the script of its server; keeps what came in."""

    server: "ModelServer"

    def do_GET(self):
        self.server.asked.append((self.path, dict(self.headers), None))
        reply = self.server.pages.get(self.path)
        self.reply(200 if reply is not None else 404, reply if reply is not None else {"error": "no such page"})

    def do_POST(self):
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.asked.append((self.path, dict(self.headers), body))
        if self.path in self.server.pages:
            self.reply(200, self.server.pages[self.path])
        elif self.path == "/v1/chat/completions":
            act = self.server.script.popleft() if self.server.script else self.server.otherwise
            try:
                act(self)
            except OSError:
                self.server.left.set()
        else:
            self.reply(404, {"error": "no such page"})

    def reply(self, status, content, **headers):
        body = content if isinstance(content, bytes) else json.dumps(content).encode()
        self.send_response(status)
        for name, value in {"Content-Type": "application/json", **headers}.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(body)

    def begin(self):
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream; charset=utf-8")
        self.end_headers()

    def event(self, event):
        self.wfile.write(b"data: " + json.dumps(event).encode() + b"\r\n\r\n")

    def piece(self, text, reason=None):
        self.event({"choices": [{"delta": {"content": text} if text else {}, "finish_reason": reason}]})

    def break_off(self):
        """Close the connection as a process that is killed does."""
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.connection.close()

    def log_message(self, *arguments):
        pass

    def finish(self):
        try:
            super().finish()
        except (OSError, ValueError):
            self.server.left.set()


class ModelServer(ThreadingHTTPServer):
    """Does `script` act by act, then `otherwise`; `asked` holds path, headers and body of every request."""

    daemon_threads = True

    def __init__(self, *script: Act, otherwise: Act | None = None, models=("tiny",), port=0) -> None:
        super().__init__(("127.0.0.1", port), Handler)
        self.script = deque(script)
        self.otherwise = otherwise or speaks("Oslo")
        self.pages = {"/v1/models": {"data": [{"id": name} for name in models]}}
        self.asked: list[tuple[str, dict, dict | None]] = []
        self.left = threading.Event()
        self.over = threading.Event()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"

    @property
    def chats(self) -> list[dict]:
        return [body for path, _, body in self.asked if path == "/v1/chat/completions"]


@contextmanager
def running(*servers: ModelServer):
    """Serve until it is left."""
    threads = [threading.Thread(target=one.serve_forever, args=(0.02,), daemon=True) for one in servers]
    for thread in threads:
        thread.start()
    try:
        yield servers
    finally:
        for one in servers:
            one.over.set()
            one.shutdown()
            one.server_close()


def generator_of(*servers: ModelServer | str, key: str = "", **said) -> ServerGenerator:
    """Return the generator over some servers, or addresses."""
    urls = [one if isinstance(one, str) else one.url for one in servers]
    return ServerGenerator([Server(url, key) for url in urls], LanguageServers(tuple(urls), **said))


def turns(text="What is the capital of Norway?"):
    """Return the turns of a question."""
    return [Turn("system", "You are a helpful assistant."), Turn("user", text)]


def drained(stream):
    """Return the pieces of a stream and what it returned."""
    pieces = []
    while True:
        try:
            pieces.append(next(stream))
        except StopIteration as last:
            return pieces, last.value


def closed_port() -> str:
    """Return an address at which nothing listens."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{one.getsockname()[1]}"


def speaks(*pieces, reason="stop", done=True) -> Act:
    def act(handler):
        handler.begin()
        for one in pieces:
            handler.piece(one)
        if reason:
            handler.piece("", reason)
        if done:
            handler.wfile.write(b"data: [DONE]\n\n")

    return act


def dies_after(*pieces) -> Act:
    def act(handler):
        handler.begin()
        for one in pieces:
            handler.piece(one)
        handler.break_off()

    return act


def says(status, content=b"", **headers) -> Act:
    return lambda handler: handler.reply(status, content, **headers)


def sends(body: bytes, kind="text/event-stream") -> Act:
    return says(200, body, Content_Type=kind)


def falls_silent_after(*pieces) -> Act:
    def act(handler):
        handler.begin()
        for one in pieces:
            handler.piece(one)
        handler.server.over.wait(60)

    return act


def never_ends(handler):
    handler.begin()
    while not handler.server.over.is_set():
        handler.piece("one ")


def first_token(**chances) -> Act:
    """Give the logarithms of the chances of the first token."""
    listed = [{"token": token, "logprob": chance} for token, chance in chances.items()]
    content = [{"token": next(iter(chances), ""), "logprob": -1.0, "top_logprobs": listed}]
    return says(200, {"choices": [{"message": {"content": "x"}, "logprobs": {"content": content}}]})


def word(text) -> Act:
    """Give one word and no chances."""
    return says(200, {"choices": [{"message": {"content": text}, "logprobs": None, "finish_reason": "length"}]})
