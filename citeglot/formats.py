"""From the bytes of a text or Markdown file to the text of an article, or a sentence that says why not."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import regex

from citeglot.errors import UserError

SUFFIXES = (".txt", ".md", ".markdown")
MAX_BYTES = 10_000_000

_BINARY = {
    b"\x89PNG": "a PNG picture",
    b"\xff\xd8\xff": "a JPEG picture",
    b"GIF8": "a GIF picture",
    b"\x7fELF": "a program",
    b"MZ\x90": "a program",
    b"PK\x03\x04": "a ZIP archive or an office document",
    b"%PDF-": "a PDF document",
    b"\x1f\x8b": "a gzip archive",
    b"SQLite format 3": "a database",
}
_BYTE_ORDER_MARKS = {  # the longer ones first: UTF-32 begins like UTF-16
    b"\xff\xfe\x00\x00": "utf-32-le",
    b"\x00\x00\xfe\xff": "utf-32-be",
    b"\xef\xbb\xbf": "utf-8",
    b"\xff\xfe": "utf-16-le",
    b"\xfe\xff": "utf-16-be",
}
_LINE_END = regex.compile(r"\r\n|[\r\v\f\x85]")
_CONTROL = regex.compile(r"[\p{Cc}--\t\n]", regex.V1)
_INVISIBLE = regex.compile(r"[\s\p{Cf}\p{Cc}]*")
_FRONT_MATTER = regex.compile(r"---[ \t]*\n(?<block>(?:(?!---[ \t]*\n|---[ \t]*\Z).*\n){0,100})---[ \t]*(?:\n|\Z)")
_FIELD = regex.compile(r"^(?<name>[\p{L}_-]+)[ \t]*:[ \t]*(?<value>.*?)[ \t]*$", regex.M)


class UnreadableArticle(UserError):
    """A file is not an article that can be read; the message is the reason, in one sentence."""


@dataclass(frozen=True, slots=True)
class Article:
    """The text of an article as `citeglot show` prints it, and what stood before it as "title: …" lines."""

    text: str
    metadata: Mapping[str, str]


def read_article(path: Path) -> Article:
    """Return the text of a file: decoded, without byte-order mark and control characters, lines ended by "\\n".

    The front matter of Markdown becomes metadata (names in lower case). `UnreadableArticle` says why it is none.
    """
    text = _CONTROL.sub("", _LINE_END.sub("\n", decode(_read(path))))
    metadata: dict[str, str] = {}
    if path.suffix.lower() != ".txt" and (found := _FRONT_MATTER.match(text)) and _FIELD.search(found["block"]):
        metadata = {field["name"].lower(): field["value"].strip("\"'") for field in _FIELD.finditer(found["block"])}
        text = text[found.end() :]
    if _INVISIBLE.fullmatch(text):
        raise UnreadableArticle("It holds only white space; expected is the text of an article.")
    return Article(text, metadata)


def decode(raw: bytes) -> str:
    """Return the text of bytes that are UTF-8, or UTF-16 or UTF-32 with a byte-order mark."""
    for mark, encoding in _BYTE_ORDER_MARKS.items():
        if raw.startswith(mark):
            return _decode(raw[len(mark) :], encoding, len(mark))
    for start, what in _BINARY.items():
        if raw.startswith(start):
            raise UnreadableArticle(f"It is {what}, not text; save what it says as UTF-8 text.")
    if raw.count(0) * 20 > len(raw):
        raise UnreadableArticle(
            "It is full of NUL bytes: a binary file, or UTF-16 without a byte-order mark; save it as UTF-8 text."
        )
    return _decode(raw, "utf-8", 0)


def _decode(raw: bytes, encoding: str, offset: int) -> str:
    try:
        return raw.decode(encoding)
    except UnicodeDecodeError as problem:
        raise UnreadableArticle(
            f"It is not {encoding.upper()} text: byte 0x{raw[problem.start]:02X} at offset {problem.start + offset} "
            "cannot be read; save it as UTF-8."
        ) from None


def _read(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            raw = file.read(MAX_BYTES + 1)
    except OSError as problem:
        raise UnreadableArticle(f"It cannot be opened: {problem.strerror or problem}.") from None
    if len(raw) > MAX_BYTES:
        raise UnreadableArticle(f"It is larger than {MAX_BYTES // 1_000_000} MB, the most that is read; split it.")
    if not raw:
        raise UnreadableArticle("It is empty; expected is the text of an article.")
    return raw
