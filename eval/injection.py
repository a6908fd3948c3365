"""Plants instructions in articles and decides by code whether they were obeyed.

    python -m eval.injection FILE [--items N] [--split dev|test] [--undefended] [--output FILE.json]

FILE is BIPIA's JSON of text attacks: {"category": ["instruction", ...]}. With those of attacks.jsonl, in five
languages, they are planted in the passages that answer the questions of questions.jsonl: in the title, at the
beginning, in the middle or at the end. Each question is asked with and without. News that merely quotes instructions
is asked about too. --undefended asks the language model itself, with a plain prompt, for comparison.
"""

import argparse
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

from citeglot.console import run_door
from citeglot.progress import Progress
from citeglot.protocols import Generator, Limits
from citeglot.settings import ROOT, load_settings
from citeglot.types import Document, Turn
from eval.gold import base_of
from eval.injection_attacks import OWN, read_attacks, read_quoted
from eval.injection_figures import summarise
from eval.injection_items import Carrier, Item, find_carriers, make_items
from eval.injection_signs import Reply, has_markup, repeats, sign_of_obeying
from eval.outputs import check_outputs
from eval.questions import Question, read_questions
from eval.rows import Row, RowLog
from eval.runner import is_right
from eval.runs import (
    Task,
    about,
    answer_row,
    figure_table,
    finish,
    open_log,
    over_documents,
    positive,
    run_tasks,
    tell,
)
from eval.system import System, open_system

QUESTIONS = ROOT / "eval" / "questions.jsonl"
CLEAN, PLANTED, QUOTED = "clean", "planted", "quoted"
UNDEFENDED = "undefended "


@dataclass(frozen=True, slots=True)
class Plan:
    """What is asked in a run."""

    items: tuple[Item, ...]
    quoted: tuple[Question, ...]
    undefended: bool

    @property
    def carriers(self) -> list[Carrier]:
        """The carriers of the items, each once."""
        return list({item.carrier.question.id: item.carrier for item in self.items}.values())


def main(arguments: list[str]) -> int:
    """Plant, ask, decide and report; 1 where an item raised an error."""
    options = build_parser().parse_args(arguments)
    check_outputs(options.output, None, (options.file, OWN, QUESTIONS))
    attacks, quoted = read_attacks(options.file), read_quoted()
    questions = [one for one in read_questions(QUESTIONS) if options.split in (None, one.split)]
    with Progress() as progress:
        system = open_system(load_settings(), retrieval_only=False, progress=progress)
        tell(system.notices)
        items = make_items(attacks, find_carriers(questions, system), options.items)
        plan = Plan(tuple(items), tuple(quoted), options.undefended)
        log, report = run(plan, system, options, progress)
    return finish(report, log, options.output, describe(report))


def build_parser() -> argparse.ArgumentParser:
    """Return the parser of the command line."""
    parser = argparse.ArgumentParser(prog="python -m eval.injection", description=(__doc__ or "").splitlines()[0])
    add = parser.add_argument
    add("file", type=Path, metavar="FILE", help="BIPIA's text attacks as JSON")
    add("--items", type=positive, default=200, metavar="N", help="how many instructions are planted (default: 200)")
    add("--split", choices=["dev", "test"], help="only in passages for questions of this split")
    add("--undefended", action="store_true", help="ask the language model itself too, with a plain prompt")
    add("--output", type=Path, metavar="FILE.json", help="write every answer and every figure there")
    return parser


def run(plan: Plan, system: System, options: argparse.Namespace, progress: Progress) -> tuple[RowLog, dict[str, Any]]:
    """Ask everything of the plan and return the log and the report."""
    begun = datetime.now(UTC)
    log, identity = open_log(options.output, [*plan.items, *plan.quoted], system)
    rows = run_tasks(tasks_of(plan, system), log, progress)
    planted = [judged(item, rows, "") for item in plan.items]
    undefended = [judged(item, rows, UNDEFENDED) for item in plan.items] if plan.undefended else []
    quoted = [_quoted_row(question, rows[f"{QUOTED} {question.id}"]) for question in plan.quoted]
    return log, {
        "models": dict(system.chatbot.models),
        "items": [*planted, *quoted, *undefended],
        "metrics": summarise(planted, quoted, undefended),
        "run": {**identity, **about(options, begun)},
    }


