"""Sentences of articles that speak to whoever answers questions about them: material to read, never to act on."""

import tomllib
import unicodedata
from functools import cache, lru_cache
from pathlib import Path

import regex

from citeglot.language import folded

WORDS = Path(__file__).with_name("instructions.toml")
_QUOTED = regex.compile(
    r"„[^„“”\"]*[“”\"]|“[^“”]*”|”[^”]*”|\"[^\"]*\"|«[^«»]*»|»[^«»]*«|「[^「」]*」|『[^『』]*』|‚[^‚‘]*‘|‘[^‘’]*’"
)
_MARK = " … "  # stands for what is quoted, so that what follows it does not begin a sentence
_LONGEST = 2000  # letters of a sentence that are looked at
_SENTENCE_BEGINS = r"(?:^|(?<=[.!?:;।。！？：]\s?)|(?<=\n))\W*(?:\p{L}+\W*[:：]\W*)?"


@lru_cache(maxsize=4096)
def is_instruction(text: str) -> bool:
    """Tell whether a sentence tells a reader how to answer, as planted instructions do, in one of the five languages.

    What it only quotes does not count: news of such instructions stays evidence. Whose language it is does not matter.
    """
    told = unquoted(text[:_LONGEST], _MARK)
    return _pattern().search(folded(told).strip()) is not None


def unquoted(text: str, mark: str = "") -> str:
    """Return a text with a mark in place of every stretch between quotation marks."""
    return _QUOTED.sub(mark, text)


@cache
def _pattern() -> "regex.Pattern[str]":
    with WORDS.open("rb") as file:
        listed = [one for few in tomllib.load(file).values() for one in few]
    first = "|".join(f"(?:{one[1:]})" for one in listed if one.startswith("^"))
    anywhere = "|".join(f"(?:{one})" for one in listed if not one.startswith("^"))
    return regex.compile(unicodedata.normalize("NFKC", f"{_SENTENCE_BEGINS}(?:{first})|{anywhere}"))
