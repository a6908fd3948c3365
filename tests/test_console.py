"""What every door does: exit codes and UTF-8, in a real process with a hostile console."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from citeglot.console import harmless, run_door
from citeglot.errors import EnvironmentLacks, NoIndex, WrongUse

ROOT = Path(__file__).resolve().parent.parent


def python(code, **options):
    """Run Python with an ASCII console and return what it wrote."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0", "LC_ALL": "C"}
    command = [sys.executable, "-c", f"from citeglot.console import run_door\n{code}"]
    return subprocess.run(command, capture_output=True, env=environment, timeout=60, **options)


@pytest.mark.parametrize(
    ("error", "code"),
    [(WrongUse("why"), 2), (EnvironmentLacks("why"), 3), (NoIndex("why"), 3), (KeyboardInterrupt(), 130)],
)
def test_errors_become_exit_codes(capsys, error, code):
    """A person's problem is one line on standard error and the contract's code."""

    def main(arguments):
        raise error

    assert run_door(main, []) == code
    streams = capsys.readouterr()
    assert streams.out == ""
    assert streams.err.count("\n") == 1


def test_arguments_and_codes_pass_through():
    """`main` gets the arguments, and its own code is the door's."""
    assert run_door(len, ["a", "b"]) == 2


def test_a_bug_is_not_hidden():
    """What is no person's problem keeps its traceback."""
    with pytest.raises(ZeroDivisionError):
        run_door(lambda arguments: 1 // 0, [])


def test_utf8_whatever_the_console():
    """Every script goes out as UTF-8, a lone surrogate escaped; input is read as UTF-8 without its mark."""
    text = ascii("क्\u200dष 日本 \ud800")
    code = f"import sys\nrun_door(lambda a: print(sys.stdin.read() + {text}) or 0, [])"
    done = python(code, input="\ufeffå".encode())
    assert done.stdout.decode() == "åक्\u200dष 日本 \\ud800" + os.linesep
    assert done.stderr == b""


@pytest.mark.skipif(os.name != "posix", reason="pipes of POSIX")
def test_a_reader_that_goes_away_is_no_traceback():
    """`| head` ends the output quietly."""
    code = "raise SystemExit(run_door(lambda a: [print('x' * 1000) for _ in range(10000)] and 0, []))"
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-c", f"from citeglot.console import run_door\n{code}"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment) as child:
        child.stdout.read(10)
        child.stdout.close()
        assert child.stderr.read() == b""
        assert child.wait(timeout=60) == 1


@pytest.mark.parametrize(
    "text", ["Größe\tå\n", "a\u030a क्\u200dष क्\u200cष १", "日本、１月", "\u05e9\u05c1\u200f!", "👩\u200d🚀"]
)
def test_text_of_every_script_is_harmless(text):
    """It is printed as it stands: marks, joiners and direction marks too."""
    assert harmless(text) == text


def test_what_steers_a_terminal_is_shown_and_does_nothing(capsys):
    """Control characters, and what turns text around, in an error too."""
    assert harmless("\x1b[2J\x9b1m\r\x00\u202eb") == r"\x1b[2J\x9b1m\r\x00\u202eb"

    def main(arguments):
        raise WrongUse("No article \x1b[31m.\nThere is: a.txt")

    run_door(main, [])
    assert capsys.readouterr().err == "Error: No article \\x1b[31m.\nThere is: a.txt\n"
