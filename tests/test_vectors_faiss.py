"""FAISS against numpy: the same rows in the same order, whatever is asked."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from citeglot.vectors_faiss import check_vectors, top_rows


def unit(vectors):
    return (vectors / np.linalg.norm(vectors, axis=-1, keepdims=True)).astype(np.float32)


def oracle(matrix, question, k, rows):
    allowed = range(len(matrix)) if rows is None else rows
    return sorted(allowed, key=lambda row: (-float(matrix[row] @ question), row))[:k]


@given(st.integers(0, 300), st.integers(1, 40), st.integers(1, 400), st.integers(0, 2**32 - 1))
def test_equals_numpy(count, dimension, k, seed):
    """Scores equal numpy's; k rows come back wherever k exist; each row once, best first."""
    random = np.random.default_rng(seed)
    matrix = unit(random.normal(size=(count, dimension)) + 1e-3)
    question = unit(random.normal(size=dimension) + 1e-3)
    rows = None if seed % 2 else np.flatnonzero(random.random(count) < 0.3)
    found = top_rows(matrix, question, k, rows)
    expected = oracle(matrix, question, k, rows)
    assert len(found) == len(expected) == len({row for row, _ in found})
    assert rows is None or {row for row, _ in found} <= set(rows.tolist())
    np.testing.assert_allclose([score for _, score in found], [matrix[row] @ question for row in expected], atol=1e-5)
    np.testing.assert_allclose([score for _, score in found], [matrix[row] @ question for row, _ in found], atol=1e-5)


@given(st.integers(1, 300), st.integers(1, 300), st.integers(0, 2**32 - 1))
def test_equal_rows_come_by_row(count, k, seed):
    """Among equal rows the first ones win, also at the border of k and where FAISS uses another algorithm."""
    random = np.random.default_rng(seed)
    matrix = np.eye(4, dtype=np.float32)[random.integers(0, 4, size=count)]
    question = unit(np.array([0.9, 0.3, 0.3, 0.1]))
    assert [row for row, _ in top_rows(matrix, question, k)] == oracle(matrix, question, k, None)


def test_no_row_and_no_allowed_row():
    """An empty matrix and an empty selection have no nearest row, and never the row -1."""
    question = unit(np.ones(8))
    assert top_rows(np.zeros((0, 8), np.float32), question, 5) == []
    assert top_rows(unit(np.ones((3, 8))), question, 5, np.zeros(0, np.int64)) == []


def test_vectors_that_are_none_are_not_found():
    """A row that is not a number is left out, not returned as -1."""
    matrix = unit(np.ones((3, 8)))
    matrix[1] = np.nan
    assert [row for row, _ in top_rows(matrix, unit(np.ones(8)), 3)] == [0, 2]


@pytest.mark.parametrize(
    ("question", "words"),
    [
        (np.full(8, np.nan, np.float32), "not finite"),
        (np.zeros(8, np.float32), "unit"),
        (np.ones(8, np.float32), "unit"),
        (unit(np.ones(7)), "rows of 8"),
    ],
)
def test_bad_questions_are_named(question, words):
    """A question that is no finite unit vector of the right dimension is refused in words."""
    with pytest.raises(ValueError, match=words):
        top_rows(unit(np.ones((3, 8))), question, 1)


def test_k_must_be_positive():
    """Asking for no row at all is a mistake of the caller."""
    with pytest.raises(ValueError, match="1 or more"):
        top_rows(unit(np.ones((3, 8))), unit(np.ones(8)), 0)


def test_check_vectors_takes_no_row():
    """No vectors at all are in order; the shape must be right even so."""
    check_vectors(np.zeros((0, 8), np.float32), 8, "none")
    with pytest.raises(ValueError, match="rows of 8"):
        check_vectors(np.zeros((0, 7), np.float32), 8, "none")
