"""What a generation is made of: read back only when every number in it is what was written."""

import hashlib
import json
import math
import re
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from citeglot.errors import IndexMismatch
from citeglot.fields import Fields
from citeglot.protocols import EmbeddingIdentity
from citeglot.storage import BLOCK, FileEntry, canonical_json, damaged
from citeglot.sums import decode_sum

FORMATS = (3, 4)  # without codes of vectors, and with them
MAX_BYTES = 1 << 28
CODES = "codes"  # of the vectors; only large segments have them
SUFFIXES = ("texts.jsonl", "table", "vectors.f32", "sentences.f16", "postings", CODES)
_SEGMENT_ID = re.compile(r"[A-Za-z]{2,8}(-[A-Za-z0-9]{1,16})+")


@dataclass(frozen=True, slots=True)
class SegmentEntry:
    """One segment: `documents`, `chunks` and `sentences` are those that its files hold.

    `tombstones` are the hashes of texts that no longer count, and `dead_chunks` and `dead_sentences` count theirs;
    `vector_sum` is the sum of the vectors of the other chunks (see sums.py).
    """

    id: str
    language: str
    documents: int
    chunks: int
    sentences: int
    tombstones: tuple[str, ...]
    dead_chunks: int
    dead_sentences: int
    vector_sum: str
    files: tuple[FileEntry, ...]

    @property
    def suffixes(self) -> tuple[str, ...]:
        """What the names of the files end in."""
        return SUFFIXES[: len(self.files)]

    def file(self, suffix: str) -> FileEntry:
        """Return the entry of the file with this suffix."""
        return next(file for file in self.files if file.name == f"{self.id}.{suffix}")


@dataclass(frozen=True, slots=True)
class Chunking:
    """What decides where chunks end: the limit in tokens, and the version of the rules."""

    max_tokens: int
    version: int


@dataclass(frozen=True, slots=True)
class Manifest:
    """A generation: its segments, the file of its documents, and how both were made.

    `reading` is the version of the rules by which files were read, `analyser` of those by which chunks were cut into
    words, `balance` that of the offsets.
    """

    generation: int
    created: str
    tool_version: str
    embedding: EmbeddingIdentity
    chunking: Chunking
    reading: str
    analyser: str
    balance: str
    offsets: dict[str, tuple[float, ...]]
    segments: tuple[SegmentEntry, ...]
    documents: FileEntry
    counts: dict[str, Any]
    summary: dict[str, Any]

    def to_bytes(self) -> bytes:
        """Return the file content, with a checksum over all the rest."""
        content = {"format": FORMATS[any(CODES in one.suffixes for one in self.segments)], **_shallow(self)}
        content |= {name: _shallow(getattr(self, name)) for name in ("embedding", "chunking", "documents")}
        content["segments"] = [
            {**_shallow(segment), "files": [_shallow(file) for file in segment.files]} for segment in self.segments
        ]
        return canonical_json({**content, "sha256": hashlib.sha256(canonical_json(content)).hexdigest()}) + b"\n"


def _shallow(value: Manifest | SegmentEntry | FileEntry | EmbeddingIdentity | Chunking) -> dict[str, Any]:
    """Return the fields of a dataclass as they are; `asdict` would copy every number of the offsets."""
    return {field.name: getattr(value, field.name) for field in fields(value)}


def read_manifest(path: Path) -> Manifest:
    """Return the manifest; IndexDamaged when it is not as written, IndexMismatch when its format is another."""
    try:
        if path.stat().st_size > MAX_BYTES:
            raise damaged(path, f"has more than {MAX_BYTES} bytes")
        raw = path.read_bytes()
    except FileNotFoundError:
        raise damaged(path, "is missing") from None
    except OSError as error:
        raise damaged(path, f"cannot be read ({error.strerror})") from error
    try:
        content = json.loads(raw)
        _check_format(path, content)
        manifest = _manifest(Fields("manifest", content))
    except (ValueError, RecursionError) as error:
        raise damaged(path, f"is not a manifest ({error})") from error
    if manifest.to_bytes() != raw:
        raise damaged(path, "is not what was written (checksum)")
    return manifest


