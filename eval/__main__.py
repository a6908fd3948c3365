"""`python -m eval`: puts a question set to the program and measures what comes back, without a judge model."""

import argparse
import hashlib
import json
import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from citeglot.console import run_door
from citeglot.errors import WrongUse
from citeglot.progress import Progress
from citeglot.settings import ROOT, load_settings
from eval.baseline import SCHEMA, compare, read_baseline
from eval.intervals import SEED
from eval.outputs import check_outputs, write_json, write_text
from eval.questions import Question, read_questions
from eval.report_html import to_html
from eval.report_text import describe
from eval.rows import RowLog
from eval.runner import run_questions
from eval.runs import partial, positive, tell
from eval.summary import summarise
from eval.system import System, fingerprint, open_system, with_corpus

QUESTIONS = ROOT / "eval" / "questions.jsonl"


def main(arguments: list[str]) -> int:
    """Ask, measure, compare; 1 where a question raised an error or a figure is lower than the baseline's."""
    options = build_parser().parse_args(arguments)
    check_outputs(options.output, options.html, (options.questions, options.baseline))
    baseline = read_baseline(options.baseline, options.retrieval_only) if options.baseline else None
    questions = choose(read_questions(options.questions), options)
    settings = with_corpus(load_settings(), options.corpus)
    with Progress() as progress:
        system = open_system(settings, options.retrieval_only, options.corpus is not None, progress)
        tell(system.notices)
        report = run(questions, system, options, progress)
    if baseline is not None:
        report["comparison"] = (comparison := compare(baseline, report)).to_json()
    if options.output:
        write_json(options.output, report)
    if options.html:
        write_text(options.html, to_html(report))
    partial(options.output).unlink(missing_ok=True) if options.output else None
    print(describe(report))
    return 1 if report["metrics"]["errors"] or (baseline is not None and comparison.has_loss) else 0


def build_parser() -> argparse.ArgumentParser:
    """Return the parser of the command line."""
    parser = argparse.ArgumentParser(prog="python -m eval", description="Measure how well questions are answered.")
    add = parser.add_argument
    add("--questions", type=Path, default=QUESTIONS, metavar="FILE.jsonl", help="default: eval/questions.jsonl")
    add("--corpus", type=Path, metavar="DIR", help="the articles that hold the answers (default: corpus/)")
    add("--retrieval-only", action="store_true", help="search only; the language model is not loaded")
    # What is fitted is fitted on dev, and what is claimed is measured on test: never on both at once.
    add("--split", choices=["dev", "test"], help="only the questions of this split")
    # A language model needs seconds for each question: a look at a few comes before a night for all.
    add("--limit", type=positive, metavar="N", help="only the first N questions")
    add("--output", type=Path, metavar="FILE.json", help="write every answer and every figure there")
    add("--html", type=Path, metavar="FILE", help="write a page with the plots there")
    add("--baseline", type=Path, metavar="FILE.json", help="an earlier --output; exit 1 where this run is worse")
    return parser


def choose(questions: Sequence[Question], options: argparse.Namespace) -> list[Question]:
    """Return the questions that the options leave; WrongUse where that is none."""
    of_split = [one for one in questions if options.split in (None, one.split)]
    chosen = [one for one in of_split if not (options.retrieval_only and one.passages)]
    if len(chosen) < len(of_split):
        tell([f"{len(of_split) - len(chosen)} questions bring their own passages: nothing to retrieve, left out."])
    if not chosen:
        why = " with --retrieval-only" if of_split else f" of the split {options.split!r}"
        raise WrongUse(
            f"None of the {len(questions)} questions of {options.questions} is left{why}. Leave that option away, or "
            "name another file with --questions."
        )
    tell(contradictions(chosen))
    return chosen[: options.limit]


def contradictions(questions: Sequence[Question]) -> list[str]:
    """Return a sentence for each question that stands twice in the same words with different gold."""
    first: dict[object, Question] = {}
    found = []
    for one in questions:
        same = first.setdefault((one.language, one.question, one.history, one.passages), one)
        if (same.answerable, same.documents, same.facts) != (one.answerable, one.documents, one.facts):
            found.append(f"{same.id} and {one.id} ask the same with different gold; one of them is counted as wrong.")
    return found


def run(
    questions: Sequence[Question], system: System, options: argparse.Namespace, progress: Progress
) -> dict[str, Any]:
    """Ask the questions and return the output, as the contract has it, with how it came about under "run"."""
    begun, created = time.perf_counter(), datetime.now(UTC).isoformat(timespec="seconds")
    asked = json.dumps([asdict(one) for one in questions], sort_keys=True)
    identity: Mapping[str, Any] = {
        "schema": SCHEMA,
        "questions_sha256": hashlib.sha256(asked.encode()).hexdigest(),
        "retrieval_only": options.retrieval_only,
        **fingerprint(system),
    }
    log = RowLog(partial(options.output) if options.output else None, identity)
    if log.rows:
        tell([f"{len(log.rows)} of {len(questions)} questions were asked before the last run stopped; going on."])
    rows = run_questions(questions, system, log, progress)
    generation = system.generation
    about = {
        "created": created,
        "seconds": round(time.perf_counter() - begun, 1),
        "questions": options.questions.name,
        "split": options.split,
        "limit": options.limit,
        "documents": len(generation.documents),
        "languages": list(generation.languages),
        "seed": SEED,
    }
    models = dict(system.chatbot.models)
    metrics = summarise(rows)
    run_information = {**identity, **about}
    return {
        "models": models,
        "generation": generation.number,
        "questions": rows,
        "metrics": metrics,
        "run": run_information,
    }


if __name__ == "__main__":
    raise SystemExit(run_door(main))
