"""What a number measures that a question asks for: how long something takes, or how much money it is."""

import tomllib
import unicodedata
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Literal

import regex

from citeglot.dates import dates_in
from citeglot.numerals import Numeral, numbers_in

Measure = Literal["time", "money"]
WORDS = Path(__file__).with_name("measures.toml")
CURRENCIES = Path(__file__).with_name("currencies.toml")
NEAR = 30  # characters after a number in which its unit stands
_CURRENCY = regex.compile(r"[\p{Sc}]\s?$|\b(usd|eur|gbp|jpy|nok|inr|chf|us-?dollar)\s$")


def asked_measure(question: str, language: str) -> Measure | None:
    """Return what kind of number a question asks for, where its words tell."""
    folded, words = _folded(question), _words().get(language, {})
    measures: tuple[Measure, ...] = ("time", "money")
    return next((one for one in measures if one in words and words[one].search(folded)), None)


def has_measure(measure: Measure, text: str, language: str) -> bool:
    """Tell whether a text has a number with such a unit, or a time until which; True where its words are not known.

    A number that belongs to a date measures nothing.
    """
    words = _words().get(language)
    if words is None:
        return True
    for one in numbers_beside_dates(text, language):
        after = _folded(text[one.span.end :][:NEAR])
        before = _folded(text[: one.span.start][-NEAR:])
        if words[f"{measure}_units"].match(after) or (measure == "money" and _CURRENCY.search(before)):
            return True
    return measure == "time" and words["time_without_number"].search(_folded(text)) is not None


def currency_of(number: Numeral, text: str, of_text: str, language: str) -> str:
    """Return the currency in which a text tells a number, as a language names it; nothing where that is not known."""
    for one in numbers_in(text, of_text):
        after = _folded(text[one.span.end :][:NEAR])
        for said in _currencies():
            if one.values == number.values and regex.match(said["form"], after):
                return said.get(language, "")
    return ""


def numbers_beside_dates(text: str, language: str) -> list[Numeral]:
    """Return the numbers of a text that are no part of a date."""
    dates = [one.span for one in dates_in(text, language)]
    return [
        one
        for one in numbers_in(text, language)
        if not any(one.span.start < date.end and date.start < one.span.end for date in dates)
    ]


def _folded(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold()


@cache
def _currencies() -> tuple[Mapping[str, str], ...]:
    with CURRENCIES.open("rb") as file:
        return tuple(tomllib.load(file).values())


@cache
def _words() -> Mapping[str, Mapping[str, "regex.Pattern[str]"]]:
    with WORDS.open("rb") as file:
        content = tomllib.load(file)
    between = r"[\s\p{Pd}]*(?:\p{L}[\p{L}\p{M}]*\.?\s){0,2}?"
    return {
        language: {
            name: regex.compile(f"{between}(?:{words})" if name.endswith("_units") else words)
            for name, words in some.items()
        }
        for language, some in content.items()
    }
