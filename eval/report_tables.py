"""The tables of the report's page: by language, against the baseline, failures."""

from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

from eval.baseline import LOWER_IS_BETTER
from eval.failures import explain
from eval.intervals import bounds
from eval.rows import Row

SHOWN = 200
ALIKE = 0.0005


def by_language(metrics: Mapping[str, Any]) -> str:
    """Return every figure, overall and for each language of the questions."""
    languages = metrics["languages"]
    names = [name for name, figure in metrics["overall"].items() if figure["value"] is not None]
    head = "".join(f"<th>{escape(one)}</th>" for one in ("all", *languages))
    body = []
    for name in names:
        figures = [metrics["overall"][name], *(languages[one][name] for one in languages)]
        cells = "".join(f'<td title="{escape(in_words(figure))}">{_value(figure)}</td>' for figure in figures)
        body.append(f"<tr><th><code>{escape(name)}</code></th>{cells}</tr>")
    table = (
        f"<div class='wide'><table><thead><tr><th></th>{head}</tr></thead><tbody>{''.join(body)}</tbody></table></div>"
    )
    return section("By language of the question", "A pointer over a figure shows its interval.", table)


def comparison_table(comparison: Mapping[str, Any]) -> str:
    """Return what changed against the baseline, and which questions moved."""
    body = []
    for name, one in comparison["changes"].items():
        change = one["change"]
        worse = change["value"] * (-1 if name in LOWER_IS_BETTER else 1)
        kind = "loss" if one["is_loss"] else "" if abs(worse) < ALIKE else "down" if worse < 0 else "up"
        figures = (
            f"<td>{one['before']:.3f}</td><td>{one['after']:.3f}</td><td class='{kind}'>{change['value']:+.3f}</td>"
        )
        said = "a loss beyond chance" if one["is_loss"] else ""
        figures += f"<td>{bounds(change, '+.3f')}</td><td class='{kind}'>{said}</td>"
        body.append(f"<tr><th><code>{name}</code></th>{figures}</tr>")
    head = "<tr><th></th><th>before</th><th>after</th><th>change</th><th>95 % interval</th><th></th></tr>"
    moved = "".join(
        f"<p>{title}: {len(ids)} {verb}<br><span class='ids'>{escape(', '.join(ids[:SHOWN]))}</span></p>"
        for verb, by_title in (("lost", comparison["lost"]), ("won", comparison["won"]))
        for title, ids in by_title.items()
        if ids
    )
    note = "; ".join(comparison["notes"]) or "Same questions, same index, same models."
    return section("Against the baseline", note, f"<div class='wide'><table>{head}{''.join(body)}</table></div>{moved}")


def failure_tables(rows: Sequence[Row]) -> str:
    """Return the failed questions by reason, each with its answer and its gold."""
    found = explain(rows)
    if not found:
        return section("Failures", "None.", "")
    groups = []
    for reason, some in found.items():
        body = "".join(_failure(row) for row in some[:SHOWN])
        more = f"<p>{len(some) - SHOWN} more are in the JSON.</p>" if len(some) > SHOWN else ""
        head = "<tr><th>id</th><th>question</th><th>answer</th><th>gold</th></tr>"
        groups.append(
            f"<details><summary>{escape(reason)} <b>{len(some)}</b></summary>"
            f"<div class='wide'><table class='failures'>{head}{body}</table></div>{more}</details>"
        )
    return section("Failures", "A question stands under each reason that fits it.", "".join(groups))


def _failure(row: Row) -> str:
    facts, quotes = row["expected"]["facts"], row["expected"]["quotes"]
    ranks = [f"{one['document']}: {'rank ' + str(one['rank']) if one['rank'] else 'not in ten'}" for one in row["gold"]]
    answer = row.get("error") or row["answer"] or "–"
    gold = "".join(f"<p dir='auto'>{escape(text)}</p>" for text in (*facts, *quotes))
    places = "".join(f"<p class='ids'>{escape(text)}</p>" for text in ranks)
    return (
        f"<tr><td class='ids'>{escape(row['id'])}</td><td dir='auto' lang='{escape(row['language'])}'>"
        f"{escape(row['question'])}</td><td dir='auto'>{escape(answer)}</td><td>{gold}{places}</td></tr>"
    )


def section(title: str, note: str, content: str) -> str:
    """Return a part of the page under a heading."""
    return f"<section><h2>{escape(title)}</h2><p class='note'>{escape(note)}</p>{content}</section>"


def _value(figure: Mapping[str, Any]) -> str:
    return "–" if figure["value"] is None else f"{figure['value']:.3f}"


def in_words(figure: Mapping[str, Any]) -> str:
    """Return a figure with its count and interval."""
    if figure["value"] is None:
        return "nothing to measure"
    count = f"{figure['count']} of {figure['n']}" if figure["count"] is not None else f"n {figure['n']}"
    return f"{figure['value']:.3f} ({count}), 95 % interval {bounds(figure)}"
