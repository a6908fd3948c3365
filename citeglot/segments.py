"""Immutable files that hold the articles, chunks, vectors and words of one language from one ingest."""

import json
import re
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from citeglot.chunk_table import ChunkTable
from citeglot.manifest import SUFFIXES, SegmentEntry
from citeglot.postings import Postings
from citeglot.segment_content import Article, ChunkSpans, text_hash
from citeglot.storage import VerifiedFile, damaged
from citeglot.types import Matrix, Span

_TEXT_LINE = re.compile(rb'\{"sha256":"([0-9a-f]{64})","text":"')


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

    @cached_property
    def postings(self) -> Postings:
        """The terms of the chunks, those of dead texts left out."""
        file = self._files["postings"]
        try:
            postings = Postings(file.array("u1", (self.entry.file("postings").size,)), self._dead_rows())
        except ValueError as error:
            raise damaged(file.path, f"holds no postings ({error})") from error
        if postings.size != self.entry.chunks:
            raise damaged(file.path, f"holds the terms of {postings.size} chunks, not {self.entry.chunks}")
        return postings

    def _dead_rows(self) -> NDArray[np.int64]:
        ranges = [np.arange(rows.start, rows.stop) for rows in map(self.rows, self.entry.tombstones)]
        return np.concatenate([np.zeros(0, dtype=np.int64), *ranges])

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
        assert self.postings is not None
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
