"""What each part of the search is worth: six ways of ranking, on our own questions and on public sets.

    python -m eval.ablation FOLDER [--only GLOB] [--split dev|test] [--output FILE.json]

FOLDER holds question sets as `eval.datasets` reads them. Each collection is a corpus, those of one language are one
more together, and everything with our own articles is the last.
"""

import argparse
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import platformdirs

from citeglot.console import run_door
from citeglot.corpus import Corpus, read_corpus
from citeglot.embedding import load_embedder
from citeglot.index import Generation, open_index
from citeglot.indexing import engines_of, update_index
from citeglot.progress import Progress
from citeglot.protocols import Embedder
from citeglot.reranking import rerank
from citeglot.retrieval import DEPTH, make_query, search
from citeglot.settings import ROOT, load_settings
from citeglot.signals import asked
from citeglot.translations import lift_translations
from citeglot.types import Matrix, Vector
from eval.datasets import find_files, write_set
from eval.gold import Library, base_of
from eval.intervals import Estimate, bounds, difference
from eval.outputs import write_json
from eval.questions import Question, read_questions
from eval.reading_sets import Reading, read_sets
from eval.rows import Row
from eval.summary import estimate
from eval.ways import WAYS, K

FIGURES = ("recall@1", "recall@5", "complete@10", "evidence_recall@5", "ndcg@10")


@dataclass(frozen=True, slots=True)
class Setting:
    """A corpus and its questions."""

    name: str
    corpus: Corpus
    questions: tuple[Question, ...]


class Remembering:
    """An embedder that makes the vector of a text once, for all the corpora that hold it."""

    def __init__(self, embedder: Embedder) -> None:
        self.identity = embedder.identity
        self.count_tokens = embedder.count_tokens
        self.answer_logits = embedder.answer_logits
        self.find_answer = embedder.find_answer
        self._embedder = embedder
        self._passages: dict[str, Vector] = {}
        self._questions: dict[str, Vector] = {}

    def embed_passages(self, texts: Sequence[str]) -> Matrix:
        """Return unit vectors, one row for each text."""
        new = [text for text in texts if text not in self._passages]
        self._passages |= zip(new, self._embedder.embed_passages(new), strict=True) if new else ()
        return np.stack([self._passages[text] for text in texts])

    def embed_question(self, text: str) -> Vector:
        """Return the unit vector of a question."""
        if text not in self._questions:
            self._questions[text] = self._embedder.embed_question(text)
        return self._questions[text]


