"""The figures of a run as tables for a terminal."""

from collections.abc import Mapping, Sequence
from typing import Any

from citeglot.terminal import table
from eval.intervals import bounds

MATRICES = ("recall@5", "evidence_recall@5", "answers_right")
NAMED = 10


def describe(report: Mapping[str, Any]) -> str:
    """Return what was measured: every figure with its interval, the matrices, the timings, and what to look at."""
    metrics = report["metrics"]
    parts = [_head(report), _figures(metrics)]
    parts += [matrix for name in MATRICES if (matrix := _matrix(metrics["cells"], name))]
    parts.append(_timings(metrics["timings"]))
    if "comparison" in report:
        parts.append(_comparison(report["comparison"]))
    return "\n\n".join(part for part in parts if part)


def _head(report: Mapping[str, Any]) -> str:
    run, metrics, models = report["run"], report["metrics"], report["models"]
    model = "retrieval only" if run["retrieval_only"] else models["language"]
    lines = [
        f"{metrics['questions']} questions of {run['questions']}{' (' + run['split'] + ')' if run['split'] else ''}, "
        f"{run['documents']} articles in {', '.join(run['languages'])}; {models['embedding']}, {model}; "
        f"{run['seconds']:.1f} s"
    ]
    if metrics["gold_missing"]:
        lines.append(
            f"gold missing: {metrics['gold_missing']} (not in the index; {metrics['questions_without_gold']} "
            "questions without any gold measure no retrieval)"
        )
    if metrics["errors"]:
        raised = [f"{row['id']}: {row['error']}" for row in report["questions"] if "error" in row]
        lines += [f"errors: {metrics['errors']}, counted as failures", *(f"  {one}" for one in raised[:NAMED])]
    return "\n".join(lines)


def _figures(metrics: Mapping[str, Any]) -> str:
    languages = list(metrics["languages"])
    rows = [["", "all", "95 % interval", "n", *languages]]
    for name, figure in metrics["overall"].items():
        if figure["value"] is not None:
            interval = bounds(figure, ".3f")
            own = [_value(metrics["languages"][one][name]) for one in languages]
            rows.append([name, _value(figure), interval, str(figure["n"]), *own])
    return table(rows)


def _matrix(cells: Mapping[str, Any], name: str) -> str:
    columns = sorted({column for row in cells.values() for column in row})
    rows = [
        [row, *(_value(some[column][name]) if column in some else "–" for column in columns)]
        for row, some in cells.items()
    ]
    if not any(cell != "–" for row in rows for cell in row[1:]):
        return ""
    return f"{name}: language of the question (down) × language of the article (across)\n" + table(
        [["", *columns], *rows]
    )


def _timings(timings: Mapping[str, Any]) -> str:
    rows = [["milliseconds", "p50", "p95", "n"]]
    rows += [[name, f"{one['p50']:.1f}", f"{one['p95']:.1f}", str(one["n"])] for name, one in timings.items()]
    return table(rows) if timings else ""


def _comparison(comparison: Mapping[str, Any]) -> str:
    rows = [["against the baseline", "before", "after", "change", "95 % interval", ""]]
    for name, one in comparison["changes"].items():
        change = one["change"]
        interval = bounds(change, "+.3f")
        said = "LOSS" if one["is_loss"] else ""
        rows.append([name, f"{one['before']:.3f}", f"{one['after']:.3f}", f"{change['value']:+.3f}", interval, said])
    moved = [
        f"{title}: {len(ids)} {verb}: {_some(ids)}"
        for verb, by_title in (("lost", comparison["lost"]), ("won", comparison["won"]))
        for title, ids in by_title.items()
        if ids
    ]
    return "\n".join([table(rows), *(f"Note: {note}" for note in comparison["notes"]), *moved])


def _some(ids: Sequence[str]) -> str:
    more = f" and {len(ids) - NAMED} more" if len(ids) > NAMED else ""
    return ", ".join(ids[:NAMED]) + more


def _value(figure: Mapping[str, Any]) -> str:
    return "–" if figure["value"] is None else f"{figure['value']:.3f}"
