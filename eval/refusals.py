"""Measures refusals: questions with ten judged passages each, of which some answer the question and some do not.

    python -m eval.refusals FOLDER [--split dev|test] [--items N] [--language CODE ...] [--output FILE.json]

FOLDER holds NoMIRACL's items as JSON lines, nomiracl.LANGUAGE.jsonl, with id, lang, question, answerable, passages
and gpt4, GPT-4's published verdict on the same item. The sample is the same every time and holds as many answerable
items as others. What is fitted on such items is fitted on `dev`, two of five by a hash of the id; `test` is reported.
"""

import argparse
from collections.abc import Generator as Pieces
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from citeglot.console import run_door
from citeglot.language import normalise_code
from citeglot.progress import Progress
from citeglot.protocols import Generator, Limits
from citeglot.settings import load_settings
from citeglot.types import Turn
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


class Recorder:
    """A generator that remembers what it judged: the first turn, and P(yes)."""

    def __init__(self, generator: Generator) -> None:
        self._generator = generator
        self.calls: list[tuple[str, float]] = []
        self.name = generator.name
        self.context_tokens = generator.context_tokens

    def count_tokens(self, text: str) -> int:
        """Return how many tokens `text` has."""
        return self._generator.count_tokens(text)

    def stream(self, turns: Sequence[Turn], limits: Limits) -> Pieces[str, None, bool]:
        """Yield the reply of the generator."""
        return self._generator.stream(turns, limits)

    def probability(self, turns: Sequence[Turn], yes: str, no: str) -> float:
        """Return the generator's P(yes), and remember it."""
        found = self._generator.probability(turns, yes, no)
        self.calls.append((turns[0].text, found))
        return found


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
    """Ask one item through the program and return what came of it, with what the language model said to itself."""
    assert system.generator is not None
    recorder = Recorder(system.generator)
    with replace(system, generator=recorder).over(item.passages) as chatbot:
        row = answer_row(chatbot.ask(item.question))
    return row | {"plain": plain_probability(recorder.calls), "judged": [round(yes, 6) for _, yes in recorder.calls]}


def plain_probability(calls: Sequence[tuple[str, float]]) -> float:
    """Return the highest P(yes) of the prompt that is judged first, over the candidates; 0 where nothing was judged.

    What the program asks with other prompts is another signal.
    """
    return max((yes for prompt, yes in calls if prompt == calls[0][0]), default=0.0)


def describe(report: dict[str, Any]) -> str:
    """Return the figures as a table for a terminal."""
    metrics, options = report["metrics"], report["run"]["options"]
    head = f"{metrics['items']} items ({options['split']}), {report['models']['language']}, errors: {metrics['errors']}"
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
