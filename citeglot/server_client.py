"""One OpenAI-compatible server over HTTP: bounded in time and size; no redirect is followed, and no key is told."""

import ipaddress
import json
import math
import socket
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import urlsplit

import httpx

CONNECT_SECONDS = 5.0
SILENT_SECONDS = 30.0  # so long a server may read a prompt, or wait for its turn, without a word
MOST_BYTES = 1 << 22  # of a reply in one piece, and of a line of one that is streamed
TOLD_CHARACTERS = 200
BUSY = (429, 503)
Json = Any


class ServerFailed(Exception):
    """A server did not do what it was asked; the message names it. `told` is what it said itself.

    `status` is 0 where it gave no answer; `wait` are the seconds after which a busy one wants to be asked again.
    """

    def __init__(self, message: str, status: int = 0, told: str = "", wait: float | None = None) -> None:
        super().__init__(message)
        self.status = status
        self.told = told
        self.wait = wait

    @property
    def is_busy(self) -> bool:
        """Whether the server lives and only has no time."""
        return self.status in BUSY


class OutOfTime(ServerFailed):
    """The time for a reply was over before the server had given it."""


class Server:
    """The connections to one address; `url` ends where `/chat/completions` goes on. Safe to use from several threads.

    Every method raises `ServerFailed`.
    """

    def __init__(self, url: str, key: str = "") -> None:
        bare = url.rstrip("/")
        self.url = bare if urlsplit(bare).path else f"{bare}/v1"
        self.host = urlsplit(url).hostname or ""
        self.root = self.url.removesuffix("/v1")
        self._key = key
        headers = {"Accept-Encoding": "identity"} | ({"Authorization": f"Bearer {key}"} if key else {})
        self._client = httpx.Client(
            headers=headers,
            follow_redirects=False,
            trust_env=not is_loopback(self.host),  # no proxy stands between a program and its own machine
        )

    def json(self, url: str, body: Mapping[str, Json] | None, seconds: float) -> Json:
        """Return the JSON at an address: got, or where there is a body, posted for."""
        deadline = time.monotonic() + seconds
        with self.opened(url, body, deadline) as response:
            content = b""
            for piece in self._bytes(response, deadline):
                content += piece
                if len(content) > MOST_BYTES:
                    raise self.failed(f"sent more than {MOST_BYTES:,} bytes")
        if time.monotonic() > deadline:
            raise OutOfTime(f"The server {self.url} did not end its reply within {seconds:.0f} s")
        return self._parsed(content)

    def events(self, response: httpx.Response, deadline: float) -> Iterator[Json]:
        """Yield the JSON of each event of a stream until its [DONE], its end, or the deadline."""
        kind = response.headers.get("Content-Type", "").partition(";")[0].strip().lower()
        if kind != "text/event-stream":
            raise self.failed(f"sent {kind[:TOLD_CHARACTERS] or 'no type'}; expected text/event-stream")
        for line in self._lines(response, deadline):
            if line.startswith(b"data:"):
                content = line[5:].strip()
                if content == b"[DONE]":
                    return
                yield self._parsed(content)

    @contextmanager
    def opened(self, url: str, body: Mapping[str, Json] | None, deadline: float) -> Iterator[httpx.Response]:
        """Send a request and hold its response, of status 200, whose body is still to be read; leaving closes it."""
        left = max(0.001, deadline - time.monotonic())
        timeout = httpx.Timeout(min(SILENT_SECONDS, left), connect=min(CONNECT_SECONDS, left))
        try:
            request = self._client.build_request("GET" if body is None else "POST", url, json=body, timeout=timeout)
            response = self._client.send(request, stream=True)
        except (httpx.HTTPError, httpx.InvalidURL) as problem:
            if isinstance(problem, httpx.ReadTimeout) and time.monotonic() >= deadline:
                raise OutOfTime(f"The server {self.url} did not begin its reply in time") from None
            raise self.failed(f"gave no answer ({type(problem).__name__}: {problem})") from None
        try:
            if response.status_code != 200:
                raise self._refusal(response, deadline)
            yield response
        finally:
            response.close()

    def _bytes(self, response: httpx.Response, deadline: float) -> Iterator[bytes]:
        """Yield the body as it comes, until the deadline: the connection is cut there, whatever it is waiting for."""
        cut = threading.Timer(max(0.0, deadline - time.monotonic()), _cut, [response])
        cut.daemon = True
        cut.start()
        try:
            for piece in response.iter_raw():
                yield piece
                if time.monotonic() > deadline:
                    return
        except (httpx.HTTPError, httpx.StreamError) as problem:
            if time.monotonic() < deadline:
                raise self.failed(f"broke off its reply ({type(problem).__name__}: {problem})") from None
        finally:
            cut.cancel()

    def _lines(self, response: httpx.Response, deadline: float) -> Iterator[bytes]:
        rest = b""
        for piece in self._bytes(response, deadline):
            *lines, rest = (rest + piece).split(b"\n")
            yield from lines
            if len(rest) > MOST_BYTES:
                raise self.failed(f"sent a line of more than {MOST_BYTES:,} bytes")
        yield rest

    def _parsed(self, content: bytes) -> Json:
        try:
            return json.loads(content)
        except (ValueError, RecursionError):
            raise self.failed(f"sent what is not JSON: {self._shown(content)!r}") from None

    def _refusal(self, response: httpx.Response, deadline: float) -> ServerFailed:
        status, told = response.status_code, ""
        with suppress(ServerFailed):
            told = self._shown(next(self._bytes(response, deadline), b""))
        if 300 <= status < 400:
            target = urlsplit(response.headers.get("Location", "")).netloc.rpartition("@")[2][:TOLD_CHARACTERS]
            return self.failed(f"redirects to {target or 'another place'}, which is not followed. Name that itself")
        if status in (401, 403):
            expected = (
                "refused the key of CITEGLOT_LLM_KEY" if self._key else "wants a key: put it into CITEGLOT_LLM_KEY"
            )
            return self.failed(f"{expected} (status {status})", status)
        wait = _seconds(response.headers.get("Retry-After", "")) if status in BUSY else None
        again = "" if wait is None else f"; it wants to be asked again in {wait:.0f} s"
        return self.failed(f"answered with status {status}: {told}{again}", status, told, wait)

    def failed(self, what: str, status: int = 0, told: str = "", wait: float | None = None) -> ServerFailed:
        return ServerFailed(f"The server {self.url} {self._without_key(what)}", status, told, wait)

    def _shown(self, content: bytes) -> str:
        """Return the beginning of what a server said, on one line, as it may be shown."""
        text = self._without_key(content[:MOST_BYTES].decode("utf-8", "replace"))
        return " ".join("".join(sign if sign.isprintable() else " " for sign in text[:TOLD_CHARACTERS]).split())

    def _without_key(self, text: str) -> str:
        return text.replace(self._key, "…") if self._key else text


def is_loopback(host: str) -> bool:
    """Tell whether a host is this machine."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host.lower() == "localhost"


def _seconds(told: str) -> float | None:
    """Return the seconds of a Retry-After, which may be a date; None where it is neither."""
    try:
        seconds = float(told)
    except ValueError:
        try:
            seconds = parsedate_to_datetime(told).timestamp() - time.time()
        except (ValueError, OverflowError):
            return None
    return max(0.0, seconds) if math.isfinite(seconds) else None


def _cut(response: httpx.Response) -> None:
    """Wake a thread that waits for a server: its read ends here."""
    held = response.extensions["network_stream"].get_extra_info("socket")
    with suppress(OSError):
        held.shutdown(socket.SHUT_RDWR)
