"""What a search chooses from: in each language the nearest chunks, and those that share words with the question."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from citeglot.documents import DocumentEntry
from citeglot.lexical import question_weights
from citeglot.parts import LOCAL, Found, Part, SearchEngine
from citeglot.postings import statistics_of
from citeglot.segments import Segment
from citeglot.types import Vector

SENTENCE_SHARE = 0.6  # fitted like the weights of fusion


@dataclass(frozen=True, slots=True)
class Query:
    """A question as it is searched for: its text, its language and its vector."""

    text: str
    language: str
    vector: Vector


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
        return self.segment.vector(self.row)

    @property
    def text(self) -> str:
        """The text of the chunk."""
        return self.segment.spans(self.row).whole.of(self.segment.text(self.entry.sha256))


def pool_language(
    query: Query, parts: Sequence[Part], bias: float, depth: int, engine: SearchEngine = LOCAL
) -> list[Pooled]:
    """Return the chunks of one language that are among the `depth` best by meaning or by words.

    `bias` is the question's cosine with the mean of the language. Each has the values of both arms. What comes out
    does not depend on how the articles are spread over the parts: equal chunks come by hash of their text, then start.
    """
    postings = [part.segment.postings for part in parts]
    language = parts[0].segment.entry.language
    weights = question_weights(query.text, language, lambda term: any(term in one for one in postings))
    statistics = statistics_of(postings, weights)
    most = sum(weight * statistics.rarity(term) for term, weight in weights.items())
    arms = engine.nearest(parts, query.vector, depth), engine.sharing(parts, weights, statistics, depth)
    chosen: dict[int, set[int]] = defaultdict(set)
    for found in arms:
        for *_, number, row in sorted(_place(parts, one) for one in found)[:depth]:
            chosen[number].add(row)
    pooled = []
    for number, rows in sorted((number, sorted(rows)) for number, rows in chosen.items()):
        scores = parts[number].segment.postings.scores_of(rows, weights, statistics)
        segment, entries = parts[number].segment, parts[number].entries
        pooled += [
            pool_one(query, segment, row, entries[segment.hash_of(row)], bias, float(words))
            for row, words in zip(rows, scores, strict=True)
        ]
    return [replace(one, coverage=one.words / most if most else 0.0) for one in pooled]


_Place = tuple[float, str, int, int, int]


def _place(parts: Sequence[Part], found: Found) -> _Place:
    number, row, score = found
    segment = parts[number].segment
    return -score, segment.hash_of(row), segment.start(row), number, row


def pool_one(query: Query, segment: Segment, row: int, entry: DocumentEntry, bias: float, words: float) -> Pooled:
    """Return the chunk in this row, which is of this article, with how near it is to the question."""
    cosine = float(segment.vector(row) @ query.vector)
    sentence = float(np.max(segment.sentence_vectors_of(row) @ query.vector, initial=-1.0))
    return Pooled(segment, row, entry, cosine, sentence, bias, words, 0.0)
