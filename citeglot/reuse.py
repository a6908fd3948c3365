"""What earlier ingests have made already: segments, their articles and their vectors."""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from citeglot.commit import SEGMENTS, generation_numbers
from citeglot.errors import IndexDamaged, IndexMismatch
from citeglot.generation import generation_name
from citeglot.manifest import Chunking, Manifest, read_manifest
from citeglot.protocols import EmbeddingIdentity
from citeglot.segment_content import Article
from citeglot.segments import Segment
from citeglot.types import Vector

ByText = Mapping[str, Vector]
Place = tuple[Segment, str]


@dataclass(frozen=True, slots=True)
class StoredSegment:
    """A segment that opens, and the manifest that names it."""

    segment: Segment
    manifest: Manifest


def stored_segments(folder: Path, thorough: bool) -> dict[str, StoredSegment]:
    """Return by id the segments of all generations, newest first, that open; if `thorough`, after reading all of each.

    A segment that opens has all its files, in their sizes; each of its blocks is checked when it is first used.
    """
    found: dict[str, StoredSegment] = {}
    for number in reversed(generation_numbers(folder)):
        try:
            manifest = read_manifest(folder / generation_name(number) / "manifest.json")
        except (IndexDamaged, IndexMismatch):
            continue
        for entry in manifest.segments:
            if entry.id not in found:
                try:
                    segment = Segment(folder / SEGMENTS, entry, manifest.embedding.dimension)
                    if thorough:
                        segment.verify()
                except IndexDamaged:
                    continue
                found[entry.id] = StoredSegment(segment, manifest)
    return found


def passage_text(text: str) -> str:
    """Return what is embedded of a chunk or a sentence: white space around it says nothing."""
    return text.strip()


def passages(article: Article) -> tuple[list[str], list[str]]:
    """Return what is embedded of the chunks, and of the sentences, of an article."""
    return (
        [passage_text(spans.whole.of(article.text)) for spans in article.chunks],
        [passage_text(span.of(article.text)) for spans in article.chunks for span in spans.sentences],
    )


class Stock:
    """Looks up texts, articles and vectors in stored segments; `serves` tells which vectors may be used again."""

    def __init__(self, stored: Iterable[StoredSegment], serves: Callable[[EmbeddingIdentity], bool]) -> None:
        self._stored = tuple(stored)
        self.serving = [one for one in self._stored if serves(one.manifest.embedding)]

    def text(self, sha256: str) -> str:
        """Return the text with this hash, whatever its language; IndexDamaged where no segment has it."""
        home = next((one.segment for one in self._stored if sha256 in one.segment), None)
        if home is None:
            raise IndexDamaged(f"The index is damaged: no segment holds the text {sha256[:12]}.")
        return home.text(sha256)

    def article(self, language: str, sha256: str, chunking: Chunking) -> StoredSegment | None:
        """Return a segment with this text cut by these rules, one whose vectors serve before others."""
        homes = (one for one in (*self.serving, *self._stored) if one.segment.entry.language == language)
        return next((one for one in homes if one.manifest.chunking == chunking and sha256 in one.segment), None)

    def everything(self) -> list[Place]:
        """Return every text whose vectors serve."""
        return [(one.segment, sha256) for one in self.serving for sha256 in one.segment.hashes]


def vectors_among(places: Iterable[Place], texts: Collection[str]) -> tuple[ByText, ByText]:
    """Return the vectors there are of these passage texts in some articles, those of chunks and of sentences apart.

    The latter were stored as float16, which is not enough for a chunk.
    """
    chunks: dict[str, Vector] = {}
    sentences: dict[str, Vector] = {}
    for segment, sha256 in places:
        wholes, inside = passages(segment.article(sha256))
        of_chunks, of_sentences = segment.vectors_of(sha256)
        chunks |= {text: row for text, row in zip(wholes, of_chunks, strict=True) if text in texts}
        sentences |= {text: row for text, row in zip(inside, of_sentences, strict=True) if text in texts}
    return chunks, sentences
