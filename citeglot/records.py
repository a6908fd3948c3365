"""Articles in JSON: one object, an array of them, or one a line."""

import io
import json
import math
from collections.abc import Iterator
from pathlib import Path
from typing import IO

import regex

from citeglot.decoding import MAX_BYTES, UnreadableArticle, decode, has_mark, read_bytes
from citeglot.formats import Article, clean_article

FIELDS = ("title", "text", "date", "language", "lang", "url", "outlet")
_SAMPLE = 1024


def read_json(path: Path, *encodings: str) -> Iterator[Article | UnreadableArticle]:
    """Yield the article of a JSON file that is one object, or those of an array, each with a key of its own.

    The key is the `id` of the article, else its `url`, else its place in the array, counted from 1. What is wrong
    with the file as a whole is raised.
    """
    value = _parse(decode(read_bytes(path), *encodings), "It")
    if isinstance(value, list):
        for place, one in enumerate(value, start=1):
            yield _attempt(one, f"Article {place}", str(place))
    else:
        yield _article(value, "It", "")


def read_json_lines(path: Path, *encodings: str) -> Iterator[Article | UnreadableArticle]:
    """Yield the articles of a JSON Lines file, and for each line that is none what is wrong with it.

    Keys are as in `read_json`, with the number of the line. The size of the file has no limit, that of a line has.
    """
    empty = True
    for number, raw in _lines(path, encodings):
        what = f"Line {number}"
        empty = empty and not raw.strip()
        if len(raw) > MAX_BYTES:
            yield UnreadableArticle(f"{what} is larger than {MAX_BYTES // 1_000_000} MB, the most that is read.")
            continue
        try:
            text = decode(raw, *encodings).strip()
            value = _parse(text, what) if text else None
        except UnreadableArticle as problem:
            reason = str(problem)
            yield UnreadableArticle(reason if reason.startswith(what) else f"{what}: {reason}")
            continue
        if text:
            yield _attempt(value, what, str(number))
    if empty:
        raise UnreadableArticle("It holds only white space; expected are articles, one a line.")


def _lines(path: Path, encodings: tuple[str, ...]) -> Iterator[tuple[int, bytes]]:
    """Yield the lines of a file with their numbers; of one that is too long its beginning, longer than the limit."""
    try:
        with path.open("rb") as opened:
            file: IO[bytes] = opened
            sample = file.read(_SAMPLE)
            if not sample:
                raise UnreadableArticle("It is empty; expected are articles, one a line.")
            file.seek(0)
            if has_mark(sample) or 0 in sample:  # here the byte of a line end may be half of another character
                whole = decode(read_bytes(path), *encodings)
                file = io.BytesIO(whole.encode("utf-8", "surrogatepass"))
            number, begins = 0, True
            while line := file.readline(MAX_BYTES + 1):
                if begins:
                    number += 1
                    yield number, line
                begins = line.endswith(b"\n")
    except OSError as problem:
        raise UnreadableArticle(f"It cannot be opened: {problem.strerror or problem}.") from None


def _parse(text: str, what: str) -> object:
    """Read JSON; the numbers that JSON does not have (NaN, Infinity) are null, as those who write them mean it."""
    try:
        return json.loads(text, object_pairs_hook=_distinct, parse_int=_number, parse_constant=lambda _: None)
    except json.JSONDecodeError as problem:
        place = f"line {problem.lineno}, column {problem.colno}" if problem.lineno > 1 else f"column {problem.colno}"
        raise UnreadableArticle(f"{what} is not JSON: {problem.msg} ({place}).") from None
    except RecursionError:
        raise UnreadableArticle(f"{what} is not an article: its JSON is nested too deeply.") from None
    except ValueError as problem:
        raise UnreadableArticle(f"{what} cannot be read as JSON: {problem}.") from None


def _distinct(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise ValueError(f"the field {json.dumps(twice)} stands in it twice")
    return found


def _number(digits: str) -> float:
    return int(digits) if len(digits) < 100 else math.inf  # Python refuses to read thousands of digits


def _attempt(value: object, what: str, place: str) -> Article | UnreadableArticle:
    try:
        return _article(value, what, place)
    except UnreadableArticle as problem:
        return problem


def _article(value: object, what: str, place: str) -> Article:
    """Make an article of a JSON value; `place` is "" where it is alone in its file."""
    if not isinstance(value, dict):
        raise UnreadableArticle(f'{what} is not an article but {_kind(value)}; expected is {{"text": "…"}}.', place)
    key = _key(value) or place if place else ""
    fields = {name: value[name] for name in FIELDS if value.get(name) is not None}
    for name, content in fields.items():
        if not isinstance(content, str):
            raise UnreadableArticle(f'{what} has {_kind(content)} as its "{name}"; expected is a text.', key)
        if found := regex.search(r"\p{Cs}", content):
            raise UnreadableArticle(f'{what} has half a character in its "{name}" (\\u{ord(found[0]):04x}).', key)
    if "text" not in fields:
        names = ", ".join(json.dumps(name, ensure_ascii=False) for name in list(value)[:8]) or "none"
        raise UnreadableArticle(f'{what} has no "text"; its fields are {names}.', key)
    return clean_article(fields.pop("text"), fields, key)


def _key(value: dict[str, object]) -> str:
    """Return what names an article wherever it stands in its file, or ""."""
    for name in ("id", "url"):
        given = value.get(name)
        if isinstance(given, str | int) and not isinstance(given, bool) and (key := str(given).strip()):
            return key
    return ""


def _kind(value: object) -> str:
    kinds = {type(None): "null", bool: "true or false", dict: "an object", list: "an array", str: "a text"}
    return kinds.get(type(value), "a number")
