"""BM25 over arrays that lie in a file as they are used.

The variant is Lucene's (since version 8): a term adds idf * f / (f + K1 * (1 - B + B * length / mean length)) with
idf = ln(1 + (N - n + 0.5) / (n + 0.5)), f its frequency in the row, n the rows that have it, N all rows. Lengths are
exact where Lucene rounds them. See Kamphuis et al. 2020, "Which BM25 do you mean?".
"""

from array import array
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import log

import numpy as np
from numpy.typing import NDArray

K1 = 1.2
B = 0.4
_HEADER = ("terms", "rows", "postings", "bytes")
_NUMBER = "<i8"
_SHORT = "<i4"

Rows = NDArray[np.int64]
Scores = NDArray[np.float64]
NO_ROWS: Rows = np.zeros(0, dtype=np.int64)


@dataclass(frozen=True, slots=True)
class Statistics:
    """What makes scores of several segments comparable: live rows, their mean length, and rows by term."""

    rows: int
    mean_length: float
    frequencies: Mapping[str, int]

    def rarity(self, term: str) -> float:
        """Return the idf of a term."""
        frequency = self.frequencies[term]
        return log(1 + (self.rows - frequency + 0.5) / (frequency + 0.5))


def encode_postings(rows: Iterable[Sequence[str]]) -> list[bytes]:
    """Return the pieces of a file that holds the terms of each row; the same rows give the same bytes anywhere.

    Little-endian: four int64 (how many terms, rows, postings, bytes of the vocabulary), starts in the vocabulary and
    in the postings (int64, one more than terms), rows and frequencies of the postings and lengths of the rows
    (int32), the vocabulary (UTF-8 in the order of its bytes, nothing between the terms).
    """
    numbers: dict[str, int] = {}
    lengths, widths, terms, frequencies = (array("i") for _ in range(4))
    for row in rows:
        counts = Counter(row)
        lengths.append(counts.total())
        widths.append(len(counts))
        terms.extend(numbers.setdefault(term, len(numbers)) for term in counts)
        frequencies.extend(counts.values())
    vocabulary = sorted(numbers)
    ranks = np.zeros(len(vocabulary), dtype=np.int64)
    ranks[[numbers[term] for term in vocabulary]] = np.arange(len(vocabulary))
    ranked = ranks[np.asarray(terms, dtype=np.int64)]
    order = np.argsort(ranked, kind="stable")
    encoded = [term.encode() for term in vocabulary]
    arrays = (
        np.array([len(vocabulary), len(lengths), len(order), sum(map(len, encoded))], dtype=_NUMBER),
        np.cumsum([0, *map(len, encoded)], dtype=_NUMBER),
        np.cumsum([0, *np.bincount(ranked, minlength=len(vocabulary))], dtype=_NUMBER),
        np.repeat(np.arange(len(widths)), widths)[order].astype(_SHORT),
        np.asarray(frequencies)[order].astype(_SHORT),
        np.asarray(lengths).astype(_SHORT),
    )
    return [*(one.tobytes() for one in arrays), b"".join(encoded)]


