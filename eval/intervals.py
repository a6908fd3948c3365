"""How sure a figure is: 95 % intervals that know that translations of one question are not independent."""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import lru_cache
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

Item = TypeVar("Item")

SEED = 0
RESAMPLES = 2000
Z = 1.959964  # 95 % of a normal distribution lie within


@dataclass(frozen=True, slots=True)
class Estimate:
    """A figure over `n` questions with its interval; `count` is None for what is no share.

    The value is None where n is 0. The interval is None there too, and where one base question says nothing about
    others.
    """

    value: float | None
    n: int
    low: float | None
    high: float | None
    count: int | None = None

    def to_json(self) -> dict[str, Any]:
        """Return the figure, rounded to five places."""
        return {name: round(one, 5) if isinstance(one, float) else one for name, one in asdict(self).items()}


NOTHING = Estimate(None, 0, None, None)


def share(outcomes: Sequence[bool], bases: Sequence[str]) -> Estimate:
    """Return the share of True with Wilson's interval; `bases` names the base question of each outcome."""
    if not outcomes:
        return Estimate(None, 0, None, None, 0)
    count, n = sum(outcomes), len(outcomes)
    low, high = wilson(count / n, effective_number([float(one) for one in outcomes], bases))
    return Estimate(count / n, n, low, high, count)


def mean(values: Sequence[float], bases: Sequence[str]) -> Estimate:
    """Return the mean with a bootstrap interval over base questions."""
    if not values:
        return NOTHING
    low, high = _bootstrap(values, bases) if len(set(bases)) > 1 else (None, None)
    return Estimate(float(np.mean(values)), len(values), low, high)


def wilson(proportion: float, n: float) -> tuple[float, float]:
    """Return Wilson's 95 % interval of a proportion seen in `n` independent trials."""
    centre = (proportion + Z * Z / (2 * n)) / (1 + Z * Z / n)
    half = Z * math.sqrt(proportion * (1 - proportion) / n + Z * Z / (4 * n * n)) / (1 + Z * Z / n)
    return max(0.0, centre - half), min(1.0, centre + half)


def effective_number(values: Sequence[float], bases: Sequence[str]) -> float:
    """Return how many independent questions these outcomes (0 or 1) are worth.

    It is the number of base questions where all translations of each come out alike, and that of the outcomes where
    they have nothing to do with each other.
    """
    sums, counts = _grouped(values, bases)
    proportion = sums.sum() / counts.sum()
    variance = float(np.sum((sums - proportion * counts) ** 2)) / counts.sum() ** 2
    if len(sums) == 1 or variance == 0:
        return float(len(sums))
    return float(min(len(values), max(len(sums), proportion * (1 - proportion) / variance)))


def resampled(groups: Sequence[Sequence[Item]], statistic: Callable[[list[Item]], float | None]) -> Estimate:
    """Return a statistic of all items with its bootstrap interval over the groups."""
    items = [item for group in groups for item in group]
    value = statistic(items)
    if value is None:
        return NOTHING
    if len(groups) < 2:
        return Estimate(value, len(items), None, None)
    found = []
    for draw in _draws(len(groups)).astype(int)[: RESAMPLES // 2]:
        again = [item for group, times in zip(groups, draw, strict=True) for item in list(group) * times]
        one = statistic(again)
        found += [one] if one is not None else []
    low, high = np.quantile(found, [0.025, 0.975])
    return Estimate(value, len(items), float(low), float(high))


def bounds(figure: Mapping[str, Any], form: str = ".2f") -> str:
    """Return the interval of a figure's JSON in words."""
    low, high = figure["low"], figure["high"]
    if low is None:
        return "unknown"
    return f"{low:{form}}{' to ' if '+' in form else '–'}{high:{form}}"


def difference(before: Sequence[float], after: Sequence[float], bases: Sequence[str]) -> Estimate:
    """Return the mean of after − before, question by question, with its paired bootstrap interval."""
    return mean([new - old for old, new in zip(before, after, strict=True)], bases)


def _bootstrap(values: Sequence[float], bases: Sequence[str]) -> tuple[float, float]:
    sums, counts = _grouped(values, bases)
    draws = _draws(len(sums))
    low, high = np.quantile((draws @ sums) / (draws @ counts), [0.025, 0.975])
    return float(low), float(high)


def _grouped(values: Sequence[float], bases: Sequence[str]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the sum and the count of the values of each base question."""
    rows = {base: row for row, base in enumerate(dict.fromkeys(bases))}
    places = [rows[base] for base in bases]
    sums = np.bincount(places, weights=values).astype(np.float64)
    return sums, np.bincount(places).astype(np.float64)


@lru_cache(maxsize=4)
def _draws(groups: int) -> NDArray[np.float64]:
    """Return how often each group is drawn in each resample: the same every time."""
    random = np.random.default_rng(SEED)
    return random.multinomial(groups, np.full(groups, 1 / groups), size=RESAMPLES).astype(float)
