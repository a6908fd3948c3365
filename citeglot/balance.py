"""The mean vector of each language, which a search subtracts so that no language is ahead of the others.

The vectors of multilingual-e5 carry the language of their text: raw cosines put passages in the question's own
language first nearly always. `q·d − q·mean(language of d)` takes that away and changes no stored vector. The means
come from other texts than the corpus, because the mean of a few articles is their topic; `eval/means.py` made them.
The corpus's own mean has a growing share in them as its articles in a language become many. In a corpus of one
language the same number is taken from every score, which changes no order.
"""

import hashlib
import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from pathlib import Path

import numpy as np

from citeglot.manifest import SegmentEntry
from citeglot.protocols import EmbeddingIdentity
from citeglot.sums import decode_sum, mean_of
from citeglot.types import Matrix, Vector

MEANS = Path(__file__).with_name("language_means.json")
EQUAL_SHARE = 100  # so many articles in a language count as much as its shipped mean


def language_offsets(identity: EmbeddingIdentity, languages: Iterable[str]) -> dict[str, tuple[float, ...]]:
    """Return the offset of each language for the vectors of an embedding model, or nothing for a model without means.

    A language without a mean of its own gets the mean of the others', so that its scores stay on the same scale.
    """
    weights, means = _means()
    if identity.weights_sha256 != weights:
        return {}
    common = np.stack(list(means.values())).mean(axis=0)
    return {language: tuple(means.get(language, common).tolist()) for language in sorted(set(languages))}


def centred(vectors: Matrix, mean: Sequence[float] | None) -> Matrix:
    """Return what is left of the vectors without the mean of their language, as unit vectors."""
    rest = vectors if mean is None else vectors - np.array(mean, dtype=np.float32)
    lengths = np.linalg.norm(rest, axis=-1, keepdims=True)
    return np.asarray(rest / np.maximum(lengths, 1e-9), dtype=np.float32)


def blended_offsets(identity: EmbeddingIdentity, own: Mapping[str, tuple[Vector, int]]) -> dict[str, tuple[float, ...]]:
    """Return the offset of each language of a corpus; `own` has the mean vector and the number of its articles."""
    blended = {}
    for language, shipped in language_offsets(identity, own).items():
        mean, articles = own[language]
        weight = articles / (articles + EQUAL_SHARE)
        values = weight * np.asarray(mean, dtype=np.float64) + (1 - weight) * np.asarray(shipped)
        blended[language] = tuple(round(float(value), 5) for value in values)
    return blended


def own_means(segments: Iterable[SegmentEntry], dimension: int) -> dict[str, tuple[Vector, int]]:
    """Return by language the mean vector of the chunks and the number of the articles; an empty one has no mean."""
    found: dict[str, list[SegmentEntry]] = defaultdict(list)
    for entry in segments:
        found[entry.language].append(entry)
    means = {}
    for language, entries in found.items():
        chunks = sum(entry.chunks - entry.dead_chunks for entry in entries)
        total = sum((decode_sum(entry.vector_sum, dimension) for entry in entries), np.zeros(dimension, np.int64))
        articles = sum(entry.documents - len(entry.tombstones) for entry in entries)
        means[language] = mean_of(total, chunks).astype(np.float32), articles if chunks else 0
    return means


def balance_version() -> str:
    """Return what must be equal for the offsets of the same vectors to be equal."""
    return f"{hashlib.sha256(MEANS.read_bytes()).hexdigest()[:16]}/{EQUAL_SHARE}"


@cache
def _means() -> tuple[str, dict[str, Vector]]:
    content = json.loads(MEANS.read_text(encoding="utf-8"))
    means = {language: np.array(mean, dtype=np.float32) for language, mean in content["means"].items()}
    return content["weights_sha256"], means
