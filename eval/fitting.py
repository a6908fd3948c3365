"""Logistic regression, choice models and the choice of a threshold, as functions of plain arrays."""

from collections.abc import Callable, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
RIDGE = 1.0
RIDGE_OF_QUESTIONS = 4.0
STEPS = 60
SETTLED = 1e-9
FOLDS = 8


def fit(rows: Floats, labels: Floats, ridge: float = RIDGE) -> tuple[Floats, float]:
    """Return weights and bias of a ridge-penalised logistic model, by Newton's method; columns may have any scale."""

    def errors(design: Floats, found: Floats) -> tuple[Floats, Floats]:
        probabilities = 1 / (1 + np.exp(-np.clip(design @ found, -30, 30)))
        slopes = probabilities * (1 - probabilities) + 1e-6
        return probabilities - labels, (design.T * slopes) @ design

    return _newton(rows, ridge, errors)


def fit_questions(rows: Floats, right: NDArray[np.bool_], questions: NDArray[np.int64]) -> tuple[Floats, float]:
    """Return weights and bias of a model that chooses among the rows of a question and none of them.

    Row i is the answer with a probability of exp(z_i) / (1 + the sum of exp(z) over the question's rows). Where several
    rows are right, one of them is the answer. Ridge-penalised, by Newton's method without what several right ones add
    to the second derivative; columns may have any scale.
    """
    _, places = np.unique(questions, return_inverse=True)

    def errors(design: Floats, found: Floats) -> tuple[Floats, Floats]:
        raised = np.exp(np.clip(design @ found, -30, 30))
        likely = raised / (1 + np.bincount(places, raised)[places])
        good = np.where(right, raised, 0.0)
        told = good / np.maximum(np.bincount(places, good)[places], 1e-300)
        mean = np.zeros((places.max() + 1, design.shape[1]))
        np.add.at(mean, places, likely[:, None] * design)
        return likely - told, (design.T * likely) @ design - mean.T @ mean

    return _newton(rows, RIDGE_OF_QUESTIONS, errors)


def _newton(
    rows: Floats, ridge: float, errors: Callable[[Floats, Floats], tuple[Floats, Floats]]
) -> tuple[Floats, float]:
    """Return weights and bias where the loss is least; `errors` gives each row's and the second derivative."""
    centre, scale = rows.mean(axis=0), rows.std(axis=0) + 1e-9
    design = np.c_[(rows - centre) / scale, np.ones(len(rows))]
    penalty = ridge * np.eye(design.shape[1])
    penalty[-1, -1] = 1e-6
    found = np.zeros(design.shape[1])
    for _ in range(STEPS):
        wrong, curvature = errors(design, found)
        step = np.linalg.solve(curvature + penalty, design.T @ wrong + penalty @ found)
        found = found - step
        if np.abs(step).max() < SETTLED:
            break
    weights = found[:-1] / scale
    return weights, float(found[-1] - weights @ centre)


def held_out_scores(rows: Floats, labels: Floats, groups: Sequence[str], ridge: float) -> Floats:
    """Return the logit of each row by a logistic model that saw no row of its group."""
    return _held_out(rows, groups, lambda learnt: fit(rows[learnt], labels[learnt], ridge))


def held_out_questions(
    rows: Floats, right: NDArray[np.bool_], questions: NDArray[np.int64], groups: Sequence[str]
) -> Floats:
    """Return the probability of each row, were it its question's only one, by a model that saw none of its group."""
    found = _held_out(rows, groups, lambda learnt: fit_questions(rows[learnt], right[learnt], questions[learnt]))
    return 1 / (1 + np.exp(-np.clip(found, -50, 50)))


def _held_out(
    rows: Floats, groups: Sequence[str], learn: Callable[[NDArray[np.bool_]], tuple[Floats, float]]
) -> Floats:
    names = {name: number % FOLDS for number, name in enumerate(sorted(set(groups)))}
    folds = np.array([names[group] for group in groups])
    found = np.zeros(len(rows))
    for fold in sorted(set(folds.tolist())):
        learnt = folds != fold
        weights, bias = learn(learnt)
        found[~learnt] = rows[~learnt] @ weights + bias
    return found


def threshold(answers: Mapping[str, Sequence[tuple[float, bool]]], risk: float) -> float:
    """Return the least confidence from which on answers are wrong for at most `risk` of all questions asked.

    `answers` has for each independent group the (confidence, right) of its questions. The bound holds for the mean of
    new groups that are like these: conformal risk control (Angelopoulos et al. 2022). 1 where no threshold does.
    """
    levels = sorted({0.0, *(sure for some in answers.values() for sure, _ in some)})
    for level in levels:
        losses = [np.mean([sure >= level and not right for sure, right in some]) for some in answers.values()]
        if (sum(losses) + 1) / (len(losses) + 1) <= risk:
            return float(level)
    return 1.0
