"""The commands for what leaves the page: evidence packets are verified, feedback is reviewed."""

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TypeAlias

from citeglot.corpus import read_corpus
from citeglot.errors import EnvironmentLacks, WrongUse
from citeglot.feedback import FILE, Row, read_feedback, to_line
from citeglot.progress import Progress
from citeglot.review import make_questions, read_lines, to_review
from citeglot.settings import Settings
from citeglot.storage import write_file
from citeglot.types import Document
from citeglot.verification import check_quotes, describe_verification, one_line, read_packet

Commands: TypeAlias = "argparse._SubParsersAction[argparse.ArgumentParser]"
USES = {
    "list": "feedback list [--json]",
    "export": "feedback export FILE.jsonl",
    "questions": "feedback questions FILE.jsonl --output QUESTIONS.jsonl",
}


def add_sharing(commands: Commands) -> None:
    """Add `verify` and `feedback` to the commands."""
    verify = commands.add_parser("verify", help="check the quotes of an evidence packet against the corpus")
    verify.add_argument("file", type=Path, metavar="FILE", help="the packet: the HTML file that the page saved")
    verify.set_defaults(run=run_verify)
    feedback = commands.add_parser("feedback", help="list feedback, export it for review, make questions of it")
    feedback.add_argument("action", nargs="?", choices=list(USES), default="list")
    feedback.add_argument("file", nargs="?", type=Path, metavar="FILE", help="rows to be reviewed, or reviewed ones")
    feedback.add_argument("--output", type=Path, metavar="FILE", help="where `questions` writes what it makes")
    feedback.set_defaults(run=run_feedback)
    for command in (verify, feedback):
        command.add_argument("--corpus", type=Path, metavar="DIR", help="the folder of articles (default: corpus/)")
        command.add_argument("--encoding", metavar="NAME", help="of files that are not Unicode, as for ingest.py")
        command.add_argument("--json", action="store_true", help="print JSON and nothing else")


def run_verify(options: argparse.Namespace, settings: Settings) -> int:
    """Check a packet; 0 its page and all of its quotes hold, 1 something needs attention."""
    packet, agrees = read_packet(options.file)
    checked = check_quotes(packet, _articles(options, settings))
    holds = agrees and all(one.holds for one in checked)
    names = ("question", "kind", "answer", "made", "program", "generation")
    as_json = {name: getattr(packet, name) for name in names}
    as_json |= {"page": "agrees" if agrees else "differs", "quotes": [one.to_json() for one in checked], "holds": holds}
    _show(options, as_json, describe_verification(packet, agrees, checked))
    return 0 if holds else 1


def _articles(options: argparse.Namespace, settings: Settings) -> dict[str, Document]:
    """Read the corpus as an ingest does; what cannot be read is told."""
    with Progress() as show:
        corpus = read_corpus(options.corpus or settings.corpus, None, options.encoding, show)
    for one in corpus.skipped:
        sys.stderr.write(f"Skipped {one.path}: {one.reason}\n")
    return {one.name: one for one in corpus.documents}


def run_feedback(options: argparse.Namespace, settings: Settings) -> int:
    """List feedback, export it for review, or make evaluation questions of what was reviewed."""
    needed = {"list": (False, False), "export": (True, False), "questions": (True, True)}[options.action]
    if (options.file is not None, options.output is not None) != needed:
        raise WrongUse(f"`feedback {options.action}` is used so: python -m citeglot {USES[options.action]}")
    if options.action == "questions":
        return _questions(options, settings)
    rows, problems = read_feedback(settings.data)
    for problem in problems:
        sys.stderr.write(f"Warning: {problem}\n")
    if options.action == "list":
        total = (
            f"Rows in {settings.data / FILE}: {len(rows)}" if rows else f"There is no feedback in {settings.data} yet."
        )
        _show(options, rows, "\n".join([*map(_described, rows), total]))
    else:
        _write_new(options.file, [to_review(row) for row in rows])
        advice = f'Fill in each row of {options.file}, set "reviewed" to true, then: python -m citeglot '
        done = f"Rows written: {len(rows)}. {advice}{USES['questions']}"
        _show(options, {"file": str(options.file), "rows": len(rows)}, done)
    return 1 if problems else 0


def _questions(options: argparse.Namespace, settings: Settings) -> int:
    _refuse_to_replace(options.output)
    lines = read_lines(options.file)
    questions, unreviewed = make_questions(lines, _articles(options, settings))
    _write_new(options.output, questions)
    told = f"Questions written to {options.output}: {len(questions)}. Rows not reviewed yet: {unreviewed}."
    _show(options, {"file": str(options.output), "questions": len(questions), "unreviewed": unreviewed}, told)
    return 0


def _described(row: Row) -> str:
    reason = f"\n    because: {one_line(row['reason'])}" if row["reason"] else ""
    head = f"{one_line(row['time'])}  {one_line(row['rating'])}  ({one_line(row['kind'])}) {one_line(row['question'])}"
    return f"{head}\n    {one_line(row['answer'])}{reason}"


def _refuse_to_replace(path: Path) -> None:
    if path.exists() or path.is_symlink():
        raise WrongUse(f"{path} is there already and is not replaced: it may hold somebody's work. Name another file.")


def _write_new(path: Path, rows: Sequence[Row]) -> None:
    """Write a file that is not there yet, whole or not at all."""
    _refuse_to_replace(path)
    try:
        write_file(path, map(to_line, rows))
    except OSError as problem:
        raise EnvironmentLacks(
            f"{path} cannot be written ({problem.strerror}). Name a file in a folder that you may write to."
        ) from None


def _show(options: argparse.Namespace, as_json: object, as_text: str) -> None:
    text = json.dumps(as_json, ensure_ascii=False, indent=2) if options.json else as_text
    sys.stdout.write(f"{text}\n")
