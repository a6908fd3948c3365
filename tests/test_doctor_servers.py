"""The doctor looks at the servers that the settings name, and at no others."""

import json
import subprocess
import sys
from dataclasses import replace

import pytest
from engines import running, store_on
from index_support import LONG, document, five_articles
from milvus_support import ingest
from model_server import closed_port

from citeglot.deployment import Deployment, VectorServer
from citeglot.doctor import examine
from citeglot.index import open_index
from citeglot.maintenance import run_doctor
from citeglot.milvus_names import read_names
from citeglot.settings import ROOT, Settings

BY_DEFAULT = """
import sys
from pathlib import Path
from citeglot.doctor import examine
from citeglot.settings import Settings
empty = Path(sys.argv[1])
found = examine(Settings(corpus=empty, index=empty, models=empty))
assert {"models", "index"} <= {one.area for one in found} and "vectors" not in {one.area for one in found}
assert not [one for one in found if "ilvus" in one.message + one.remedy]
print([one for one in sys.modules if "milvus" in one or one.startswith(("grpc", "citeglot.server_", "citeglot.llm_"))])
"""


def vectors(folder, server):
    """Return what the doctor says of the server of vectors, by state."""
    settings = Settings(corpus=folder, index=folder, models=folder, deployment=Deployment(vectors=server))
    return [(one.state, one.message, one.remedy) for one in examine(settings) if one.area == "vectors"]


def test_on_one_machine_no_server_is_mentioned(tmp_path):
    """Nor is any library of one imported."""
    command = [sys.executable, "-c", BY_DEFAULT, str(tmp_path)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.stdout == "[]\n", done.stderr


def test_a_server_of_vectors_that_does_not_answer(tmp_path, capsys):
    """One error with its address, and with what to do; for programs it is JSON."""
    pytest.importorskip("pymilvus")
    server = VectorServer(milvus=closed_port(), seconds=1)
    ((state, message, remedy),) = vectors(tmp_path, server)
    assert state == "error" and server.milvus in message and "Start it" in message
    assert "citeglot.toml" in remedy
    settings = Settings(corpus=tmp_path, index=tmp_path, models=tmp_path, deployment=Deployment(vectors=server))
    assert run_doctor(type("Options", (), {"json": True}), settings) == 3
    listed = json.loads(capsys.readouterr().out)
    assert [one["message"] for one in listed if one["area"] == "vectors"] == [message]


def test_the_missing_library_is_told(tmp_path, monkeypatch):
    """With the way to it."""
    monkeypatch.setitem(sys.modules, "pymilvus", None)
    ((state, message, _),) = vectors(tmp_path, VectorServer(milvus=closed_port(), seconds=1))
    assert state == "error" and "pip install 'pymilvus" in message


@pytest.mark.scale
def test_a_server_of_vectors_is_examined(tmp_path):
    """Without an index its version; then whether every row is there, part of them, or none; also after a restart."""
    index = tmp_path / "index"
    with running("milvus-lite", tmp_path / "server") as server:
        said, store = server.settings(), store_on(server, index)
        ((state, message, _),) = vectors(index, said)
        assert state == "ok" and said.milvus in message and store.version() in message
        ingest(index, [*five_articles().values(), document("en-long.txt", LONG)], store)
        whole = vectors(index, said)
        rows = open_index(index).manifest.counts["chunks"]
        assert [state for state, _, _ in whole] == ["ok", "ok"] and f"{rows} rows" in whole[1][1]
        server.kill()
        assert [state for state, _, _ in vectors(index, replace(said, seconds=2))] == ["error"]
        server.start()
        assert vectors(index, said) == whole
        generation = open_index(index)
        (collection,) = store._collections(read_names(index))
        store._milvus.drop_partition(collection, generation.manifest.segments[0].id.replace("-", "_"))
        _, (state, message, remedy) = vectors(index, said)
        assert (state, remedy) == ("error", "python ingest.py") and "0 of the" in message
        ingest(index, [*five_articles().values(), document("en-long.txt", LONG)], store)
        assert vectors(index, said) == whole
        _, (state, message, remedy) = vectors(index, replace(said, collection="other"))
        assert (state, remedy) == ("error", "python ingest.py") and "nothing of it" in message
