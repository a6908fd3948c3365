"""The values that every other file speaks of. Imports nothing of ours."""

from dataclasses import dataclass
from datetime import date
from typing import Any, Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

Vector = NDArray[np.float32]
Matrix = NDArray[np.float32]

Kind = Literal["answer", "quotation", "refusal"]
Verdict = Literal["supported", "weak", "unsupported"]
UNKNOWN_LANGUAGE = "und"


class Span(NamedTuple):
    """A half-open range of code points of a text."""

    start: int
    end: int

    def of(self, text: str) -> str:
        """Return the text that this span covers."""
        return text[self.start : self.end]


@dataclass(frozen=True, slots=True)
class Document:
    """One article: everything else is a slice of its `text`.

    `name` is the path under the corpus folder with forward slashes; `language` an ISO 639-1 code
    ("no" for both Norwegian forms, "und" where it could not be told).
    """

    name: str
    title: str
    language: str
    date: date | None
    text: str


@dataclass(frozen=True, slots=True)
class Chunk:
    """Consecutive sentences of one document that are embedded together.

    `text == document.text[start:end]`; `sentences` are spans of the document, in order. `planted` are those of them,
    and the title, that by their vectors tell a reader how to answer; of a chunk that was not searched for it is empty.
    """

    document: str
    title: str
    language: str
    date: date | None
    start: int
    end: int
    text: str
    sentences: tuple[Span, ...]
    planted: frozenset[str] = frozenset()

    def sentence(self, row: int) -> str:
        """Return the sentence at a place."""
        return self.text[slice(*(place - self.start for place in self.sentences[row]))]


@dataclass(frozen=True, slots=True)
class Hit:
    """A chunk found for a question; `score` ranks it, `cosine` is the plain similarity."""

    chunk: Chunk
    score: float
    cosine: float

    def to_json(self) -> dict[str, Any]:
        """Return the hit in the shape of the contract."""
        chunk = self.chunk
        return {
            "document": chunk.document,
            "title": chunk.title,
            "language": chunk.language,
            "date": chunk.date.isoformat() if chunk.date else None,
            "start": chunk.start,
            "end": chunk.end,
            "text": chunk.text,
            "score": round(self.score, 6),
        }


@dataclass(frozen=True, slots=True)
class Filters:
    """What narrows a search: every given condition must hold; no condition lets everything through.

    `document` is a shell pattern over document names; a document without a date fails `since` and `until`.
    """

    languages: tuple[str, ...] = ()
    document: str | None = None
    since: date | None = None
    until: date | None = None


@dataclass(frozen=True, slots=True)
class Turn:
    """One message of a conversation."""

    role: Literal["system", "user", "assistant"]
    text: str


@dataclass(frozen=True, slots=True)
class Citation:
    """A number in the answer and the sentence it points to: `document.text[start:end] == quote`."""

    number: int
    document: str
    title: str
    language: str
    start: int
    end: int
    quote: str


@dataclass(frozen=True, slots=True)
class AnswerSentence:
    """One sentence of an answer, the numbers of its citations, and how well they hold it."""

    text: str
    citations: tuple[int, ...]
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class Timings:
    """Milliseconds since the question came in; `first_token_ms` is None where nothing was written."""

    first_passage_ms: float
    first_token_ms: float | None
    total_ms: float


@dataclass(frozen=True, slots=True)
class Answer:
    """What was said, what it rests on, and what it cost."""

    question: str
    language: str
    kind: Kind
    text: str
    sentences: tuple[AnswerSentence, ...]
    citations: tuple[Citation, ...]
    passages: tuple[Hit, ...]
    confidence: float
    timings: Timings
    models: dict[str, str | None]
    generation: int
    notices: tuple[str, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """Return the answer in the shape of the contract."""
        timings = {name: getattr(self.timings, name) for name in Timings.__slots__}
        return {
            "question": self.question,
            "language": self.language,
            "kind": self.kind,
            "answer": self.text,
            "sentences": [
                {"text": one.text, "citations": list(one.citations), "verdict": one.verdict} for one in self.sentences
            ],
            "citations": [{name: getattr(one, name) for name in Citation.__slots__} for one in self.citations],
            "passages": [hit.to_json() for hit in self.passages],
            "confidence": round(self.confidence, 4),
            "timings": {name: value if value is None else round(value, 1) for name, value in timings.items()},
            "models": dict(self.models),
            "generation": self.generation,
        }


@dataclass(frozen=True, slots=True)
class Found:
    """An event of answering: the passages, which stand on the page before the first word."""

    question: str
    language: str
    passages: tuple[Hit, ...]


@dataclass(frozen=True, slots=True)
class Reading:
    """An event of answering: sentences were found to write from, and the language model reads them."""


@dataclass(frozen=True, slots=True)
class Draft:
    """An event of answering: the whole text written so far, not checked yet."""

    text: str


Event = Found | Reading | Draft | Answer
