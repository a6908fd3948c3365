"""The new segments of an ingest on the disk: what they lack is embedded, what is there is copied."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from citeglot.building import Draft, Engines
from citeglot.corpus import Progress
from citeglot.embedding_run import embed
from citeglot.errors import IndexDamaged
from citeglot.manifest import SegmentEntry
from citeglot.protocols import EmbeddingIdentity
from citeglot.reuse import StoredSegment, passages
from citeglot.segment_content import Article, write_segment
from citeglot.sums import encode_sum, sum_of
from citeglot.types import Matrix, Vector
from citeglot.vector_cache import VectorCache


@dataclass(frozen=True, slots=True)
class Vectors:
    """The vectors of all passages by their text, and the embedding model they are of."""

    identity: EmbeddingIdentity
    of_chunks: Mapping[str, Vector]
    of_sentences: Mapping[str, Vector]


def make_vectors(draft: Draft, engines: Engines, cache: VectorCache, progress: Progress) -> Vectors:
    """Embed what is new; the embedding model is loaded only if something is."""
    identity, chunks = draft.identity, dict(draft.chunk_vectors)
    if identity is None or draft.fresh:
        embedder = engines.load_embedder()
        identity = identity or embedder.identity
        chunks |= embed(draft.fresh, embedder, cache, progress)
    return Vectors(identity, chunks, {**chunks, **draft.sentence_vectors})


def write_segments(folder: Path, draft: Draft, vectors: Vectors, progress: Progress) -> Iterator[SegmentEntry]:
    """Write the new segments, unless an earlier generation has the same, and yield their entries."""
    for done, content in enumerate(draft.contents, start=1):
        entry = _whole(draft.stored.get(content.id(vectors.identity)))
        if entry is None:
            rows = [_rows(content.language, article, draft, vectors) for article in content.articles]
            nothing = np.zeros((0, vectors.identity.dimension), np.float32)
            chunks = np.concatenate([nothing, *(one for one, _ in rows)])
            sentences = np.concatenate([nothing.astype(np.float16), *(one for _, one in rows)])
            entry = write_segment(folder, content, vectors.identity, chunks, sentences)
        yield entry
        progress("writing", done, len(draft.contents))


def _whole(stored: StoredSegment | None) -> SegmentEntry | None:
    """Return the entry of a segment without tombstones, if all of it is as it was written."""
    if stored is None:
        return None
    try:
        stored.segment.verify()
    except IndexDamaged:
        return None
    total = encode_sum(sum_of(stored.segment.vectors))
    return replace(stored.segment.entry, tombstones=(), dead_chunks=0, dead_sentences=0, vector_sum=total)


def _rows(language: str, article: Article, draft: Draft, vectors: Vectors) -> tuple[Matrix, NDArray[np.float16]]:
    """Return the vectors of an article's chunks and of its sentences."""
    if home := draft.copied.get((language, article.sha256)):
        return home.vectors_of(article.sha256)
    chunks, sentences = passages(article)
    return (
        _matrix([vectors.of_chunks[text] for text in chunks], vectors.identity.dimension),
        _matrix([vectors.of_sentences[text] for text in sentences], vectors.identity.dimension).astype(np.float16),
    )


def _matrix(rows: Sequence[Vector], dimension: int) -> Matrix:
    return np.stack(rows).astype(np.float32) if rows else np.zeros((0, dimension), np.float32)
