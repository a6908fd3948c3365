"""Intervals that know what is independent and what is not."""

import numpy as np
import pytest

from eval.intervals import bounds, difference, effective_number, mean, resampled, share, wilson


def test_wilson_is_the_textbook_one():
    """8 of 10 and 0 of 10, as published tables have them."""
    assert wilson(0.8, 10) == pytest.approx((0.4902, 0.9433), abs=1e-4)
    assert wilson(0.0, 10) == pytest.approx((0.0, 0.2775), abs=1e-4)
    assert wilson(1.0, 10) == pytest.approx((0.7225, 1.0), abs=1e-4)


def test_translations_that_come_out_alike_count_once():
    """Two base questions of five translations each, one right and one wrong, are worth two questions."""
    outcomes = [1.0] * 5 + [0.0] * 5
    together, apart = ["a"] * 5 + ["b"] * 5, [str(one) for one in range(10)]
    assert effective_number(outcomes, together) == pytest.approx(2)
    assert effective_number(outcomes, apart) == pytest.approx(10)
    wide, narrow = share([True] * 5 + [False] * 5, together), share([True] * 5 + [False] * 5, apart)
    assert (wide.value, wide.count, wide.n) == (narrow.value, narrow.count, narrow.n) == (0.5, 5, 10)
    assert wide.high - wide.low > narrow.high - narrow.low


def test_all_right_is_worth_the_base_questions():
    """With no variance to measure, ten rows of two base questions are two questions."""
    assert effective_number([1.0] * 10, ["a", "b"] * 5) == 2
    assert share([True] * 10, ["a", "b"] * 5).low == pytest.approx(wilson(1.0, 2)[0])


def test_nothing_has_no_figure():
    """No question is not 0 % and not 100 %."""
    assert share([], []).value is None
    assert mean([], []).to_json() == {"value": None, "n": 0, "low": None, "high": None, "count": None}


def test_bootstrap_agrees_with_theory():
    """The interval of a mean of 400 independent values is about mean ± 1.96 standard errors."""
    values = list(np.random.default_rng(5).normal(3.0, 2.0, 400))
    found = mean(values, [str(one) for one in range(400)])
    error = 1.96 * np.std(values) / 20
    assert found.low == pytest.approx(np.mean(values) - error, abs=0.03)
    assert found.high == pytest.approx(np.mean(values) + error, abs=0.03)


def test_the_same_every_time():
    """The draws are seeded: two calls give the same interval to the last digit."""
    values, bases = [0.1, 0.9, 0.4, 0.7], ["a", "a", "b", "c"]
    assert mean(values, bases) == mean(values, bases)
    groups = [[1.0, 2.0], [5.0], [9.0]]
    assert resampled(groups, np.median) == resampled(groups, np.median)


def test_difference_is_paired():
    """A loss of .1 in each of twenty noisy questions is certain although the questions differ by far more."""
    before = [one / 20 for one in range(20)]
    after = [one - 0.1 for one in before]
    change = difference(before, after, [str(one) for one in range(20)])
    assert change.value == pytest.approx(-0.1)
    assert change.high < 0
    same = difference(before, before, [str(one) for one in range(20)])
    assert (same.low, same.value, same.high) == (0.0, 0.0, 0.0)


def test_one_base_question_has_no_interval():
    """Five translations of one question say nothing about other questions; a share is as wide as one trial."""
    found = mean([0.9, 0.8], ["a", "a"])
    assert found.value == pytest.approx(0.85) and found.low is found.high is None
    assert bounds(found.to_json()) == "unknown"
    assert resampled([[1.0, 2.0]], np.median).low is None
    assert share([True, True], ["a", "a"]).low == pytest.approx(wilson(1.0, 1)[0])
    assert bounds({"low": -0.1, "high": 0.25}, "+.2f") == "-0.10 to +0.25"


def test_resampled_statistic_may_be_missing_in_a_draw():
    """A draw without one of the kinds is left out; a statistic that is missing overall is nothing."""

    def ratio(items):
        ones = sum(items)
        return None if ones == 0 else len(items) / ones

    found = resampled([[1], [0], [0]], ratio)
    assert found.value == 3.0 and found.low >= 1.0
    assert resampled([[0], [0]], ratio).value is None
