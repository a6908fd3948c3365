"""The logistic model against its own definition, and the threshold against a search by hand."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from eval.fitting import FOLDS, RIDGE, fit, fit_questions, held_out_questions, held_out_scores, threshold

LEVEL = st.floats(0, 1).map(lambda one: round(one, 2))
ANSWERS = st.dictionaries(
    st.text(min_size=1, max_size=3), st.lists(st.tuples(LEVEL, st.booleans()), min_size=1, max_size=4), max_size=12
)


def drawn(seed, count=200, truth=(1.5, -2.0, 0.0), bias=-0.5):
    """Return rows and labels drawn from a logistic model."""
    random = np.random.default_rng(seed)
    rows = random.normal(size=(count, len(truth)))
    labels = random.random(count) < 1 / (1 + np.exp(-(rows @ np.array(truth) + bias)))
    return rows, labels.astype(float)


def probabilities(rows, weights, bias):
    return 1 / (1 + np.exp(-(rows @ weights + bias)))


def test_what_was_drawn_is_found_again():
    """Signs, sizes and the bias, from enough rows."""
    rows, labels = drawn(1, 5000)
    weights, bias = fit(rows, labels)
    np.testing.assert_allclose(weights, [1.5, -2.0, 0.0], atol=0.15)
    assert bias == pytest.approx(-0.5, abs=0.15)


def gradient(rows, labels, weights, bias):
    """Return the slope of the penalised loss over standardised columns, which is nothing at its least."""
    spread = rows.std(axis=0)
    missed = probabilities(rows, weights, bias) - labels
    standard = (rows - rows.mean(axis=0)) / np.where(spread > 0, spread, 1)
    return np.append(standard.T @ missed + RIDGE * weights * spread, missed.sum())


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 10**6), st.floats(-4, 4), st.sampled_from([1e-3, 1.0, 1e3]))
def test_the_fit_is_the_least_of_its_loss(seed, bias, heavy):
    """Also with hardly any right sentences, or with a column in which a few rows stand far out."""
    rows, labels = drawn(seed, 120, bias=bias)
    rows[:3, 2] += heavy
    weights, found = fit(rows, labels)
    np.testing.assert_allclose(gradient(rows, labels, weights, found), 0, atol=1e-3)


def test_the_scale_of_a_column_does_not_matter():
    """A logarithm, a cosine and a count come to the same probabilities in whatever unit."""
    rows, labels = drawn(2)
    scaled, shift = np.array([1e-3, 1.0, 1e4]), np.array([5.0, -3.0, 100.0])
    before, after = fit(rows, labels), fit(rows * scaled + shift, labels)
    np.testing.assert_allclose(probabilities(rows, *before), probabilities(rows * scaled + shift, *after), atol=1e-5)


def test_a_column_that_never_changes_has_no_say():
    """A signal that is always 0, as the kind where no question asks for one, breaks nothing."""
    rows, labels = drawn(3)
    rows[:, 1] = 0.0
    weights, bias = fit(rows, labels)
    assert np.isfinite([*weights, bias]).all()
    assert weights[1] == pytest.approx(0, abs=1e-6)


@pytest.mark.parametrize("label", [0.0, 1.0])
def test_labels_that_are_all_alike_give_a_sure_and_finite_model(label):
    """And so does a column that parts them wholly."""
    rows, _ = drawn(4)
    weights, bias = fit(rows, np.full(len(rows), label))
    assert np.abs(probabilities(rows, weights, bias) - label).max() < 1e-3
    parted, bias = fit(rows, (rows[:, 0] > 0).astype(float))
    assert np.isfinite([*parted, bias]).all() and parted[0] > 1


def held_out(rows, labels, groups):
    """Return the probability of each row by a model that saw none of its group."""
    return 1 / (1 + np.exp(-held_out_scores(rows, labels, groups, RIDGE)))


@pytest.mark.parametrize("groups", [FOLDS, FOLDS * 3 - 1])
def test_no_row_is_judged_by_a_model_that_saw_its_group(groups):
    """Whatever the labels of a group, the probabilities of its own rows stay, and some of other groups change."""
    rows, labels = drawn(5, groups * 5)
    names = [f"q{number % groups:03}" for number in range(len(rows))]
    own = np.array([name == "q000" for name in names])
    before = held_out(rows, labels, names)
    after = held_out(rows, np.where(own, 1 - labels, labels), names)
    np.testing.assert_array_equal(before[own], after[own])
    assert (before[~own] != after[~own]).any()
    assert ((before > 0) & (before < 1)).all()


def test_held_out_rows_are_told_apart():
    """In their own order: what speaks for an answer does so for rows that were not seen too."""
    rows, labels = drawn(6, 800)
    found = held_out(rows, labels, [str(number % 100) for number in range(len(rows))])
    assert found[labels == 1].mean() > found[labels == 0].mean() + 0.2
    assert np.corrcoef(found, probabilities(rows, np.array([1.5, -2.0, 0.0]), -0.5))[0, 1] > 0.95


def bound(answers, level):
    """Return what conformal risk control says of a level: a group of its own that is wholly wrong is added."""
    losses = [sum(sure >= level and not right for sure, right in some) / len(some) for some in answers.values()]
    return (sum(losses) + 1) / (len(losses) + 1)


@settings(max_examples=200, deadline=None)
@given(ANSWERS, st.sampled_from([0.05, 0.2, 0.25, 0.5, 0.9]))
def test_the_threshold_is_the_least_that_keeps_the_risk(answers, risk):
    """At it the bound holds, at each lower one it does not; where none keeps it nothing is enough."""
    found = threshold(answers, risk)
    levels = {0.0, *(sure for some in answers.values() for sure, _ in some)}
    kept = [level for level in levels if bound(answers, level) <= risk]
    assert found == min(kept, default=1.0)


def test_translations_of_a_question_are_one_group():
    """Wrong in five languages costs as much as wrong in one: a group counts once, whatever its size."""
    right = {f"r{number}": [(0.9, True)] for number in range(8)}
    one, five = right | {"w": [(0.6, False)]}, right | {"w": [(0.6, False)] * 5}
    assert threshold(one, 0.15) == threshold(five, 0.15) == 0.9
    assert threshold(one, 0.2) == threshold(five, 0.2) == 0.0


def chosen(seed, questions=3000):
    """Return rows, which are right, and their questions, drawn from a choice among four rows and none of them."""
    chance = np.random.default_rng(seed)
    table = chance.normal(size=(questions, 4, 2)) * (1, 100)
    raised = np.exp(table @ (1.5, -0.01) - 1.0)
    shares = np.c_[raised, np.ones(questions)] / (1 + raised.sum(axis=1, keepdims=True))
    picked = (shares.cumsum(axis=1) > chance.random((questions, 1))).argmax(axis=1)
    right = picked[:, None] == np.arange(4)
    return table.reshape(-1, 2), right.reshape(-1), np.repeat(np.arange(questions), 4)


def test_what_was_chosen_by_is_found_again():
    """The weights and the bias of who chose among the rows of a question and none."""
    rows, right, questions = chosen(1)
    weights, bias = fit_questions(rows, right, questions)
    assert weights == pytest.approx([1.5, -0.01], rel=0.1) and bias == pytest.approx(-1.0, abs=0.15)


def test_where_several_rows_are_right_one_of_them_is_enough():
    """A row that is right and does not look so takes nothing from the weights, where another one does."""
    rows = np.array([[3.0], [-3.0], [0.0], [0.1]] * 40 + [[-2.0], [-3.0], [0.0], [0.1]] * 40)
    questions = np.repeat(np.arange(80), 4)
    both = np.array([True, True, False, False] * 40 + [False] * 160)
    one = np.array([True, False, False, False] * 40 + [False] * 160)
    (several,), _ = fit_questions(rows, both, questions)
    (single,), _ = fit_questions(rows, one, questions)
    assert several == pytest.approx(single, rel=0.2) and several > 1


def test_no_question_is_told_apart_by_a_model_that_saw_its_group():
    """With labels that mean nothing, its own would betray them."""
    rows, right, questions = chosen(2, 400)
    groups = [str(one // 5) for one in questions]
    held = held_out_questions(rows, right, questions, groups)
    assert held[right].mean() > held[~right].mean() + 0.1
    lie = np.random.default_rng(3).permutation(right)
    held = held_out_questions(rows, lie, questions, groups)
    assert abs(held[lie].mean() - held[~lie].mean()) < 0.05
