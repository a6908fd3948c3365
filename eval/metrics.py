"""What is measured, as functions of plain values: ranks, confidences, milliseconds.

`ranks` has one entry for each gold article of a question: the rank, from 1, of the first hit in that article, or None
where no hit is. Ranks are those of the hits a person sees, so a second hit in the same article takes a place.
"""

import math
from collections.abc import Sequence

import numpy as np

Rank = int | None


def found_within(ranks: Sequence[Rank], k: int) -> bool:
    """Tell whether some gold article is among the first `k` hits (recall@k of question answering)."""
    return any(_is_within(rank, k) for rank in _checked(ranks))


def complete_within(ranks: Sequence[Rank], k: int) -> bool:
    """Tell whether every gold article is among the first `k` hits (complete@k)."""
    return all(_is_within(rank, k) for rank in _checked(ranks))


def reciprocal_rank(ranks: Sequence[Rank]) -> float:
    """Return 1 / the rank of the first gold article, 0 where none was found."""
    return max((1.0 / rank for rank in _checked(ranks) if rank is not None), default=0.0)


def ndcg(ranks: Sequence[Rank], k: int) -> float:
    """Return the discounted gain of the gold articles among the first `k` hits, as a share of the best possible one."""
    gained = sum(1.0 / math.log2(1 + rank) for rank in _checked(ranks) if rank is not None and rank <= k)
    return gained / sum(1.0 / math.log2(1 + rank) for rank in range(1, min(len(ranks), k) + 1))


def area_under_curve(answerable: Sequence[float], unanswerable: Sequence[float]) -> float | None:
    """Return how often a confidence of an answerable question is above one of an unanswerable; a tie counts half.

    None where there is none of either kind.
    """
    if not answerable or not unanswerable:
        return None
    below = np.sort(np.asarray(unanswerable, dtype=float))
    above = np.asarray(answerable, dtype=float)
    wins = np.searchsorted(below, above, "left") + np.searchsorted(below, above, "right")
    return float(wins.sum() / (2 * len(answerable) * len(unanswerable)))


def risk_coverage(answers: Sequence[tuple[float, bool]], asked: int) -> list[tuple[float, float]]:
    """Return (coverage, risk) for each confidence, from the surest answer to all that were given.

    `answers` are the confidence of each answer and whether it was right; `asked` counts the refused questions too.
    Coverage is the share of the questions answered at that confidence or above, risk the share of wrong ones in them.
    """
    points, wrong = [], 0
    ordered = sorted(answers, key=lambda one: -one[0])
    for number, (sure, right) in enumerate(ordered, start=1):
        wrong += not right
        if number == len(ordered) or ordered[number][0] != sure:
            points.append((number / asked, wrong / number))
    return points


def percentile(values: Sequence[float], share: float) -> float | None:
    """Return the value below which `share` of the values lie, between neighbours by their distance; None of none."""
    return float(np.quantile(np.asarray(values, dtype=float), share)) if values else None


def _is_within(rank: Rank, k: int) -> bool:
    return rank is not None and rank <= k


def _checked(ranks: Sequence[Rank]) -> Sequence[Rank]:
    if not ranks:
        raise ValueError("A question without a gold article says nothing about retrieval.")
    return ranks
