"""The report as one page: no script, no request, every text escaped, light or dark as the reader's system is."""

from collections.abc import Mapping, Sequence
from html import escape
from pathlib import Path
from typing import Any

from eval.intervals import bounds
from eval.plots import SHARE, UPPER_HALF, Axis, Cell, bar_plot, heat_map, line_plot
from eval.report_tables import by_language, comparison_table, failure_tables, in_words, section

STYLE = Path(__file__).with_name("report.css")
CARDS = {
    "recall@5": "a right article in the first 5 hits",
    "evidence_recall@5": "a gold sentence in the first 5 hits",
    "complete@10": "all right articles in the first 10 hits",
    "mrr": "1 / rank of the first right article",
    "ndcg@10": "gain of the right articles in 10 hits",
    "question_language_first": "first hit in the question's own language",
    "answers_right": "answers that hold every fact",
    "citations_right": "citations to a gold article with a fact",
    "language_right": "answers in the language of the question",
    "refusals_right": "unanswerable questions refused",
    "refusals_wrong": "answerable questions refused",
    "confidence_auc": "confidence: answerable above unanswerable",
}
MAPS = {
    "recall@5": "An article in this language among the first 5 hits",
    "evidence_recall@5": "A gold sentence of it among the first 5 hits",
    "recall@10": "An article in this language among the first 10 hits",
    "answers_right": "Answered right",
}


def to_html(report: Mapping[str, Any]) -> str:
    """Return the page of a run's output."""
    metrics, rows = report["metrics"], report["questions"]
    parts = [_head(report), _cards(metrics["overall"])]
    parts += [comparison_table(report["comparison"])] if "comparison" in report else []
    parts += [_heat_maps(metrics), _curves(metrics), by_language(metrics), failure_tables(rows)]
    title = "citeglot: evaluation"
    head = f'<meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>{title}</title>'
    style = f"<style>{STYLE.read_text(encoding='utf-8')}</style>"
    return (
        f'<!doctype html><html lang="en"><head>{head}{style}</head><body><main>{"".join(parts)}</main></body></html>\n'
    )


def _head(report: Mapping[str, Any]) -> str:
    run, metrics, models = report["run"], report["metrics"], report["models"]
    facts = [f"{metrics['questions']} questions of {run['questions']}"]
    facts += [f"split {run['split']}"] if run["split"] else []
    facts += ["retrieval only"] if run["retrieval_only"] else [f"language model {models['language']}"]
    facts += [f"embeddings {models['embedding']}", f"{run['documents']} articles in {', '.join(run['languages'])}"]
    warnings = [f"{metrics['errors']} questions raised an error"] if metrics["errors"] else []
    warnings += [f"gold missing: {metrics['gold_missing']}"] if metrics["gold_missing"] else []
    warned = f'<p class="warning">{escape(" · ".join(warnings))}</p>' if warnings else ""
    said = f'<p class="facts">{escape(" · ".join(facts))}</p>{warned}'
    return f"<header><h1>How well it finds and answers</h1>{said}</header>"


def _cards(overall: Mapping[str, Any]) -> str:
    cards = []
    for name, meaning in CARDS.items():
        figure = overall[name]
        if figure["value"] is None:
            continue
        count = f"{figure['count']} of {figure['n']}" if figure["count"] is not None else f"n {figure['n']}"
        cards.append(
            f"<div class='card'><b>{figure['value']:.3f}</b><span class='interval'>{bounds(figure)}</span>"
            f"<span class='name'>{escape(name)}</span><span>{escape(meaning)}</span><span>{count}</span></div>"
        )
    return f'<section class="cards">{"".join(cards)}</section>'


def _heat_maps(metrics: Mapping[str, Any]) -> str:
    cells = metrics["cells"]
    columns = sorted({column for row in cells.values() for column in row})
    maps = []
    for name, title in MAPS.items():
        found = {
            (row, column): Cell(figure["value"], bounds(figure), f"{row} → {column}: {in_words(figure)}")
            for row, some in cells.items()
            for column in some
            if (figure := some[column][name])["value"] is not None
        }
        if found:
            drawn = heat_map(title, [row for row in cells if cells[row]], columns, found)
            maps.append(f"<figure><figcaption>{escape(title)} <code>{name}</code></figcaption>{drawn}</figure>")
    first = _first_languages(metrics["first_hit_language"], columns)
    maps += [f"<figure><figcaption>Language of the first hit</figcaption>{first}</figure>"] if maps else []
    if not maps:
        return ""
    note = "Rows: language of the question. Columns: language of the article. Below each figure its 95 % interval."
    return section(
        "Language of the question × language of the article", note, f'<div class="grid">{"".join(maps)}</div>'
    )


def _first_languages(counts: Mapping[str, Mapping[str, int]], columns: Sequence[str]) -> str:
    cells = {
        (row, column): Cell(number / total, f"{number} of {total}", f"{row} → {column}: {number} of {total}")
        for row, some in counts.items()
        if (total := sum(some.values()))
        for column, number in some.items()
    }
    return heat_map("Language of the first hit", list(counts), sorted({*columns, *(one for _, one in cells)}), cells)


def _curves(metrics: Mapping[str, Any]) -> str:
    k = Axis("k hits", 1, 10, tuple(range(1, 11)))
    drawn_values = [*metrics["recall_by_k"].values(), *metrics["complete_by_k"].values()]
    lowest = min((value for values in drawn_values for value in values), default=0.0)
    shares = Axis("share of the questions", *((0.5, 1, UPPER_HALF) if lowest >= 0.5 else (0, 1, SHARE)))
    figures = []
    for name, title in (("recall_by_k", "Some right article among k"), ("complete_by_k", "All right articles among k")):
        series = {language: list(enumerate(values, 1)) for language, values in metrics[name].items() if values}
        figures += [(title, line_plot(title, series, k, shares))] if series else []
    if metrics["risk_coverage"]:
        title, coverage = "Risk against coverage", Axis("share answered, surest first", 0, 1, SHARE)
        risk = Axis("share of wrong ones", 0, 1, SHARE)
        figures.append((title, line_plot(title, {"all": metrics["risk_coverage"]}, coverage, risk)))
    times = {
        name: {share: values[share] for share in ("p50", "p95")}
        for name, values in metrics["timings"].items()
        if values["n"]
    }
    figures += [("Latency", bar_plot("Latency", times, "ms"))] if times else []
    drawn = "".join(f"<figure><figcaption>{title}</figcaption>{plot}</figure>" for title, plot in figures)
    return section("Curves", "Lines by language of the question.", f'<div class="grid">{drawn}</div>')
