"""Nearest vectors by inner product, with FAISS: exact ones, and those that 1-bit codes find and exact scores order."""

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
from numpy.typing import NDArray

from citeglot.types import Matrix, Vector

if sys.platform == "darwin":  # torch brings an OpenMP of its own, and two of them end the process there
    os.environ.setdefault("KMP_DUPLICATE_LIB_OK", "TRUE")
import faiss

_faiss: Any = faiss  # its stubs lack much of it
_Index = Any
UNIT_TOLERANCE = 1e-2
SPREAD, EACH = 1000, 15  # of so many vectors one is a candidate, and so many more for each that is wanted
EXACT, CANDIDATE = 8, 100  # what a vector and a candidate cost, counted in codes
ROUNDING = 0.01  # the share of bytes of codes that may come out differently on another processor

Rows = NDArray[np.int64]
Mask = NDArray[np.bool_]
Found = list[tuple[int, float]]


def check_vectors(vectors: NDArray[np.floating], dimension: int, what: str) -> None:
    """Raise ValueError unless the rows are finite unit vectors with `dimension` numbers."""
    if vectors.ndim != 2 or vectors.shape[1] != dimension:
        raise ValueError(f"{what}: expected rows of {dimension} numbers, got an array of shape {vectors.shape}")
    if not np.isfinite(vectors).all():
        raise ValueError(f"{what}: a vector holds numbers that are not finite")
    lengths = np.linalg.norm(vectors.astype(np.float32, copy=False), axis=1)
    if len(lengths) and float(np.abs(lengths - 1).max()) > UNIT_TOLERANCE:
        raise ValueError(f"{what}: expected unit vectors, got lengths from {lengths.min():.3f} to {lengths.max():.3f}")


def top_rows(matrix: Matrix, question: Vector, k: int, allowed: Mask | Rows | None = None) -> Found:
    """Return (row, inner product) of the `k` rows nearest to the question, best first, equal ones by row.

    `matrix` is float32 of shape (n, dimension) and may be memory-mapped; `allowed` says of each row whether it counts,
    or names the rows that do, in order: no other is read. There are k results wherever k rows exist. ValueError for a
    question that is no finite unit vector.
    """
    if k < 1:
        raise ValueError(f"k: expected 1 or more, got {k}")
    check_vectors(question[np.newaxis], matrix.shape[1], "question")
    rows = None if allowed is None else _numbers(allowed)
    available = len(matrix) if rows is None else len(rows)
    wanted = min(k + 1, available)
    while wanted:
        scores, found = _nearest(matrix, question, wanted, rows)
        # FAISS picks any of equal rows; which ones must not depend on it
        if wanted == available or scores[k - 1] > scores[-1]:
            break
        wanted = min(2 * wanted, available)
    else:
        return []
    return [(row, score) for row, score in _best(found, scores, k) if row >= 0]


def _numbers(allowed: Mask | Rows) -> Rows:
    return np.flatnonzero(allowed) if allowed.dtype == np.bool_ else allowed.astype(np.int64, copy=False)


@contextmanager
def _one_thread() -> Iterator[None]:
    """Have FAISS work on one thread: waiting for a second costs more than it saves while another model computes.

    OpenMP's number is this thread's and not FAISS's alone: left at one, PyTorch would embed on one too.
    """
    before = _faiss.omp_get_max_threads()
    _faiss.omp_set_num_threads(1)
    try:
        yield
    finally:
        _faiss.omp_set_num_threads(before)


def _nearest(matrix: Matrix, question: Vector, k: int, rows: Rows | None) -> tuple[NDArray[np.float32], Rows]:
    vectors = np.ascontiguousarray(matrix, dtype=np.float32)
    query = np.ascontiguousarray(question, dtype=np.float32)
    scores = np.empty(k, dtype=np.float32)
    found = np.empty(k, dtype=np.int64)
    asked, sizes = [_faiss.swig_ptr(query), _faiss.swig_ptr(vectors)], [vectors.shape[1], 1, len(vectors)]
    result = [_faiss.swig_ptr(scores), _faiss.swig_ptr(found)]
    with _one_thread():
        if rows is None:
            _faiss.knn_inner_product(*asked, *sizes, k, *result)
        else:  # it costs what the rows cost, where a selector is asked for every other row too
            _faiss.knn_inner_products_by_idx(*asked, _faiss.swig_ptr(rows), *sizes, len(rows), k, *result)
    return scores, found


def _best(rows: Rows, scores: NDArray[np.float32], k: int) -> Found:
    order = np.lexsort((rows, -scores))[:k]
    return list(zip(rows[order].tolist(), scores[order].tolist(), strict=True))


