"""Dates as articles write them, in five languages: what is said of year, month and day, and nothing guessed."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

import regex
from babel import UnknownLocaleError

from citeglot.language import UNSPACED, locale_of
from citeglot.number_words import DATA, ERAS, kanji_value
from citeglot.types import Span

_DAY_FIRST = ("de", "no", "hi", "fr", "it", "es", "pt", "nl", "da", "sv", "fi", "pl", "cs", "ru", "uk")
_DAY = r"\d{1,2}(?:\.|st|nd|rd|th)?"
_RANGE = r"\s*(?:[-–—/]|bis|und|to|and|til|og|से|और)\s*"
_YEAR = r"(?<year>\d{4})"
_NUMERIC = regex.compile(
    r"(?<![\d./-])(?<a>\d{1,4})(?<mark>[./-])(?<b>\d{1,2})(?P=mark)(?<c>\d{4}|\d{2})(?![\d]|[./-]\d)"
)
_SHORT = regex.compile(r"(?<![\d.])(?<a>\d{1,2})\.(?<b>\d{1,2})\.(?!\d)")
_KANJI = r"\d〇零一二三四五六七八九十"
_CJK = regex.compile(
    rf"(?:(?:(?<era>{'|'.join(ERAS)})\s*)?(?<year>元|[{_KANJI}]{{1,4}})\s*年\s*)?(?<month>[{_KANJI}]{{1,3}})\s*月"
    rf"(?!間)(?:\s*(?<day>[{_KANJI}]{{1,3}})\s*日?(?:\s*[-–〜～~・、と]\s*(?<last>[{_KANJI}]{{1,3}}))?\s*日)?"
)
# Month names that are also everyday words stand for a month only beside a number or after a word of time.
_OTHERWISE_WORDS = {"may", "march", "mars", "mai"}
_TIME_WORD = regex.compile(
    r"\b(?:in|im|of|since|until|by|early|late|mid|this|next|last|seit|bis|ende|anfang|i|siden)\s+$", regex.I
)


@dataclass(frozen=True, slots=True)
class DateMention:
    """A date as far as the text states it; a two-digit year is read as 1970 to 2069."""

    span: Span
    year: int | None
    month: int | None
    day: int | None


def dates_in(text: str, language: str) -> tuple[DateMention, ...]:
    """Return the dates of a text in order; a range of days gives two; "12/01/24" is read as the language does.

    Where a numeric date can be read in two ways, only its year is given.
    """
    found: list[DateMention] = []
    taken: set[int] = set()
    for mention in (*_cjk(text), *_numeric(text, language), *_named(text, language)):
        place = range(mention.span.start, mention.span.end)
        same = any(mention.span == other.span for other in found)
        if not taken.intersection(place) or same:
            found.append(mention)
            taken.update(place)
    return tuple(sorted(found, key=lambda mention: mention.span))


def _mentions(span: tuple[int, int], year: int | None, month: int | None, *days: int | None) -> Iterator[DateMention]:
    if month is not None and not 1 <= month <= 12:
        return
    for day in days:
        if day is None or 1 <= day <= 31:
            yield DateMention(Span(*span), year, month, day)


def _cjk(text: str) -> Iterator[DateMention]:
    for found in _CJK.finditer(text):
        month, day, last = (int(kanji_value(one)) if one else None for one in found.group("month", "day", "last"))
        year = None
        if found["year"]:
            year = 1 if found["year"] == "元" else int(kanji_value(found["year"]))
            year = year + ERAS[found["era"]] if found["era"] else _full_year(year)
        yield from _mentions(found.span(), year, month, *([day, last] if last else [day]))


def _numeric(text: str, language: str) -> Iterator[DateMention]:
    for found in _NUMERIC.finditer(text):
        first, second, third = (int(found[name]) for name in "abc")
        if len(found["a"]) == 4 and first > 31:
            yield from _mentions(found.span(), first, second, third)
        elif len(found["a"]) <= 2:
            yield from _two_numbers_and_year(found.span(), (first, second), _full_year(third), language)
    if language in ("de", "no", "da"):
        for found in _SHORT.finditer(text):
            yield from _mentions(found.span(), None, int(found["b"]), int(found["a"]))


def _two_numbers_and_year(
    span: tuple[int, int], numbers: tuple[int, int], year: int, language: str
) -> Iterator[DateMention]:
    first, second = numbers
    if language in _DAY_FIRST or first > 12 or first == second:
        yield from _mentions(span, year, second, first)
    elif second > 12:
        yield from _mentions(span, year, first, second)
    else:
        yield from _mentions(span, year, None, None)


def _named(text: str, language: str) -> Iterator[DateMention]:
    months = _months(language)
    for found in _pattern(language).finditer(text):
        name = found["month"].rstrip(".").casefold()
        bare = not (found["day"] or found["after"] or found["year"])
        if bare and not (name in _full_names(language) and _is_month(text, found, name)):
            continue
        days: list[int | None] = [_number(found[one]) for one in ("day", "last", "after", "until") if found[one]]
        year = int(found["year"]) if found["year"] else None
        yield from _mentions(found.span(), year, months[name], *(days or [None]))


def _is_month(text: str, found: "regex.Match[str]", name: str) -> bool:
    """Tell a month from an everyday word of the same spelling."""
    return name not in _OTHERWISE_WORDS or bool(_TIME_WORD.search(text, max(0, found.start() - 12), found.start()))


def _number(text: str) -> int:
    return int(regex.match(r"\d+", text)[0])  # type: ignore[index]


def _full_year(year: int) -> int:
    return year if year > 99 else year + (1900 if year >= 70 else 2000)


@cache
def _months(language: str) -> dict[str, int]:
    """Return the month names of the language and the English ones, without case."""
    table: dict[str, int] = {}
    for code in ("en", language):
        for number, names in enumerate(DATA["months"].get(code, ()), start=1):
            table.update(dict.fromkeys(names.casefold().split("|"), number))
    return table


@cache
def _full_names(language: str) -> frozenset[str]:
    """Return the names that are no abbreviations; an abbreviation needs a number beside it."""
    return frozenset(
        name
        for code in ("en", language)
        for names in DATA["months"].get(code, ())
        for place, name in enumerate(names.casefold().split("|"))
        if place == 0 or len(name) > 4
    )


@cache
def _pattern(language: str) -> "regex.Pattern[str]":
    names = "|".join(regex.escape(name) for name in sorted(_months(language), key=len, reverse=True))
    month = rf"(?<![\p{{L}}\p{{M}}])(?<month>{names})(?![\p{{L}}\p{{M}}])\.?"
    before = rf"(?:(?<!\d[.,]?)(?<day>{_DAY})(?:{_RANGE}(?<last>{_DAY}))?\s*(?:of\s+)?)?"
    after = rf"(?:\s+(?<after>{_DAY})(?!\d|[.,:]\d)(?:{_RANGE}(?<until>{_DAY})(?!\d))?)?"
    return regex.compile(rf"{before}{month}{after}(?:,?\s+{_YEAR}(?!\d))?", regex.I)


def weekdays_in(text: str, language: str) -> tuple[int, ...]:
    """Return the days of the week that a text names in a language, from 0 for Monday, each once, in their order."""
    names = _weekdays(language)
    found = [pattern.search(text) for pattern in names]
    return tuple(day for day, match in enumerate(found) if match)


@cache
def _weekdays(language: str) -> tuple["regex.Pattern[str]", ...]:
    try:
        names = locale_of(language).days["format"]["wide"]
    except (UnknownLocaleError, ValueError):
        return ()
    before, after = ("", "") if language in UNSPACED else (r"(?<![\p{L}\p{M}])", r"(?:s|en|ens)?(?![\p{L}\p{M}])")
    return tuple(regex.compile(before + regex.escape(names[day]) + after, regex.IGNORECASE) for day in range(7))
