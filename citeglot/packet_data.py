"""An evidence packet as data: an answer, and all that is needed to check its quotes against the articles."""

import json
import math
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any, get_args

import regex

from citeglot import __version__
from citeglot.errors import WrongUse
from citeglot.fields import Fields
from citeglot.generation import Generation
from citeglot.page_texts import page_texts
from citeglot.types import Answer, AnswerSentence, Kind, Verdict

FORMAT = 1  # raise it when the data of a packet are otherwise; how its page looks may change without
AROUND = 240  # code points shown before and after a quote
_GRAPHEME = regex.compile(r"\X")
_ACTS_IN_HTML = {ord(sign): f"\\u{ord(sign):04x}" for sign in "<>&"}


@dataclass(frozen=True, slots=True)
class Quoted:
    """A piece of an article: `text[start:end] == quote`, in code points, between `before` and `after`.

    `sha256` is that of the article's whole text in UTF-8, `date` is ISO 8601.
    """

    number: int
    document: str
    title: str
    language: str
    date: str | None
    sha256: str
    start: int
    end: int
    quote: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Packet:
    """An answer with its `evidence`: what it cites, or the nearest passages of one that cites nothing.

    `made` is the moment in UTC, `program` the version that made it, `page_language` that of its page.
    """

    made: str
    program: str
    page_language: str
    question: str
    language: str
    kind: str
    answer: str
    sentences: tuple[AnswerSentence, ...]
    evidence: tuple[Quoted, ...]
    notices: tuple[str, ...]
    confidence: float
    models: dict[str, str | None]
    generation: int

    def to_json(self) -> str:
        """Return the packet as JSON in ASCII that stays what it is inside of HTML."""
        return json.dumps({"format": FORMAT, **asdict(self)}).translate(_ACTS_IN_HTML)


def make_packet(answer: Answer, generation: Generation, page_language: str) -> Packet:
    """Return the packet of an answer, made now; WrongUse where the generation is not the one it was answered from."""
    made = Packet(
        made=datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        program=__version__,
        page_language=page_language,
        question=answer.question,
        language=answer.language,
        kind=answer.kind,
        answer=answer.text,
        sentences=answer.sentences,
        evidence=tuple(_evidence(answer, generation)),
        notices=answer.notices,
        confidence=round(float(answer.confidence), 4),
        models=dict(answer.models),
        generation=answer.generation,
    )
    return parse_packet(made.to_json())  # what JSON cannot hold is gone now, not when somebody checks it


def _evidence(answer: Answer, generation: Generation) -> Iterator[Quoted]:
    """Yield the citations; where there are none, the passages, numbered."""
    places = [(one.number, one.document, one.start, one.end, one.quote) for one in answer.citations]
    for number, chunk in enumerate((hit.chunk for hit in answer.passages), start=1) if not places else ():
        places.append((number, chunk.document, chunk.start, chunk.end, chunk.text))
    for number, name, start, end, quote in places:
        article = generation.document(name)
        if start < 0 or not quote or article.text[start:end] != quote:
            raise WrongUse(
                f"{name} is not the article that this answer cites: the index was built again meanwhile (the answer is "
                f"of generation {answer.generation}, this is {generation.number}). Ask the question again."
            )
        yield Quoted(
            number=number,
            document=article.name,
            title=article.title,
            language=article.language,
            date=article.date.isoformat() if article.date else None,
            sha256=generation.documents[article.name].sha256,
            start=start,
            end=end,
            quote=quote,
            before=_before(article.text, start),
            after=_after(article.text, end),
        )


def _before(text: str, start: int) -> str:
    """Return what stands before a place, from the beginning of a whole character on."""
    window = text[max(0, start - 2 * AROUND) : start]  # where a character begins is seen from what is before it
    begins = (found.start() for found in _GRAPHEME.finditer(window))
    return window[next((one for one in begins if len(window) - one <= AROUND), len(window)) :]


def _after(text: str, end: int) -> str:
    """Return what stands after a place, up to the end of a whole character."""
    cut = text[end : end + AROUND]
    characters: list[str] = _GRAPHEME.findall(cut)
    return "".join(characters[:-1]) if end + AROUND < len(text) else cut


def parse_packet(text: str) -> Packet:
    """Return the packet of its JSON; ValueError names what does not fit, WrongUse another format."""
    try:
        packet = Fields("packet", json.loads(text))
    except RecursionError:
        raise ValueError("packet: nested too deeply") from None
    if (number := packet.number("format")) != FORMAT:
        raise WrongUse(
            f"This packet has the format {number:.6g}, made by citeglot {packet.value.get('program')!r:.40}; this is "
            f"citeglot {__version__}, which reads the format {FORMAT}. Verify it with the version that made it."
        )
    return Packet(
        made=packet.text("made"),
        program=packet.text("program"),
        page_language=_one_of(packet, "page_language", page_texts()),
        question=packet.text("question"),
        language=packet.text("language"),
        kind=_one_of(packet, "kind", get_args(Kind)),
        answer=packet.text("answer"),
        sentences=tuple(map(_sentence, packet.objects("sentences"))),
        evidence=tuple(map(_quoted, packet.objects("evidence"))),
        notices=packet.texts("notices"),
        confidence=_finite(packet, "confidence"),
        models={name: _text_or_none(packet.object("models"), name) for name in packet.object("models").value},
        generation=packet.number("generation"),
    )


def _sentence(fields: Fields) -> AnswerSentence:
    numbers = fields.take("citations", list)
    if not all(type(number) is int for number in numbers):
        raise ValueError(f"{fields.where}.citations: expected numbers")
    return AnswerSentence(fields.text("text"), tuple(numbers), _one_of(fields, "verdict", get_args(Verdict)))


def _quoted(fields: Fields) -> Quoted:
    if not fields.text("quote"):
        raise ValueError(f"{fields.where}.quote: expected a text, not an empty one")
    return Quoted(
        number=fields.number("number"),
        document=fields.text("document"),
        title=fields.text("title"),
        language=fields.text("language"),
        date=_text_or_none(fields, "date"),
        sha256=fields.text("sha256"),
        start=fields.number("start"),
        end=fields.number("end"),
        quote=fields.text("quote"),
        before=fields.text("before"),
        after=fields.text("after"),
    )


def _one_of(fields: Fields, name: str, allowed: Any) -> Any:  # noqa: ANN401 (one of the literals of types.py)
    value = fields.text(name)
    if value not in allowed:
        raise ValueError(f"{fields.where}.{name}: expected {', '.join(allowed)}, not {value!r:.40}")
    return value


def _finite(fields: Fields, name: str) -> float:
    value = fields.take(name, float)
    if not math.isfinite(value):
        raise ValueError(f"{fields.where}.{name}: expected a number, not {value}")
    return value


def _text_or_none(fields: Fields, name: str) -> str | None:
    return None if name in fields.value and fields.value[name] is None else fields.text(name)
