"""Search of one generation in Milvus, with the results of the local engine; by words alone while the server is gone.

A search asks for more than it needs until what it did not get cannot be among the best: because of equal scores,
because of rows that may not be found, and because the weights of words there are for another mean length of the rows.
"""

import threading
import time
from collections.abc import Callable, Mapping, Sequence
from string import Template

from citeglot.errors import EngineGone
from citeglot.milvus_rows import excluded, included, partition_of, question_words, read_id
from citeglot.parts import LOCAL, Found, Part
from citeglot.postings import Statistics
from citeglot.types import Vector
from citeglot.vectors_milvus import MOST_FOUND, Milvus, Place

GONE = {
    "de": "Der Suchserver antwortet nicht: Gefunden wurde nur, was Wörter mit der Frage teilt. ($reason)",
    "en": "The search server does not answer: only what shares words with the question was found. ($reason)",
    "hi": "खोज सर्वर उत्तर नहीं दे रहा है: केवल वही मिला जिसके शब्द प्रश्न से मेल खाते हैं। ($reason)",
    "ja": "検索サーバーが応答しないため、質問と共通する語を含むものだけを検索しました。($reason)",
    "no": "Søketjeneren svarer ikke: Bare det som har ord felles med spørsmålet, ble funnet. ($reason)",
}
PAUSE = 5.0  # seconds in which a server that failed is not asked again
FRESH = 10.0  # seconds in which a generation that is new here is searched with all that was written before
MOST_LISTED = 1000  # articles that a filter names: servers read long lists slowly
_MORE, _GROWTH = 16, 4
_ROUNDING = 1e-5
Raw = list[tuple[str, float]]


