"""Questions on standard input, one a line: a plain question, or an object with history and filters."""

import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from citeglot.errors import UserError, WrongUse
from citeglot.language import normalise_code
from citeglot.types import Filters, Turn

FILTER_NAMES = ("language", "document", "since", "until")


@dataclass(frozen=True, slots=True)
class Request:
    """One question with what came before it and what narrows its search."""

    question: str
    history: tuple[Turn, ...]
    filters: Filters


def read_request(line: str, defaults: Filters) -> Request:
    """Read one line of a batch; a line that is not right is a `WrongUse` that says what was expected."""
    if not line.lstrip().startswith("{"):
        return Request(line, (), defaults)
    try:
        given = json.loads(line)
    except (ValueError, RecursionError) as problem:
        raise WrongUse(f"This line starts like a JSON object and is none ({problem}).") from None
    unknown = set(given) - {"question", "history", "filters"}
    if unknown or not isinstance(given.get("question"), str):
        raise WrongUse(
            'Expected an object like {"question": "…", "history": [], "filters": {}} with a text as question'
            + (f"; unknown: {', '.join(sorted(unknown))}." if unknown else ".")
        )
    filters = read_filters(given["filters"]) if given.get("filters") else defaults
    return Request(given["question"], read_history(given.get("history") or []), filters)


def read_history(turns: object) -> tuple[Turn, ...]:
    """Read earlier turns; only what a person and the assistant said, never a system text."""
    if not isinstance(turns, list):
        raise WrongUse('"history" is a list of {"role": "user" or "assistant", "text": "…"}.')
    read = []
    for turn in turns:
        if not isinstance(turn, dict) or not isinstance(turn.get("text"), str):
            raise WrongUse('Every turn of "history" has a "role" and a "text".')
        if turn.get("role") not in ("user", "assistant"):
            raise WrongUse(f'The role of a turn is "user" or "assistant", not {turn.get("role")!r}.')
        read.append(Turn(turn["role"], turn["text"]))
    return tuple(read)


def read_filters(given: object) -> Filters:
    """Read filters from an object with the keys language (a code or a list), document, since and until."""
    if not isinstance(given, dict) or set(given) - set(FILTER_NAMES):
        raise WrongUse(f'"filters" is an object with some of the keys {", ".join(FILTER_NAMES)}.')
    languages = given.get("language") or []
    languages = [languages] if isinstance(languages, str) else languages
    if not isinstance(languages, list) or not all(isinstance(one, str) for one in languages):
        raise WrongUse(f'The filter "language" is a code such as "de", or a list of codes, not {languages!r}.')
    document = given.get("document")
    if document is not None and not isinstance(document, str):
        raise WrongUse(f'The filter "document" is a pattern such as "2024-*.txt", not {document!r}.')
    return Filters(
        tuple(normalise_code(one) for one in languages),
        document,
        read_date(given.get("since"), "since"),
        read_date(given.get("until"), "until"),
    )


def read_date(given: object, name: str) -> date | None:
    """Read a date written as year-month-day; None stays None."""
    if given is None:
        return None
    try:
        return date.fromisoformat(str(given))
    except ValueError:
        raise WrongUse(f'"{name}" is a date such as 2024-01-31, not {given!r}.') from None


def answer_lines(
    lines: Iterable[str], answer: Callable[[Request], dict[str, Any]], defaults: Filters
) -> Iterator[dict[str, Any]]:
    """Yield one object a line; a line that cannot be answered yields its `error` and its `line`, and others go on."""
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            yield answer(read_request(line.rstrip("\r\n"), defaults))
        except UserError as problem:
            yield {"line": number, "error": str(problem)}
