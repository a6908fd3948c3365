"""The same story in other languages, right behind the first passages.

A question is nearer to a story in one language than in another, and between them stands what is near to the question
alone. What is near to the passages that answer is found through them.
"""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from citeglot.fusion import BEHIND
from citeglot.index import Generation
from citeglot.types import Hit, Matrix

# Fitted on the dev halves of our questions and of the public sets; eval/README.md has the figures.
FIRST = 5  # hits that stay where they are
TOLD = 2  # of which these, the best, are looked for in other languages
SAME = 0.4  # cosine, each less the mean of its language: above it a passage may tell the same
LIFT = 0.5  # for every unit above that


def lift_translations(hits: Sequence[Hit], generation: Generation) -> list[Hit]:
    """Return hits, best first, with those that tell what the first two do in other languages right behind the fifth.

    A score grows to that of the fifth hit at most.
    """
    first, others = hits[:FIRST], hits[FIRST:]
    if not others:
        return list(hits)
    likeness = _likeness(first[:TOLD], others, generation)
    lifted = [
        replace(hit, score=_lifted(hit.score, like, first[0].score, first[-1].score))
        for hit, like in zip(others, likeness, strict=True)
    ]
    return [*first, *sorted(lifted, key=lambda hit: -hit.score)]


def _lifted(score: float, like: float, best: float, fifth: float) -> float:
    if like <= SAME or score <= best - BEHIND:  # a copy of what is shown, which fusion put last
        return score
    return min(fifth, score + LIFT * (like - SAME))


def _likeness(told: Sequence[Hit], others: Sequence[Hit], generation: Generation) -> list[float]:
    """Return how near each hit is to the nearest of those told in another language than its own."""
    cosines = _centred(told, generation) @ _centred(others, generation).T
    foreign = np.array([[one.chunk.language != other.chunk.language for other in others] for one in told])
    return [float(one) for one in np.where(foreign, cosines, -1.0).max(axis=0)]


def _centred(hits: Sequence[Hit], generation: Generation) -> Matrix:
    means = {language: generation.offset(language) for language in {hit.chunk.language for hit in hits}}
    vectors = np.stack([generation.vector(hit.chunk) - means[hit.chunk.language] for hit in hits])
    return np.asarray(vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-9), np.float32)
