"""Measures how well words alone find the passage a question was asked about.

    python -m eval.lexical_bench FOLDER [--half even|odd|all] [--output FILE.json]

FOLDER holds reading sets as flat JSON lines with `id, lang, question, context_id, context`: XQuAD, NorQuAD, JaQuAD or
others. Each question is put to all contexts of its file. "ours" is compared with itself less one rule each, and, where
they are installed, with the defaults of bm25s and SQLite's FTS5. Rules were chosen on the questions whose id ends in
an odd character; the default is to report the other half.
"""

import argparse
import json
import math
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from unittest.mock import patch

import numpy as np

from citeglot import lexical
from citeglot.console import run_door
from citeglot.errors import WrongUse
from citeglot.language import normalise_code
from citeglot.postings import Postings, best_rows, encode_postings, statistics_of

K = 10
METRICS = ("recall@1", "recall@5", "recall@10", "nDCG@10")
ABLATIONS: dict[str, tuple[tuple[str, Any], ...]] = {
    "ours": (),
    "without stems": (("citeglot.stems._stem", lambda word, language: word),),
    "without folded accents": (("citeglot.stems._without_accents", lambda word, language: word),),
    "without parts of compounds": (
        ("citeglot.lexical.parts_of", lambda word, language: []),
        ("citeglot.lexical.known_parts", lambda term, language, known: ()),
    ),
    "pairs of Han and Kana only": (("citeglot.lexical._cjk_terms", lambda run: lexical._pairs(list(run))),),
}
Find = Callable[[str], Sequence[int]]


@dataclass(frozen=True, slots=True)
class ReadingSet:
    """The contexts of a file, and its questions with the number of the context that answers."""

    name: str
    language: str
    contexts: tuple[str, ...]
    questions: tuple[tuple[str, int], ...]


def read_set(path: Path, half: str) -> ReadingSet | None:
    """Return a file's contexts and that half of its questions; None for a file of another kind."""
    try:
        rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
        if not rows or "context" not in rows[0]:
            return None
        contexts = {row["context_id"]: row["context"] for row in reversed(rows)}
        numbers = {name: number for number, name in enumerate(contexts)}
        questions = [(row["question"], numbers[row["context_id"]]) for row in rows if _is_in(row["id"], half)]
        language = normalise_code(rows[0]["lang"])
    except (OSError, ValueError, KeyError, TypeError, IndexError) as problem:
        raise WrongUse(f"{path}: expected JSON lines of a reading set ({problem!r}).") from None
    return ReadingSet(path.name, language, tuple(contexts.values()), tuple(questions))


def _is_in(name: str, half: str) -> bool:
    return half == "all" or (ord(name[-1]) % 2 == 1) == (half == "odd")


def ours(contexts: Sequence[str], language: str) -> Find:
    """Return the search of this program over these texts."""
    postings = Postings(b"".join(encode_postings(lexical.terms(text, language) for text in contexts)))

    def find(question: str) -> list[int]:
        weights = lexical.question_weights(question, language, postings.__contains__)
        statistics = statistics_of([postings], weights)
        return [row for row, _ in best_rows(*postings.scores(weights, statistics), K)]

    return find


def with_bm25s(contexts: Sequence[str], language: str) -> Find:
    """Return bm25s' search with its defaults."""
    bm25s = import_module("bm25s")
    retriever = bm25s.BM25()
    retriever.index(bm25s.tokenize(list(contexts), show_progress=False), show_progress=False)

    def find(question: str) -> list[int]:
        tokens = bm25s.tokenize([question], show_progress=False)
        rows, scores = retriever.retrieve(tokens, k=min(K, len(contexts)), show_progress=False)
        return [int(row) for row, score in zip(rows[0], scores[0], strict=True) if score > 0]

    return find


def with_fts5(contexts: Sequence[str], language: str) -> Find:
    """Return FTS5's search with its defaults: any of the words between spaces, each as a phrase."""
    database = sqlite3.connect(":memory:")
    database.execute("CREATE VIRTUAL TABLE passages USING fts5(text)")
    database.executemany("INSERT INTO passages (rowid, text) VALUES (?, ?)", enumerate(contexts))

    def find(question: str) -> list[int]:
        words = " OR ".join('"' + word.replace('"', '""') + '"' for word in question.split())
        query = "SELECT rowid FROM passages WHERE passages MATCH ? ORDER BY rank, rowid LIMIT ?"
        return [row for (row,) in database.execute(query, (words, K))]

    return find


