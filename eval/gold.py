"""Where the gold of a question stands in an index, and at which rank its articles and sentences were found."""

import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from citeglot.index import Generation
from citeglot.types import Hit, Span
from eval.questions import NORWEGIAN, Question


@dataclass(frozen=True, slots=True)
class GoldArticle:
    """An article that answers a question, and the spans of the gold sentences in it."""

    document: str
    language: str
    spans: tuple[Span, ...]

    def to_json(self, hits: Sequence[Hit]) -> dict[str, Any]:
        """Return the article with the ranks of the first hit in it and of the first that holds a gold sentence."""
        return {
            "document": self.document,
            "language": self.language,
            "rank": _first(hit.chunk.document == self.document for hit in hits),
            "sentences": len(self.spans),
            "sentence_rank": _first(self.stands_in(hit) for hit in hits),
        }

    def stands_in(self, hit: Hit) -> bool:
        """Tell whether a gold sentence lies in a hit from its beginning to its end."""
        chunk = hit.chunk
        return chunk.document == self.document and any(
            chunk.start <= span.start and span.end <= chunk.end for span in self.spans
        )


@dataclass(frozen=True, slots=True)
class Gold:
    """The gold of one question; `missing` says what of it is not in the index."""

    articles: tuple[GoldArticle, ...]
    missing: tuple[str, ...]


class Library:
    """The articles of an index as gold sees them: copies of an article are one, as they are in a search."""

    def __init__(self, generation: Generation) -> None:
        self._entries = generation.documents
        self._text = cache(lambda name: generation.document(name).text)

    def canonical(self, name: str) -> str | None:
        """Return the name that hits in an article carry; None where it is not in the index."""
        entry = self._entries.get(unicodedata.normalize("NFC", name))
        return entry.duplicate_of or entry.name if entry else None

    def find(self, question: Question) -> Gold:
        """Return where the gold of a question stands, and what of it does not."""
        spans: dict[str, list[Span]] = {}
        missing: list[str] = []
        for name in question.documents:
            known = self.canonical(name)
            missing += [] if known else [f"the article {name} is not in the index"]
            if known:
                spans.setdefault(known, [])
        for evidence in question.evidence:
            known = self.canonical(evidence.document)
            if known:
                found = list(_places(evidence.quote, self._text(known)))
                spans.setdefault(known, []).extend(found)
                missing += [] if found else [f"{evidence.document} does not hold the quote “{evidence.quote}”"]
        articles = [GoldArticle(name, self._entries[name].language, tuple(found)) for name, found in spans.items()]
        return Gold(tuple(articles), tuple(missing))


def base_of(question: Question) -> str:
    """Return the id without the language at its end: what all translations of a question share."""
    head, _, tail = question.id.rpartition("-")
    return head if head and NORWEGIAN.get(tail, tail) == question.language else question.id


def _first(holds: Iterable[bool]) -> int | None:
    return next((rank for rank, one in enumerate(holds, start=1) if one), None)


def _places(quote: str, text: str) -> Iterator[Span]:
    start = text.find(quote)
    while start >= 0:
        yield Span(start, start + len(quote))
        start = text.find(quote, start + 1)
