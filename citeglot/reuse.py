"""What earlier ingests have made already: sound segments, their articles and their vectors."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from citeglot.commit import generation_numbers
from citeglot.errors import IndexDamaged, IndexMismatch
from citeglot.generation import generation_name
from citeglot.manifest import Chunking, Manifest, read_manifest
from citeglot.segment_content import Article
from citeglot.segments import Segment
from citeglot.types import Vector


@dataclass(frozen=True, slots=True)
class StoredSegment:
    """A segment whose every block is as written, and the manifest that names it."""

    segment: Segment
    manifest: Manifest


def sound_segments(folder: Path) -> dict[str, StoredSegment]:
    """Return by id every segment of every generation that is whole, after reading all of it."""
    found: dict[str, StoredSegment] = {}
    for number in reversed(generation_numbers(folder)):
        try:
            manifest = read_manifest(folder / generation_name(number) / "manifest.json")
        except (IndexDamaged, IndexMismatch):
            continue
        for entry in manifest.segments:
            if entry.id not in found:
                try:
                    segment = Segment(folder / "segments", entry, manifest.embedding.dimension)
                    segment.verify()
                except IndexDamaged:
                    continue
                found[entry.id] = StoredSegment(segment, manifest)
    return found


def passage_text(text: str) -> str:
    """Return what is embedded of a chunk or a sentence: white space around it says nothing."""
    return text.strip()


class Stock:
    """Looks up articles and vectors in sound segments, by text alone."""

    def __init__(self, stored: Iterable[StoredSegment]) -> None:
        self._stored = tuple(stored)
        self._homes = {
            (one.segment.entry.language, sha256, one.manifest.chunking): one.segment
            for one in self._stored
            for sha256 in one.segment.hashes
        }

    def article(self, language: str, sha256: str, chunking: Chunking) -> Article | None:
        """Return a text with its chunks if it was cut by the same rules before."""
        segment = self._homes.get((language, sha256, chunking))
        return segment.article(sha256) if segment else None

    def vectors(self, texts: frozenset[str]) -> tuple[Mapping[str, Vector], Mapping[str, Vector]]:
        """Return the vectors there are of these passage texts, those of chunks and those of sentences apart.

        The latter were stored as float16, which is not enough for a chunk.
        """
        chunks: dict[str, Vector] = {}
        sentences: dict[str, Vector] = {}
        for segment in (one.segment for one in self._stored):
            for article in map(segment.article, segment.hashes):
                for row, spans in zip(segment.rows(article.sha256), article.chunks, strict=True):
                    whole = passage_text(spans.whole.of(article.text))
                    inside = [passage_text(span.of(article.text)) for span in spans.sentences]
                    if whole in texts:
                        chunks.setdefault(whole, segment.vectors[row])
                    if not texts.isdisjoint(inside):
                        sentences |= zip(inside, segment.sentence_vectors_of(row), strict=True)
        return chunks, sentences
