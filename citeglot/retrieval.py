"""From a question to hits, and from hits to the sentences worth reading."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

import numpy as np
import regex

from citeglot.follow_ups import in_context
from citeglot.fusion import fuse
from citeglot.index import Generation
from citeglot.instructions import is_instruction
from citeglot.pool import Query, pool_one
from citeglot.protocols import Embedder
from citeglot.types import Chunk, Filters, Hit, Span, Turn, Vector

DEPTH = 50
SENTENCE_WEIGHT = 0.7
ALONE = 0.15  # of a question with its context; fitted on the dev half, where a tenth to a third do as well

_LINK = regex.compile(r"\s*(https?://|pic\.twitter\.com)")  # what a copied post ends in: it says nothing


@dataclass(frozen=True, slots=True)
class Candidate:
    """A sentence of a hit that may hold the answer; `score` is balanced over languages like a hit's."""

    hit: Hit
    span: Span
    text: str
    score: float

    @property
    def around(self) -> str:
        """The sentence before it, itself and the one after it, within its chunk."""
        chunk = self.hit.chunk
        return " ".join(chunk.sentence(row) for row in self.neighbours)

    @property
    def told(self) -> str:
        """What is told around it, under the title of its article; the whole passage where that tells nothing."""
        chunk = self.hit.chunk
        return chunk.text if is_planted(chunk, chunk.title) else f"{chunk.title}\n{self.around}"

    @property
    def neighbours(self) -> list[int]:
        """The places in its chunk of the sentence before it, itself and the one after it."""
        return rows_around(self.hit.chunk, self.span)


@dataclass(frozen=True, slots=True)
class SearchResult:
    """The passages nearest to a question.

    `total_ms` is from question to hits, of which `embedding_ms` and `reading_ms` are the models' parts.
    """

    question: str
    language: str
    hits: tuple[Hit, ...]
    total_ms: float
    embedding_ms: float = 0.0
    reading_ms: float = 0.0
    notices: tuple[str, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """Return the result in the shape of the contract."""
        return {
            "question": self.question,
            "language": self.language,
            "hits": [hit.to_json() for hit in self.hits],
            "timings": {"total_ms": round(self.total_ms, 1)},
        }


def is_planted(chunk: Chunk, text: str) -> bool:
    """Tell whether a sentence of a passage, or its title, tells a reader how to answer."""
    return text in chunk.planted or is_instruction(text)


def rows_around(chunk: Chunk, span: Span) -> list[int]:
    """Return the places of a sentence of a passage and of those next to it, if there are any.

    What tells a reader how to answer is passed over: planted between two sentences it would part them.
    """
    row = chunk.sentences.index(span)
    sides = range(row - 1, -1, -1), range(row + 1, len(chunk.sentences))
    before, after = (next((one for one in side if not is_planted(chunk, chunk.sentence(one))), None) for side in sides)
    return [one for one in (before, row, after) if one is not None]


def make_query(question: str, language: str, history: Sequence[Turn], embedder: Embedder) -> Query:
    """Return a question as it is searched for: in its context, which is most of it, and alone.

    So a follow-up finds what it follows up on although it may not look like one, and a change of subject is found.
    """
    text = in_context(question, history)
    vector = embedder.embed_question(text)
    if text != question:
        both = (1 - ALONE) * vector + ALONE * embedder.embed_question(question)
        vector = (both / np.linalg.norm(both)).astype(np.float32)
    return Query(text, language, vector)


def search(generation: Generation, query: Query, k: int, filters: Filters = Filters()) -> list[Hit]:
    """Return the `k` best chunks by meaning and by words; there are k wherever k chunks fulfil the filters."""
    ranked = fuse(generation.pool(query, max(k, DEPTH), filters), query.language)
    return [generation.hit(one, score) for score, one in islice(ranked, k)]


def passages_of(generation: Generation, document: str, query: Query, limit: int) -> list[Hit]:
    """Return the `limit` passages of an article that are nearest to a question, scored by meaning alone."""
    entry = generation.documents[document]
    segment = generation.segments[entry.segment]
    bias = float(query.vector @ generation.offset(entry.language))
    rows = segment.rows(entry.sha256)
    cosines = segment.vectors_of(entry.sha256)[0] @ query.vector
    nearest = [rows[int(place)] for place in np.argsort(-cosines, kind="stable")[:limit]]
    found = [pool_one(query, segment, row, entry, bias, 0.0) for row in nearest]
    return [generation.hit(one, one.meaning) for one in sorted(found, key=lambda one: -one.meaning)]


def rank_sentences(generation: Generation, question: Vector, hits: Sequence[Hit], limit: int) -> list[Candidate]:
    """Return the best `limit` sentences of the hits, best first, by their own score and their chunk's.

    The score is a sentence's cosine less the question's cosine with the mean of the sentence's language, as for
    chunks; the chunk has a share in it because a sentence alone may lack its subject. What tells a reader how to answer
    is left out, however near it is: it tells nothing.
    """
    candidates = []
    for hit in hits:
        chunk = hit.chunk
        bias = float(question @ generation.offset(chunk.language))
        cosines = generation.sentence_vectors(chunk) @ question
        for row, (span, cosine) in enumerate(zip(chunk.sentences, cosines, strict=True)):
            score = SENTENCE_WEIGHT * (float(cosine) - bias) + (1 - SENTENCE_WEIGHT) * hit.score
            text = chunk.sentence(row)
            if not _LINK.match(text):
                candidates.append(Candidate(hit, span, text, score))
    candidates.sort(key=lambda one: (-one.score, one.hit.chunk.document, one.span.start))
    return list(islice((one for one in candidates if not is_planted(one.hit.chunk, one.text)), limit))