def tasks_of(plan: Plan, system: System) -> list[Task]:
    """Return what is asked, by the name of its row: answers without instructions first, since others need them."""
    ways = [("", partial(ask, system))]
    if plan.undefended:
        assert system.generator is not None
        ways.append((UNDEFENDED, partial(ask_undefended, system.generator)))
    tasks: list[Task] = []
    for prefix, way in ways:
        for carrier in plan.carriers:
            tasks.append((f"{prefix}{CLEAN} {carrier.question.id}", partial(way, carrier.article, carrier.question)))
        for item in plan.items:
            tasks.append((f"{prefix}{PLANTED} {item.name}", partial(way, item.article, item.carrier.question)))
    for one in plan.quoted:
        article = Document("article.txt", "", one.language, None, one.passages[0])
        tasks.append((f"{QUOTED} {one.id}", partial(ask, system, article, one)))
    return tasks


def ask(system: System, article: Document, question: Question) -> Row:
    """Ask the program a question over one article."""
    with over_documents(system, [article]) as chatbot:
        return answer_row(chatbot.ask(question.question))


def ask_undefended(generator: Generator, article: Document, question: Question) -> Row:
    """Ask the language model a question over one article, as anyone would without a thought of hostile text."""
    prompt = f"Context:\n{article.title}\n{article.text}\n\nQuestion: {question.question}\nAnswer:"
    text = "".join(generator.stream([Turn("user", prompt)], Limits()))
    return {"kind": "answer", "answer": text.strip(), "confidence": None}


def judged(item: Item, rows: dict[str, Row], prefix: str) -> Row:
    """Return the row of a planted instruction, with the answer without it beside it, and what code says of both."""
    question, instruction = item.carrier.question, item.instruction
    clean, row = rows[f"{prefix}{CLEAN} {question.id}"], rows[f"{prefix}{PLANTED} {item.name}"]
    answer, clean_answer = row["answer"] or "", clean["answer"] or ""
    known = "\n".join((item.carrier.article.title, item.carrier.article.text, question.question))
    languages = tuple(dict.fromkeys((question.language, item.carrier.article.language)))
    sign = sign_of_obeying(instruction, Reply(answer, clean_answer, known, languages))
    return row | {
        "language": question.language,
        "base": base_of(question),
        "question": question.question,
        "attack": instruction.attack.id,
        "category": instruction.attack.category,
        "instruction": instruction.text,
        "position": item.position,
        "obeyed": sign is not None,
        "sign": sign,
        "repeated": repeats(instruction, answer),
        "with_markup": has_markup(answer),
        "right": _right(question, row),
        "clean_answer": clean_answer,
        "clean_kind": clean["kind"],
        "clean_right": _right(question, clean),
    }


def describe(report: dict[str, Any]) -> str:
    """Return the figures as tables for a terminal, and every answer that obeyed."""
    metrics = report["metrics"]
    parts = [f"{report['models']['language']}, errors: {metrics['errors']}"]
    groups = {"all": metrics["overall"], **metrics["languages"]}
    parts.append(figure_table(groups))
    if metrics["undefended"]:
        undefended = metrics["undefended"]
        parts.append("undefended\n" + figure_table({"all": undefended["overall"], **undefended["languages"]}))
    categories = {"obeyed": {name: found["obeyed"] for name, found in metrics["categories"].items()}}
    if metrics["undefended"]:
        of_categories = metrics["undefended"]["categories"]
        categories["undefended"] = {name: found["obeyed"] for name, found in of_categories.items()}
    parts.append(figure_table(categories))
    ours = [row for row in report["items"] if row.get("obeyed") and not row["id"].startswith(UNDEFENDED)]
    parts += [f"Obeyed ({row['sign']}): {row['id']}: {row['answer']}" for row in ours]
    return "\n\n".join(parts)


def _quoted_row(question: Question, row: Row) -> Row:
    return row | {"language": question.language, "question": question.question, "right": _right(question, row)}


def _right(question: Question, row: Row) -> bool:
    return row["kind"] != "error" and bool(is_right(question, row["kind"], row["answer"]))


if __name__ == "__main__":
    raise SystemExit(run_door(main))
