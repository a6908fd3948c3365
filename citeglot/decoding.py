"""From the bytes of a file to text in known encodings, or a sentence that says why not."""

import codecs
from pathlib import Path

from citeglot.errors import UserError, WrongUse

MAX_BYTES = 10_000_000
_SAMPLE = 4096

_BINARY = {
    b"\x89PNG": "a PNG picture",
    b"\xff\xd8\xff": "a JPEG picture",
    b"GIF8": "a GIF picture",
    b"\x7fELF": "a program",
    b"MZ\x90": "a program",
    b"PK\x03\x04": "a ZIP archive or an office document",
    b"\xd0\xcf\x11\xe0": "an office document of the old kind, or one with a password",
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
# What people and pages call by the first name holds letters that only the second one has.
_LARGER = {
    "ascii": "cp1252",
    "iso8859-1": "cp1252",
    "iso8859-9": "cp1254",
    "shift_jis": "cp932",
    "euc_kr": "cp949",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "tis-620": "cp874",
}


class UnreadableArticle(UserError):
    """A file, or one article of it, cannot be read; the message is the reason, in one sentence.

    `key` tells the article from the others of its file, as in `Article`.
    """

    def __init__(self, reason: str, key: str = "") -> None:
        super().__init__(reason)
        self.key = key


def find_encoding(name: str) -> str:
    """Return the encoding that is meant by a name, such as cp1252 for latin-1; WrongUse for what is none."""
    try:
        found = codecs.lookup(name).name
        "a".encode(found).decode(found)
    except (LookupError, UnicodeError, ValueError):
        raise WrongUse(
            f"{name!r} is not a text encoding that is known here. Expected is a name such as cp1252, iso-8859-2, "
            "shift_jis or utf-16-le. Ask whoever made the files, or save them as UTF-8."
        ) from None
    return _LARGER.get(found, found)


def read_bytes(path: Path, most: int = MAX_BYTES) -> bytes:
    """Return the bytes of a file that has some, and not more than `most`."""
    try:
        with path.open("rb") as file:
            raw = file.read(most + 1)
    except OSError as problem:
        raise UnreadableArticle(f"It cannot be opened: {problem.strerror or problem}.") from None
    if len(raw) > most:
        raise UnreadableArticle(f"It is larger than {most // 1_000_000} MB, the most that is read; split it.")
    if not raw:
        raise UnreadableArticle("It is empty; expected is the text of an article.")
    return raw


def has_mark(raw: bytes) -> bool:
    """Say whether bytes begin with the byte-order mark of an encoding other than UTF-8."""
    return any(raw.startswith(mark) for mark, encoding in _BYTE_ORDER_MARKS.items() if encoding != "utf-8")


def decode(raw: bytes, *encodings: str) -> str:
    """Return the text of bytes that are UTF-8, or UTF-16 or UTF-32 with a byte-order mark.

    Bytes that are neither are read in the first of `encodings` in which they are text.
    """
    for mark, encoding in _BYTE_ORDER_MARKS.items():
        if raw.startswith(mark):
            return _decode(raw[len(mark) :], encoding, len(mark))
    for start, what in _BINARY.items():
        if raw.startswith(start):
            raise UnreadableArticle(f"It is {what}, not text; save what it says as UTF-8 text.")
    candidates = ["utf-8", *encodings]
    if b"\x1b" in raw:  # ISO-2022 switches alphabets by escapes; its bytes are all UTF-8
        candidates = [*encodings, "utf-8"]
    for place, encoding in enumerate(candidates, start=1):
        try:
            return _decode(raw, encoding, 0)
        except UnreadableArticle:
            if place == len(candidates):
                raise
    raise AssertionError("there is always a candidate")


def _is_wide(raw: bytes) -> bool:
    """Say whether every second byte is that of an alphabet: Hindi or Russian in UTF-16 is UTF-8 too, of nonsense."""
    halves = raw[:_SAMPLE:2], raw[1:_SAMPLE:2]
    return b"\0" in raw[:_SAMPLE] and any(2 * sum(byte < 32 for byte in half) > len(half) for half in halves)


def _decode(raw: bytes, encoding: str, offset: int) -> str:
    advice = "save it as UTF-8, or name its encoding with --encoding"
    try:
        text = raw.decode(encoding)
    except UnicodeDecodeError as problem:
        raise UnreadableArticle(
            f"It is not {encoding.upper()} text: byte 0x{raw[problem.start]:02X} at offset {problem.start + offset} "
            f"cannot be read; {advice}."
        ) from None
    except UnicodeError as problem:
        raise UnreadableArticle(f"It is not {encoding.upper()} text ({problem}); {advice}.") from None
    if text.count("\0") * 10 > len(text) or (not encoding.startswith(("utf-16", "utf-32")) and _is_wide(raw)):
        raise UnreadableArticle(
            f"It is full of NUL bytes: a binary file, or UTF-16 without a byte-order mark; {advice}."
        )
    return text
