"""The articles of a generation: what is known of each without its text, and which of them filters let through."""

import json
import unicodedata
from dataclasses import asdict, dataclass
from datetime import date
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

from citeglot.manifest import Manifest
from citeglot.storage import VerifiedFile, canonical_json, damaged
from citeglot.types import Filters


@dataclass(frozen=True, slots=True)
class DocumentEntry:
    """What is known of an article without its text: `sha256` is that of the text, `segment` where it lies."""

    name: str
    title: str
    language: str
    date: date | None
    sha256: str
    segment: str

    def to_line(self) -> bytes:
        """Return the line of documents.jsonl."""
        return canonical_json({**asdict(self), "date": self.date.isoformat() if self.date else None}) + b"\n"


def read_documents(home: Path, manifest: Manifest) -> dict[str, DocumentEntry]:
    """Return the articles of the generation in `home` by name, in order; IndexDamaged when it is not as written."""
    path = home / manifest.documents.name
    file = VerifiedFile(path, manifest.documents)
    try:
        entries = [_document_entry(json.loads(file.read(start, end))) for start, end in file.lines()]
    except (KeyError, TypeError, ValueError) as error:
        raise damaged(path, f"holds something that is no document ({error!r})") from error
    if len(entries) != manifest.counts.get("documents"):
        raise damaged(path, f"holds {len(entries)} documents, not {manifest.counts.get('documents')}")
    if not {entry.segment for entry in entries} <= {segment.id for segment in manifest.segments}:
        raise damaged(path, "names a segment that the manifest does not")
    return {entry.name: entry for entry in sorted(entries, key=lambda entry: entry.name)}


def _document_entry(line: dict[str, Any]) -> DocumentEntry:
    texts = [line[name] for name in ("name", "title", "language", "sha256", "segment")]
    if not all(isinstance(text, str) for text in texts):
        raise TypeError("expected texts")
    name, title, language, sha256, segment = texts
    day = date.fromisoformat(line["date"]) if line["date"] is not None else None
    return DocumentEntry(name, title, language, day, sha256, segment)


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
