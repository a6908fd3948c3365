"""Passages as they are found: read from a segment, with what of them tells a reader how to answer."""

from dataclasses import replace

from citeglot.documents import DocumentEntry
from citeglot.planted import planted_rows
from citeglot.pool import Pooled
from citeglot.protocols import EmbeddingIdentity
from citeglot.segments import Segment
from citeglot.types import Chunk, Hit


def chunk_of(segment: Segment, row: int, entry: DocumentEntry) -> Chunk:
    """Return the chunk in a row of a segment, which is of this article."""
    spans = segment.spans(row)
    text = spans.whole.of(segment.text(entry.sha256))
    return Chunk(entry.name, entry.title, entry.language, entry.date, *spans.whole, text, spans.sentences)


def hit_of(found: Pooled, score: float, embedding: EmbeddingIdentity) -> Hit:
    """Return what was found as a hit; its chunk knows which of its sentences, and whether its title, were planted."""
    segment, entry = found.segment, found.entry
    chunk = chunk_of(segment, found.row, entry)
    first = segment.rows(entry.sha256)[0]
    planted = _planted(segment, found.row, chunk, embedding)
    head = planted if found.row == first else _planted(segment, first, chunk_of(segment, first, entry), embedding)
    if any(" ".join(one.split()) in entry.title for one in head):
        planted |= {entry.title}
    return Hit(replace(chunk, planted=planted), score, found.cosine)


def _planted(segment: Segment, row: int, chunk: Chunk, embedding: EmbeddingIdentity) -> frozenset[str]:
    texts = [chunk.sentence(place) for place in range(len(chunk.sentences))]
    rows = planted_rows(texts, segment.sentence_vectors_of(row), embedding)
    return frozenset(texts[place] for place in rows)
