"""One ranking of what was found by meaning and by words, in which no language and no article crowds out the others.

Textbook fusion of the two arms undoes the balance of languages: only passages in the question's own language share its
words. Here words move a passage within its own language alone: its coverage counts by how far it is above that of the
passages that are nearest in the same language, so that a language as a whole neither gains nor loses.
"""

import heapq
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence

import numpy as np

from citeglot.lexical import terms
from citeglot.pool import Pooled
from citeglot.types import Vector

# Fitted on the dev halves of our questions and of the public sets; eval/README.md has the figures.
WORDS_OF_SAME_LANGUAGE = 0.2
WORDS_OF_OTHER_LANGUAGE = 0.05  # what is shared there are names, numbers and codes
NEAREST = 5
CROWDING = 0.005  # for every better hit in the same article
BEHIND = 1.0  # more than scores differ by
TWIN_COSINE, TWIN_TERMS = 0.97, 0.9


def fuse(pool: Sequence[Pooled], language: str) -> Iterator[tuple[float, Pooled]]:
    """Yield what was found, best first, with its score; `language` is that of the question.

    Every further hit in an article loses a little, and one that says the same as a better hit in the same language
    comes last: translations are not the same.
    """
    shown: dict[str, list[Pooled]] = defaultdict(list)
    twins = []
    for score, one in _spread(pool, language):
        if _has_twin(one, shown[one.language]):
            twins.append((score - BEHIND, one))
        else:
            shown[one.language].append(one)
            yield score, one
    yield from twins


def _spread(pool: Sequence[Pooled], language: str) -> Iterator[tuple[float, Pooled]]:
    """Yield the best that is left, each after what its better neighbours in the same article cost it."""
    levels = _levels(pool)
    heap = [(-_score(one, language, levels), one.place, 0, number) for number, one in enumerate(pool)]
    heapq.heapify(heap)
    taken: Counter[str] = Counter()
    while heap:
        loss, place, counted, number = heapq.heappop(heap)
        one = pool[number]
        more = taken[one.entry.name] - counted
        if more:
            heapq.heappush(heap, (loss + CROWDING * more, place, counted + more, number))
        else:
            taken[one.entry.name] += 1
            yield -loss, one


def _score(one: Pooled, language: str, levels: Mapping[str, float]) -> float:
    weight = WORDS_OF_SAME_LANGUAGE if one.language == language else WORDS_OF_OTHER_LANGUAGE
    return one.meaning + weight * (one.coverage - levels[one.language])


def _levels(pool: Sequence[Pooled]) -> dict[str, float]:
    """Return for each language the mean coverage of the passages that are nearest by meaning."""
    by_language: dict[str, list[Pooled]] = defaultdict(list)
    for one in sorted(pool, key=lambda one: (-one.meaning, one.place)):
        by_language[one.language].append(one)
    return {
        language: sum(one.coverage for one in found[:NEAREST]) / len(found[:NEAREST])
        for language, found in by_language.items()
    }


def _has_twin(one: Pooled, shown: Sequence[Pooled]) -> bool:
    """Tell whether one of the passages shown, in the same language, says the same in nearly the same words."""
    return any(_are_near(one.vector, other.vector) and _say_the_same(one, other) for other in shown)


def _are_near(one: Vector, other: Vector) -> bool:
    return float(np.dot(one, other)) >= TWIN_COSINE


def _say_the_same(one: Pooled, other: Pooled) -> bool:
    here, there = (set(terms(passage.text, passage.language)) for passage in (one, other))
    return len(here & there) >= TWIN_TERMS * len(here | there)
