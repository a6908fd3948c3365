"""From a question to hits, and from hits to the sentences worth reading."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

import numpy as np
import regex

from citeglot.fusion import fuse
from citeglot.index import Generation
from citeglot.pool import Query
from citeglot.protocols import Embedder
from citeglot.types import Filters, Hit, Span, Turn, Vector

DEPTH = 50
SENTENCE_WEIGHT = 0.7
ALONE = 0.15  # of a question with its context; fitted on the dev half, where a tenth to a third do as well
MOST_OF_A_TURN = 600
MOST_OF_AN_ANSWER = 300

# A question that begins with a word of the first kind, or holds one of the second, leans on the question before it.
_BEGINNINGS = {
    "de": {"und", "aber", "oder"},
    "en": {"and", "but", "or"},
    "hi": {"और", "लेकिन", "तो"},
    "no": {"og", "men", "eller"},
}
_POINTERS = {
    "de": "er sie ihm ihn ihnen davon dazu dabei dagegen dessen dieser dieses diesem diesen dort",
    "en": "he she it him her them they his its their those these there",
    "hi": "वह वे यह ये इस उन्होंने उसने उनका उनकी उनके उन्हें उसका उसकी उसके इसका इसकी इसके वहाँ वहां",
    "no": "han hun ham henne dem hans hennes deres dette denne disse",
}
# So short a question without a name or a number says too little alone ("Since when?").
_FEW_WORDS, _FEW_LETTERS = 3, 8
_TELLING = regex.compile(r"\p{N}|[\p{Katakana}\p{Han}]{2,}|(?<=\s)\p{Lu}")
_JAPANESE = regex.compile(r"^(では|じゃあ|それで|そして|でも)|それ|その|彼|そこ")
_WORD = regex.compile(r"[\p{L}\p{M}]+")
_CITATION = regex.compile(r"\s*\[\d+\]")
_LINK = regex.compile(r"\s*(https?://|pic\.twitter\.com)")  # what a copied post ends in: it says nothing


@dataclass(frozen=True, slots=True)
class Candidate:
    """A sentence of a hit that may hold the answer; `score` is balanced over languages like a hit's."""

    hit: Hit
    span: Span
    text: str
    score: float

    @property
    def neighbours(self) -> slice:
        """The places in its chunk of the sentence before it, itself and the one after it."""
        row = self.hit.chunk.sentences.index(self.span)
        return slice(max(0, row - 1), row + 2)


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


def in_context(question: str, history: Sequence[Turn]) -> str:
    """Return a question after the last one before it and what was answered to that, where there is one.

    An answer counts up to its first 300 characters, without its citations: what a follow-up means stands there.
    """
    last = max((place for place, turn in enumerate(history) if turn.role == "user"), default=len(history))
    earlier = [_CITATION.sub("", turn.text[:MOST_OF_A_TURN])[:MOST_OF_AN_ANSWER] for turn in history[last + 1 :]]
    return "\n".join([*(turn.text[-MOST_OF_A_TURN:] for turn in history[last : last + 1]), *earlier, question])


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


def standalone(question: str, language: str, history: Sequence[Turn]) -> str:
    """Return what is judged and answered: the question, with the last one before it where it leans on that."""
    earlier = [turn.text for turn in history if turn.role == "user"]
    return f"{earlier[-1][-MOST_OF_A_TURN:]}\n{question}" if earlier and leans(question, language) else question


def leans(question: str, language: str) -> bool:
    """Tell whether a question is understood only after another: "And in Berlin?", "When did he?", "Since when?"."""
    words = _WORD.findall(question.casefold())
    few = sum(map(len, words)) <= _FEW_LETTERS if language == "ja" else len(words) <= _FEW_WORDS
    if few and not _TELLING.search(question):
        return True
    if language == "ja":
        return _JAPANESE.search(question) is not None
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
            if not _LINK.match(text):
                candidates.append(Candidate(hit, span, text, score))
    candidates.sort(key=lambda one: (-one.score, one.hit.chunk.document, one.span.start))
    return candidates[:limit]
