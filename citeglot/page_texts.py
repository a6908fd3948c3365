"""The texts of the chat page in five languages, and the choice among them."""

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path

FALLBACK = "en"
NORWEGIAN = ("nb", "nn")
Texts = Mapping[str, str]


@cache
def page_texts() -> dict[str, dict[str, str]]:
    """Return every text by language (ISO 639-1, "no" for both Norwegian forms) and key."""
    with (Path(__file__).parent / "page_texts.toml").open("rb") as file:
        return tomllib.load(file)


def preferred_language(accept_language: str | None) -> str:
    """Return the page's language that an Accept-Language header likes best, English where it names none of them."""
    choices = [_choice(part) for part in (accept_language or "").split(",")]
    known = [choice for choice in choices if choice[0] in page_texts() and choice[1] > 0]
    return max(known, key=lambda choice: choice[1])[0] if known else FALLBACK


def _choice(part: str) -> tuple[str, float]:
    """Return the language of the page that a choice stands for, and its weight."""
    tag, _, weight = part.partition(";")
    primary = tag.strip().lower().partition("-")[0]
    language = "no" if primary in NORWEGIAN else primary
    try:
        return language, float(weight.strip().removeprefix("q=") or 1.0)
    except ValueError:
        return language, 0.0


def language_name(code: str, texts: Texts) -> str:
    """Return the name of a language for the reader, or its code where the table has no name for it."""
    return texts.get(f"language_{code}", code)
