"""Whether a text holds the facts of a right answer, in any script and without a judge model."""

import unicodedata
from collections.abc import Sequence

import regex

UNSPACED = regex.compile(
    r"[\p{scx=Han}\p{scx=Hiragana}\p{scx=Katakana}\p{scx=Thai}\p{scx=Lao}\p{scx=Khmer}\p{scx=Myanmar}]"
)
INVISIBLE = regex.compile(r"\p{Cf}")
WORD = regex.compile(r"[\p{L}\p{M}\p{N}]")
# In 二十八 the last character is no number of its own, as the 8 of 28 is none.
NUMERAL = regex.compile(r"[\p{N}〇一二三四五六七八九十百千万億兆]")


def comparable(text: str) -> str:
    """Return `text` after NFKC and case folding, all digits 0-9, without invisible format characters."""
    visible = INVISIBLE.sub("", text)
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", visible).casefold())
    return "".join(str(unicodedata.decimal(one)) if one.isdecimal() else one for one in folded)


def holds(text: str, alternatives: Sequence[str]) -> bool:
    """Tell whether at least one alternative stands in `text` as a word or number of its own.

    A form inside a longer word does not count ("Gram" in "Programm"), nor a number inside a longer one;
    scripts without spaces are cut anywhere but inside a number.
    """
    searched = comparable(text)
    return any(_stands_in(searched, comparable(alternative)) for alternative in alternatives)


def facts_right(answer_text: str, facts: Sequence[Sequence[str]]) -> bool:
    """Tell whether `answer_text` holds every fact; a fact is the list of its usual forms.

    Raises ValueError without facts: such a question says nothing about what is right.
    """
    if not facts:
        raise ValueError(
            "facts_right() needs at least one fact; a question without facts has no right or wrong answer."
        )
    return all(holds(answer_text, alternatives) for alternatives in facts)


def _stands_in(text: str, form: str) -> bool:
    if not form:
        return False
    start = text.find(form)
    while start >= 0:
        end = start + len(form)
        if _parted(form[0], text[start - 1 : start]) and _parted(form[-1], text[end : end + 1]):
            return True
        start = text.find(form, start + 1)
    return False


def _parted(inner: str, outer: str) -> bool:
    """Tell whether a form may end at `inner` when `outer` (empty at an end of the text) is next to it."""
    if not outer:
        return True
    if NUMERAL.match(inner) and NUMERAL.match(outer):
        return False
    if UNSPACED.match(inner) or UNSPACED.match(outer):
        return True
    return not WORD.match(outer)
