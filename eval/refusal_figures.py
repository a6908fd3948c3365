"""From rows about refusals to figures, all of them pure: shares, areas under the curve and their differences."""

from collections.abc import Callable, Sequence
from typing import Any

from eval.intervals import Estimate, resampled, share
from eval.metrics import area_under_curve
from eval.rows import Row

Statistic = Callable[[Sequence[Row]], float | None]


def summarise(rows: Sequence[Row]) -> dict[str, Any]:
    """Return the figures of all rows together and of each language; `{"value", "n", "low", "high", "count"}` each.

    `counted` are the items whose plain chances are counts of replies, where a server gave no probabilities.
    """
    languages = sorted({row["language"] for row in rows})
    return {
        "overall": figures(rows),
        "languages": {one: figures([row for row in rows if row["language"] == one]) for one in languages},
        "items": len(rows),
        "errors": sum("error" in row for row in rows),
        "counted": sum(row.get("counted", False) for row in rows),
    }


def figures(rows: Sequence[Row]) -> dict[str, dict[str, Any]]:
    """Return every figure over these rows; an item that raised an error was neither refused nor recognised."""
    published = [row for row in rows if row["gpt4_refused"] is not None]
    judged = [row for row in rows if row["confidence"] is not None]
    found = {
        "right_refusals": _share(rows, False, refused),
        "recognised_answers": _share(rows, True, recognised),
        "mean_of_both": _over(rows, mean_of_both),
        "confidence_auc": _over(judged, area("confidence")),
        "plain_auc": _over(judged, area("plain")),
        "confidence_auc_less_plain": _over(judged, _less(area("confidence"), area("plain"))),
        "gpt4_right_refusals": _share(published, False, refused_by_gpt4),
        "gpt4_recognised_answers": _share(published, True, recognised_by_gpt4),
        "gpt4_mean_of_both": _over(published, gpt4_mean_of_both),
        "mean_of_both_less_gpt4": _over(published, _less(mean_of_both, gpt4_mean_of_both)),
    }
    return {name: one.to_json() for name, one in found.items()}


def refused(row: Row) -> bool:
    """Tell whether the program refused."""
    return bool(row["kind"] == "refusal")


def recognised(row: Row) -> bool:
    """Tell whether the program gave an answer or a quotation."""
    return row["kind"] in ("answer", "quotation")


def refused_by_gpt4(row: Row) -> bool:
    """Tell whether GPT-4 is published to have refused."""
    return row["gpt4_refused"] is True


def recognised_by_gpt4(row: Row) -> bool:
    """Tell whether GPT-4 is published to have found an answer."""
    return row["gpt4_refused"] is False


def mean_of_both(rows: Sequence[Row]) -> float | None:
    """Return the mean of right refusals and recognised answers; None where there are not items of both kinds."""
    return _mean_of_both(rows, refused, recognised)


def gpt4_mean_of_both(rows: Sequence[Row]) -> float | None:
    """Return the same mean of GPT-4's published verdicts."""
    return _mean_of_both(rows, refused_by_gpt4, recognised_by_gpt4)


def area(field: str) -> Statistic:
    """Return the area under the curve of a field of the rows, as a statistic."""

    def of(rows: Sequence[Row]) -> float | None:
        sides: dict[bool, list[float]] = {True: [], False: []}
        for row in rows:
            sides[row["answerable"]].append(row[field])
        return area_under_curve(sides[True], sides[False])

    return of


def _less(one: Statistic, other: Statistic) -> Statistic:
    """Return the difference of two statistics over the same rows, so that its bootstrap interval is a paired one."""

    def of(rows: Sequence[Row]) -> float | None:
        first, second = one(rows), other(rows)
        return None if first is None or second is None else first - second

    return of


def _mean_of_both(
    rows: Sequence[Row], is_refused: Callable[[Row], bool], is_recognised: Callable[[Row], bool]
) -> float | None:
    refusals = [is_refused(row) for row in rows if not row["answerable"]]
    answers = [is_recognised(row) for row in rows if row["answerable"]]
    if not refusals or not answers:
        return None
    return (sum(refusals) / len(refusals) + sum(answers) / len(answers)) / 2


def _share(rows: Sequence[Row], answerable: bool, is_right: Callable[[Row], bool]) -> Estimate:
    those = [row for row in rows if row["answerable"] is answerable]
    return share([is_right(row) for row in those], [row["id"] for row in those])


def _over(rows: Sequence[Row], statistic: Statistic) -> Estimate:
    return resampled([[row] for row in rows], statistic)
