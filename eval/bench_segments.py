"""Segments of given vectors, written and opened as an ingest does, and vectors that are made of real ones."""

import time
from pathlib import Path

import numpy as np

from citeglot.protocols import EmbeddingIdentity
from citeglot.segment_content import Article, ChunkSpans, encode_segment, text_hash, write_segment
from citeglot.segments import Segment
from citeglot.types import Matrix, Span

CHUNKS = 13  # of an article
DIGITS = 8
SHAKEN = 0.4  # how much of another vector's difference from the mean is added to a real one


def segment_of(vectors: Matrix, folder: Path) -> tuple[Segment, float]:
    """Return a segment with a chunk for each vector, in order, and the seconds of writing it; its texts are numbers."""
    starts = range(0, len(vectors), CHUNKS)
    content = encode_segment("en", [_article(start, min(start + CHUNKS, len(vectors))) for start in starts])
    dimension = vectors.shape[1]
    identity = EmbeddingIdentity("bench", "0" * 64, "numpy", "float32", dimension, "", "")
    begun = time.perf_counter()
    entry = write_segment(folder, content, identity, vectors, np.zeros((0, dimension), np.float16))
    return Segment(folder, entry, dimension), time.perf_counter() - begun


def perturbed(vectors: Matrix, count: int) -> Matrix:
    """Return the vectors and others made of them: one plus a part of what another one has that the mean has not."""
    chance = np.random.default_rng(0)
    mean = vectors.mean(axis=0)
    made = np.empty((count, vectors.shape[1]), dtype=np.float32)
    made[: len(vectors)] = vectors[:count]
    for start in range(len(vectors), count, 1 << 16):
        rows = slice(start, min(start + (1 << 16), count))
        one, other = chance.integers(0, len(vectors), (2, rows.stop - rows.start))
        some = vectors[one] + SHAKEN * (vectors[other] - mean)
        made[rows] = some / np.linalg.norm(some, axis=1, keepdims=True)
    return made


def _article(start: int, end: int) -> Article:
    text = "".join(f"{number:0{DIGITS}}" for number in range(start, end))
    spans = (Span(at, at + DIGITS) for at in range(0, len(text), DIGITS))
    return Article(text_hash(text), text, tuple(ChunkSpans(span, ()) for span in spans))
