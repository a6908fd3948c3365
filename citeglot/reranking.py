"""The order of the first hits: what the cross-encoder reads in them has a say beside meaning and words."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from citeglot.index import Generation
from citeglot.pool import Query
from citeglot.protocols import Embedder
from citeglot.retrieval import SearchResult, rank_sentences
from citeglot.signals import Asking, answer_logits, in_context
from citeglot.types import Hit, Vector

READ = 10  # hits of which the nearest sentence is read
WEIGHT = 0.05  # of the chance that it answers; fitted on the dev halves of our questions and of the public sets


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


def rerank(
    asking: Asking, vector: Vector, hits: Sequence[Hit], generation: Generation, embedder: Embedder
) -> list[Hit]:
    """Return the hits, best first, with the chance in their score that their nearest sentence answers the question.

    Only the first ten are read. A score can only grow by it, so that what follows stays behind them.
    """
    if not hits:
        return []
    nearest = [
        (place, one) for place, hit in enumerate(hits[:READ]) for one in rank_sentences(generation, vector, [hit], 1)
    ]
    logits = answer_logits(asking, [in_context(one.hit.chunk, one.span) for _, one in nearest], embedder)
    found = list(hits)
    for (place, one), logit in zip(nearest, logits, strict=True):
        found[place] = replace(one.hit, score=one.hit.score + WEIGHT / (1 + float(np.exp(-logit))))
    return sorted(found, key=lambda hit: -hit.score)
