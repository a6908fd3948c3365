"""The network is off in every test but for loopback; fakes and folders for all."""

import os
import shutil
import socket

os.environ["HF_HUB_OFFLINE"] = "1"
os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"

import pytest
from hypothesis import settings

settings.register_profile("patient", deadline=None)  # no test asserts a time
settings.load_profile("patient")

_connect = socket.socket.connect


def _loopback_only(self, address):
    """Refuse every address that is not this machine."""
    if self.family in (socket.AF_INET, socket.AF_INET6) and address[0] not in ("127.0.0.1", "::1", "localhost"):
        raise OSError(f"the network is off in tests: {address!r}")
    return _connect(self, address)


@pytest.fixture(autouse=True, scope="session")
def no_network():
    """Replace `connect` for the whole run."""
    socket.socket.connect = _loopback_only
    yield
    socket.socket.connect = _connect


@pytest.fixture(scope="session")
def five_articles_index(tmp_path_factory):
    """The index of the five articles made with the real embedding model."""
    from real import real_index

    return real_index(tmp_path_factory.mktemp("real index"))


@pytest.fixture(scope="session")
def built(tmp_path_factory):
    """A folder with an index that no test changes."""
    from index_support import build_index

    return build_index(tmp_path_factory.mktemp("built") / "index")


@pytest.fixture
def index(built, tmp_path):
    """A copy of that index that a test may spoil."""
    return shutil.copytree(built, tmp_path / "index")


@pytest.fixture(scope="module")
def site():
    """One server over a scripted chatbot and one browser."""
    from browser_support import scripted_site

    with scripted_site() as site:
        yield site


@pytest.fixture
def page(site):
    """The page as a German sees it; every request stays on this machine."""
    from browser_support import german_page

    with german_page(site) as page:
        yield page


@pytest.fixture
def corpus(tmp_path):
    """A folder to put articles in, with a way to write and to read it."""
    from corpus_support import Folder

    return Folder(tmp_path / "corpus")


@pytest.fixture
def door(corpus, monkeypatch, capsys):
    """Ingest the folder as the command line does; returns the exit code, the report and what was said beside it."""
    from corpus_support import ingest_door

    return ingest_door(corpus, monkeypatch, capsys)
