"""From a question to hits, and from hits to the sentences worth reading."""

from collections.abc import Sequence
from dataclasses import dataclass

from citeglot.index import Generation
from citeglot.types import Hit, Span, Turn, Vector

SENTENCE_WEIGHT = 0.7


@dataclass(frozen=True, slots=True)
class Candidate:
    """A sentence of a hit that may hold the answer; `score` is balanced over languages like a hit's."""

    hit: Hit
    span: Span
    text: str
    score: float


def standalone(question: str, history: Sequence[Turn]) -> str:
    """Return the question with the person's last one before it, which a follow-up leans on."""
    earlier = [turn.text for turn in history if turn.role == "user"]
    return f"{earlier[-1]}\n{question}" if earlier else question


def rank_sentences(generation: Generation, question: Vector, hits: Sequence[Hit], limit: int) -> list[Candidate]:
    """Return the best `limit` sentences of the hits, best first, by their own score and their chunk's.

    The score is a sentence's cosine less the question's cosine with the mean of the sentence's language, as for
    chunks; the chunk has a share in it because a sentence alone may lack its subject.
    """
    candidates = []
    for hit in hits:
        chunk = hit.chunk
        bias = float(question @ generation.offset(chunk.language))
        cosines = generation.sentence_vectors(chunk) @ question
        for span, cosine in zip(chunk.sentences, cosines, strict=True):
            score = SENTENCE_WEIGHT * (float(cosine) - bias) + (1 - SENTENCE_WEIGHT) * hit.score
            text = chunk.text[span.start - chunk.start : span.end - chunk.start]
            candidates.append(Candidate(hit, span, text, score))
    candidates.sort(key=lambda one: (-one.score, one.hit.chunk.document, one.span.start))
    return candidates[:limit]
