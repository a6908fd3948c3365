"""An article as its file states it, and the one way in which the text of every format is cleaned."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

import regex

from citeglot.decoding import UnreadableArticle, decode, read_bytes

_LINE_END = regex.compile(r"\r\n|[\r\v\f\x85]")
# Control characters, and what hides or turns text around: overrides, tags, invisible operators. Joiners and the
# direction marks of right-to-left text stay.
_HIDDEN = regex.compile(
    r"[\p{Cc}--\t\n]|[\u200B\u202A-\u202E\u2060-\u2064\u2066-\u2069\uFEFF]|[\U000E0000-\U000E007F]", regex.V1
)
_INVISIBLE = regex.compile(r"[\s\p{Cf}\p{Cc}]*")
_FRONT_MATTER = regex.compile(r"---[ \t]*\n(?<block>(?:(?!---[ \t]*\n|---[ \t]*\Z).*\n){0,100})---[ \t]*(?:\n|\Z)")
_FIELD = regex.compile(r"^(?<name>[\p{L}_-]+)[ \t]*:[ \t]*(?<value>.*?)[ \t]*$", regex.M)


@dataclass(frozen=True, slots=True)
class Article:
    """The text of an article as `citeglot show` prints it, and what its file states of it beside the text.

    `metadata` has names in lower case: title, date, language and whatever else. `key` tells the article from the
    others of its file; it is "" where the file is one article. `hid` says whether characters that control, hide or
    turn text around were left out.
    """

    text: str
    metadata: Mapping[str, str] = field(default_factory=dict)
    key: str = ""
    hid: bool = False


def clean_article(text: str, metadata: Mapping[str, str], key: str = "") -> Article:
    """Return an article whose lines end by "\\n", without control characters and those that hide text.

    `UnreadableArticle` where nothing visible is left.
    """
    hid = any(_hides(one) for one in (text, *metadata.values()))
    text = clean_text(text)
    if _INVISIBLE.fullmatch(text):
        raise UnreadableArticle("It holds only white space; expected is the text of an article.", key)
    return Article(text, {name: " ".join(clean_text(value).split()) for name, value in metadata.items()}, key, hid)


def clean_text(text: str) -> str:
    """Return a text whose lines end by "\\n", without control characters and those that hide text."""
    return _HIDDEN.sub("", _LINE_END.sub("\n", text))


def _hides(text: str) -> bool:
    return _HIDDEN.search(_LINE_END.sub("\n", text)) is not None


def read_text(path: Path, *encodings: str) -> Article:
    """Return the article of a text or Markdown file; the front matter of Markdown becomes metadata.

    `encodings` are for what is not Unicode. `UnreadableArticle` says why it is none.
    """
    raw = decode(read_bytes(path), *encodings)
    text = clean_text(raw)
    metadata: dict[str, str] = {}
    if path.suffix.lower() != ".txt" and (found := _FRONT_MATTER.match(text)) and _FIELD.search(found["block"]):
        metadata = {line["name"].lower(): line["value"].strip("\"'") for line in _FIELD.finditer(found["block"])}
        text = text[found.end() :]
    return replace(clean_article(text, metadata), hid=_hides(raw))
