"""Immutable files that hold the articles, chunks, vectors and words of one language from one ingest."""

import json
from collections.abc import Collection, Iterable
from functools import cached_property
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from citeglot.chunk_table import ChunkTable
from citeglot.manifest import CODES, SegmentEntry
from citeglot.postings import Postings
from citeglot.segment_content import Article, ChunkSpans, text_hash
from citeglot.storage import VerifiedFile, damaged
from citeglot.sums import decode_sum, sum_of
from citeglot.types import Matrix, Span, Vector
from citeglot.vectors_faiss import Codes, top_coded, top_rows


class Segment:
    """Reads a segment; nothing is parsed or returned before its checksums held.

    Every method raises IndexDamaged when a file is not what was written, and KeyError for a text that is not there.
    """

    def __init__(self, folder: Path, entry: SegmentEntry, dimension: int) -> None:
        """Open the files, which stay readable from here on even when they are deleted."""
        self.folder, self.entry = folder, entry
        self._dimension = dimension
        paths = {suffix: folder / f"{entry.id}.{suffix}" for suffix in entry.suffixes}
        self._files = {suffix: VerifiedFile(path, entry.file(suffix)) for suffix, path in paths.items()}

    @cached_property
    def vectors(self) -> Matrix:
        """The float32 vectors of the chunks, of shape (chunks, dimension)."""
        return self._files["vectors.f32"].array("<f4", (self.entry.chunks, self._dimension))

    @cached_property
    def codes(self) -> Codes | None:
        """The codes of the vectors; None for a segment that has none."""
        if CODES not in self._files:
            return None
        file, size = self._files[CODES], self.entry.file(CODES).size
        try:
            return Codes(file.array("u1", (size,)), self.entry.chunks, self._dimension)
        except ValueError as error:
            raise damaged(file.path, f"holds no codes of its vectors ({error})") from error

    @cached_property
    def sentence_vectors(self) -> NDArray[np.float16]:
        """The float16 vectors of all sentences in the order of the chunks."""
        return self._files["sentences.f16"].array("<f2", (self.entry.sentences, self._dimension))

    @cached_property
    def postings(self) -> Postings:
        """The terms of the chunks, those of dead texts left out."""
        file = self._files["postings"]
        try:
            dead = self.rows_of(self.entry.tombstones)
            postings = Postings(file.array("u1", (self.entry.file("postings").size,)), dead)
        except (KeyError, ValueError) as error:
            raise damaged(file.path, f"holds no postings ({error!r})") from error
        if postings.size != self.entry.chunks:
            raise damaged(file.path, f"holds the terms of {postings.size} chunks, not {self.entry.chunks}")
        return postings

    @cached_property
    def table(self) -> ChunkTable:
        """Where texts, chunks and sentences stand."""
        file, entry = self._files["table"], self.entry
        try:
            data = file.array("u1", (entry.file("table").size,))
            table = ChunkTable(data, (entry.documents, entry.chunks, entry.sentences))
        except ValueError as error:
            raise damaged(file.path, f"is no table of chunks ({error})") from error
        if table.lines[0] != 0 or table.lines[-1] != entry.file("texts.jsonl").size or (np.diff(table.lines) < 1).any():
            raise damaged(file.path, "does not fit the texts")
        return table

    @property
    def hashes(self) -> tuple[str, ...]:
        """The hashes of the texts, in order; tombstones are among them."""
        return self.table.hashes

    def __contains__(self, sha256: str) -> bool:
        """Say whether the text with this hash is there, dead or not."""
        return self.table.find(sha256) is not None

    def _number(self, sha256: str) -> int:
        number = self.table.find(sha256)
        if number is None:
            raise KeyError(sha256)
        return number

    def text(self, sha256: str) -> str:
        """Return the text with this hash."""
        file, number = self._files["texts.jsonl"], self._number(sha256)
        start, end = self.table.lines[number : number + 2].tolist()
        try:
            line = json.loads(file.read(start, end))
            if line["sha256"] == sha256:
                return str(line["text"])
        except (KeyError, TypeError, ValueError) as error:
            raise damaged(file.path, f"holds no text at byte {start} ({error!r})") from error
        raise damaged(file.path, f"holds another text at byte {start}")

    def rows(self, sha256: str) -> range:
        """Return the rows of the chunks of a text; an empty text has none."""
        return self.table.rows(self._number(sha256))

    def rows_of(self, hashes: Iterable[str]) -> NDArray[np.int64]:
        """Return the rows of the chunks of some texts, in order."""
        ranges = sorted(map(self.rows, hashes), key=lambda rows: rows.start)
        return np.concatenate([np.zeros(0, dtype=np.int64), *(np.arange(one.start, one.stop) for one in ranges)])

    def mask_of(self, hashes: Collection[str]) -> NDArray[np.bool_]:
        """Return for each row whether its chunk is of one of these texts."""
        return self.table.mask(hashes)

    def nearest(self, vector: Vector, k: int, allowed: NDArray[np.bool_] | None = None) -> list[tuple[int, float]]:
        """Return (row, cosine) of the `k` chunks nearest to a unit vector, best first, equal ones by row.

        `allowed` says for each row whether it may be found, None for all; there are k results wherever k rows may be.
        All cosines are exact; with codes, one of the nearest may be missed (`top_coded`).
        """
        if self.codes is None:
            return top_rows(self.vectors, vector, k, allowed)
        file = self._files["vectors.f32"]
        return top_coded(self.codes, lambda rows: file.table("<f4", self._dimension, rows), vector, k, allowed)

    def article(self, sha256: str) -> Article:
        """Return a text with its chunks."""
        sketch = self.table.sketches[self._number(sha256)].tobytes()
        return Article(sha256, self.text(sha256), tuple(self.spans(row) for row in self.rows(sha256)), sketch)

    def hash_of(self, row: int) -> str:
        """Return the hash of the text that the chunk in this row is of."""
        return self.table.hash(self.table.text_of(row))

    def start(self, row: int) -> int:
        """Return where the chunk in this row starts in its text."""
        return int(self.table.bounds[row, 0])

    def spans(self, row: int) -> ChunkSpans:
        """Return where the chunk in this row and its sentences stand."""
        start, end = self.table.bounds[row].tolist()
        inside = self.table.spans[self.table.sentences(range(row, row + 1))].tolist()
        return ChunkSpans(Span(start, end), tuple(Span(*pair) for pair in inside))

    def vector(self, row: int) -> Vector:
        """Return the float32 vector of the chunk in this row, without reading others."""
        vector: Vector = self._part("vectors.f32", "<f4", row, row + 1)[0]
        return vector

    def sentence_vectors_of(self, row: int) -> Matrix:
        """Return the vectors of the sentences of the chunk in this row as float32, without reading others."""
        places = self.table.sentences(range(row, row + 1))
        return self._part("sentences.f16", "<f2", places.start, places.stop).astype(np.float32)

    def vectors_of(self, sha256: str) -> tuple[Matrix, NDArray[np.float16]]:
        """Return the vectors of a text's chunks and of its sentences as they are stored, without reading others."""
        rows = self.rows(sha256)
        places = self.table.sentences(rows)
        chunks = self._part("vectors.f32", "<f4", rows.start, rows.stop)
        return chunks, self._part("sentences.f16", "<f2", places.start, places.stop)

    def _part(self, suffix: str, dtype: str, start: int, stop: int) -> NDArray[np.floating]:
        width = self._dimension * np.dtype(dtype).itemsize
        data = self._files[suffix].read(start * width, stop * width)
        return np.frombuffer(data, dtype=dtype).reshape(stop - start, self._dimension)

    def verify(self) -> None:
        """Check every block of every file, that chunks and sentences lie where they say, and what the entry counts."""
        for file in self._files.values():
            file.verify()
        _ = self.postings  # reading them checks them
        for sha256 in self.hashes:
            article = self.article(sha256)
            spans = [span for chunk in article.chunks for span in (chunk.whole, *chunk.sentences)]
            if text_hash(article.text) != sha256 or any(not 0 <= a <= b <= len(article.text) for a, b in spans):
                raise damaged(self._files["table"].path, f"does not fit the text {sha256[:12]}")
        self._verify_entry()

    def _verify_entry(self) -> None:
        entry, file = self.entry, self._files["vectors.f32"]
        rows = [self.rows(one) for one in entry.tombstones if one in self]
        sentences = [self.table.sentences(one) for one in rows]
        dead = sum(map(len, rows)), sum(one.stop - one.start for one in sentences)
        if len(rows) < len(entry.tombstones) or dead != (entry.dead_chunks, entry.dead_sentences):
            raise damaged(file.path, "has other dead chunks than its manifest says")
        living = np.delete(self.vectors, self.rows_of(entry.tombstones), axis=0)
        if (sum_of(living) != decode_sum(entry.vector_sum, self._dimension)).any():
            raise damaged(file.path, "has another sum than its manifest says")
        if self.codes is not None and not self.codes.are_of(self.vectors):
            raise damaged(self._files[CODES].path, "holds codes of other vectors")
