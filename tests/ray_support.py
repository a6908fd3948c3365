"""What runs on the workers of a Ray cluster in tests, and a cluster of two nodes on this machine alone."""

import hashlib
import os
import time
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from child_support import child_environment
from fakes import HashEmbedder
from index_support import CHUNK_TOKENS
from model_process import free_port

from citeglot.corpus import Corpus, silent
from citeglot.errors import ModelMissing
from citeglot.index import open_index
from citeglot.indexing import engines_of, update_index
from citeglot.ingest_ray import over_ray

LOOPBACK = {"node_ip_address": "127.0.0.1", "include_dashboard": False, "object_store_memory": 80_000_000}
SETTINGS = {
    "RAY_USAGE_STATS_ENABLED": "0",
    "RAY_ENABLE_WINDOWS_OR_OSX_CLUSTER": "0",
    "RAY_CLIENT_SERVER_CHECK_CHANNEL_TIMEOUT_S": "180",  # half a minute was too little on a machine with other work
}
AGENTS = ("metrics_agent", "metrics_export", "dashboard_agent_listen", "runtime_env_agent")


class Elsewhere(HashEmbedder):
    """The model of the machine that ingests, which is not to be used."""

    def embed_passages(self, texts):
        raise AssertionError(f"{len(texts)} texts are embedded here")


class Watched(HashEmbedder):
    """Notes in a folder which batches it began and which it ended, and takes its time."""

    def __init__(self, folder: Path, seconds: float) -> None:
        super().__init__()
        self._folder, self._seconds = folder, seconds

    def embed_passages(self, texts):
        self._note("begun", texts)
        time.sleep(self._seconds)
        vectors = super().embed_passages(texts)
        self._note("ended", texts)
        return vectors

    def _note(self, what, texts):
        with (self._folder / what).open("a", encoding="utf-8") as file:
            file.write(f"{hash_of(texts)} {os.getpid()}\n")


def spread(folder, address, articles, load, progress=silent):
    """Ingest over Ray."""
    engines = replace(engines_of(Elsewhere(), CHUNK_TOKENS), spread=over_ray(address, "hash", load))
    return update_index(folder, Corpus(tuple(articles), ()), engines, progress=progress)


def assert_same(one, other):
    """The segments with all their files, and the documents, are equal to the bit."""
    one, other = open_index(one).manifest, open_index(other).manifest
    assert (one.segments, one.documents, one.counts) == (other.segments, other.documents, other.counts)


def hash_of(texts) -> str:
    """Return what a batch is called in the notes."""
    return hashlib.sha256("\n".join(texts).encode()).hexdigest()


def noted(folder: Path, what: str) -> list[str]:
    """Return the batches that were begun, or ended, by whatever worker."""
    return [line.split()[0] for line in (folder / what).read_text(encoding="utf-8").splitlines()]


def watched(folder, seconds, name):
    """Load the fake model; bound to the first two, it is what a worker is given."""
    return Watched(Path(folder), seconds)


def missing(name):
    """Be a node on which the model was not fetched."""
    raise ModelMissing(f"The model {name} is not there.")


def ending(name):
    """Be a worker that the system ends, as when memory is short."""
    os._exit(1)


def _node():
    """Return the settings of a node; where ports are given, it does not wait for helpers that nobody here needs."""
    return {
        **LOOPBACK,
        "num_cpus": 1,
        "include_log_monitor": False,
        "no_monitor": True,
        **{f"{one}_port": free_port() for one in AGENTS},
    }


@contextmanager
def two_nodes():
    """Start a cluster of two nodes with a processor each; yield it, the node that may be killed, and its door."""
    before = dict(os.environ)
    os.environ |= child_environment() | SETTINGS
    from ray._private import ray_constants
    from ray.cluster_utils import Cluster

    ray_constants.ENABLE_RAY_CLUSTER = False  # loopback, also where Ray was imported without the variable above
    cluster, door = Cluster(), free_port()
    try:
        cluster.add_node(**_node(), ray_client_server_port=door)
        yield cluster, cluster.add_node(**_node()), f"ray://127.0.0.1:{door}"
    finally:
        cluster.shutdown()
        os.environ.clear()
        os.environ.update(before)
