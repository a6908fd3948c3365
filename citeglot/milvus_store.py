"""The generations of an index in Milvus: what their segments hold is put there once, and an alias names each of them.

A collection for each generation would copy every row for every change. So generations share a collection, in which
each segment is a partition that is written once, and an alias of a generation's own is made in one step when all its
partitions are whole: a reader asks by that alias for the partitions of its manifest and sees this generation only.
"""

import os
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from itertools import islice
from pathlib import Path

from citeglot.commit import generation_numbers
from citeglot.deployment import VectorServer
from citeglot.errors import EngineGone, EnvironmentLacks, IndexDamaged, IndexMismatch
from citeglot.generation import Generation, generation_name
from citeglot.manifest import Manifest, SegmentEntry, read_manifest
from citeglot.milvus_names import Names, read_names, write_names
from citeglot.milvus_rows import articles_of, partition_of, rows_from
from citeglot.milvus_search import MilvusSearch, Outage
from citeglot.postings import statistics_of
from citeglot.segments import Segment
from citeglot.vectors_milvus import BATCH, PATIENCE, Milvus


def open_store(server: VectorServer, folder: Path) -> "MilvusStore":
    """Return the store of an index folder on a server; nothing is asked of it yet."""
    return MilvusStore(Milvus(server, os.environ.get("CITEGLOT_MILVUS_TOKEN", "")), server, folder)


