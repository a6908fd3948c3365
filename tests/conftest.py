"""The network is off in every test but for loopback; fakes and folders for all."""

import functools
import gc
import os
import shutil
import socket
import ssl
from contextlib import nullcontext

os.environ["HF_HUB_OFFLINE"] = "1"
os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"

import pytest
from hypothesis import settings

settings.register_profile("patient", deadline=None)  # no test asserts a time
settings.load_profile("patient")

_connect = socket.socket.connect
_fsync = os.fsync


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


@pytest.fixture(autouse=True, scope="session")
def one_reading_of_the_certificates():
    """Clients share what each would read for itself, the certificates of all the world, which no test needs."""
    real = ssl.create_default_context
    ssl.create_default_context = functools.cache(real)
    yield
    ssl.create_default_context = real


def _unflushed(descriptor):
    """Refuse what cannot be flushed, as the system does, and leave the rest to it: no fast test pulls the plug."""
    os.fstat(descriptor)


def pytest_collection_finish():
    """Spare the collector of garbage what stays for the whole run: the modules and the tests themselves."""
    gc.collect()
    gc.freeze()


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item):
    """Wait for the disk in the marked tests alone: where indexes are made it was half of the time."""
    marked = any(item.get_closest_marker(name) for name in ("models", "scale", "soak"))
    os.fsync = _fsync if marked else _unflushed


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


@pytest.fixture(scope="module")
def one_extractor():
    """Let one process read the pages and documents of all tests of a module, as it does those of one corpus."""
    from citeglot import corpus, legacy
    from citeglot.extraction import Extractor

    with Extractor() as extractor, pytest.MonkeyPatch.context() as patch:
        for module in (corpus, legacy):
            patch.setattr(module, "Extractor", lambda: nullcontext(extractor))
        yield


@pytest.fixture
def door(corpus, monkeypatch, capsys):
    """Ingest the folder as the command line does; returns the exit code, the report and what was said beside it."""
    from corpus_support import ingest_door

    return ingest_door(corpus, monkeypatch, capsys)
