"""What tells a copy of a text from another text: its shingles, and a sketch of them by which copies are looked up.

A shingle is five words in a row (five letters where a script has no spaces). Two texts are copies of each other when
each holds most shingles of the other, as the wire copies of one report in several papers do. The sketch is a MinHash
(Broder 1997) of 128 numbers with 16 bits each: the share of equal numbers estimates the Jaccard index of the shingles.
"""

import unicodedata
from functools import lru_cache
from hashlib import blake2b

import numpy as np
import regex
from numpy.typing import NDArray

RULES = 1  # raise it when the sketch of the same text comes out differently
WORDS = 5
FEWEST = 50  # shingles: texts of less say too little
SHARED = 0.85
LIKELY = 0.62  # equal numbers of a sketch: three standard deviations below the least Jaccard index of copies, 0.74
NUMBERS = 128
BYTES = 2 * NUMBERS
NO_SKETCH = bytes(BYTES)

Shingles = NDArray[np.uint64]
Sketches = NDArray[np.uint16]

_UNSPACED = r"[\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}]"
_TOKEN = regex.compile(rf"{_UNSPACED}\p{{M}}*|[[\p{{L}}\p{{M}}\p{{N}}]--{_UNSPACED}]+", regex.V1)
_ODD = np.uint64(0x9E3779B97F4A7C15)


def shingles_of(text: str) -> Shingles:
    """Return the hashes of the distinct shingles of a text, in order; case, width and punctuation do not count."""
    tokens = _TOKEN.findall(unicodedata.normalize("NFKC", text).casefold())
    hashes = np.array([_token_hash(token) for token in tokens], dtype=np.uint64)
    if len(hashes) < WORDS:
        return np.zeros(0, dtype=np.uint64)
    rows = np.zeros(len(hashes) - WORDS + 1, dtype=np.uint64)
    for place in range(WORDS):
        rows = _mix(rows + hashes[place : place + len(rows)])
    return np.unique(rows)


def sketch_of(shingles: Shingles) -> bytes:
    """Return the sketch of a text, little-endian; NO_SKETCH where it has fewer shingles than count."""
    if len(shingles) < FEWEST:
        return NO_SKETCH
    seeds = _mix(np.arange(1, NUMBERS + 1, dtype=np.uint64) * _ODD)
    least = np.array([_mix(shingles ^ seed).min() for seed in seeds], dtype=np.uint64)
    # zero says that there is none
    found: bytes = np.maximum(least & np.uint64(0xFFFF), np.uint64(1)).astype("<u2").tobytes()
    return found


def look_alike(sketches: Sketches, sketch: Sketches) -> NDArray[np.bool_]:
    """Return for each row of `sketches` whether its text may be a copy of that of `sketch`."""
    if not sketch.any():
        return np.zeros(len(sketches), dtype=bool)
    equal: NDArray[np.bool_] = (sketches == sketch).sum(axis=1) >= LIKELY * NUMBERS
    return equal


def are_copies(one: Shingles, other: Shingles) -> bool:
    """Return whether each of two texts holds most shingles of the other."""
    shared = len(np.intersect1d(one, other, assume_unique=True))
    return min(len(one), len(other)) >= FEWEST and shared >= SHARED * max(len(one), len(other))


@lru_cache(maxsize=1 << 16)
def _token_hash(token: str) -> int:
    return int.from_bytes(blake2b(token.encode("utf-8", "surrogatepass"), digest_size=8).digest(), "little")


def _mix(numbers: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """Spread the bits of 64-bit numbers (the finaliser of SplitMix64)."""
    numbers = (numbers ^ (numbers >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    numbers = (numbers ^ (numbers >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    mixed: NDArray[np.uint64] = numbers ^ (numbers >> np.uint64(31))
    return mixed
