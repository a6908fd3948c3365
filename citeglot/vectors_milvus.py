"""The door to Milvus: rows in the partitions of a collection, and its failures in words.

A question waits as long as the settings say, an ingest longer; within that time the client asks again by itself.
"""

import logging
import os
import re
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, TypeVar

from citeglot.deployment import VectorServer
from citeglot.errors import EngineGone, EnvironmentLacks
from citeglot.types import Vector

MOST_FOUND = 16_384  # what a server returns of one search
PATIENCE = 120.0  # seconds for a step of an ingest, in which a server may be started again
WAITS = (1, 2, 4, 8, 16)  # seconds before an ingest asks once more: a server that starts is not ready at once
BATCH = 1000  # rows that are sent together: some megabytes
_SPARSE_SINCE = (2, 4)
_INDEXES: Mapping[str, Mapping[str, int]] = {"FLAT": {}, "HNSW": {"M": 16, "efConstruction": 200}}
_BREADTH = 4  # of a search in a graph: so many times what is asked for
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Row:
    """A chunk as it is stored: `article` is the number of its article, `words` its weights by number of the term."""

    id: str
    article: int
    vector: Vector
    words: Mapping[int, float]


@dataclass(frozen=True, slots=True)
class Place:
    """Where is searched: a collection or an alias of one, some of its partitions, and what of them the filter lets by.

    `fresh` waits for all that was written before.
    """

    collection: str
    partitions: Sequence[str]
    filter: str = ""
    fresh: bool = False


