"""What long runs over items of other shapes have in common: which items, one row for each, and how to go on."""

import argparse
import hashlib
import json
import sys
import tempfile
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar

from citeglot.chatbot import Chatbot
from citeglot.corpus import Corpus
from citeglot.errors import UserError
from citeglot.index import open_index
from citeglot.indexing import engines_of, update_index
from citeglot.terminal import table
from citeglot.types import Answer, Document, Event
from eval.intervals import SEED, bounds
from eval.outputs import write_json
from eval.rows import Row, RowLog
from eval.system import System, fingerprint

Item = TypeVar("Item")
Task = tuple[str, Callable[[], Row]]
NAMED = 10


def in_chance_order(items: Iterable[Item], name: Callable[[Item], str]) -> list[Item]:
    """Return items in an order that depends on their names alone: the first n of it are a fixed random sample."""
    return sorted(items, key=lambda one: hashlib.sha256(f"{SEED}:{name(one)}".encode()).digest())


def run_tasks(tasks: Sequence[Task], log: RowLog, progress: Callable[[str, int, int], None]) -> dict[str, Row]:
    """Return the row of each task by its id; those that the log holds are not done again."""
    for number, (name, ask) in enumerate(tasks, start=1):
        if name not in log.rows:
            log.add({"id": name} | _caught(ask))
        progress("asking", number, len(tasks))
    return {name: log.rows[name] for name, _ in tasks}


def _caught(ask: Callable[[], Row]) -> Row:
    try:
        return ask()
    except UserError as problem:
        error = str(problem)
    except Exception as problem:  # one broken item must not cost the others
        error = f"{type(problem).__name__}: {problem}"
    return {"kind": "error", "error": error, "answer": None, "confidence": None}


def answer_row(events: Iterable[Event]) -> Row:
    """Return what an asking ended in, as part of a row."""
    (answer,) = deque(events, maxlen=1)
    assert isinstance(answer, Answer)
    return {
        "kind": answer.kind,
        "answer": answer.text,
        "confidence": answer.confidence,
        "cited": [one.quote for one in answer.citations],
        "total_ms": round(answer.timings.total_ms, 1),
    }


@contextmanager
def over_documents(system: System, documents: Sequence[Document]) -> Iterator[Chatbot]:
    """Give a chatbot whose articles are these, just as they are: `System.over` would clean their text."""
    engines = engines_of(system.embedder, system.settings.chunk_tokens)
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        index = Path(folder)
        update_index(index, Corpus(tuple(documents), ()), engines)
        yield Chatbot(replace(system.settings, index=index), open_index(index), system.embedder, system.generator)


def open_log(output: Path | None, items: Sequence[Any], system: System) -> tuple[RowLog, dict[str, str]]:
    """Return the log beside the output, and what must be equal for its rows to be used again."""
    asked = json.dumps([asdict(one) for one in items], sort_keys=True, default=str)
    identity = {"items_sha256": hashlib.sha256(asked.encode()).hexdigest(), **fingerprint(system)}
    log = RowLog(partial(output) if output else None, identity)
    if log.rows:
        tell([f"{len(log.rows)} questions were asked before the last run stopped; going on."])
    return log, identity


def finish(report: Mapping[str, Any], log: RowLog, output: Path | None, text: str) -> int:
    """Write the report and print it; 1 where an item raised an error."""
    if output:
        write_json(output, report)
    log.forget()
    print(text)
    raised = [f"{row['id']}: {row['error']}" for row in report["items"] if "error" in row]
    for line in raised[:NAMED]:
        print(f"Error in {line}")
    return 1 if raised else 0


def about(options: argparse.Namespace, begun: datetime) -> dict[str, Any]:
    """Return how a run came about: its options, when it began and how long it took."""
    given = {name: _plain(value) for name, value in vars(options).items()}
    seconds = round((datetime.now(UTC) - begun).total_seconds(), 1)
    return {"options": given, "created": begun.isoformat(timespec="seconds"), "seconds": seconds, "seed": SEED}


def _plain(value: object) -> object:
    return value.name if isinstance(value, Path) else value


def figure_table(groups: Mapping[str, Mapping[str, Any]]) -> str:
    """Return a table with a column for each group and a row for each figure, with interval and number."""
    names = list(dict.fromkeys(name for figures in groups.values() for name in figures))
    rows = [["", *groups]]
    for name in names:
        rows.append([name, *(_cell(figures.get(name)) for figures in groups.values())])
    return table(rows)


def _cell(figure: Mapping[str, Any] | None) -> str:
    if figure is None or figure["value"] is None:
        return "–"
    return f"{figure['value']:.3f} ({bounds(figure)}) n={figure['n']}"


def partial(output: Path) -> Path:
    """Return the file beside an output that keeps the rows until the end."""
    return output.with_name(output.name + ".partial")


def tell(notices: Iterable[str]) -> None:
    """Write notices to standard error."""
    for notice in notices:
        print(f"Note: {notice}", file=sys.stderr)


def positive(text: str) -> int:
    """Return a number of 1 or more that stands on the command line."""
    try:
        number = int(text)
    except ValueError:
        number = 0
    if number < 1:
        raise argparse.ArgumentTypeError(f"expected a number of 1 or more, not {text}")
    return number