def has_fts5() -> bool:
    """Say whether this SQLite was built with FTS5."""
    options = {option for (option,) in sqlite3.connect(":memory:").execute("PRAGMA compile_options")}
    return "ENABLE_FTS5" in options


def ranks(find: Find, questions: Sequence[tuple[str, int]]) -> list[int | None]:
    """Return the place of each right context, counted from 1; None where it is not among the first ten."""
    found = [(list(find(question)), right) for question, right in questions]
    return [rows.index(right) + 1 if right in rows else None for rows, right in found]


def gains(places: Sequence[int | None]) -> list[float]:
    """Return nDCG@10 of each question, of which one context is right."""
    return [1 / math.log2(place + 1) if place else 0.0 for place in places]


def measure(places: Sequence[int | None]) -> dict[str, float]:
    """Return recall@1/5/10 and nDCG@10 over the questions."""
    recalls = [sum(place is not None and place <= k for place in places) / len(places) for k in (1, 5, 10)]
    return dict(zip(METRICS, (*recalls, sum(gains(places)) / len(places)), strict=True))


def interval(ones: Sequence[float], others: Sequence[float]) -> tuple[float, float]:
    """Return the 95 % interval of the mean of `ones` less that of `others`, by a paired bootstrap."""
    differences = np.array(ones) - np.array(others)
    picks = np.random.default_rng(0).integers(len(differences), size=(2000, len(differences)))
    low, high = np.percentile(differences[picks].mean(axis=1), (2.5, 97.5))
    return float(low), float(high)


@contextmanager
def replaced(changes: Sequence[tuple[str, Any]]) -> Iterator[None]:
    """Take rules out of the analyser while a variant of it is measured."""
    with ExitStack() as stack:
        for name, value in changes:
            stack.enter_context(patch(name, value))
        yield


def bench(one: ReadingSet) -> dict[str, dict[str, Any]]:
    """Return the measures of every method that is there, with the interval of ours less each in nDCG@10."""
    places: dict[str, list[int | None]] = {}
    for name, changes in ABLATIONS.items():
        with replaced(changes):
            places[name] = ranks(ours(one.contexts, one.language), one.questions)
    if find_spec("bm25s"):
        places["bm25s, defaults"] = ranks(with_bm25s(one.contexts, one.language), one.questions)
    if has_fts5():
        places["FTS5, defaults"] = ranks(with_fts5(one.contexts, one.language), one.questions)
    mine = gains(places["ours"])
    return {name: {**measure(those), "ours - this": interval(mine, gains(those))} for name, those in places.items()}


def main(arguments: list[str]) -> int:
    """Measure every reading set of a folder and print a table for each."""
    parser = argparse.ArgumentParser(prog="python -m eval.lexical_bench", description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--half", choices=("even", "odd", "all"), default="even")
    parser.add_argument("--output", type=Path)
    options = parser.parse_args(arguments)
    sets = [one for path in sorted(options.folder.glob("*.jsonl")) if (one := read_set(path, options.half))]
    if not any(one.questions for one in sets):
        raise WrongUse(f"{options.folder} holds no reading set (*.jsonl with a `context` each) with such questions.")
    report = {one.name: bench(one) for one in sets if one.questions}
    for one in sets:
        print(f"\n{one.name}: {len(one.questions)} questions, {len(one.contexts)} contexts")
        print(f"{'':28}" + "".join(f"{metric:>10}" for metric in METRICS) + "   ours - this (nDCG@10, 95 %)")
        for name, values in report.get(one.name, {}).items():
            low, high = values["ours - this"]
            print(
                f"{name:28}" + "".join(f"{values[metric]:10.4f}" for metric in METRICS) + f"   {low:+.4f} {high:+.4f}"
            )
    if options.output:
        options.output.write_text(json.dumps(report, indent=1) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(run_door(main))
