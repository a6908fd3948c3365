"""How long a question takes among many texts by its words alone: ours, bm25s and SQLite's FTS5 with their defaults.

Real texts, of each language by itself, as our segments are. What the defaults of the others do not find in Hindi and
Japanese is in `eval.lexical_bench`; here is only what the search costs.
"""

import time
from collections.abc import Callable, Mapping, Sequence
from importlib.util import find_spec
from typing import Any

from eval.bench_base import Bench, Section, ratio, spread
from eval.bench_texts import real_questions, real_texts
from eval.lexical_bench import Find, has_fts5, ours, with_bm25s, with_fts5
from eval.rows import Row
from eval.runs import tell

QUESTIONS = 200  # of all languages together
Make = Callable[[Sequence[str], str], Find]


def lexical(bench: Bench) -> Section:
    """Measure the milliseconds of a question and the seconds of indexing, in each language of the question sets."""
    texts = by_language(real_texts(bench.readings, bench.vectors))
    asked = by_language(real_questions(bench.readings, QUESTIONS))
    sides = engines()
    rows: list[Row] = []
    for number, language in enumerate(sorted(texts.keys() & asked.keys()), start=1):
        rows += language_rows(sides, texts[language], asked[language], language)
        bench.progress("searching by words", number, len(texts))
    return Section(figures_of(rows, list(sides)) | {"texts": sum(map(len, texts.values()))}, rows, {})


def engines() -> dict[str, Make]:
    """Return what makes a search of texts, by name; a peer that is not there is told and left out."""
    sides: dict[str, Make] = {"ours": ours}
    if find_spec("bm25s"):
        sides["bm25s"] = with_bm25s
    else:
        tell(["bm25s is not installed; it is left out."])
    if has_fts5():
        sides["FTS5"] = with_fts5
    else:
        tell(["This SQLite has no FTS5; it is left out."])
    return sides


def by_language(some: Sequence[tuple[str, str]]) -> dict[str, list[str]]:
    """Return the texts of each language, in their order."""
    groups: dict[str, list[str]] = {}
    for language, text in some:
        groups.setdefault(language, []).append(text)
    return groups


def language_rows(
    sides: Mapping[str, Make], texts: Sequence[str], questions: Sequence[str], language: str
) -> list[Row]:
    """Return a row for each question: milliseconds of each side, the sides taking turns, and their indexing."""
    made: dict[str, Find] = {}
    built: Row = {}
    for name, make in sides.items():
        begun = time.perf_counter()
        made[name] = make(texts, language)
        built[f"{name}: indexing (s)"] = round(time.perf_counter() - begun, 3)
    rows = []
    for number, question in enumerate([*questions[:1], *questions]):  # the first one pays for what is made lazily
        row: Row = {"language": language, "texts": len(texts)} | built
        for name in list(made)[:: -1 if number % 2 else 1]:
            begun = time.perf_counter()
            found = made[name](question)
            row[f"{name}: question (ms)"] = round((time.perf_counter() - begun) * 1000, 4)
            row[f"{name}: found"] = len(found)
        rows += [row] if number else []
    return rows


def figures_of(rows: Sequence[Row], names: Sequence[str]) -> dict[str, Any]:
    """Return the spread of each side's times in each language and in all, and how many times as fast ours is."""
    figures: dict[str, Any] = {}
    for language in ["all", *sorted({row["language"] for row in rows})]:
        some = [row for row in rows if language in ("all", row["language"])]
        for name in names:
            figures[f"{language}, {name} (ms)"] = spread([row[f"{name}: question (ms)"] for row in some])
        for name in names[1:]:
            times = [ratio(row[f"{name}: question (ms)"], row["ours: question (ms)"]) for row in some]
            figures[f"{language}, times {name}"] = spread([one for one in times if one is not None])
    for name in names:
        built = {row["language"]: row[f"{name}: indexing (s)"] for row in rows}
        figures[f"{name}: indexing (s)"] = float(sum(built.values()))
    return figures
