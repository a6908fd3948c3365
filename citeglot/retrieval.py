"""From a question to hits, and from hits to the sentences worth reading."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice

import regex

from citeglot.fusion import fuse
from citeglot.index import Generation
from citeglot.pool import Query
from citeglot.types import Filters, Hit, Span, Turn, Vector

DEPTH = 50
SENTENCE_WEIGHT = 0.7

# A question that begins with a word of the first kind, or holds one of the second, leans on the question before it.
_BEGINNINGS = {
    "de": {"und", "aber", "oder"},
    "en": {"and", "but", "or"},
    "hi": {"और", "लेकिन", "तो"},
    "no": {"og", "men", "eller"},
}
_POINTERS = {
    "de": "er ihm ihn ihnen davon dazu dabei dagegen dessen dieser dieses diesem diesen dort",
    "en": "he she him her them they his its their those these",
    "hi": "वह वे उन्होंने उसने उनका उनकी उनके उन्हें उसका उसकी उसके इसका इसकी इसके वहाँ वहां",
    "no": "han hun ham henne dem hans hennes deres dette denne disse",
}
_JAPANESE = regex.compile(r"^(では|じゃあ|それで|そして|でも)|それ|その|彼|そこ")
_WORD = regex.compile(r"[\p{L}\p{M}]+")


@dataclass(frozen=True, slots=True)
class Candidate:
    """A sentence of a hit that may hold the answer; `score` is balanced over languages like a hit's."""

    hit: Hit
    span: Span
    text: str
    score: float


def standalone(question: str, language: str, history: Sequence[Turn]) -> str:
    """Return the question, with the person's last one before it where it leans on that ("And in Berlin?")."""
    earlier = [turn.text for turn in history if turn.role == "user"]
    return f"{earlier[-1]}\n{question}" if earlier and leans(question, language) else question


def leans(question: str, language: str) -> bool:
    """Tell whether a question is understood only after another: it begins with "and", or says "he" for a name."""
    if language == "ja":
        return _JAPANESE.search(question) is not None
    words = _WORD.findall(question.casefold())
    beginning = words[:1] and words[0] in _BEGINNINGS.get(language, set())
    return bool(beginning) or not set(_POINTERS.get(language, "").split()).isdisjoint(words)


def search(generation: Generation, query: Query, k: int, filters: Filters = Filters()) -> list[Hit]:
    """Return the `k` best chunks by meaning and by words; there are k wherever k chunks fulfil the filters."""
    ranked = fuse(generation.pool(query, max(k, DEPTH), filters), query.language)
    return [generation.hit(one, score) for score, one in islice(ranked, k)]


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