class Codes:
    """A bit for each number of each vector, less the centre of all, and what turns them into estimates: RaBitQ.

    An eighth of a byte for each dimension and 8 bytes a vector, laid out for FAISS's fast-scan kernels. See Gao and
    Long 2024, "RaBitQ: Quantizing High-Dimensional Vectors with a Theoretical Error Bound". FAISS parses nothing
    here: it is handed arrays whose sizes were checked.
    """

    def __init__(self, data: NDArray[np.uint8], rows: int, dimension: int) -> None:
        """Take over what `encode_codes` made; ValueError where it is not of so many vectors, or laid out otherwise."""
        index = _empty(dimension)
        blocks = -(-rows // index.bbs)
        header = _header(index, rows)
        at = len(header) + 4 * dimension
        if data[: len(header)].tobytes() != header or len(data) != at + blocks * index.get_block_stride():
            raise ValueError(f"{len(data)} bytes are no codes of {rows} vectors of {dimension} numbers")
        _set_centre(index, data[len(header) : at].view("<f4"))
        _faiss.copy_array_to_AlignedTable(data[at:], index.codes)
        index.ntotal, index.ntotal2 = rows, blocks * index.bbs
        self._index, self._centre = index, data[len(header) : at].view("<f4").copy()
        self.size = rows

    def nearest(self, question: Vector, k: int) -> Rows:
        """Return the `k` rows whose estimated inner product with the question is highest, in order of their numbers."""
        with _one_thread():
            _, rows = self._index.search(np.ascontiguousarray(question[np.newaxis], dtype=np.float32), k)
        found: Rows = np.sort(rows[0])
        return found[(found >= 0) & (found < self.size)]

    def are_of(self, vectors: Matrix) -> bool:
        """Return whether these are the codes of these vectors."""
        made = np.frombuffer(encode_codes(vectors, self._centre)[-1], dtype=np.uint8)
        return float(np.mean(made != _faiss.AlignedTable_to_array(self._index.codes))) <= ROUNDING


def encode_codes(vectors: Matrix, centre: Vector) -> list[bytes]:
    """Return the pieces of a file of codes: the same vectors give the same bytes on the same kind of processor.

    Little-endian: four int64 (how many vectors, their dimension, vectors and bytes of a block), the centre (float32),
    the blocks.
    """
    index = _empty(vectors.shape[1])
    _set_centre(index, centre)
    index.add(np.ascontiguousarray(vectors, dtype=np.float32))
    codes = _faiss.AlignedTable_to_array(index.codes) if len(vectors) else np.zeros(0, np.uint8)
    return [_header(index, len(vectors)), centre.astype("<f4").tobytes(), codes.tobytes()]


def _empty(dimension: int) -> _Index:
    return _faiss.IndexRaBitQFastScan(dimension, _faiss.METRIC_INNER_PRODUCT)


def _header(index: _Index, rows: int) -> bytes:
    return np.array([rows, index.d, index.bbs, index.get_block_stride()], dtype="<i8").tobytes()


def _set_centre(index: _Index, centre: Vector) -> None:
    _faiss.copy_array_to_vector(np.ascontiguousarray(centre, dtype=np.float32), index.center)
    index.is_trained = True


def top_coded(
    codes: Codes, table_of: Callable[[Rows], Matrix], question: Vector, k: int, allowed: Mask | None = None
) -> Found:
    """Return what `top_rows` returns with exact scores, but that codes which are far off may cost one of the best.

    `table_of` returns all vectors, having seen to it that some rows of them can be read. Every allowed row is looked at
    where they are few, or where hardly any of them is near the question; so there are k results wherever k rows are
    allowed.
    """
    rows = _candidates(codes, question, k, allowed)
    if rows is None:
        rows = np.arange(codes.size) if allowed is None else np.flatnonzero(allowed)
    return top_rows(table_of(rows), question, k, rows)


def _candidates(codes: Codes, question: Vector, k: int, allowed: Mask | None) -> Rows | None:
    """Return allowed rows with the best estimates, in order; None where codes are of no use."""
    available = codes.size if allowed is None else int(np.count_nonzero(allowed))
    wanted = available // SPREAD + EACH * k
    count = wanted * codes.size // max(1, available)
    if codes.size + CANDIDATE * count >= EXACT * available:
        return None
    rows = codes.nearest(question, count)
    if allowed is not None:
        rows = rows[allowed[rows]]
    return rows if 2 * len(rows) >= wanted else None
