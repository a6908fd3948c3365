"""Where an index is searched; on one machine nothing of a server is there."""

import os
import subprocess
import sys
from dataclasses import replace

from citeglot.deployment import Deployment, VectorServer
from citeglot.settings import ROOT, Settings
from citeglot.stores import FILES, store_of

LOADED = """
import sys
{imports}
from citeglot.settings import Settings
from citeglot.stores import store_of
store_of(Settings())
print([one for one in sys.modules if one.split(".")[0] in ("pymilvus", "grpc", "milvus") or "milvus" in one])
"""


def test_on_one_machine_nothing_of_a_server_is_imported():
    """Neither the library nor our own code for it, by any door."""
    imports = "import app, ingest, citeglot.cli, citeglot.chatbot, citeglot.engines, citeglot.maintenance, eval.system"
    environment = {name: value for name, value in os.environ.items() if not name.startswith("CITEGLOT_")}
    done = subprocess.run(
        [sys.executable, "-c", LOADED.format(imports=imports)],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout == "[]\n", done.stderr


def test_the_settings_name_the_server(tmp_path):
    """Without an address the files are searched; with one the server, which is asked when it is needed."""
    assert store_of(Settings()) is FILES
    deployment = Deployment(vectors=VectorServer(milvus="http://127.0.0.1:9"))
    store = store_of(replace(Settings(), index=tmp_path, deployment=deployment))
    assert store is not FILES
