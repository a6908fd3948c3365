"""FAISS against numpy: the same rows in the same order, whatever is asked."""

import faiss
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from citeglot.vectors_faiss import EACH, SPREAD, Codes, check_vectors, encode_codes, top_coded, top_rows


def unit(vectors):
    return (vectors / np.linalg.norm(vectors, axis=-1, keepdims=True)).astype(np.float32)


def oracle(matrix, question, k, rows):
    allowed = range(len(matrix)) if rows is None else np.flatnonzero(rows)
    return sorted(allowed, key=lambda row: (-float(matrix[row] @ question), row))[:k]


@given(st.integers(0, 300), st.integers(1, 40), st.integers(1, 400), st.integers(0, 2**32 - 1))
def test_equals_numpy(count, dimension, k, seed):
    """Scores equal numpy's; k rows come back wherever k exist; each row once, best first."""
    random = np.random.default_rng(seed)
    matrix = unit(random.normal(size=(count, dimension)) + 1e-3)
    question = unit(random.normal(size=dimension) + 1e-3)
    rows = None if seed % 2 else random.random(count) < 0.3
    found = top_rows(matrix, question, k, rows)
    expected = oracle(matrix, question, k, rows)
    assert len(found) == len(expected) == len({row for row, _ in found})
    assert rows is None or all(rows[row] for row, _ in found)
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
    assert top_rows(unit(np.ones((3, 8))), question, 5, np.zeros(3, bool)) == []


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


def like_a_model(random, count, dimension=64):
    """Return unit vectors in clusters around a common mean, as real ones lie."""
    centres = 1.5 + 0.6 * random.normal(size=(12, dimension))
    return unit(centres[random.integers(0, 12, count)] + 0.25 * random.normal(size=(count, dimension)))


def coded(matrix):
    """Return the codes of a matrix, as read back from a file."""
    data = np.frombuffer(b"".join(encode_codes(matrix, matrix.mean(axis=0))), dtype=np.uint8)
    return Codes(data, *matrix.shape)


@settings(deadline=None, max_examples=40)
@given(st.integers(1, 3000), st.integers(1, 60), st.sampled_from([1.0, 0.5, 0.1, 0.02, 0.0]), st.integers(0, 2**32 - 1))
def test_codes_find_what_looking_at_each_finds(count, k, share, seed):
    """k rows wherever k are allowed, none that is not, with the scores of an exact search, and nearly all its rows."""
    random = np.random.default_rng(seed)
    matrix = like_a_model(random, count)
    question = unit(matrix[0] + 0.02 * random.normal(size=64))
    allowed = None if share == 1 else random.random(count) < share
    exact = top_rows(matrix, question, k, allowed)
    found = top_coded(coded(matrix), lambda rows: matrix, question, k, allowed)
    scores = dict(top_rows(matrix, question, count))
    assert len(found) == len(exact) == len({row for row, _ in found})
    assert found == sorted(((row, scores[row]) for row, _ in found), key=lambda one: (-one[1], one[0]))
    assert allowed is None or all(allowed[row] for row, _ in found)
    assert len(dict(found).keys() & dict(exact).keys()) >= 0.9 * len(exact)


def test_codes_are_found_out_where_a_filter_leaves_only_far_rows():
    """The candidates are all of another kind than the filter wants: every allowed row is looked at instead."""
    random = np.random.default_rng(5)
    near, far = unit(np.ones((1, 64))), unit(np.tile([1.0, -1.0], 32)[np.newaxis])
    matrix = unit(np.concatenate([near.repeat(3000, 0), far.repeat(3000, 0)]) + 0.05 * random.normal(size=(6000, 64)))
    allowed = np.arange(6000) >= 3000
    asked = []
    found = top_coded(coded(matrix), lambda rows: asked.append(len(rows)) or matrix, near[0], 10, allowed)
    assert found == top_rows(matrix, near[0], 10, allowed)
    assert asked == [3000]


def test_codes_ask_for_few_vectors():
    """Of 20,000 rows some hundred are looked at."""
    matrix = like_a_model(np.random.default_rng(6), 20_000)
    codes, asked = coded(matrix), []
    top_coded(codes, lambda rows: asked.append(len(rows)) or matrix, matrix[7], 10)
    assert asked == [20_000 // SPREAD + EACH * 10]


def test_the_same_vectors_give_the_same_codes():
    """Byte for byte, and they are known as theirs and as no others'."""
    matrix = like_a_model(np.random.default_rng(7), 100)
    assert encode_codes(matrix, matrix.mean(axis=0)) == encode_codes(matrix, matrix.mean(axis=0))
    assert coded(matrix).are_of(matrix)
    assert not coded(matrix).are_of(matrix[::-1])


@pytest.mark.parametrize(("rows", "dimension", "cut"), [(99, 64, 0), (100, 32, 0), (100, 64, 1), (0, 64, 0)])
def test_bytes_that_are_no_codes_are_refused(rows, dimension, cut):
    """Codes of another number of vectors, of another dimension, or cut short never reach FAISS."""
    data = np.frombuffer(b"".join(encode_codes(like_a_model(np.random.default_rng(8), 100), np.ones(64))), np.uint8)
    with pytest.raises(ValueError, match="no codes of"):
        Codes(data[: len(data) - cut], rows, dimension)


@settings(deadline=None, max_examples=30)
@given(st.binary(min_size=1, max_size=64), st.integers(0, 2**32 - 1))
def test_codes_of_rubbish_do_no_harm(rubbish, seed):
    """Whatever stands in the blocks, rows that exist come back with their exact scores."""
    random = np.random.default_rng(seed)
    matrix = like_a_model(random, 1000)
    header, centre, blocks = encode_codes(matrix, matrix.mean(axis=0))
    filled = (rubbish * (len(blocks) // len(rubbish) + 1))[: len(blocks)]
    codes = Codes(np.frombuffer(header + centre + filled, dtype=np.uint8), 1000, 64)
    found = top_coded(codes, lambda rows: matrix, matrix[3], 5)
    assert len(found) == 5
    np.testing.assert_allclose([score for _, score in found], [matrix[row] @ matrix[3] for row, _ in found], atol=1e-5)


@pytest.mark.parametrize("threads", [2, 3])
def test_others_keep_their_threads(threads):
    """OpenMP counts threads for the caller, PyTorch's embedding too: a search leaves the number as it was."""
    before = faiss.omp_get_max_threads()
    faiss.omp_set_num_threads(threads)
    try:
        vectors = unit(np.random.default_rng(0).normal(size=(4000, 64)))
        top_rows(vectors, vectors[0], 3)
        top_rows(vectors, vectors[0], 3, np.arange(4000) % 2 == 0)
        Codes(np.frombuffer(b"".join(encode_codes(vectors, vectors.mean(axis=0))), np.uint8), 4000, 64).nearest(
            vectors[0], 5
        )
        assert faiss.omp_get_max_threads() == threads
    finally:
        faiss.omp_set_num_threads(before)
