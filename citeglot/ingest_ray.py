"""The door to Ray: shards are embedded by workers on the nodes of a cluster, each of which keeps its model warm.

Shards and vectors go through Ray, so that only the machine that ingests needs the corpus and the index. A shard whose
worker is lost is handed out again; the vectors of every other one are on the disk as soon as they come.
"""

import os
import socket
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from typing import Any

from citeglot.building import Spread
from citeglot.corpus import Progress
from citeglot.errors import EngineGone, EnvironmentLacks, WrongUse
from citeglot.protocols import EmbeddingIdentity
from citeglot.ray_workers import RayWorkers, told
from citeglot.shards import Load, load_named
from citeglot.vector_cache import VectorCache

CONNECTING = 10.0  # seconds until a port must answer
MEMORY = 200_000_000  # bytes for shards under way on one machine


def over_ray(address: str, model: str, load: Load = load_named) -> Spread:
    """Return what embeds on the cluster at an address: "host:port", "ray://host:port" or "auto".

    Without one it is that of RAY_ADDRESS, or one on this machine alone for as long as the ingest takes. `load` is
    called on the workers, with the name of the model. EnvironmentLacks where Ray or the cluster is not there.
    """

    def spread(
        texts: Sequence[str], identity: EmbeddingIdentity | None, cache: VectorCache, progress: Progress
    ) -> None:
        done = 0
        progress("embedding", done, len(texts))
        with _cluster(address or os.environ.get("RAY_ADDRESS", "")) as ray:
            for shard, vectors in RayWorkers(ray, model, load).embed(texts, identity):
                cache.keep(shard.key, vectors)
                done += len(shard.texts)
                progress("embedding", done, len(texts))

    return spread


@contextmanager
def _cluster(address: str) -> Iterator[Any]:
    """Connect to a cluster, or start one that nobody else reaches."""
    os.environ["RAY_USAGE_STATS_ENABLED"] = "0"
    if not address:
        os.environ["RAY_ENABLE_WINDOWS_OR_OSX_CLUSTER"] = "0"  # it means, on every system: listen on loopback alone
    try:
        import ray
    except ImportError as error:
        raise EnvironmentLacks(
            f"--ray spreads the embedding over Ray workers, and the library for it is not installed ({error}). "
            "Install it with: pip install 'ray[client]>=2.50'"
        ) from error
    if address:
        _look_for(address)
        os.environ.setdefault("RAY_gcs_server_port_wait_time_s", "2")  # attempts, of 40 s, with what is no Ray cluster
    options: dict[str, Any] = {"address": address or "local", "log_to_driver": False, "logging_level": "ERROR"}
    if not address:
        options |= {"include_dashboard": False, "object_store_memory": MEMORY}
    try:
        _connect(partial(ray.init, **options), ray.shutdown)
    except Exception as error:  # Ray says with a bare Exception that it took too long
        raise EnvironmentLacks(_no_cluster(address, error)) from error
    try:
        yield ray
    except (ray.exceptions.RayError, ConnectionError) as error:
        raise EngineGone(
            f"The Ray cluster went away ({told(error)}). The index is unchanged, and what was embedded is kept. Look "
            "at the cluster with `ray status`, and start again."
        ) from error
    finally:
        ray.shutdown()


def _connect(begin: Callable[[], object], end: Callable[[], object]) -> None:
    """Connect, and once more where the cluster began to make room for us and gave up, as Ray's at times does.

    What is half connected is ended: it would be in the way of whoever connects next.
    """
    for last in (False, True):
        try:
            begin()
            return
        except Exception as error:
            end()
            if last or not isinstance(error, ConnectionAbortedError):
                raise


def _look_for(address: str) -> None:
    """Tell at once where nothing answers: Ray itself tries for minutes."""
    host, colon, port = address.removeprefix("ray://").rpartition(":")
    if address == "auto":
        return
    if not (colon and host and port.isdecimal()):
        raise WrongUse(f"{address!r:.80} is not an address of Ray. Expected host:port, ray://host:port or auto.")
    try:
        socket.create_connection((host.strip("[]"), int(port)), timeout=CONNECTING).close()
    except (OSError, OverflowError) as error:
        raise EnvironmentLacks(_no_cluster(address, error)) from error


def _no_cluster(address: str, error: Exception) -> str:
    where = f"at {address} cannot be reached" if address else "could not be started on this machine"
    return (
        f"The Ray cluster {where} ({told(error)}). The index is unchanged. Expected is the address that `ray "
        "start --head` printed, with the same versions of Ray and Python; without one, --ray starts its own."
    )