class Outage:
    """What is known of a server's failure: threads share one, and none of them waits for a server that is gone."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._reason = ""
        self._until = 0.0

    @property
    def reason(self) -> str:
        """Why the last attempt failed, or nothing."""
        return self._reason

    @property
    def is_pausing(self) -> bool:
        """Whether it is too early for another attempt."""
        return bool(self._reason) and time.monotonic() < self._until

    def note(self, error: EngineGone | None) -> None:
        """Remember how an attempt ended."""
        with self._lock:
            self._reason, self._until = (str(error), time.monotonic() + PAUSE) if error else ("", 0.0)


class MilvusSearch:
    """Searches the generation that an alias names.

    `lengths` are by language the mean lengths that the weights of words were made for, of those that have weights.
    """

    def __init__(self, milvus: Milvus, alias: str, lengths: Mapping[str, float], outage: Outage) -> None:
        self._milvus = milvus
        self._alias = alias
        self._lengths = lengths
        self._outage = outage
        self._born = time.monotonic()
        self._is_loaded = False

    def nearest(self, parts: Sequence[Part], vector: Vector, k: int) -> list[Found]:
        """Return the `k` nearest chunks, nothing while the server is gone."""
        found = self._attempt(lambda: self._nearest(parts, vector, k))
        return [] if found is None else found

    def sharing(
        self, parts: Sequence[Part], weights: Mapping[str, float], statistics: Statistics, k: int
    ) -> list[Found]:
        """Return the `k` chunks that score highest for words, from the files where the server has no words."""
        found = None
        if weights and parts[0].segment.entry.language in self._lengths:
            found = self._attempt(lambda: self._sharing(parts, weights, statistics, k))
        return LOCAL.sharing(parts, weights, statistics, k) if found is None else found

    def notices(self, language: str) -> tuple[str, ...]:
        """Return that the server is gone, while it is."""
        reason = self._outage.reason
        return (Template(GONE.get(language, GONE["en"])).substitute(reason=reason),) if reason else ()

    def _attempt(self, search: Callable[[], list[Found] | None]) -> list[Found] | None:
        if self._outage.is_pausing:
            return None
        try:
            if not self._is_loaded:  # a server that was started again may have forgotten what it is to search
                self._milvus.ask(lambda client: client.load_collection(self._alias, timeout=self._milvus.seconds))
                self._is_loaded = True
            found = search()
        except EngineGone as error:
            self._is_loaded = False
            self._outage.note(error)
            return None
        self._outage.note(None)
        return found

    def _nearest(self, parts: Sequence[Part], vector: Vector, k: int) -> list[Found]:
        where = self._place(parts)
        if where is None:
            return []
        wanted = k + _MORE
        while True:
            raw = self._milvus.nearest(where, vector, wanted)
            found = _allowed(parts, raw)
            if len(raw) < wanted or (len(found) >= k and found[k - 1][2] > raw[-1][1] + _ROUNDING):
                return found
            if wanted == MOST_FOUND:
                return found if len(found) >= k else self._one_by_one(parts, vector, k)
            wanted = min(_GROWTH * wanted, MOST_FOUND)

    def _one_by_one(self, parts: Sequence[Part], vector: Vector, k: int) -> list[Found]:
        """Return the nearest chunks of articles that are named, some in each search: slow, for rare ones among many."""
        numbers, found = included(parts), []
        partitions = [partition_of(part.segment.entry.id) for part in parts if part.entries]
        for start in range(0, len(numbers), MOST_LISTED):
            listed = f"article in {numbers[start : start + MOST_LISTED]}"
            raw = self._milvus.nearest(Place(self._alias, partitions, listed, self._is_fresh), vector, k + _MORE)
            found += _allowed(parts, raw)
        return found

    def _sharing(
        self, parts: Sequence[Part], weights: Mapping[str, float], statistics: Statistics, k: int
    ) -> list[Found] | None:
        """Return the best chunks, or None where the server's order is too far from ours to be sure of them."""
        where = self._place(parts)
        if where is None:
            return []
        words = question_words({term: weight * statistics.rarity(term) for term, weight in weights.items()})
        length = self._lengths[parts[0].segment.entry.language]
        drift = max(length / statistics.mean_length, statistics.mean_length / length) * (1 + _ROUNDING)
        wanted = k + _MORE
        while True:
            raw = self._milvus.sharing(where, words, wanted)
            found = _scored(parts, _allowed(parts, raw), weights, statistics)
            if len(raw) < wanted or (len(found) >= k and found[k - 1][2] > drift * raw[-1][1]):
                return found
            if wanted == MOST_FOUND:
                return None
            wanted = min(_GROWTH * wanted, MOST_FOUND)

    @property
    def _is_fresh(self) -> bool:
        return time.monotonic() < self._born + FRESH

    def _place(self, parts: Sequence[Part]) -> Place | None:
        """Return where to search, with the filter if it is short enough to be told; None where nothing may be found."""
        some = [part for part in parts if part.entries and part.segment.entry.chunks]
        let_in = sum(len(part.entries) for part in some)
        left_out = sum(part.segment.entry.documents for part in some) - let_in
        told = ""
        if 0 < left_out <= MOST_LISTED:
            told = f"article not in {excluded(some)}"
        elif left_out and let_in <= MOST_LISTED:
            told = f"article in {included(some)}"
        partitions = [partition_of(part.segment.entry.id) for part in some]
        return Place(self._alias, partitions, told, self._is_fresh) if some else None


def _allowed(parts: Sequence[Part], raw: Raw) -> list[Found]:
    """Return what may be found of what came back, in its order."""
    numbers = {part.segment.entry.id: number for number, part in enumerate(parts)}
    found = []
    for name, score in raw:
        segment_id, row = read_id(name)
        number = numbers[segment_id]
        allowed = parts[number].allowed
        if parts[number].entries and (allowed is None or allowed[row]):
            found.append((number, row, score))
    return found


def _scored(
    parts: Sequence[Part], found: Sequence[Found], weights: Mapping[str, float], statistics: Statistics
) -> list[Found]:
    """Return what was found with the scores that the files give, best first, without what has none."""
    scored: list[Found] = []
    for number in sorted({number for number, _, _ in found}):
        rows = [row for one, row, _ in found if one == number]
        scores = parts[number].segment.postings.scores_of(rows, weights, statistics)
        scored += [(number, row, float(score)) for row, score in zip(rows, scores, strict=True) if score > 0]
    return sorted(scored, key=lambda one: (-one[2], one[:2]))
