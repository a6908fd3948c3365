"""What is searched, and by what: the parts of a language, and the engine that finds the best chunks in them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from citeglot.documents import DocumentEntry
from citeglot.postings import Statistics, best_rows
from citeglot.segments import Segment
from citeglot.types import Vector

Found = tuple[int, int, float]


@dataclass(frozen=True, slots=True)
class Part:
    """What of a segment may be found: the articles by their hash, and which rows are theirs, None for all."""

    segment: Segment
    entries: Mapping[str, DocumentEntry]
    allowed: NDArray[np.bool_] | None


class SearchEngine(Protocol):
    """Finds chunks in the parts of one language: each as the number of its part, its row and its score.

    There are k results wherever k rows may be found, and all that score as the last of them; more do no harm.
    """

    def nearest(self, parts: Sequence[Part], vector: Vector, k: int) -> list[Found]:
        """Return the `k` chunks nearest to a unit vector, by inner product."""
        ...

    def sharing(
        self, parts: Sequence[Part], weights: Mapping[str, float], statistics: Statistics, k: int
    ) -> list[Found]:
        """Return the `k` chunks that score highest for the words of a question, of those that have any."""
        ...

    def notices(self, language: str) -> tuple[str, ...]:
        """Return what a person should know of the last search, in a language or in English."""
        ...


class LocalEngine:
    """Searches the files of the segments in this process: vectors with FAISS, words in the postings."""

    def nearest(self, parts: Sequence[Part], vector: Vector, k: int) -> list[Found]:
        """Return the `k` nearest chunks of each part."""
        return [
            (number, *one) for number, part in enumerate(parts) for one in part.segment.nearest(vector, k, part.allowed)
        ]

    def sharing(
        self, parts: Sequence[Part], weights: Mapping[str, float], statistics: Statistics, k: int
    ) -> list[Found]:
        """Return the `k` chunks of each part that score highest."""
        found: list[Found] = []
        for number, part in enumerate(parts):
            rows, scores = part.segment.postings.scores(weights, statistics, part.allowed)
            found += [(number, *one) for one in best_rows(rows, scores, k)]
        return found

    def notices(self, language: str) -> tuple[str, ...]:
        """Return nothing: files are there, or damaged, and that is an error."""
        return ()


LOCAL = LocalEngine()
