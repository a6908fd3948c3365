"""Sums of vectors that come out the same to the bit in whatever order and portions they are added."""

import base64

import numpy as np
from numpy.typing import NDArray

from citeglot.types import Matrix

Sum = NDArray[np.int64]
_ONE = 2.0**32  # the sum of two thousand million unit vectors still fits
_PORTION = 4096


def sum_of(vectors: Matrix) -> Sum:
    """Return the sum of the rows in fixed point: 32 bits after the point."""
    total = np.zeros(vectors.shape[1], dtype=np.int64)
    for start in range(0, len(vectors), _PORTION):
        portion = vectors[start : start + _PORTION].astype(np.float64)
        total += np.rint(portion * _ONE).astype(np.int64).sum(axis=0)
    return total


def mean_of(total: Sum, count: int) -> NDArray[np.float64]:
    """Return the mean of `count` vectors with this sum; zeros of none."""
    return total / (_ONE * max(count, 1))


def encode_sum(total: Sum) -> str:
    """Return a sum as text: base64 of little-endian int64."""
    return base64.b64encode(total.astype("<i8").tobytes()).decode("ascii")


def decode_sum(text: str, dimension: int) -> Sum:
    """Return a sum from its text; ValueError for one that has not `dimension` numbers."""
    raw = base64.b64decode(text, validate=True)
    if len(raw) != 8 * dimension:
        raise ValueError(f"expected the sum of vectors of {dimension} numbers, got {len(raw)} bytes")
    return np.frombuffer(raw, dtype="<i8")
