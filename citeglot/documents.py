"""The articles of a generation: what is known of each without its text, and which of them filters let through."""

import json
import unicodedata
from dataclasses import dataclass, field
from datetime import date
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

from citeglot.manifest import Manifest
from citeglot.storage import VerifiedFile, canonical_json, damaged
from citeglot.types import Filters

Rank = tuple[bool, date, str]


@dataclass(frozen=True, slots=True)
class DocumentEntry:
    """What is known of an article without its text: `sha256` is that of the text, `segment` where it lies.

    `source` is the SHA-256 of the file it was read from, `address` the one it states, both "" where the file is to be
    read again. `duplicate_of` names the article that it is a copy of, the
    earliest of those that say the same in the same words; it is empty for that one and for articles without copies.
    """

    name: str
    title: str
    language: str
    date: date | None
    sha256: str
    segment: str
    source: str = ""
    address: str = ""
    duplicate_of: str = ""
    _line: bytes = field(default=b"", init=False, repr=False, compare=False)

    def to_line(self) -> bytes:
        """Return the line of documents.jsonl; that of an article that was read from one is not encoded again."""
        if not self._line:
            values = {name: getattr(self, name) for name in _TEXTS}
            day = self.date.isoformat() if self.date else None
            object.__setattr__(self, "_line", canonical_json({**values, "date": day}) + b"\n")
        return self._line

    @property
    def rank(self) -> Rank:
        """What the earliest article has least of: its date, those without one last, then its name."""
        return self.date is None, self.date or date.min, self.name


_TEXTS = ("name", "title", "language", "sha256", "segment", "source", "address", "duplicate_of")


def read_documents(home: Path, manifest: Manifest) -> dict[str, DocumentEntry]:
    """Return the articles of the generation in `home` by name, in order; IndexDamaged when it is not as written."""
    path = home / manifest.documents.name
    content = VerifiedFile(path, manifest.documents).read(0, manifest.documents.size)
    if content and not content.endswith(b"\n"):
        raise damaged(path, "ends within a line")
    try:
        entries = _entries(content.splitlines(keepends=True))
    except (KeyError, TypeError, ValueError) as error:
        raise damaged(path, f"holds something that is no document ({error!r})") from error
    if len(entries) != manifest.counts.get("documents"):
        raise damaged(path, f"holds {len(entries)} documents, not {manifest.counts.get('documents')}")
    if not {entry.segment for entry in entries} <= {segment.id for segment in manifest.segments}:
        raise damaged(path, "names a segment that the manifest does not")
    return {entry.name: entry for entry in sorted(entries, key=lambda entry: entry.name)}


# The lines read last, with what they say: the next generation that is read has nearly the same ones.
_read_last: dict[bytes, DocumentEntry] = {}


def _entries(lines: list[bytes]) -> list[DocumentEntry]:
    global _read_last
    known = _read_last
    new = [line for line in lines if line not in known]
    found = dict(zip(new, map(_document_entry, json.loads(b"[%s]" % b",".join(new)), new), strict=True))
    entries = [found.get(line) or known[line] for line in lines]
    _read_last = dict(zip(lines, entries, strict=True))
    return entries


def _document_entry(content: dict[str, Any], line: bytes) -> DocumentEntry:
    texts = [content[name] for name in _TEXTS]
    if {*map(type, texts)} != {str}:
        raise TypeError("expected texts")
    name, title, language, sha256, segment, source, address, duplicate_of = texts
    day = date.fromisoformat(content["date"]) if content["date"] is not None else None
    entry = DocumentEntry(name, title, language, day, sha256, segment, source, address, duplicate_of)
    object.__setattr__(entry, "_line", line)
    return entry


def fulfils(entry: DocumentEntry, filters: Filters) -> bool:
    """Return whether every given condition holds for the article."""
    if filters.languages and entry.language not in filters.languages:
        return False
    if filters.document is not None and not fnmatchcase(same_form(entry.name), same_form(filters.document)):
        return False
    if filters.since or filters.until:
        day = entry.date
        return day is not None and (filters.since or day) <= day <= (filters.until or day)
    return True


def same_form(name: str) -> str:
    """Return a name in the form in which names are compared: systems differ in how they store accents."""
    return unicodedata.normalize("NFC", name)
