"""From rows to metrics: overall, for each language of the questions, and for each pair with a language of articles."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from eval.intervals import Estimate, mean, resampled, share
from eval.metrics import area_under_curve, complete_within, found_within, ndcg, percentile, reciprocal_rank
from eval.metrics import risk_coverage as risk_coverage_of
from eval.rows import Row

K = 10
Measure = Callable[[Row], float | None]


def ranks(row: Row) -> list[int | None]:
    """Return the rank of each gold article."""
    return [article["rank"] for article in row["gold"]]


def sentence_ranks(row: Row) -> list[int | None]:
    """Return the rank of the first hit with a gold sentence, for each gold article that has gold sentences."""
    return [article["sentence_rank"] for article in row["gold"] if article["sentences"]]


def _over(values: Callable[[Row], list[int | None]], measure: Callable[[list[int | None]], float]) -> Measure:
    return lambda row: measure(found) if (found := values(row)) else None


def _answered(name: str, kinds: Sequence[str]) -> Measure:
    return lambda row: row[name] if row["kind"] in kinds else None


def _refused(answerable: bool) -> Measure:
    return lambda row: row["kind"] == "refusal" if row["answerable"] is answerable and row["kind"] else None


def _right(row: Row) -> bool | None:
    right: bool | None = row["right"]
    return right if row["answerable"] else None


# A measure is None where a row says nothing about it. The mean of each is taken over the rows that do.
SHARES: dict[str, Measure] = {
    "recall@1": _over(ranks, lambda found: found_within(found, 1)),
    "recall@5": _over(ranks, lambda found: found_within(found, 5)),
    "recall@10": _over(ranks, lambda found: found_within(found, 10)),
    "complete@10": _over(ranks, lambda found: complete_within(found, 10)),
    "evidence_recall@5": _over(sentence_ranks, lambda found: found_within(found, 5)),
    "question_language_first": lambda row: row["own_language_first"],
    "answers_right": _right,
    "language_right": _answered("language_right", ("answer", "quotation")),
    "language_right_written": _answered("language_right", ("answer",)),
    "refusals_right": _refused(answerable=False),
    "refusals_wrong": _refused(answerable=True),
}
MEANS: dict[str, Measure] = {
    "mrr": _over(ranks, reciprocal_rank),
    "ndcg@10": _over(ranks, lambda found: ndcg(found, 10)),
    "citations_right": lambda row: row["citations_right"],
}
OF_CELLS: tuple[str, ...] = (
    "recall@1",
    "recall@5",
    "recall@10",
    "complete@10",
    "evidence_recall@5",
    "mrr",
    "ndcg@10",
    "answers_right",
    "citations_right",
    "refusals_wrong",
)


def summarise(rows: Sequence[Row]) -> dict[str, Any]:
    """Return all metrics of a run as JSON; figures are `{"value", "n", "low", "high", "count"}`."""
    by_language = _grouped(rows, lambda row: [row["language"]])
    return {
        "overall": _measured(rows),
        "languages": {language: _measured(some) for language, some in by_language.items()},
        "cells": {language: _cells(some) for language, some in by_language.items()},
        "recall_by_k": {language: _by_k(some, found_within) for language, some in by_language.items()},
        "complete_by_k": {language: _by_k(some, complete_within) for language, some in by_language.items()},
        "first_hit_language": {language: _first_languages(some) for language, some in by_language.items()},
        "risk_coverage": risk_coverage(rows),
        "timings": timings(rows),
        "kinds": dict(sorted(Counter(row["kind"] for row in rows if row["kind"]).items())),
        "questions": len(rows),
        "errors": sum("error" in row for row in rows),
        "gold_missing": sum(len(row["gold_missing"]) for row in rows),
        "questions_without_gold": sum(bool(row["gold_missing"]) and not row["gold"] for row in rows),
    }


def estimate(rows: Iterable[Row], name: str) -> Estimate:
    """Return one figure of `SHARES` or `MEANS` over the rows that say something about it."""
    measure = SHARES.get(name) or MEANS[name]
    found = [(row["base"], value) for row in rows if (value := measure(row)) is not None]
    bases = [base for base, _ in found]
    if name in SHARES:
        return share([bool(value) for _, value in found], bases)
    return mean([float(value) for _, value in found], bases)


def confidence_auc(rows: Iterable[Row]) -> Estimate:
    """Return how well the confidence tells answerable questions from the others, as an area under the curve."""
    found = _grouped((row for row in rows if row["confidence"] is not None), lambda row: [row["base"]])

    def area(some: Sequence[Row]) -> float | None:
        sides: dict[bool, list[float]] = {True: [], False: []}
        for row in some:
            sides[row["answerable"]].append(row["confidence"])
        return area_under_curve(sides[True], sides[False])

    return resampled(list(found.values()), area)


def risk_coverage(rows: Iterable[Row]) -> list[list[float]]:
    """Return [coverage, risk] for each confidence, over the questions whose answers can be right or wrong."""
    judged = [row for row in rows if row["right"] is not None and row["confidence"] is not None]
    answers = [(row["confidence"], row["right"]) for row in judged if row["kind"] != "refusal"]
    return [[round(one, 5) for one in point] for point in risk_coverage_of(answers, len(judged))]


def timings(rows: Iterable[Row]) -> dict[str, dict[str, float | int | None]]:
    """Return the median and the 95th percentile of each timing in milliseconds."""
    found: dict[str, list[float]] = {}
    for row in rows:
        for name, value in row["timings"].items():
            if value is not None:
                found.setdefault(name, []).append(value)
    return {
        name: {"p50": percentile(values, 0.5), "p95": percentile(values, 0.95), "n": len(values)}
        for name, values in found.items()
    }


def _measured(rows: Sequence[Row]) -> dict[str, Any]:
    figures = {name: estimate(rows, name).to_json() for name in (*SHARES, *MEANS)}
    return figures | {"confidence_auc": confidence_auc(rows).to_json()}


def _cells(rows: Sequence[Row]) -> dict[str, Any]:
    """Return the figures for the gold in each language of articles, as if it were all the gold there is."""
    cells = _grouped(rows, lambda row: [article["language"] for article in row["gold"]])
    found = {}
    for language, some in cells.items():
        narrowed = [row | {"gold": [one for one in row["gold"] if one["language"] == language]} for row in some]
        found[language] = {name: estimate(narrowed, name).to_json() for name in OF_CELLS}
    return found


def _by_k(rows: Iterable[Row], measure: Callable[[Sequence[int | None], int], bool]) -> list[float]:
    found = [ranks(row) for row in rows if row["gold"]]
    return [sum(measure(one, k) for one in found) / len(found) for k in range(1, K + 1)] if found else []


def _first_languages(rows: Iterable[Row]) -> Mapping[str, int]:
    return dict(sorted(Counter(row["first_hit_language"] for row in rows if row["first_hit_language"]).items()))


def _grouped(rows: Iterable[Row], keys: Callable[[Row], Iterable[str]]) -> dict[str, list[Row]]:
    """Return the rows under each of their keys, keys in order."""
    groups: dict[str, list[Row]] = {}
    for row in rows:
        for key in dict.fromkeys(keys(row)):
            groups.setdefault(key, []).append(row)
    return dict(sorted(groups.items()))
