"""What a search chooses from: in each language the nearest chunks, and those that share words with the question."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from citeglot.documents import DocumentEntry
from citeglot.lexical import question_weights
from citeglot.postings import best_rows, statistics_of
from citeglot.segments import Segment
from citeglot.types import Vector
from citeglot.vectors_faiss import top_rows

SENTENCE_SHARE = 0.6  # fitted like the weights of fusion


@dataclass(frozen=True, slots=True)
class Query:
    """A question as it is searched for: its text, its language and its vector."""

    text: str
    language: str
    vector: Vector


@dataclass(frozen=True, slots=True)
class Part:
    """What of a segment may be found: the articles by their hash, and their rows, None for all."""

    segment: Segment
    entries: Mapping[str, DocumentEntry]
    rows: NDArray[np.int64] | None


@dataclass(frozen=True, slots=True)
class Pooled:
    """A chunk that may be a hit.

    `cosine` is that of the whole chunk, `sentence` that of its sentence nearest to the question; `bias` the
    question's cosine with the mean of the chunk's language. `words` is the chunk's BM25 score, which compares within
    a language; `coverage` that score as a share of what a chunk could have that says the whole question, from 0 to 1.
    """

    segment: Segment
    row: int
    entry: DocumentEntry
    cosine: float
    sentence: float
    bias: float
    words: float
    coverage: float

    @property
    def language(self) -> str:
        """The language of the chunk."""
        return self.segment.entry.language

    @property
    def meaning(self) -> float:
        """How near the chunk is to the question whatever its language: its best sentence, and it as a whole."""
        return SENTENCE_SHARE * self.sentence + (1 - SENTENCE_SHARE) * self.cosine - self.bias

    @property
    def place(self) -> tuple[str, int]:
        """Where the chunk stands: the same in every index of the same articles."""
        return self.entry.name, self.segment.start(self.row)

    @property
    def vector(self) -> Vector:
        """The vector of the chunk."""
        return np.asarray(self.segment.vectors[self.row], dtype=np.float32)

    @property
    def text(self) -> str:
        """The text of the chunk."""
        return self.segment.spans(self.row).whole.of(self.segment.text(self.entry.sha256))


def pool_language(query: Query, parts: Sequence[Part], bias: float, depth: int) -> list[Pooled]:
    """Return the chunks of one language that are among the `depth` best by meaning or by words.

    `bias` is the question's cosine with the mean of the language. Each has the values of both arms. What comes out
    does not depend on how the articles are spread over the parts: equal chunks come by hash of their text, then start.
    """
    postings = [part.segment.postings for part in parts]
    language = parts[0].segment.entry.language
    weights = question_weights(query.text, language, lambda term: any(term in one for one in postings))
    statistics = statistics_of(postings, weights)
    most = sum(weight * statistics.rarity(term) for term, weight in weights.items())
    by_meaning: list[_Place] = []
    by_words: list[_Place] = []
    words: dict[tuple[int, int], float] = {}
    for number, part in enumerate(parts):
        rows, scores = part.segment.postings.scores(weights, statistics, part.rows)
        words |= {(number, row): score for row, score in zip(rows.tolist(), scores.tolist(), strict=True)}
        nearest = top_rows(part.segment.vectors, query.vector, depth, part.rows)
        by_meaning += [_place(part.segment, number, *one) for one in nearest]
        by_words += [_place(part.segment, number, *one) for one in best_rows(rows, scores, depth)]
    chosen = {one[3:] for one in (*sorted(by_meaning)[:depth], *sorted(by_words)[:depth])}
    found = [_pooled(query, parts[number], row, bias, words.get((number, row), 0.0)) for number, row in sorted(chosen)]
    return [replace(one, coverage=one.words / most if most else 0.0) for one in found]


_Place = tuple[float, str, int, int, int]


def _place(segment: Segment, number: int, row: int, score: float) -> _Place:
    return -score, segment.hash_of(row), segment.start(row), number, row


def _pooled(query: Query, part: Part, row: int, bias: float, words: float) -> Pooled:
    segment = part.segment
    entry = part.entries[segment.hash_of(row)]
    cosine = float(segment.vectors[row] @ query.vector)
    sentence = float(np.max(segment.sentence_vectors_of(row) @ query.vector, initial=-1.0))
    return Pooled(segment, row, entry, cosine, sentence, bias, words, 0.0)
