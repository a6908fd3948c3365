"""Sets the program up and runs it, on any system, with nothing but a Python: `python citeglot/bootstrap.py chat`."""
# ruff: noqa: E402, PTH120 - the path must be right before anything is imported, pathlib too

import os
import sys

HERE = os.path.dirname(os.path.realpath(__file__))
# Run as a script, this folder comes first on the path, and its types.py would hide the standard library's.
sys.path[:] = [os.path.dirname(HERE), *(one for one in sys.path if os.path.realpath(one) != HERE)]
if sys.version_info < (3, 11):  # noqa: UP036 - an older Python must be able to read this file, to be told so
    sys.stderr.write(
        f"citeglot needs Python 3.11 or newer; this is {sys.version.split()[0]} ({sys.executable}).\n"
        "Install a newer one and name it: make chat PYTHON=python3.12, "
        "or on Windows: py -3.12 citeglot\\bootstrap.py chat\n"
    )
    sys.exit(3)

import argparse
import shutil
import signal
from collections.abc import Sequence
from pathlib import Path
from types import FrameType

from citeglot.environment import install, install_others, venv_python
from citeglot.errors import UserError
from citeglot.steps import StepFailed, Steps, say

ROOT = Path(HERE).parent
SMALL_MODEL = "qwen2.5-coder-0.5b-instruct"
SLOW = ("models", "browser", "scale", "soak")
CACHES = (".venv", ".mypy_cache", ".pytest_cache", ".ruff_cache", ".hypothesis", "build", "dist", "citeglot.egg-info")
COMMANDS = {
    "chat": "set up, fetch the models, index the articles, open the chat page (what follows goes to app.py)",
    "install": "make .venv and install what the lock of this system names",
    "models": "fetch the models (what follows: their names)",
    "index": "index the articles of corpus/ (what follows goes to ingest.py)",
    "check": "format, lint, types and the fast tests (what follows goes to pytest)",
    "test": "as check, but with all tests except the long loops",
    "soak": "the long loops",
    "eval": "the question sets (what follows goes to python -m eval)",
    "clean": "remove .venv and what the tools keep; the index and the models stay",
}


def run_command(command: str, rest: Sequence[str], steps: Steps) -> None:
    """Do what a command of COMMANDS says; every one but `clean` sets up first."""
    if command == "clean":
        for name in CACHES:
            shutil.rmtree(ROOT / name, ignore_errors=True)
        say(f"Removed: {', '.join(CACHES)}")
        return
    install(ROOT, steps)
    if command in ("chat", "models", "eval"):
        names = rest if command == "models" else ()
        steps.run("Fetching the models", "-m", "citeglot", "models", "fetch", *names)
    if command in ("chat", "index", "eval"):
        steps.run("Indexing the articles", "ingest.py", *(rest if command == "index" else ()))
    if command == "chat":
        say(steps.table())
        steps.run("Opening the chat page (Ctrl-C ends it)", "app.py", *rest)
    if command == "eval":
        steps.run("Asking the question sets", "-m", "eval", *rest)
    if command in ("check", "test", "soak"):
        run_tests(command, rest, steps)


def run_tests(command: str, rest: Sequence[str], steps: Steps) -> None:
    """Run the checks of the code and the tests of a command."""
    if command != "soak":
        steps.run("Format", "-m", "ruff", "format", "--check", ".")
        steps.run("Lint", "-m", "ruff", "check", ".")
        steps.run("Types", "-m", "mypy")
    if command == "test":
        install_others(ROOT, steps)
        steps.run("Fetching the models", "-m", "citeglot", "models", "fetch")
        steps.run("Fetching the small language model", "-m", "citeglot", "models", "fetch", SMALL_MODEL)
    marks = {"check": " and ".join(f"not {mark}" for mark in SLOW), "test": "not soak", "soak": "soak"}
    steps.run("Tests", "-m", "pytest", "-m", marks[command], *rest)


def main(arguments: Sequence[str]) -> int:
    """Run one command; return its exit code."""
    parser = argparse.ArgumentParser(
        prog="bootstrap.py", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.epilog = "commands:\n" + "\n".join(f"  {name:8} {text}" for name, text in COMMANDS.items())
    parser.add_argument("command", choices=COMMANDS, metavar="command")
    parser.add_argument("rest", nargs=argparse.REMAINDER, help="handed on, as the commands say")
    given = parser.parse_args(arguments)
    if given.rest and given.command in ("install", "soak", "clean"):
        parser.error(f"{given.command} takes no arguments, and got: {' '.join(given.rest)}")
    steps = Steps(ROOT, venv_python(ROOT / ".venv"))
    try:
        run_command(given.command, given.rest, steps)
    except UserError as error:
        say(str(error))
        return error.exit_code
    except OSError as error:
        say(f"The set-up cannot read or write what it must: {error}")
        return 3
    except StepFailed as failed:
        return failed.code
    except KeyboardInterrupt:
        say("Stopped. What was finished is kept; the same command goes on from there.")
        return 130
    finally:
        if steps.seconds and given.command != "chat":
            say(steps.table())
    return 0


def _stop(number: int, _frame: FrameType | None) -> None:
    sys.exit(128 + number)


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, _stop)
    sys.exit(main(sys.argv[1:]))
