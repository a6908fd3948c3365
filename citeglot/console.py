"""What every door does with its console: UTF-8 whatever it is, and an exit code instead of a traceback."""

import io
import os
import sys
from collections.abc import Callable, Sequence

import regex

from citeglot.errors import UserError

_STEERING = regex.compile(r"[\p{Cc}--\t\n]|[\u202A-\u202E\u2066-\u2069]", regex.V1)


def run_door(main: Callable[[list[str]], int], arguments: Sequence[str] | None = None) -> int:
    """Run `main` with the arguments of the command line and return the exit code.

    A UserError is told on standard error and gives its own code; Ctrl-C gives 130; a reader that went away gives 1.
    """
    use_utf8()
    try:
        code = main(list(sys.argv[1:] if arguments is None else arguments))
        sys.stdout.flush()
    except UserError as error:
        sys.stderr.write(f"Error: {harmless(str(error))}\n")
        return error.exit_code
    except KeyboardInterrupt:
        sys.stderr.write("Interrupted; what was there before is unchanged.\n")
        return 130
    except BrokenPipeError:
        # the interpreter flushes once more at its end, which must not complain
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    return code


def use_utf8() -> None:
    """Make the standard streams UTF-8; what cannot be written is escaped, what cannot be read is replaced."""
    if isinstance(sys.stdin, io.TextIOWrapper):
        sys.stdin.reconfigure(encoding="utf-8-sig", errors="replace")
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")


def harmless(text: str) -> str:
    """Return a text that does nothing to a terminal: what would steer it, or turn text around, is shown escaped."""
    return _STEERING.sub(lambda found: found[0].encode("unicode_escape").decode("ascii"), text)
