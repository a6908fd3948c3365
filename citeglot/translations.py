"""The same story in other languages, right behind the first passages.

A question is nearer to a story in one language than in another, and between them stands what is near to the question
alone. What is near to the passages that answer is found through them.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice

import numpy as np

from citeglot.fusion import BEHIND
from citeglot.pool import Pooled
from citeglot.types import Matrix, Vector

# Fitted on the dev halves of our questions and of the public sets; eval/README.md has the figures.
FIRST = 5  # passages that stay where they are
TOLD = 2  # of which these, the best, are looked for in other languages
SAME = 0.4  # cosine, each less the mean of its language: above it a passage may tell the same
LIFT = 0.5  # for every unit above that
CONSIDERED = 80


def lift_translations(
    ranked: Iterable[tuple[float, Pooled]], offset: Callable[[str], Vector]
) -> Iterator[tuple[float, Pooled]]:
    """Yield passages with their scores, best first: those that tell what the first two do come behind the fifth.

    That is in other languages than theirs. `offset` returns the mean of a language. A score grows to that of the fifth
    passage at most.
    """
    first = list(islice(ranked, FIRST))
    yield from first
    rest = iter(ranked)
    others = list(islice(rest, CONSIDERED - FIRST))
    told = [one for _, one in first[:TOLD]]
    likeness = _likeness(told, [one for _, one in others], offset)
    lifted = [
        (_lifted(score, like, first[0][0], first[-1][0]), one)
        for (score, one), like in zip(others, likeness, strict=True)
    ]
    yield from sorted(lifted, key=lambda found: -found[0])
    yield from rest


def _lifted(score: float, like: float, best: float, fifth: float) -> float:
    if like <= SAME or score <= best - BEHIND:  # a copy of what is shown, which fusion put last
        return score
    return max(score, min(fifth, score + LIFT * (like - SAME)))


def _likeness(told: Sequence[Pooled], others: Sequence[Pooled], offset: Callable[[str], Vector]) -> list[float]:
    """Return how near each passage is to the nearest of those told in another language than its own."""
    if not others:
        return []
    cosines = _centred(told, offset) @ _centred(others, offset).T
    foreign = np.array([[one.language != other.language for other in others] for one in told])
    return [float(one) for one in np.where(foreign, cosines, -1.0).max(axis=0)]


def _centred(passages: Sequence[Pooled], offset: Callable[[str], Vector]) -> Matrix:
    means = {language: offset(language) for language in {one.language for one in passages}}
    vectors = np.stack([one.vector - means[one.language] for one in passages])
    return np.asarray(vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-9), np.float32)
