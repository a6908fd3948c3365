"""Sentences that by their vectors speak to whoever answers questions, as planted instructions do.

The rules of `instructions` know certain ways to say it; this knows what is meant by it, in wordings that nobody listed.
`python -m eval.planted` fits it and writes `planted.json`.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np

from citeglot.instructions import unquoted
from citeglot.protocols import EmbeddingIdentity
from citeglot.types import Matrix, Vector

FILE = Path(__file__).with_name("planted.json")
OUTSIDE = 0.6  # of a sentence's letters that must stand outside of quotation marks: what is mostly quoted is news


@dataclass(frozen=True, slots=True)
class Direction:
    """Where in the space of an embedding model such sentences lie: `weights` times a vector is above `level`."""

    embedding_sha256: str
    weights: Vector
    level: float


def planted_rows(sentences: Sequence[str], vectors: Matrix, embedding: EmbeddingIdentity) -> frozenset[int]:
    """Return the places of the sentences that likely tell a reader how to answer; none with another embedding model.

    `vectors` has a row for each sentence.
    """
    known = direction()
    if embedding.weights_sha256 != known.embedding_sha256:
        return frozenset()
    near: list[int] = np.flatnonzero(vectors @ known.weights > known.level).tolist()
    return frozenset(row for row in near if len(unquoted(sentences[row])) >= OUTSIDE * len(sentences[row]))


@cache
def direction() -> Direction:
    """Return what was fitted."""
    content = json.loads(FILE.read_text(encoding="utf-8"))
    return Direction(content["embedding_sha256"], np.array(content["weights"], dtype=np.float32), content["level"])
