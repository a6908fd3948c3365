"""Exact nearest vectors by inner product, with FAISS."""

import os
import sys

import numpy as np
from numpy.typing import NDArray

from citeglot.types import Matrix, Vector

if sys.platform == "darwin":  # torch brings an OpenMP of its own, and two of them end the process there
    os.environ.setdefault("KMP_DUPLICATE_LIB_OK", "TRUE")
import faiss

UNIT_TOLERANCE = 1e-2


def check_vectors(vectors: NDArray[np.floating], dimension: int, what: str) -> None:
    """Raise ValueError unless the rows are finite unit vectors with `dimension` numbers."""
    if vectors.ndim != 2 or vectors.shape[1] != dimension:
        raise ValueError(f"{what}: expected rows of {dimension} numbers, got an array of shape {vectors.shape}")
    if not np.isfinite(vectors).all():
        raise ValueError(f"{what}: a vector holds numbers that are not finite")
    lengths = np.linalg.norm(vectors.astype(np.float32, copy=False), axis=1)
    if len(lengths) and float(np.abs(lengths - 1).max()) > UNIT_TOLERANCE:
        raise ValueError(f"{what}: expected unit vectors, got lengths from {lengths.min():.3f} to {lengths.max():.3f}")


def top_rows(
    matrix: Matrix, question: Vector, k: int, rows: NDArray[np.int64] | None = None
) -> list[tuple[int, float]]:
    """Return (row, inner product) of the `k` rows nearest to the question, best first, equal ones by row.

    `matrix` is float32 of shape (n, dimension) and may be memory-mapped; `rows` are the only rows to be considered.
    There are k results wherever k rows exist. ValueError for a question that is no finite unit vector.
    """
    if k < 1:
        raise ValueError(f"k: expected 1 or more, got {k}")
    check_vectors(question[np.newaxis], matrix.shape[1], "question")
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
    order = np.lexsort((found, -scores))[:k]
    return [(int(found[place]), float(scores[place])) for place in order if found[place] >= 0]


def _nearest(
    matrix: Matrix, question: Vector, k: int, rows: NDArray[np.int64] | None
) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
    # one thread: waiting for a second costs more than it saves while another model computes; set for each thread
    faiss.omp_set_num_threads(1)
    vectors = np.ascontiguousarray(matrix, dtype=np.float32)
    query = np.ascontiguousarray(question, dtype=np.float32)
    scores = np.empty(k, dtype=np.float32)
    found = np.empty(k, dtype=np.int64)
    arguments = [faiss.swig_ptr(query), faiss.swig_ptr(vectors), vectors.shape[1], 1, len(vectors), k]
    arguments += [faiss.swig_ptr(scores), faiss.swig_ptr(found)]
    if rows is not None:
        allowed = np.zeros(len(vectors), dtype=bool)
        allowed[rows] = True
        bitmap = np.packbits(allowed, bitorder="little")
        arguments.append(faiss.IDSelectorBitmap(len(bitmap), faiss.swig_ptr(bitmap)))
    faiss.knn_inner_product(*arguments)
    return scores, found
