"""The chunks of a segment as arrays."""

from collections.abc import Iterator
from itertools import pairwise

import numpy as np


class ChunkTable:
    """The chunks as arrays: 100,000 of them are a few MB, and a row is read without parsing."""

    def __init__(self, lines: list[dict[str, object]], hashes: tuple[str, ...]) -> None:
        numbers = {sha256: number for number, sha256 in enumerate(hashes)}
        sentences = [np.array(line["sentences"], dtype=np.int64).reshape(-1, 2) for line in lines]
        self.hashes = hashes
        self.articles = np.array([numbers[str(line["text"])] for line in lines], dtype=np.int64)
        self.bounds = np.array([(line["start"], line["end"]) for line in lines], dtype=np.int64).reshape(-1, 2)
        self.first = np.cumsum([0, *map(len, sentences)])
        self.spans = np.concatenate([np.zeros((0, 2), dtype=np.int64), *sentences])
        self.rows = dict(self._ranges())

    def _ranges(self) -> Iterator[tuple[str, range]]:
        borders = [0, *(np.flatnonzero(np.diff(self.articles)) + 1).tolist(), len(self.articles)]
        for first, end in pairwise(borders):
            if first < end:
                yield self.hashes[int(self.articles[first])], range(first, end)