class Postings:
    """The terms of the rows of a segment; `tombstones` are rows that no longer count, as if they were not there."""

    def __init__(self, data: bytes | memoryview | NDArray[np.uint8], tombstones: Rows = NO_ROWS) -> None:
        """Read the arrays in place; ValueError where they are not what `encode_postings` makes."""
        self._data = np.frombuffer(data, dtype=np.uint8)
        terms, rows, postings, size = self._counts()
        self._starts, at = self._take(32, _NUMBER, terms + 1)
        self._borders, at = self._take(at, _NUMBER, terms + 1)
        self._rows, at = self._take(at, _SHORT, postings)
        self._frequencies, at = self._take(at, _SHORT, postings)
        self._lengths, at = self._take(at, _SHORT, rows)
        self._vocabulary = self._data[at:].data
        self._check(size)
        self.size = rows
        self._live = np.ones(rows, dtype=bool)
        self._live[tombstones] = False
        self.rows = int(self._live.sum())
        self.length = int(self._lengths[self._live].sum(dtype=np.int64))

    def _counts(self) -> list[int]:
        if len(self._data) < 32:
            raise ValueError(f"expected a header of 32 bytes, got {len(self._data)} bytes")
        counts: list[int] = self._data[:32].view(_NUMBER).tolist()
        terms, rows, postings, size = counts
        expected = 32 + 16 * (terms + 1) + 8 * postings + 4 * rows + size
        if min(counts) < 0 or expected != len(self._data):
            raise ValueError(f"{dict(zip(_HEADER, counts, strict=True))} do not fit {len(self._data)} bytes")
        return counts

    def _take(self, start: int, dtype: str, count: int) -> tuple[NDArray[np.signedinteger], int]:
        end = start + count * np.dtype(dtype).itemsize
        return self._data[start:end].view(dtype), end

    def _check(self, size: int) -> None:
        for name, starts, end in (("terms", self._starts, size), ("postings", self._borders, len(self._rows))):
            if starts[0] != 0 or starts[-1] != end or bool((np.diff(starts) < 0).any()):
                raise ValueError(f"the starts of the {name} do not go up from 0 to {end}")
        if len(self._rows) and not 0 <= self._rows.min() <= self._rows.max() < len(self._lengths):
            raise ValueError(f"a posting names a row that is not among the {len(self._lengths)}")

    def __contains__(self, term: str) -> bool:
        """Say whether a live row has the term."""
        return self.frequency(term) > 0

    def frequency(self, term: str) -> int:
        """Return how many live rows have the term."""
        here = self._slice(term)
        return int(np.count_nonzero(self._live[self._rows[here]]))

    def scores(
        self, weights: Mapping[str, float], statistics: Statistics, allowed: NDArray[np.bool_] | None = None
    ) -> tuple[Rows, Scores]:
        """Return the live rows that have a term, in order, and their scores; `allowed` says which rows may be found.

        `statistics` are of the same terms. What is not allowed is left out and changes no score. The same numbers
        come out to the bit whatever the order of `weights`, which are positive.
        """
        chosen = self._live if allowed is None else self._live & allowed
        scores = np.zeros(len(chosen))
        for term in sorted(weights):
            here = self._slice(term)
            counted = here.start + np.flatnonzero(chosen[self._rows[here]])
            scores[self._rows[counted]] += self._gains(term, counted, weights, statistics)
        found = np.flatnonzero(scores)
        return found, scores[found]

    def scores_of(self, rows: Sequence[int], weights: Mapping[str, float], statistics: Statistics) -> Scores:
        """Return the scores of some live rows, to the bit as `scores` gives them, 0 for those that have no term."""
        wanted, scores = np.asarray(rows, dtype=np.int64), np.zeros(len(rows))
        for term in sorted(weights):
            here = self._slice(term)
            places = np.searchsorted(self._rows[here], wanted)
            has = places < here.stop - here.start
            has[has] = self._rows[here][places[has]] == wanted[has]
            scores[has] += self._gains(term, here.start + places[has], weights, statistics)
        return scores

    def by_row(self, start: int = 0) -> Iterator[tuple[NDArray[np.int64], NDArray[np.signedinteger], int]]:
        """Yield of each row from one on the numbers of its terms, how often they are there, and the row's length."""
        order = np.argsort(self._rows, kind="stable")
        numbers = np.repeat(np.arange(len(self._borders) - 1), np.diff(self._borders))[order]
        borders = np.searchsorted(self._rows[order], np.arange(self.size + 1)).tolist()
        for row in range(start, self.size):
            here = slice(borders[row], borders[row + 1])
            yield numbers[here], self._frequencies[order[here]], int(self._lengths[row])

    def terms(self) -> list[str]:
        """Return all terms, those of dead rows too, in the order of their numbers."""
        return [self._term(number).decode() for number in range(len(self._starts) - 1)]

    def _gains(self, term: str, places: Rows, weights: Mapping[str, float], statistics: Statistics) -> Scores:
        """Return what a term adds to the scores of the rows of some of its postings."""
        if not len(places):
            return np.zeros(0)
        frequencies, lengths = self._frequencies[places], self._lengths[self._rows[places]] / statistics.mean_length
        gain = weights[term] * statistics.rarity(term)
        return np.asarray(gain * frequencies / (frequencies + K1 * (1 - B + B * lengths)))

    def _slice(self, term: str) -> slice:
        wanted = term.encode()
        number = bisect_left(range(len(self._starts) - 1), wanted, key=self._term)
        if number == len(self._starts) - 1 or self._term(number) != wanted:
            return slice(0, 0)
        return slice(int(self._borders[number]), int(self._borders[number + 1]))

    def _term(self, number: int) -> bytes:
        return bytes(self._vocabulary[int(self._starts[number]) : int(self._starts[number + 1])])


def statistics_of(segments: Sequence[Postings], terms: Iterable[str]) -> Statistics:
    """Return the statistics of segments that are ranked together: those of one language, whose rows are alike long."""
    rows = sum(segment.rows for segment in segments)
    length = sum(segment.length for segment in segments)
    frequencies = {term: sum(segment.frequency(term) for segment in segments) for term in terms}
    return Statistics(rows, length / rows if rows else 0.0, frequencies)


def best_rows(rows: Rows, scores: Scores, k: int) -> list[tuple[int, float]]:
    """Return (row, score) of the `k` best, best first, equal ones by row."""
    if k < len(rows):  # sorting all rows that share a word would cost more than finding them
        reaching = scores >= np.partition(scores, -k)[-k]
        rows, scores = rows[reaching], scores[reaching]
    order = np.lexsort((rows, -scores))[:k]
    return [(int(rows[place]), float(scores[place])) for place in order]