def _check_format(path: Path, content: object) -> None:
    version = content.get("format") if isinstance(content, dict) else None
    if type(version) is int and version not in FORMATS:
        raise IndexMismatch(
            f"The index has format {version} ({path}); this version of citeglot reads {FORMATS[0]} and {FORMATS[1]}. "
            "Update citeglot, or build the index again with: python ingest.py"
        )


def _manifest(content: Fields) -> Manifest:
    embedding = _embedding(content.object("embedding"))
    chunking = content.object("chunking")
    offsets = content.object("offsets")
    manifest = Manifest(
        generation=content.number("generation"),
        created=content.text("created"),
        tool_version=content.text("tool_version"),
        embedding=embedding,
        chunking=Chunking(chunking.number("max_tokens"), chunking.number("version")),
        reading=content.text("reading"),
        analyser=content.text("analyser"),
        balance=content.text("balance"),
        offsets={language: _offset(offsets, language, embedding.dimension) for language in offsets.value},
        segments=tuple(_segment(one, embedding.dimension) for one in content.objects("segments")),
        documents=_file(content.object("documents")),
        counts=content.object("counts").value,
        summary=content.object("summary").value,
    )
    for name in ("chunks", "sentences"):
        of_segments = (getattr(one, name) - getattr(one, f"dead_{name}") for one in manifest.segments)
        if manifest.counts.get(name) != sum(of_segments):
            raise ValueError(f"counts.{name}: not the sum over the segments")
    if manifest.documents.name != "documents.jsonl":
        raise ValueError(f"documents.name: expected documents.jsonl, not {manifest.documents.name!r:.40}")
    return manifest


def _embedding(content: Fields) -> EmbeddingIdentity:
    kinds = {field.name: content.number if field.type is int else content.text for field in fields(EmbeddingIdentity)}
    return EmbeddingIdentity(**{name: take(name) for name, take in kinds.items()})  # type: ignore[arg-type]


def _offset(offsets: Fields, language: str, dimension: int) -> tuple[float, ...]:
    values = offsets.take(language, list)
    if len(values) != dimension or not all(type(value) is float and math.isfinite(value) for value in values):
        raise ValueError(f"offsets.{language}: expected {dimension} finite numbers")
    return tuple(values)


def _file(content: Fields) -> FileEntry:
    entry = FileEntry(content.text("name"), content.number("size"), content.texts("blocks"))
    if len(entry.blocks) != -(-entry.size // BLOCK):
        raise ValueError(f"{content.where}: {entry.size} bytes do not have {len(entry.blocks)} blocks")
    return entry


def _segment(content: Fields, dimension: int) -> SegmentEntry:
    names = ("documents", "chunks", "sentences", "dead_chunks", "dead_sentences")
    entry = SegmentEntry(
        id=content.text("id"),
        language=content.text("language"),
        tombstones=content.texts("tombstones"),
        vector_sum=content.text("vector_sum"),
        files=tuple(_file(one) for one in content.objects("files")),
        **{name: content.number(name) for name in names},
    )
    expected = [f"{entry.id}.{suffix}" for suffix in SUFFIXES]
    if not _SEGMENT_ID.fullmatch(entry.id) or [one.name for one in entry.files] not in (expected, expected[:-1]):
        raise ValueError(f"{content.where}: the files of segment {entry.id!r:.40} have other names")
    if entry.file("vectors.f32").size != entry.chunks * dimension * 4:
        raise ValueError(f"{content.where}: {entry.chunks} chunks do not fit the size of their vectors")
    if entry.file("sentences.f16").size != entry.sentences * dimension * 2:
        raise ValueError(f"{content.where}: {entry.sentences} sentences do not fit the size of their vectors")
    if entry.dead_chunks > entry.chunks or entry.dead_sentences > entry.sentences:
        raise ValueError(f"{content.where}: more of it is dead than there is")
    decode_sum(entry.vector_sum, dimension)
    return entry