def main(arguments: list[str]) -> int:
    """Measure every way of ranking in every setting, and print the tables."""
    parser = argparse.ArgumentParser(prog="python -m eval.ablation", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("folder", type=Path, metavar="FOLDER", help="the folder of .json and .jsonl files")
    parser.add_argument("--split", choices=["dev", "test"], default="test", help="the questions (default: test)")
    parser.add_argument("--output", type=Path, metavar="FILE.json", help="write every figure there too")
    parser.add_argument("--only", default="*.jsonl", metavar="GLOB", help="only files whose name fits")
    options = parser.parse_args(arguments)
    readings = [one for one in read_sets(find_files(options.folder, options.only)) if not one.passages]
    embedder = Remembering(load_embedder(load_settings()))
    report: dict[str, Any] = {"split": options.split, "settings": {}}
    home = platformdirs.user_cache_path("citeglot") / "eval" / "ablation"
    with Progress() as progress:
        for setting in reversed(list(settings_of(readings, home))):  # the largest first: it embeds for all
            engines = engines_of(embedder, load_settings().chunk_tokens)
            update_index(home / setting.name / "index", setting.corpus, engines, True, progress)
            generation = open_index(home / setting.name / "index")
            questions = [one for one in setting.questions if one.answerable and one.split == options.split]
            rows = measured(questions, generation, embedder, progress)
            report["settings"][setting.name] = figures(rows) | {"chunks": generation.manifest.counts["chunks"]}
    report["settings"] = dict(reversed(report["settings"].items()))
    if options.output:
        write_json(options.output, report)
    print(table(report))
    return 0


def settings_of(readings: Sequence[Reading], home: Path) -> Iterator[Setting]:
    """Yield our own questions, each collection, those of one language together, and everything with our articles."""
    own = Setting("own", read_corpus(load_settings().corpus), tuple(read_questions(ROOT / "eval" / "questions.jsonl")))
    yield own
    collections: dict[str, list[Reading]] = defaultdict(list)
    for one in readings:
        collections[one.collection].append(one)
    single = [name for name, some in collections.items() if len({one.language for one in some}) == 1]
    groups = {name: [name] for name in collections}
    groups |= {"+".join(single): single} if len(single) > 1 else {}
    for name, members in groups.items():
        yield _written(name, [one for member in members for one in collections[member]], home)
    public = _written("everything", readings, home)
    articles = (*public.corpus.documents, *own.corpus.documents)
    yield Setting("everything", Corpus(articles, ()), (*public.questions, *own.questions))


def _written(name: str, readings: Sequence[Reading], home: Path) -> Setting:
    write_set(readings, home / name)
    return Setting(name, read_corpus(home / name / "corpus"), tuple(read_questions(home / name / "questions.jsonl")))


def measured(
    questions: Sequence[Question], generation: Generation, embedder: Embedder, progress: Progress
) -> dict[str, list[Row]]:
    """Return a row for each question by way of ranking; all choose from the same pool, "ours" reads what is found."""
    library = Library(generation)
    rows: dict[str, list[Row]] = {way: [] for way in (*WAYS, "ours")}
    for number, question in enumerate(questions, start=1):
        gold = library.find(question).articles
        query = make_query(question.question, question.language, question.history, embedder)
        pool = generation.pool(query, DEPTH)
        found = {
            way: [generation.hit(one, 0.0) for one in rank(pool, question.language)[:K]] for way, rank in WAYS.items()
        }
        asking = asked(question.question, question.language, question.history)
        first = rerank(asking, query, search(generation, query, DEPTH), generation, embedder)
        found["ours"] = lift_translations(first, generation)[:K]
        for way, hits in found.items():
            of_way = [article.to_json(hits) for article in gold]
            rows[way].append({"base": base_of(question), "language": question.language, "gold": of_way})
        progress("asking", number, len(questions))
    return rows


def figures(rows: dict[str, list[Row]]) -> dict[str, Any]:
    """Return the figures of each way, over all and for each language of a question, and ours less dense."""
    languages = sorted({row["language"] for row in rows["ours"]})
    parts = {"all": None, **{language: language for language in languages}}
    result: dict[str, Any] = {"questions": len(rows["ours"]), "ways": {}, "ours less dense": {}}
    for way, some in rows.items():
        result["ways"][way] = {
            part: {name: estimate(_of(some, language), name).to_json() for name in FIGURES}
            for part, language in parts.items()
        }
    for part, language in parts.items():
        before, after = _of(rows["dense"], language), _of(rows["ours"], language)
        result["ours less dense"][part] = _first(before, after).to_json()
    return result


def _of(rows: list[Row], language: str | None) -> list[Row]:
    return [row for row in rows if language in (None, row["language"])]


def _first(before: list[Row], after: list[Row]) -> Estimate:
    """Return the difference in recall@1, question by question."""
    sides = [[float(any(one["rank"] == 1 for one in row["gold"])) for row in rows] for rows in (before, after)]
    return difference(sides[0], sides[1], [row["base"] for row in after])


def table(report: dict[str, Any]) -> str:
    """Return all settings as Markdown."""
    lines = ["| " + " | ".join([report["split"], "questions", "way", *FIGURES, "complete@10 by language"]) + " |"]
    lines.append("|---" * (len(FIGURES) + 4) + "|")
    for name, setting in report["settings"].items():
        for way, parts in setting["ways"].items():
            cells = [_shown(parts["all"][figure]) for figure in FIGURES]
            each = ", ".join(f"{part} {_shown(one['complete@10'])}" for part, one in parts.items() if part != "all")
            lines.append("| " + " | ".join([name, str(setting["questions"]), way, *cells, each]) + " |")
    lines += ["", "recall@1 of ours less that of dense, question by question:"]
    for name, setting in report["settings"].items():
        parts = setting["ours less dense"].items()
        each = ", ".join(f"{part} {_shown(one, '+.3f')} ({bounds(one, '+.3f')})" for part, one in parts)
        lines.append(f"- {name}: {each}")
    return "\n".join(lines)


def _shown(figure: Mapping[str, Any], form: str = ".3f") -> str:
    return "–" if figure["value"] is None else format(figure["value"], form)


if __name__ == "__main__":
    raise SystemExit(run_door(main))
