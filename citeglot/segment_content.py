"""What a segment holds, and how it is written: the same articles give the same bytes anywhere."""

import hashlib
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from citeglot import sketches
from citeglot.chunk_table import encode_table
from citeglot.errors import IndexDamaged
from citeglot.lexical import analyser_version, terms
from citeglot.manifest import CODES, SUFFIXES, SegmentEntry
from citeglot.postings import encode_postings
from citeglot.protocols import EmbeddingIdentity
from citeglot.storage import VerifiedFile, canonical_json, describe_bytes, write_file
from citeglot.sums import encode_sum, mean_of, sum_of
from citeglot.types import Matrix, Span
from citeglot.vectors_faiss import encode_codes

CODED = 20_000  # chunks from which on a segment has codes: looking at each takes a millisecond there


@dataclass(frozen=True, slots=True)
class ChunkSpans:
    """Where a chunk and its sentences stand in their article's text."""

    whole: Span
    sentences: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class Article:
    """A text, its hash, its chunks and its sketch: what a segment stores whatever the article is called."""

    sha256: str
    text: str
    chunks: tuple[ChunkSpans, ...]
    sketch: bytes = sketches.NO_SKETCH


@dataclass(frozen=True, slots=True)
class SegmentContent:
    """A segment before it is written; the same articles give the same bytes anywhere."""

    language: str
    articles: tuple[Article, ...]
    texts: bytes
    table: bytes

    def id(self, identity: EmbeddingIdentity) -> str:
        """Return the name of the segment with the vectors of this embedding model."""
        how = canonical_json([asdict(identity), content_version()])
        content = b"\0".join([self.texts, self.table, how])
        return f"{self.language}-{hashlib.sha256(content).hexdigest()[:16]}"


@cache
def content_version() -> str:
    """Return what must be equal for the postings and sketches of the same chunks to be equal."""
    return f"{analyser_version()}/sketches-{sketches.RULES}"


def text_hash(text: str) -> str:
    """Return the SHA-256 that stands for a text."""
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


def encode_segment(language: str, articles: Iterable[Article]) -> SegmentContent:
    """Return the content of a segment, articles in the order of their hashes."""
    ordered = tuple(sorted(articles, key=lambda article: article.sha256))
    lines = [canonical_json({"sha256": article.sha256, "text": article.text}) + b"\n" for article in ordered]
    table = encode_table(
        [
            (article.sha256, len(line), [(one.whole, one.sentences) for one in article.chunks], article.sketch)
            for article, line in zip(ordered, lines, strict=True)
        ]
    )
    return SegmentContent(language, ordered, b"".join(lines), table)


def write_segment(
    folder: Path, content: SegmentContent, identity: EmbeddingIdentity, vectors: Matrix, sentences: NDArray[np.floating]
) -> SegmentEntry:
    """Write the files; `vectors` has a row for each chunk, `sentences` one for each sentence, in order."""
    name = content.id(identity)
    rows = np.ascontiguousarray(vectors, dtype="<f4"), np.ascontiguousarray(sentences, dtype="<f2")
    chunks = (spans.whole.of(article.text) for article in content.articles for spans in article.chunks)
    postings = encode_postings(terms(chunk, content.language) for chunk in chunks)
    pieces = ([content.texts], [content.table], *([one.tobytes()] for one in rows), postings)
    pieces += (codes_of(rows[0]),) if len(vectors) >= CODED else ()
    files = tuple(write_file(folder / f"{name}.{suffix}", one) for suffix, one in zip(SUFFIXES, pieces, strict=False))
    return SegmentEntry(
        id=name,
        language=content.language,
        documents=len(content.articles),
        chunks=len(vectors),
        sentences=len(sentences),
        tombstones=(),
        dead_chunks=0,
        dead_sentences=0,
        vector_sum=encode_sum(sum_of(rows[0])),
        files=files,
    )


def codes_of(vectors: Matrix) -> list[bytes]:
    """Return the pieces of the file of codes: around the mean of the vectors, which differ little from it."""
    return encode_codes(vectors, mean_of(sum_of(vectors), len(vectors)).astype(np.float32))


def mend_codes(folder: Path, entry: SegmentEntry, dimension: int) -> bool:
    """Make a damaged file of codes again from sound vectors; return whether it was damaged and is right now."""
    if CODES not in entry.suffixes:
        return False
    file, vectors = entry.file(CODES), entry.file("vectors.f32")
    try:
        VerifiedFile(folder / file.name, file).verify()
        return False
    except IndexDamaged:
        try:
            rows = VerifiedFile(folder / vectors.name, vectors).array("<f4", (entry.chunks, dimension))
        except IndexDamaged:
            return False
    pieces = codes_of(rows)
    if describe_bytes(file.name, b"".join(pieces)) != file:
        return False
    write_file(folder / file.name, pieces)
    return True
