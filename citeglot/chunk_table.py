"""The table of a segment: where its texts, chunks and sentences stand, as arrays that are used as they lie."""

from bisect import bisect_left
from collections.abc import Collection, Sequence
from itertools import accumulate

import numpy as np
from numpy.typing import NDArray

from citeglot.sketches import BYTES
from citeglot.types import Span

_NUMBER = "<i8"
_SHORT = "<i4"
_HASH = 32

Chunks = Sequence[tuple[Span, Sequence[Span]]]


def encode_table(texts: Sequence[tuple[str, int, Chunks, bytes]]) -> bytes:
    """Return the bytes of a table of texts: the hash, the length of its line, its chunks and its sketch, for each.

    Little-endian: three int64 (how many texts, chunks, sentences); the starts of the lines, of the chunks of each
    text and of the sentences of each chunk (int64, one more than there are); the hashes (32 bytes each, in order);
    start and end of the chunks and of the sentences (int32); the sketches.
    """
    chunks = [chunk for _, _, of_text, _ in texts for chunk in of_text]
    spans = [span for _, sentences in chunks for span in sentences]
    numbers = (
        [len(texts), len(chunks), len(spans)],
        list(accumulate((size for _, size, _, _ in texts), initial=0)),
        list(accumulate((len(of_text) for _, _, of_text, _ in texts), initial=0)),
        list(accumulate((len(sentences) for _, sentences in chunks), initial=0)),
    )
    return b"".join(
        [
            *(np.array(one, dtype=_NUMBER).tobytes() for one in numbers),
            *(bytes.fromhex(sha256) for sha256, _, _, _ in texts),
            np.array([whole for whole, _ in chunks], dtype=_SHORT).tobytes(),
            np.array(spans, dtype=_SHORT).tobytes(),
            *(sketch for _, _, _, sketch in texts),
        ]
    )


class ChunkTable:
    """Reads a table in place; `sketches` has a row for each text, `bounds` for each chunk, `spans` for each sentence.

    `lines` are the borders of the lines of the texts; `chunks` those of the chunks of each text, and `first` those of
    the sentences of each chunk.
    """

    def __init__(self, data: NDArray[np.uint8], expected: tuple[int, int, int]) -> None:
        """ValueError where it is not a table of so many texts, chunks and sentences."""
        texts, chunks, sentences = self._counts(data, expected)
        self._data, self._at = data, 24
        self.lines = self._take(_NUMBER, texts + 1)
        self.chunks = self._take(_NUMBER, texts + 1)
        self.first = self._take(_NUMBER, chunks + 1)
        self._hashes = self._take("u1", _HASH * texts).tobytes()
        self.bounds = self._take(_SHORT, 2 * chunks).reshape(-1, 2)
        self.spans = self._take(_SHORT, 2 * sentences).reshape(-1, 2)
        self.sketches = self._take("<u2", texts * BYTES // 2).reshape(texts, BYTES // 2)
        for name, borders, end in (("chunks", self.chunks, chunks), ("sentences", self.first, sentences)):
            if borders[0] != 0 or borders[-1] != end or bool((np.diff(borders) < 0).any()):
                raise ValueError(f"the starts of the {name} do not go up from 0 to {end}")
        self.size = texts

    @staticmethod
    def _counts(data: NDArray[np.uint8], expected: tuple[int, int, int]) -> tuple[int, int, int]:
        texts, chunks, sentences = expected
        size = 24 + 16 * (texts + 1) + 8 * (chunks + 1) + _HASH * texts + 8 * (chunks + sentences) + BYTES * texts
        if len(data) != size or tuple(data[:24].view(_NUMBER).tolist()) != expected:
            raise ValueError(f"{len(data)} bytes are not a table of {texts} texts and {chunks} chunks")
        return expected

    def _take(self, dtype: str, count: int) -> NDArray[np.signedinteger]:
        start, self._at = self._at, self._at + count * np.dtype(dtype).itemsize
        return self._data[start : self._at].view(dtype)

    @property
    def hashes(self) -> tuple[str, ...]:
        """The hashes of the texts, in order."""
        return tuple(map(self.hash, range(self.size)))

    def hash(self, number: int) -> str:
        """Return the hash of a text."""
        return self._hashes[_HASH * number : _HASH * (number + 1)].hex()

    def find(self, sha256: str) -> int | None:
        """Return the number of the text with this hash."""
        number = bisect_left(range(self.size), sha256, key=self.hash)
        return number if number < self.size and self.hash(number) == sha256 else None

    def mask(self, hashes: Collection[str]) -> NDArray[np.bool_]:
        """Return for each chunk whether it is of one of these texts; KeyError for a text that is not there."""
        there = np.frombuffer(self._hashes, dtype=f"V{_HASH}").view(f"S{_HASH}")
        wanted = np.frombuffer(bytes.fromhex("".join(hashes)), dtype=f"S{_HASH}")
        numbers = np.searchsorted(there, wanted)
        if (numbers == self.size).any() or (there[numbers] != wanted).any():
            raise KeyError(next(one for one in hashes if self.find(one) is None))
        chosen = np.zeros(self.size, dtype=bool)
        chosen[numbers] = True
        return np.repeat(chosen, np.diff(self.chunks))

    def text_of(self, row: int) -> int:
        """Return the number of the text that a chunk is of."""
        return int(np.searchsorted(self.chunks, row, side="right")) - 1

    def rows(self, number: int) -> range:
        """Return the rows of the chunks of a text; an empty text has none."""
        return range(int(self.chunks[number]), int(self.chunks[number + 1]))

    def sentences(self, rows: range) -> slice:
        """Return where the sentences of some chunks in a row stand among all."""
        return slice(int(self.first[rows.start]), int(self.first[rows.stop]))
