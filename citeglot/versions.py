"""Versions of one article: the same address, and much of the same text."""

from citeglot.types import Document

_WINDOW = 8  # code points; long enough to be rare in every script, short enough to survive edits
_LOOKED_AT = 20_000
_SHARED = 0.5


def is_version_of(one: str, other: str) -> bool:
    """Say whether two texts share half of the shorter one; that alone tells versions from careless addresses."""
    first, second = _windows(one), _windows(other)
    return len(first & second) >= _SHARED * min(len(first), len(second))


def newest(one: Document, other: Document) -> Document:
    """Return the version with the later date; a date is later than none, and the second counts where dates agree."""
    if one.date and (other.date is None or one.date > other.date):
        return one
    return other


def _windows(text: str) -> set[str]:
    text = " ".join(text[:_LOOKED_AT].split())
    return {text[start : start + _WINDOW] for start in range(max(1, len(text) - _WINDOW + 1))}
