"""Where an index is searched; on one machine nothing of a server is there."""

from dataclasses import replace

from child_support import modules_on_one_machine

from citeglot.deployment import Deployment, VectorServer
from citeglot.settings import Settings
from citeglot.stores import FILES, store_of


def test_on_one_machine_nothing_of_a_server_is_imported():
    """Neither the library nor our own code for it, by any door."""
    modules = modules_on_one_machine()
    assert "citeglot.stores" in modules
    assert not [one for one in modules if one.split(".")[0] in ("pymilvus", "grpc", "milvus") or "milvus" in one]


def test_the_settings_name_the_server(tmp_path):
    """Without an address the files are searched; with one the server, which is asked when it is needed."""
    assert store_of(Settings()) is FILES
    deployment = Deployment(vectors=VectorServer(milvus="http://127.0.0.1:9"))
    store = store_of(replace(Settings(), index=tmp_path, deployment=deployment))
    assert store is not FILES