class MilvusStore:
    """What of an index folder lies in Milvus, under names that begin with an identifier of the folder's own."""

    def __init__(self, milvus: Milvus, server: VectorServer, folder: Path) -> None:
        self._milvus = milvus
        self._server = server
        self._folder = folder
        self._outage = Outage()

    def publish(self, generation: Generation) -> None:
        """Put there what the generation's segments hold and is not there yet, then make its alias.

        An ingest that was killed is gone on with, and one that is repeated changes nothing. EngineGone where the
        server fails: no reader has seen anything of it then.
        """
        names = read_names(self._folder)
        write_names(self._folder, names)
        collection = self._collection(names, generation.manifest)
        has_words = self._milvus.create(collection, generation.manifest.embedding.dimension)
        self._load(collection)
        names = _with_lengths(replace(names, words=has_words), generation)
        write_names(self._folder, names)
        there = self._partitions(collection)
        segments = [one for one in generation.segments.values() if one.entry.chunks]
        for segment in segments:
            partition = partition_of(segment.entry.id)
            if partition not in there:
                self._milvus.add_partition(collection, partition)
        sent = [self._fill(collection, segment, names) for segment in segments]
        if any(sent):
            self._milvus.settle(collection)  # once: servers allow it a few times a minute
        if lacking := self._lacking(collection, generation.manifest):
            raise EngineGone(f"The Milvus server {self._milvus.address} lost rows while they were put there. {lacking}")
        self._milvus.point(self._alias(names, generation.manifest), collection)

    def _fill(self, collection: str, segment: Segment, names: Names) -> bool:
        """Put the rows there that are missing, if any: they come in order, and the last batch may be there in part."""
        entry = segment.entry
        count = self._count(collection, entry)
        if count == entry.chunks:
            return False
        start = count // BATCH * BATCH if count < entry.chunks else 0
        rows = rows_from(segment, start, names.lengths[entry.language] if names.words else None)
        while batch := list(islice(rows, BATCH)):
            self._milvus.put(collection, partition_of(entry.id), batch, names.words)
        return True

    def _load(self, collection: str) -> None:
        """Let it be counted and searched: a server that was started again may have forgotten that."""
        self._milvus.ask(lambda client: client.load_collection(collection, timeout=PATIENCE))

    def _count(self, collection: str, entry: SegmentEntry) -> int:
        return self._milvus.count(collection, partition_of(entry.id), articles_of(entry.id))

    def _lacking(self, collection: str, manifest: Manifest) -> str:
        """Return in a sentence which segment is not there as it should be, or nothing."""
        there = self._partitions(collection)
        for entry in (one for one in manifest.segments if one.chunks):
            count = self._count(collection, entry) if partition_of(entry.id) in there else 0
            if count != entry.chunks:
                return f"There are {count} of the {entry.chunks} rows of segment {entry.id}."
        return ""

    def problems(self, generation: Generation) -> tuple[str, ...]:
        """Return what is wrong with what lies in Milvus of a generation, in sentences that say what to do."""
        try:
            lacking = self.lacking(generation)
        except EnvironmentLacks as error:
            return (str(error),)
        told = (
            f"Generation {generation.number} is not whole on the Milvus server {self._milvus.address}. {lacking} "
            "Put it there again with: python ingest.py"
        )
        return (told,) if lacking else ()

    def version(self) -> str:
        """Return the server's version, for which is waited no longer than a question would."""
        return self._milvus.version(self._milvus.seconds)

    def lacking(self, generation: Generation) -> str:
        """Return in a sentence what of a generation is not there, or nothing; EngineGone where the server fails."""
        names = read_names(self._folder)
        collection = self._collection(names, generation.manifest)
        if collection not in self._collections(names):
            return "The server has nothing of it."
        if self._alias(names, generation.manifest) not in self._aliases(collection):
            return "It was not put there to its end."
        self._load(collection)
        return self._lacking(collection, generation.manifest)

    def tidy(self) -> tuple[str, ...]:
        """Remove what no generation of the folder needs; return why that could not be."""
        try:
            self._tidy()
        except EngineGone as error:
            return (f"{error} What is old there goes with the next ingest.",)
        return ()

    def _tidy(self) -> None:
        names, kept = read_names(self._folder), self._kept()
        aliases = {self._alias(names, manifest) for manifest in kept}
        collections = {self._collection(names, manifest) for manifest in kept}
        segments = {partition_of(entry.id) for manifest in kept for entry in manifest.segments}
        for collection in self._collections(names):
            for alias in self._aliases(collection) - aliases:
                self._milvus.drop_alias(alias)
            if collection not in collections:
                self._milvus.drop_collection(collection)
                continue
            for partition in self._partitions(collection) - segments - {"_default"}:
                self._milvus.drop_partition(collection, partition)

    def _kept(self) -> Sequence[Manifest]:
        kept = []
        for number in generation_numbers(self._folder):
            with suppress(IndexDamaged, IndexMismatch):
                kept.append(read_manifest(self._folder / generation_name(number) / "manifest.json"))
        return kept

    def search_of(self, generation: Generation) -> MilvusSearch:
        """Return what searches a generation; a server that is gone is noticed there."""
        names = read_names(self._folder)
        lengths = names.lengths if names.words else {}
        return MilvusSearch(self._milvus, self._alias(names, generation.manifest), lengths, self._outage)

    def _alias(self, names: Names, manifest: Manifest) -> str:
        return names.alias(self._server.collection, manifest)

    def _collection(self, names: Names, manifest: Manifest) -> str:
        return names.collection(self._server.collection, manifest, self._server.index)

    def _collections(self, names: Names) -> frozenset[str]:
        found = self._milvus.ask(lambda client: client.list_collections(timeout=PATIENCE))
        return frozenset(one for one in found if one.startswith(names.of_all(self._server.collection)))

    def _aliases(self, collection: str) -> frozenset[str]:
        return frozenset(self._milvus.ask(lambda client: client.list_aliases(collection, timeout=PATIENCE))["aliases"])

    def _partitions(self, collection: str) -> frozenset[str]:
        return frozenset(self._milvus.ask(lambda client: client.list_partitions(collection, timeout=PATIENCE)))


def _with_lengths(names: Names, generation: Generation) -> Names:
    """Return the names with the mean length of each language that is new."""
    new = {}
    for language in sorted({entry.language for entry in generation.manifest.segments} - names.lengths.keys()):
        segments = [one for one in generation.segments.values() if one.entry.language == language]
        new[language] = statistics_of([one.postings for one in segments], ()).mean_length or 1.0
    return replace(names, lengths={**names.lengths, **new}) if names.words else names
