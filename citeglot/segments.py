"""Immutable files that hold the articles, chunks and vectors of one language from one ingest."""

import hashlib
import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from citeglot.chunk_table import ChunkTable
from citeglot.manifest import SUFFIXES, SegmentEntry
from citeglot.protocols import EmbeddingIdentity
from citeglot.storage import VerifiedFile, canonical_json, damaged, write_file
from citeglot.types import Matrix, Span

_TEXT_LINE = re.compile(rb'\{"sha256":"([0-9a-f]{64})","text":"')


@dataclass(frozen=True, slots=True)
class ChunkSpans:
    """Where a chunk and its sentences stand in their article's text."""

    whole: Span
    sentences: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class Article:
    """A text, its hash and its chunks: what a segment stores whatever the article is called."""

    sha256: str
    text: str
    chunks: tuple[ChunkSpans, ...]


@dataclass(frozen=True, slots=True)
class SegmentContent:
    """A segment before it is written; the same articles give the same bytes anywhere."""

    language: str
    articles: tuple[Article, ...]
    texts: bytes
    chunks: bytes

    def id(self, identity: EmbeddingIdentity) -> str:
        """Return the name of the segment with the vectors of this embedding model."""
        content = b"\0".join([self.texts, self.chunks, canonical_json(asdict(identity))])
        return f"{self.language}-{hashlib.sha256(content).hexdigest()[:16]}"


def text_hash(text: str) -> str:
    """Return the SHA-256 that stands for a text."""
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


def encode_segment(language: str, articles: Iterable[Article]) -> SegmentContent:
    """Return the content of a segment, articles in the order of their hashes."""
    ordered = tuple(sorted(articles, key=lambda article: article.sha256))
    texts = b"".join(_line({"sha256": article.sha256, "text": article.text}) for article in ordered)
    lines = [
        _line(
            {"text": article.sha256, "start": spans.whole.start, "end": spans.whole.end, "sentences": spans.sentences}
        )
        for article in ordered
        for spans in article.chunks
    ]
    return SegmentContent(language, ordered, texts, b"".join(lines))


def _line(value: dict[str, object]) -> bytes:
    return canonical_json(value) + b"\n"


def write_segment(
    folder: Path, content: SegmentContent, identity: EmbeddingIdentity, vectors: Matrix, sentences: Matrix
) -> SegmentEntry:
    """Write the four files; `vectors` has a row for each chunk, `sentences` one for each sentence, in order."""
    name = content.id(identity)
    rows = np.ascontiguousarray(vectors, dtype="<f4").tobytes(), np.ascontiguousarray(sentences, dtype="<f2").tobytes()
    pieces = zip(SUFFIXES, (content.texts, content.chunks, *rows), strict=True)
    files = tuple(write_file(folder / f"{name}.{suffix}", [piece]) for suffix, piece in pieces)
    return SegmentEntry(name, content.language, len(content.articles), len(vectors), len(sentences), (), files)


class Segment:
    """Reads a segment; nothing is parsed or returned before its checksums held.

    Every method raises IndexDamaged when a file is not what was written.
    """

    def __init__(self, folder: Path, entry: SegmentEntry, dimension: int) -> None:
        """Open the files, which stay readable from here on even when they are deleted."""
        self.entry = entry
        self._dimension = dimension
        self._files = {suffix: VerifiedFile(folder / f"{entry.id}.{suffix}", entry.file(suffix)) for suffix in SUFFIXES}

    @cached_property
    def vectors(self) -> Matrix:
        """The float32 vectors of the chunks, of shape (chunks, dimension)."""
        return self._files["vectors.f32"].array("<f4", (self.entry.chunks, self._dimension))

    @cached_property
    def sentence_vectors(self) -> NDArray[np.float16]:
        """The float16 vectors of all sentences in the order of the chunks."""
        return self._files["sentences.f16"].array("<f2", (self.entry.sentences, self._dimension))

    @property
    def hashes(self) -> Sequence[str]:
        """The hashes of the texts, in order; tombstones are among them."""
        return tuple(self._lines)

    def text(self, sha256: str) -> str:
        """Return the text with this hash."""
        file = self._files["texts.jsonl"]
        return str(json.loads(file.read(*self._lines[sha256]))["text"])

    def rows(self, sha256: str) -> range:
        """Return the rows of the chunks of a text; an empty text has none."""
        return self._table.rows.get(sha256, range(0))

    def article(self, sha256: str) -> Article:
        """Return a text with its chunks."""
        return Article(sha256, self.text(sha256), tuple(self.spans(row) for row in self.rows(sha256)))

    def hash_of(self, row: int) -> str:
        """Return the hash of the text that the chunk in this row is of."""
        return self._table.hashes[int(self._table.articles[row])]

    def start(self, row: int) -> int:
        """Return where the chunk in this row starts in its text."""
        return int(self._table.bounds[row, 0])

    def spans(self, row: int) -> ChunkSpans:
        """Return where the chunk in this row and its sentences stand."""
        start, end = self._table.bounds[row].tolist()
        return ChunkSpans(Span(start, end), tuple(Span(*pair) for pair in self._table.spans[self._slice(row)].tolist()))

    def sentence_vectors_of(self, row: int) -> Matrix:
        """Return the vectors of the sentences of the chunk in this row as float32."""
        return self.sentence_vectors[self._slice(row)].astype(np.float32)

    def _slice(self, row: int) -> slice:
        return slice(int(self._table.first[row]), int(self._table.first[row + 1]))

    def verify(self) -> None:
        """Check every block of every file, and that chunks and sentences lie where they say."""
        for file in self._files.values():
            file.verify()
        for sha256 in self.hashes:
            article = self.article(sha256)
            spans = [span for chunk in article.chunks for span in (chunk.whole, *chunk.sentences)]
            if text_hash(article.text) != sha256 or any(not 0 <= a <= b <= len(article.text) for a, b in spans):
                raise damaged(self._files["chunks.jsonl"].path, f"does not fit the text {sha256[:12]}")

    @cached_property
    def _lines(self) -> dict[str, tuple[int, int]]:
        file = self._files["texts.jsonl"]
        found: dict[str, tuple[int, int]] = {}
        for start, end in file.lines():
            match = _TEXT_LINE.match(file.read(start, min(end, start + 90)))
            if match is None:
                raise damaged(file.path, f"holds no text at byte {start}")
            found[match[1].decode()] = (start, end)
        if len(found) != self.entry.documents:
            raise damaged(file.path, f"holds {len(found)} texts, not {self.entry.documents}")
        return found

    @cached_property
    def _table(self) -> ChunkTable:
        file = self._files["chunks.jsonl"]
        try:
            table = ChunkTable([json.loads(file.read(start, end)) for start, end in file.lines()], tuple(self._lines))
        except (KeyError, TypeError, ValueError, OverflowError) as error:
            raise damaged(file.path, f"holds something that is no chunk ({error!r})") from error
        if len(table.articles) != self.entry.chunks or len(table.spans) != self.entry.sentences:
            raise damaged(file.path, f"holds {len(table.articles)} chunks, not {self.entry.chunks}")
        return table
