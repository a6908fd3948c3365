"""What kind of thing a question asks for, and whether a sentence has one: a number, a date, a person, a city."""

import tomllib
import unicodedata
from functools import cache
from pathlib import Path
from typing import Literal

import regex

from citeglot.cities import cities_in
from citeglot.dates import dates_in, weekdays_in
from citeglot.language import script_of
from citeglot.names import names_in
from citeglot.numerals import numbers_in

Asked = Literal["number", "date", "person", "city", "other"]
KINDS: tuple[Asked, ...] = ("number", "date", "person", "city")
WORDS = Path(__file__).with_name("question_kinds.toml")


def asked_kind(question: str, language: str) -> Asked:
    """Return what a question asks for, by the first word that tells, a number before all; "other" where none does."""
    folded = unicodedata.normalize("NFKC", question).casefold().strip()
    patterns = _patterns().get(language, {})
    found = [(match.start(), kind) for kind in KINDS if kind in patterns and (match := patterns[kind].search(folded))]
    return min(found, key=lambda one: (one[1] != "number", one[0]))[1] if found else "other"


def asked_countries(question: str, language: str) -> Literal["one", "many"] | None:
    """Return whether a question asks for a country or for several; None where it asks for something else."""
    folded, patterns = unicodedata.normalize("NFKC", question).casefold(), _patterns().get(language, {})
    if "countries" in patterns and patterns["countries"].search(folded):
        return "many"
    return "one" if "country" in patterns and patterns["country"].search(folded) else None


def asks_for(role: Literal["holder", "partner"], question: str, language: str) -> str:
    """Return the words that ask who holds an office or speaks for a side, or whom such a one met; else nothing."""
    pattern = _patterns().get(language, {}).get(role)
    found = pattern and pattern.search(unicodedata.normalize("NFKC", question).casefold())
    return found[0] if found else ""


def has_kind(kind: Asked, text: str, language: str) -> bool | None:
    """Tell whether a text has what is asked for; None where that cannot be told: names in Hindi, towns anywhere."""
    if kind == "number":
        return bool(numbers_in(text, language))
    if kind == "date":
        told = dates_in(text, language) or numbers_in(text, language) or weekdays_in(text, language)
        return bool(told) or _tells_a_moment(text, language)
    if kind == "city" and cities_in(text):
        return True
    if kind == "person" and script_of(language) == "Latin":
        return bool(names_in(text, language))
    return None


def _tells_a_moment(text: str, language: str) -> bool:
    """Tell whether a text says when by another word: yesterday, the week before."""
    pattern = _patterns().get(language, {}).get("moment")
    return pattern is not None and pattern.search(unicodedata.normalize("NFKC", text).casefold()) is not None


@cache
def _patterns() -> dict[str, dict[str, "regex.Pattern[str]"]]:
    with WORDS.open("rb") as file:
        content = tomllib.load(file)
    return {code: {kind: regex.compile(words) for kind, words in kinds.items()} for code, kinds in content.items()}
