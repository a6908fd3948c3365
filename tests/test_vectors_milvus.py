"""What is said where a server of vectors is not there, or the library for it."""

import sys

import pytest

from citeglot.deployment import VectorServer
from citeglot.errors import EngineGone, EnvironmentLacks, WrongUse
from citeglot.vectors_milvus import Milvus


def test_a_missing_library_is_told_with_the_way_to_it(monkeypatch):
    """It is no part of what everybody installs."""
    monkeypatch.setitem(sys.modules, "pymilvus", None)
    with pytest.raises(EnvironmentLacks, match="pip install 'pymilvus") as raised:
        Milvus(VectorServer(milvus="http://127.0.0.1:9")).has_words()
    assert not isinstance(raised.value, EngineGone)


def test_a_server_that_is_not_there_is_named(capsys):
    """With its address, in one sentence and nothing beside it."""
    pytest.importorskip("pymilvus")
    with pytest.raises(EngineGone, match=r"http://127.0.0.1:9 did not do what it was asked .*Start it"):
        Milvus(VectorServer(milvus="http://127.0.0.1:9", seconds=1)).has_words()
    assert "Traceback" not in capsys.readouterr().err


@pytest.mark.parametrize(
    "wrong",
    [
        {"milvus": "127.0.0.1:19530"},
        {"milvus": "http://root:Milvus@127.0.0.1:19530"},
        {"index": "IVF"},
        {"collection": "my news"},
        {"collection": "ニュース"},
        {"seconds": 0},
    ],
)
def test_settings_that_cannot_be_are_refused(wrong):
    """Before anything is asked; no message repeats a password."""
    with pytest.raises(WrongUse) as raised:
        VectorServer(**wrong)
    assert "Milvus@" not in str(raised.value)
