"""The metrics, worked out by hand."""

import math

import pytest

from eval.metrics import (
    area_under_curve,
    complete_within,
    found_within,
    ndcg,
    percentile,
    reciprocal_rank,
    risk_coverage,
)


@pytest.mark.parametrize(
    ("ranks", "k", "found", "complete"),
    [
        ([1], 1, True, True),
        ([2], 1, False, False),
        ([2], 5, True, True),
        ([None], 10, False, False),
        ([3, None], 5, True, False),
        ([3, 7], 5, True, False),
        ([3, 7], 7, True, True),
        ([10], 10, True, True),
        ([3], 10_000, True, True),
        ([None, None], 10_000, False, False),
    ],
)
def test_recall_and_complete(ranks, k, found, complete):
    """Recall wants some gold article among k hits, complete wants all; k may be larger than the list."""
    assert (found_within(ranks, k), complete_within(ranks, k)) == (found, complete)


def test_reciprocal_rank():
    """The first gold article counts, whichever of them it is; none found is 0."""
    assert reciprocal_rank([4, 2, None]) == 0.5
    assert reciprocal_rank([1]) == 1.0
    assert reciprocal_rank([None]) == 0.0


def test_ndcg():
    """One article at rank 3: 1/log2(4); two of two at 1 and 3: (1 + 1/2) / (1 + 1/log2(3)); beyond k nothing."""
    assert ndcg([3], 10) == pytest.approx(0.5)
    assert ndcg([1, 3], 10) == pytest.approx(1.5 / (1 + 1 / math.log2(3)))
    assert ndcg([1, 2], 10) == pytest.approx(1.0)
    assert ndcg([11], 10) == 0.0
    assert ndcg([None], 10) == 0.0
    assert ndcg([1, 2, 3], 2) == pytest.approx(1.0), "no more than k articles can be among k hits"


@pytest.mark.parametrize("metric", [found_within, complete_within, ndcg])
def test_nothing_to_find_is_no_figure(metric):
    """A question without gold is neither found nor missed."""
    with pytest.raises(ValueError, match="gold"):
        metric([], 10)
    with pytest.raises(ValueError, match="gold"):
        reciprocal_rank([])


def test_area_under_curve():
    """.9 and .4 against .5 and .4: three wins and a tie of four pairs."""
    assert area_under_curve([0.9, 0.4], [0.5, 0.4]) == pytest.approx((2 + 0 + 0.5) / 4)
    assert area_under_curve([0.9], [0.1]) == 1.0
    assert area_under_curve([0.1], [0.9]) == 0.0
    assert area_under_curve([0.5, 0.5], [0.5]) == 0.5
    assert area_under_curve([], [0.5]) is None
    assert area_under_curve([0.5], []) is None


def test_risk_coverage():
    """Four asked, three answered: surest first, and answers of equal confidence come together."""
    answers = [(0.9, True), (0.6, False), (0.6, True)]
    assert risk_coverage(answers, 4) == [(0.25, 0.0), (0.75, pytest.approx(1 / 3))]
    assert risk_coverage([], 4) == []
    assert risk_coverage([(0.7, False)], 1) == [(1.0, 1.0)]


def test_percentile():
    """Between neighbours by distance; a single value is every percentile."""
    assert percentile([4.0, 1.0, 3.0, 2.0], 0.5) == 2.5
    assert percentile([float(one) for one in range(101)], 0.95) == 95.0
    assert percentile([7.0], 0.95) == 7.0
    assert percentile([], 0.5) is None
