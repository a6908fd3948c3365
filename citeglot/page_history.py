"""What the browser keeps of a conversation: what was asked and answered, read back as anyone's words."""

import math
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any, get_args

import regex

from citeglot.conversation import Conversation, Exchange, answered, stopped
from citeglot.errors import UserError
from citeglot.fields import Fields
from citeglot.library import Library
from citeglot.page import Reader, render_state
from citeglot.page_filters import NOTHING, Narrowing, read_narrowing
from citeglot.types import Answer, AnswerSentence, Citation, Hit, Kind, Span, Timings, Verdict

if TYPE_CHECKING:
    from citeglot.generation import Generation  # brings the search library, which the page does not wait for

VERSION = 1
MOST_EXCHANGES = 20
MOST_CHARACTERS = 20_000
MOST_ITEMS = 100
CODE = regex.compile(r"[a-z]{2,3}")
Place = Sequence[Any]


def kept(conversation: Conversation, narrowing: Narrowing) -> dict[str, Any]:
    """Return what the browser shall keep: the last 20 exchanges that came to something, and the filters."""
    exchanges = [_to_json(one) for one in conversation if one.answer or one.draft]
    return {"version": VERSION, "exchanges": exchanges[-MOST_EXCHANGES:], "filters": narrowing.to_json()}


def _to_json(exchange: Exchange) -> dict[str, Any]:
    answer = exchange.answer
    if answer is None:
        return {"question": exchange.question, "draft": exchange.draft}
    places = [[hit.chunk.document, hit.chunk.start, float(hit.score), float(hit.cosine)] for hit in answer.passages]
    content = answer.to_json() | {"notices": list(answer.notices), "passages": places}
    return {"question": exchange.question, "answer": content}


def restored(found: object, library: Library, reader: Reader) -> tuple[Conversation, Narrowing]:
    """Return the conversation that a browser kept, as far as it is one; what is not is left out.

    Passages come from the index; an answer whose sentences no longer stand there is shown as what was said once.
    """
    if not isinstance(found, dict) or found.get("version") != VERSION:
        return (), NOTHING
    exchanges = found.get("exchanges")
    conversation: Conversation = ()
    for one in exchanges[-MOST_EXCHANGES:] if isinstance(exchanges, list) else ():
        try:
            conversation = (*conversation, _restored(one, len(conversation) + 1, library, reader))
        except (ValueError, TypeError, OverflowError):
            continue
    filters = found.get("filters")
    boxes = filters if isinstance(filters, dict) else {}
    return conversation, read_narrowing(*(boxes.get(name) for name in Narrowing.__slots__))


def _restored(one: object, number: int, library: Library, reader: Reader) -> Exchange:
    fields = Fields("exchange", one)
    now = Exchange(_text(fields, "question"), number)
    if "answer" not in fields.value:
        return stopped((replace(now, draft=_text(fields, "draft")),), reader)[0]
    content = fields.object("answer")
    answer, places = _answer(content, now.question), _items(content.take("passages", list))
    try:
        passages, stands = library.read(lambda generation: _look_up(answer, places, generation))
    except UserError:
        passages, stands = (), False
    now = answered(now, replace(answer, passages=passages), reader)
    if stands:
        return now
    return replace(now, shown=now.shown + render_state(reader.say("articles_changed")), answer=None)


def _look_up(answer: Answer, places: Sequence[Place], generation: "Generation") -> tuple[tuple[Hit, ...], bool]:
    """Return the passages that are where they were, and whether every cited sentence is."""
    hits = []
    for place in places:
        document, start, score, cosine = _place(place)
        chunks = generation.chunks(document) if document in generation.documents else ()
        hits += [Hit(chunk, score, cosine) for chunk in chunks if chunk.start == start]
    return tuple(hits), all(_stands(one, generation) for one in answer.citations)


def _stands(one: Citation, generation: "Generation") -> bool:
    if one.document not in generation.documents:
        return False
    return Span(one.start, one.end).of(generation.document(one.document).text) == one.quote


def _place(place: object) -> tuple[str, int, float, float]:
    match place:
        case [str(document), int(start), int() | float() as score, int() | float() as cosine]:
            if math.isfinite(score + cosine):
                return document, start, float(score), float(cosine)
    raise ValueError("a passage is [document, start, score, cosine]")


def _answer(content: Fields, question: str) -> Answer:
    total = content.object("timings").value.get("total_ms")
    models = content.object("models").value
    if not isinstance(total, int | float) or not 0 <= total < 1e9:
        raise ValueError("timings.total_ms: expected milliseconds")
    if len(models) > 4 or not all(one is None or (isinstance(one, str) and len(one) < 200) for one in models.values()):
        raise ValueError("models: expected names")
    return Answer(
        question=question,
        language=_code(content),
        kind=_one_of(content, "kind", get_args(Kind)),
        text=_text(content, "answer"),
        sentences=tuple(_sentence(one) for one in _items(content.objects("sentences"))),
        citations=tuple(_citation(one) for one in _items(content.objects("citations"))),
        passages=(),
        confidence=min(1.0, max(0.0, float(content.value.get("confidence") or 0.0))),
        timings=Timings(0.0, None, float(total)),
        models=models,
        generation=content.number("generation"),
        notices=tuple(one[:MOST_CHARACTERS] for one in _items(content.texts("notices"))),
    )


def _sentence(one: Fields) -> AnswerSentence:
    numbers = _items(one.take("citations", list))
    if not all(type(number) is int and 0 < number <= MOST_ITEMS for number in numbers):
        raise ValueError("citations: expected numbers")
    return AnswerSentence(_text(one, "text"), tuple(numbers), _one_of(one, "verdict", get_args(Verdict)))


def _citation(one: Fields) -> Citation:
    document, title, quote = (_text(one, name) for name in ("document", "title", "quote"))
    number, start, end = (one.number(name) for name in ("number", "start", "end"))
    return Citation(number, document, title, _code(one), start, end, quote)


def _text(fields: Fields, name: str) -> str:
    text = fields.text(name)
    if len(text) > MOST_CHARACTERS:
        raise ValueError(f"{name}: longer than {MOST_CHARACTERS} characters")
    return text


def _code(fields: Fields) -> str:
    code = fields.text("language")
    if not CODE.fullmatch(code):
        raise ValueError(f"language: {code!r:.40} is no code")
    return code


def _one_of(fields: Fields, name: str, known: tuple[Any, ...]) -> Any:  # noqa: ANN401 - a literal of the callers'
    if fields.text(name) not in known:
        raise ValueError(f"{name}: expected one of {known}")
    return fields.text(name)


def _items(items: Sequence[Any]) -> Sequence[Any]:
    if len(items) > MOST_ITEMS:
        raise ValueError(f"more than {MOST_ITEMS} items")
    return items
