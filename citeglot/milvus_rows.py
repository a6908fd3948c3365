"""What a segment is as rows of Milvus: names that say segment and row, vectors, and weights of words.

A weight is what BM25 makes of how often a term is there and how long the row is, for a mean length that is set once
for a language: then rows of one segment are the same for ever, and a question brings how rare its terms are. What the
mean length is now differs from that; the search allows for it (see milvus_search.py).
"""

import hashlib
from collections.abc import Iterator, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from citeglot.parts import Part
from citeglot.postings import K1, B, Postings
from citeglot.segments import Segment
from citeglot.vectors_milvus import Row

ARTICLE_BITS = 26
NO_WORD = 0  # a row must have a word
_LARGEST = (1 << 32) - 2


def partition_of(segment_id: str) -> str:
    """Return the name of the partition of a segment, in the letters that Milvus takes."""
    return segment_id.replace("-", "_")


def articles_of(segment_id: str) -> range:
    """Return the numbers of the articles of a segment: no other segment of a collection has them."""
    first = int(hashlib.sha256(segment_id.encode()).hexdigest()[:16], 16) >> (ARTICLE_BITS + 1) << ARTICLE_BITS
    return range(first, first + (1 << ARTICLE_BITS))


def row_id(segment_id: str, row: int) -> str:
    """Return the name of a row."""
    return f"{segment_id}/{row}"


def read_id(name: str) -> tuple[str, int]:
    """Return segment and row of a name."""
    segment_id, _, row = name.rpartition("/")
    return segment_id, int(row)


def word_number(term: str) -> int:
    """Return the number that stands for a term, from 1; few terms share one, and a search allows for that."""
    return 1 + int.from_bytes(hashlib.blake2b(term.encode(), digest_size=4).digest(), "little") % (_LARGEST - 1)


def question_words(gains: Mapping[str, float]) -> dict[int, float]:
    """Return what the terms of a question are worth, by number of the term."""
    words: dict[int, float] = {}
    for term, gain in gains.items():
        words[word_number(term)] = words.get(word_number(term), 0.0) + gain
    return words


def excluded(parts: Sequence[Part]) -> list[int]:
    """Return the numbers of the articles that may not be found, of the parts that have others."""
    return [number for part in parts for number in _articles(part, False)]


def included(parts: Sequence[Part]) -> list[int]:
    """Return the numbers of the articles that may be found."""
    return [number for part in parts for number in _articles(part, True)]


def _articles(part: Part, allowed: bool) -> Iterator[int]:
    first = articles_of(part.segment.entry.id).start
    if part.allowed is None:
        yield from range(first, first + part.segment.entry.documents) if allowed else ()
        return
    rows = np.flatnonzero(part.allowed == allowed)
    yield from (first + np.unique(_numbers(part.segment, rows))).tolist()


def _numbers(segment: Segment, rows: NDArray[np.int64]) -> NDArray[np.int64]:
    return np.searchsorted(segment.table.chunks, rows, side="right") - 1


def rows_from(segment: Segment, start: int, mean_length: float | None) -> Iterator[Row]:
    """Yield the rows of a segment from one on, dead ones too; without a mean length they have no words."""
    entry = segment.entry
    numbers = (articles_of(entry.id).start + _numbers(segment, np.arange(start, entry.chunks))).tolist()
    words = iter(_weights(segment.postings, start, mean_length)) if mean_length else None
    for row, article in enumerate(numbers, start=start):
        yield Row(row_id(entry.id, row), article, segment.vector(row), next(words) if words else {})


def _weights(postings: Postings, start: int, mean_length: float) -> Iterator[dict[int, float]]:
    terms = np.array([word_number(term) for term in postings.terms()], dtype=np.int64)
    for numbers, frequencies, length in postings.by_row(start):
        gains = frequencies / (frequencies + K1 * (1 - B + B * length / mean_length))
        words: dict[int, float] = {}
        for term, gain in zip(terms[numbers].tolist(), gains.tolist(), strict=True):
            words[term] = words.get(term, 0.0) + gain
        yield words or {NO_WORD: 1e-6}
