"""`python -m citeglot`: ask, search, show, models, index, doctor, verify, feedback."""

import argparse
import json
import sys
from collections import deque
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeAlias

from citeglot.batch import Request, answer_lines, read_filters
from citeglot.console import harmless
from citeglot.maintenance import run_doctor, run_index, run_models
from citeglot.settings import Settings, load_settings
from citeglot.sharing import add_sharing
from citeglot.terminal import describe_answer, describe_hits
from citeglot.types import Answer, Filters

Commands: TypeAlias = "argparse._SubParsersAction[argparse.ArgumentParser]"


def main(arguments: list[str]) -> int:
    """Run one command and return its exit code."""
    options = build_parser().parse_args(arguments)
    settings = load_settings()
    if getattr(options, "index", None):
        settings = replace(settings, index=options.index)
    code: int = options.run(options, settings)
    return code


def build_parser() -> argparse.ArgumentParser:
    """Return the parser of all commands."""
    parser = argparse.ArgumentParser(prog="python -m citeglot", description="Cited answers from articles.")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    _add_question(commands, "ask", "answer a question, every sentence tied to a sentence of an article", run_ask)
    search = _add_question(commands, "search", "list the passages nearest to a question", run_search)
    search.add_argument("-k", type=_positive, default=10, help="how many passages (default 10)")
    show = commands.add_parser("show", help="print the text of an article as it is indexed")
    show.add_argument("document", metavar="DOCUMENT")
    show.set_defaults(run=run_show)
    models = commands.add_parser("models", help="list, fetch or verify the models")
    models.add_argument("action", nargs="?", choices=["list", "fetch", "verify"], default="list")
    models.add_argument("names", nargs="*", metavar="NAME", help="models of the catalogue (fetch: default ones)")
    models.set_defaults(run=run_models)
    index = commands.add_parser("index", help="list, verify, roll back or repair the generations of the index")
    index.add_argument("action", nargs="?", choices=["list", "verify", "rollback", "repair"], default="list")
    index.set_defaults(run=run_index)
    doctor = commands.add_parser("doctor", help="examine models, index, corpus and disk, and say what to do")
    doctor.set_defaults(run=run_doctor)
    add_sharing(commands)
    for command in (show, models, index, doctor):
        _add_common(command, with_index=command is not models)
    return parser


def _add_question(
    commands: Commands, name: str, text: str, run: Callable[[argparse.Namespace, Settings], int]
) -> argparse.ArgumentParser:
    command: argparse.ArgumentParser = commands.add_parser(name, help=text)
    command.add_argument("question", metavar="QUESTION", help="the question, or - for one a line on standard input")
    command.add_argument("--language", action="append", metavar="CODE", help="only articles in this language")
    command.add_argument("--document", metavar="GLOB", help="only articles whose name fits, such as '2024-*'")
    command.add_argument("--since", metavar="DATE", help="only articles dated 2024-01-31 or later")
    command.add_argument("--until", metavar="DATE", help="only articles dated 2024-01-31 or earlier")
    command.set_defaults(run=run)
    _add_common(command)
    return command


def _add_common(command: argparse.ArgumentParser, with_index: bool = True) -> None:
    if with_index:
        command.add_argument("--index", type=Path, metavar="DIR", help="the index folder (default: index/)")
    command.add_argument("--json", action="store_true", help="print JSON and nothing else")


def _positive(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError(f"expected a number of 1 or more, not {text}")
    return number


def run_ask(options: argparse.Namespace, settings: Settings) -> int:
    """Answer one question or a batch."""
    from citeglot.chatbot import load_chatbot

    filters = _filters(options)
    if options.question != "-" and not options.json:
        return _ask_at_terminal(options.question, filters, settings)
    chatbot = load_chatbot(settings, language_model=True)

    def ask(request: Request) -> Answer:
        (answer,) = deque(chatbot.ask(request.question, request.history, request.filters), maxlen=1)
        assert isinstance(answer, Answer)
        return answer

    if options.question == "-":
        return _batch(lambda request: ask(request).to_json(), filters)
    answer = ask(Request(options.question, (), filters))
    _warn(answer.notices)
    _print(answer.to_json())
    return 0


def _ask_at_terminal(question: str, filters: Filters, settings: Settings) -> int:
    """Show the passages, what is under way, and last the answer; 130 where it was stopped."""
    from citeglot.chatbot import load_chatbot
    from citeglot.screen import Screen, follow

    with Screen() as screen:
        screen.state("Loading the models …")
        chatbot = load_chatbot(settings, language_model=True)
        screen.state("Searching …")
        answer = follow(chatbot.ask(question, (), filters), screen)
        if answer is None:
            return 130
        screen.clear()
        _warn(answer.notices)
        screen.print(describe_answer(answer, passages_shown=screen.is_terminal))
    return 0


def run_search(options: argparse.Namespace, settings: Settings) -> int:
    """Search for one question or a batch; the language model is not loaded."""
    from citeglot.chatbot import load_chatbot
    from citeglot.screen import Screen

    filters = _filters(options)
    chatbot = load_chatbot(settings, language_model=False)
    if options.question == "-":
        return _batch(lambda one: chatbot.search(one.question, options.k, one.filters, one.history).to_json(), filters)
    found = chatbot.search(options.question, options.k, filters)
    _warn(found.notices)
    if options.json:
        _print(found.to_json())
    else:
        with Screen() as screen:
            screen.print(describe_hits(found.hits))
    return 0


def _filters(options: argparse.Namespace) -> Filters:
    return read_filters({name: getattr(options, name) for name in ("language", "document", "since", "until")})


def _batch(answer: Callable[[Request], dict[str, Any]], filters: Filters) -> int:
    failed = False
    for result in answer_lines(sys.stdin, answer, filters):
        failed |= "error" in result
        print(json.dumps(result, ensure_ascii=False), flush=True)
    return 1 if failed else 0


def _print(result: dict[str, Any]) -> None:
    print(json.dumps(result, ensure_ascii=False, indent=2))


def _warn(warnings: tuple[str, ...]) -> None:
    for warning in warnings:
        print(f"Warning: {harmless(warning)}", file=sys.stderr)


def run_show(options: argparse.Namespace, settings: Settings) -> int:
    """Print an article's text: the text that every offset counts in."""
    from citeglot.index import open_index
    from citeglot.readers import IndexReader

    reader = IndexReader(open_index(settings.index))
    document = reader.read(lambda generation: generation.document(options.document))
    _warn(reader.held.warnings)
    if options.json:
        date = document.date.isoformat() if document.date else None
        fields = {"document": document.name, "title": document.title, "language": document.language}
        _print(fields | {"date": date, "text": document.text})
    else:
        sys.stdout.write(document.text)
    return 0
