"""Measures refusals: questions with ten judged passages each, of which some answer the question and some do not.

    python -m eval.refusals FOLDER [--split dev|test] [--items N] [--language CODE ...] [--output FILE.json]

FOLDER holds NoMIRACL's items as JSON lines, nomiracl.LANGUAGE.jsonl, with id, lang, question, answerable, passages
and gpt4, GPT-4's published verdict on the same item. The sample is the same every time and holds as many answerable
items as others. What is fitted on such items is fitted on `dev`, two of five by a hash of language and
id; `test` is reported.
"""

import argparse
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from citeglot.chatbot import Chatbot
from citeglot.console import run_door
from citeglot.evidence import CONSIDERED, SCAFFOLD, judge, turns_that_fit
from citeglot.language import normalise_code
from citeglot.progress import Progress
from citeglot.prompts import load_prompt
from citeglot.protocols import Generator
from citeglot.retrieval import Candidate, rank_sentences, search
from citeglot.settings import load_settings
from citeglot.signals import Asking
from eval.datasets import find_files
from eval.outputs import check_outputs
from eval.refusal_figures import summarise
from eval.refusal_items import Item, choose, read_items
from eval.rows import Row, RowLog
from eval.runs import (
    about,
    answer_row,
    figure_table,
    finish,
    open_log,
    positive,
    run_tasks,
    tell,
)
from eval.system import System, open_system

HERE = Path(__file__).parent
READ = 4  # sentences that the language model alone is asked about
COUNTED = (
    "The plain chances of {items} items are counted in a few replies that were drawn, because the server gives no "
    "probabilities: plain_auc is rougher than with one that does."
)


def main(arguments: list[str]) -> int:
    """Ask the items and report; 1 where one raised an error."""
    options = build_parser().parse_args(arguments)
    files = find_files(options.folder, "nomiracl.*.jsonl")
    check_outputs(options.output, None, files)
    items = choose(read_items(files), options.split, options.items, options.language)
    with Progress() as progress:
        system = open_system(load_settings(), retrieval_only=False, progress=progress)
        tell(system.notices)
        log, report = run(items, system, options, progress)
    return finish(report, log, options.output, describe(report))


def build_parser() -> argparse.ArgumentParser:
    """Return the parser of the command line."""
    parser = argparse.ArgumentParser(prog="python -m eval.refusals", description=(__doc__ or "").splitlines()[0])
    add = parser.add_argument
    add("folder", type=Path, metavar="FOLDER", help="the folder of nomiracl.LANGUAGE.jsonl")
    add("--split", choices=["dev", "test"], default="test", help="which items (default: test)")
    add("--items", type=positive, default=40, metavar="N", help="how many of each language (default: 40)")
    add("--language", type=normalise_code, nargs="+", metavar="CODE", help="only these languages")
    add("--output", type=Path, metavar="FILE.json", help="write every answer and every figure there")
    return parser


def run(
    items: Sequence[Item], system: System, options: argparse.Namespace, progress: Progress
) -> tuple[RowLog, dict[str, Any]]:
    """Ask the items and return the log and the report."""
    begun = datetime.now(UTC)
    log, identity = open_log(options.output, items, system)
    tasks = [(one.name, lambda one=one: measured(one, system)) for one in items]
    rows = list(run_tasks(tasks, log, progress).values())
    rows = [_row_of(one) | row for one, row in zip(items, rows, strict=True)]
    return log, {
        "models": dict(system.chatbot.models),
        "items": rows,
        "metrics": summarise(rows),
        "run": {**identity, **about(options, begun)},
    }


def measured(item: Item, system: System) -> Row:
    """Ask one item through the program and return what came of it, and what the language model alone says of it."""
    assert system.generator is not None
    with system.over(item.passages) as chatbot:
        row = answer_row(chatbot.ask(item.question))
        read = [ask_model(item.question, one.text, system.generator) for one in best_sentences(item, chatbot, system)]
    counted = bool(getattr(system.generator, "is_sampled", False))
    return row | {"plain": max(read, default=0.0), "judged": [round(yes, 6) for yes in read], "counted": counted}


def best_sentences(item: Item, chatbot: Chatbot, system: System) -> list[Candidate]:
    """Return the sentences of the passages that are surest to hold the answer, as the program judges them.

    Those that it leaves out are among them: they are no reason for the language model to say no.
    """
    generation, query = chatbot.generation, chatbot.query(item.question, item.language)
    nearest = rank_sentences(generation, query.vector, search(generation, query, chatbot.settings.passages), CONSIDERED)
    judged = judge(Asking(item.question, item.language), nearest, generation, system.embedder)
    return [one.candidate for one in judged[:READ]]


def ask_model(question: str, evidence: str, generator: Generator) -> float:
    """Return the language model's probability of Yes, against No, to whether a text contains the answer.

    The question stands first, so that it is read once for all texts.
    """
    turns = turns_that_fit(
        lambda text: load_prompt(HERE, "judge", "").fill(question=question, evidence=text),
        evidence,
        generator,
        SCAFFOLD,
    )
    return generator.probability(turns, "Yes", "No")


def describe(report: dict[str, Any]) -> str:
    """Return the figures as a table for a terminal."""
    metrics, options = report["metrics"], report["run"]["options"]
    head = f"{metrics['items']} items ({options['split']}), {report['models']['language']}, errors: {metrics['errors']}"
    if metrics["counted"]:
        head += f"\n{COUNTED.format(items=metrics['counted'])}"
    return f"{head}\n\n{figure_table({'all': metrics['overall'], **metrics['languages']})}"


def _row_of(item: Item) -> Row:
    return {
        "language": item.language,
        "question": item.question,
        "answerable": item.answerable,
        "gpt4": item.gpt4,
        "gpt4_refused": item.gpt4_refused,
        "plain": None,
    }


if __name__ == "__main__":
    raise SystemExit(run_door(main))
