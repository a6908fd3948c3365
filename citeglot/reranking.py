"""The order of the first passages: what the cross-encoder reads in them has a say beside meaning and words.

The article that leads is mostly the right one, and another of its passages answers. So after the first hits more of
the leading articles is read.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from citeglot.index import Generation
from citeglot.pool import Query
from citeglot.protocols import Embedder
from citeglot.retrieval import Candidate, SearchResult, passages_of, rank_sentences
from citeglot.signals import Asking, answer_logits, countries_missing, in_context
from citeglot.types import Hit

_Place = tuple[str, int]

# Fitted on the dev halves of our questions and of the public sets; eval/README.md has the figures.
FIRST = 5  # hits of which the nearest sentence is read
SURE = 0.8  # chance from which on one of these is enough
LEADING, PASSAGES, FURTHER = 3, 12, 10  # else articles of which more is read, passages of each, sentences of them all
TOP = 5  # places that reading fills: below them another article is worth more than more of the same
WEIGHT = 0.15  # of the chance that a sentence answers
SLOPE = 0.4  # of the logit, which is surer than it should be


@dataclass(frozen=True, slots=True)
class Retrieved:
    """What was found for a question: `nearest` by meaning and words alone, `hits` in the order that reading gives.

    The times, in milliseconds, are the models' parts of the search.
    """

    asking: Asking
    query: Query
    nearest: tuple[Hit, ...]
    hits: tuple[Hit, ...]
    notices: tuple[str, ...]
    embedding_ms: float
    reading_ms: float

    def result(self, question: str, total_ms: float) -> SearchResult:
        """Return the hits for whoever asked for no more."""
        models = (self.embedding_ms, self.reading_ms)
        return SearchResult(question, self.asking.language, self.hits, total_ms, *models, self.notices)


def rerank(asking: Asking, query: Query, hits: Sequence[Hit], generation: Generation, embedder: Embedder) -> list[Hit]:
    """Return the hits, best first, and with them, where none is sure to answer, more passages of leading articles.

    The score of the first five has the chance in it that a sentence of the passage answers, where one was read.
    """
    known = {_place(hit): hit for hit in hits}
    first = [one for hit in hits[:FIRST] for one in rank_sentences(generation, query.vector, [hit], 1)]
    chances = _chances(asking, first, embedder)
    if first and max(chances.values()) < SURE:
        leading = dict.fromkeys(hit.chunk.document for hit in _ordered(hits, chances))
        more = [hit for name in list(leading)[:LEADING] for hit in passages_of(generation, name, query, PASSAGES)]
        passages = [known.get(_place(hit), hit) for hit in more]
        further = _further(rank_sentences(generation, query.vector, passages, FURTHER + FIRST), first)
        known |= {_place(one.hit): one.hit for one in further}
        found = _chances(asking, further, embedder)
        chances |= {place: max(chance, chances.get(place, 0.0)) for place, chance in found.items()}
    best = _ordered(list(known.values()), chances)[:TOP]
    rest = known.keys() - set(map(_place, best))
    return [*best, *sorted((known[place] for place in rest), key=lambda hit: (-hit.score, _place(hit)))]


def _place(hit: Hit) -> _Place:
    return hit.chunk.document, hit.chunk.start


def _further(ranked: Sequence[Candidate], read: Sequence[Candidate]) -> list[Candidate]:
    """Return the first sentences that were not read; what an article says again and again is one."""
    texts = {one.text for one in read}
    new = {one.text: one for one in reversed(ranked) if one.text not in texts}
    return sorted(new.values(), key=lambda one: -one.score)[:FURTHER]


def _chances(asking: Asking, sentences: Sequence[Candidate], embedder: Embedder) -> dict[_Place, float]:
    """Return for each passage the best chance that one of these sentences of it answers.

    There is none where a country of the question is not named: of another one the same is told in the same words.
    """
    if not sentences:
        return {}
    countries = asking.countries
    logits = answer_logits(asking, [in_context(one.hit.chunk, one.span) for one in sentences], embedder)
    found: dict[_Place, float] = {}
    for one, logit in zip(sentences, logits, strict=True):
        chance = 0.0 if countries_missing(countries, one) else 1 / (1 + math.exp(-SLOPE * logit))
        found[_place(one.hit)] = max(chance, found.get(_place(one.hit), 0.0))
    return found


def _ordered(hits: Sequence[Hit], chances: Mapping[_Place, float]) -> list[Hit]:
    """Return hits with their chances in their scores, best first."""
    lifted = [replace(hit, score=hit.score + WEIGHT * chances.get(_place(hit), 0.0)) for hit in hits]
    return sorted(lifted, key=lambda hit: -hit.score)
