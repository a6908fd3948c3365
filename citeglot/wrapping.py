"""Lines for a terminal: how many cells a text takes, where it may be broken, and how it is cut short."""

import unicodedata
from collections.abc import Iterator

import regex

_OPENS = r"「『（《〈【〔［｛"
_CLOSES = r"、。，．・：；！？」』）》〉】〕］｝”’)\]},.:;!?…ーゝゞ々ぁぃぅぇぉっゃゅょァィゥェォッャュョ"
_WIDE = r"\p{Han}\p{Hiragana}\p{Katakana}"
_JOINS = r"\p{M}\u200C\u200D"
# What is not torn: a word of other scripts, or one letter of those that are written without spaces; with its marks.
_PIECE = regex.compile(rf"[{_OPENS}“‘(\[{{]*(?:[{_WIDE}][{_JOINS}]*|[^\s{_WIDE}{_OPENS}]+)?[{_CLOSES}{_JOINS}]*\s*")
_CLUSTER = regex.compile(r"\X")
_WITHOUT_CELL = ("Mn", "Me", "Cf")
_SOFT_HYPHEN, _PICTURE = "\u00ad", "\ufe0f"


def cells(text: str) -> int:
    """Return how many cells of a terminal a text takes, at most.

    Terminals disagree on Hindi vowel signs, conjuncts and joined pictures; none takes more than this.
    """
    return sum(map(_cells, text))


def _cells(letter: str) -> int:
    if unicodedata.category(letter) in _WITHOUT_CELL and letter not in (_SOFT_HYPHEN, _PICTURE):
        return 0
    return 2 if unicodedata.east_asian_width(letter) in "WF" else 1


def wrap(text: str, width: int) -> list[str]:
    """Return a text as lines of at most `width` cells; its own line ends stay. No letter is torn from its marks."""
    return [line for part in text.split("\n") for line in _wrapped(part, width)]


def _pieces(text: str) -> Iterator[str]:
    """Yield what is not torn; of scripts that are mixed within a letter, as far as that letter reaches."""
    ends = {one.end() for one in _CLUSTER.finditer(text)}
    start = 0
    for piece in _PIECE.finditer(text):
        if piece.end() in ends:
            yield text[start : piece.end()]
            start = piece.end()


def _wrapped(text: str, width: int) -> list[str]:
    lines = [""]
    for piece in _pieces(text):
        if cells(lines[-1] + piece.rstrip()) <= width:
            lines[-1] += piece
        elif cells(piece.rstrip()) <= width:
            lines.append(piece)
        else:
            for cluster in _CLUSTER.findall(piece):
                if lines[-1] and cells(lines[-1] + cluster) > width:
                    lines.append("")
                lines[-1] += cluster
    return [line.rstrip() for line in lines]


def cut(text: str, width: int, tail: str = "") -> str:
    """Return a text of at most `width` cells on one line, "…" where it was cut, and its tail where there is room."""
    text = " ".join(text.split())
    room = width - cells(tail)
    if room < width / 4:
        return cut(text + tail, width)
    if cells(text) <= room:
        return text + tail
    short = ""
    for cluster in _CLUSTER.findall(text):
        if cells(short + cluster) > room - 1:
            break
        short += cluster
    return short.rstrip() + "…" + tail
