"""Which offices a text speaks of, whatever the language: Außenminister, विदेश मंत्री and 外相 are one."""

import tomllib
from functools import cache
from pathlib import Path

import regex

from citeglot.language import folded

WORDS = Path(__file__).with_name("offices.toml")


def offices_in(text: str) -> frozenset[str]:
    """Return the names, those of `offices.toml`, of the offices that a text speaks of in one of the five languages."""
    plain = folded(text)
    return frozenset(name for name, words in _patterns().items() if words.search(plain))


@cache
def _patterns() -> dict[str, "regex.Pattern[str]"]:
    with WORDS.open("rb") as file:
        return {name: regex.compile(words) for name, words in tomllib.load(file).items()}