class Milvus:
    """A connection that is made when it is needed, for any number of threads. Every method may raise EngineGone."""

    def __init__(self, server: VectorServer, token: str = "") -> None:
        self.address, self.seconds = server.milvus, float(server.seconds)
        self._server = server
        self._token = token
        self._lock = threading.Lock()
        self._made: Any = None

    def ask(self, work: Callable[[Any], T]) -> T:
        """Return what `work` does with the client; what goes wrong there is an EngineGone."""
        os.environ.setdefault("GRPC_VERBOSITY", "NONE")  # what goes wrong is told here, once
        try:
            import grpc
            from pymilvus import MilvusClient, MilvusException
        except ImportError as error:
            raise EnvironmentLacks(
                f"The vectors are on the Milvus server {self.address}, and the library for it is not installed "
                f"({error}). Install it with: pip install 'pymilvus>=3.0'"
            ) from error
        logging.getLogger("pymilvus").setLevel(logging.CRITICAL)
        try:
            with self._lock:
                self._made = self._made or self._connect(MilvusClient)
            return work(self._made)
        except (MilvusException, grpc.RpcError, OSError) as error:
            raise EngineGone(
                f"The Milvus server {self.address} did not do what it was asked ({_told(error)}). Expected a server "
                "that runs at this address of citeglot.toml and takes what CITEGLOT_MILVUS_TOKEN holds. Start it or "
                "mend these; a citeglot that runs need not be started again."
            ) from error

    def insist(self, work: Callable[[Any], T]) -> T:
        """Return what `work` does with the client, after some attempts more; it must be one that may be repeated."""
        for wait in WAITS:
            try:
                return self.ask(work)
            except EngineGone:
                time.sleep(wait)
        return self.ask(work)

    def _connect(self, client: Callable[..., object]) -> object:
        server = self._server
        options: dict[str, Any] = {"token": self._token, "db_name": server.database, "timeout": self.seconds}
        if server.milvus.startswith("https:"):
            options |= {"secure": True} | ({"server_pem_path": server.certificate} if server.certificate else {})
        return client(server.milvus, **options)

    def version(self, seconds: float = PATIENCE) -> str:
        """Return the version that the server tells."""
        return str(self.ask(lambda client: client.get_server_version(timeout=seconds)))

    def has_words(self) -> bool:
        """Say whether this server has sparse vectors."""
        version = re.search(r"(\d+)\.(\d+)", self.version())
        return version is not None and (int(version[1]), int(version[2])) >= _SPARSE_SINCE

    def create(self, collection: str, dimension: int) -> bool:
        """Make an empty collection, unless there is one of this name; return whether it has words."""
        has_words = self.has_words()
        from pymilvus import DataType, MilvusClient

        schema = MilvusClient.create_schema(auto_id=False, enable_dynamic_field=False)
        schema.add_field("id", DataType.VARCHAR, is_primary=True, max_length=64)
        schema.add_field("article", DataType.INT64)
        schema.add_field("vector", DataType.FLOAT_VECTOR, dim=dimension)
        indexes, how = MilvusClient.prepare_index_params(), self._server.index
        indexes.add_index("vector", index_type=how, metric_type="IP", params=_INDEXES[how])
        if has_words:
            schema.add_field("words", DataType.SPARSE_FLOAT_VECTOR)
            indexes.add_index("words", index_type="SPARSE_INVERTED_INDEX", metric_type="IP")
        if not self.ask(lambda client: client.has_collection(collection, timeout=PATIENCE)):
            self.ask(lambda c: c.create_collection(collection, schema=schema, index_params=indexes, timeout=PATIENCE))
        described = self.ask(lambda client: client.describe_collection(collection, timeout=PATIENCE))
        return "words" in {one["name"] for one in described["fields"]}

    def put(self, collection: str, partition: str, rows: Sequence[Row], words: bool) -> None:
        """Store rows, in place of those with the same ids; what was stored stays so when the server is killed."""
        entities = [
            {"id": one.id, "article": one.article, "vector": one.vector} | ({"words": dict(one.words)} if words else {})
            for one in rows
        ]
        self.insist(lambda c: c.upsert(collection, entities, partition_name=partition, timeout=PATIENCE))

    def settle(self, collection: str) -> None:
        """Bring what was put to where searches see it."""
        self.insist(lambda client: client.flush(collection, timeout=PATIENCE))
        self.insist(lambda client: client.load_collection(collection, timeout=PATIENCE))

    def count(self, collection: str, partition: str, articles: range) -> int:
        """Return how many rows of these articles there are, all that was put before counted."""
        chosen = f"article >= {articles.start} and article < {articles.stop}"
        options: dict[str, Any] = {"consistency_level": "Strong", "timeout": PATIENCE, "partition_names": [partition]}
        options |= {"filter": chosen, "output_fields": ["count(*)"]}
        return int(self.insist(lambda client: client.query(collection, **options))[0]["count(*)"])

    def point(self, alias: str, collection: str) -> None:
        """Let an alias name a collection from now on: in one step for every reader."""
        try:
            self.ask(lambda client: client.create_alias(collection, alias, timeout=PATIENCE))
        except EngineGone:  # it is there already
            self.ask(lambda client: client.alter_alias(collection, alias, timeout=PATIENCE))

    def drop_alias(self, alias: str) -> None:
        """Remove an alias."""
        self.ask(lambda client: client.drop_alias(alias, timeout=PATIENCE))

    def drop_collection(self, collection: str) -> None:
        """Remove a collection that no alias names."""
        self.ask(lambda client: client.drop_collection(collection, timeout=PATIENCE))

    def add_partition(self, collection: str, partition: str) -> None:
        """Make a partition and let it be searched."""
        self.ask(lambda client: client.create_partition(collection, partition, timeout=PATIENCE))
        self.ask(lambda client: client.load_collection(collection, timeout=PATIENCE))

    def drop_partition(self, collection: str, partition: str) -> None:
        """Remove a partition with its rows."""
        with suppress(EngineGone):  # Milvus Lite has nothing to release
            self.ask(lambda client: client.release_partitions(collection, [partition], timeout=PATIENCE))
        self.ask(lambda client: client.drop_partition(collection, partition, timeout=PATIENCE))

    def nearest(self, place: Place, vector: Vector, k: int) -> list[tuple[str, float]]:
        """Return id and inner product of the `k` rows nearest to a vector, best first; at most MOST_FOUND."""
        breadth = {"ef": min(max(_BREADTH * k, 64), 32_768)} if self._server.index == "HNSW" else {}
        return self._search(place, "vector", vector.tolist(), k, breadth)

    def sharing(self, place: Place, words: Mapping[int, float], k: int) -> list[tuple[str, float]]:
        """Return id and inner product of the `k` rows that have most of the words, best first; at most MOST_FOUND."""
        return self._search(place, "words", dict(words), k, {})

    def _search(
        self, place: Place, field: str, wanted: list[float] | dict[int, float], k: int, breadth: Mapping[str, int]
    ) -> list[tuple[str, float]]:
        options: dict[str, Any] = {"limit": min(k, MOST_FOUND), "anns_field": field, "filter": place.filter}
        options |= {"search_params": {"metric_type": "IP", "params": dict(breadth)}, "output_fields": ["id"]}
        options |= {"partition_names": list(place.partitions), "timeout": self.seconds}
        level = "Strong" if place.fresh else "Bounded"
        (found,) = self.ask(lambda c: c.search(place.collection, [wanted], consistency_level=level, **options))
        return [(str(one["id"]), float(one["distance"])) for one in found]


def _told(error: Exception) -> str:
    """Return the first line of what a client library says, without its wrapping."""
    text = getattr(error, "message", "") or getattr(error, "details", lambda: "")() or str(error) or repr(error)
    return next(iter(str(text).strip().splitlines()), "no reason given")[:200]
