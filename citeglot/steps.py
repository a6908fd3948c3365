"""Steps of a longer piece of work: each is announced, timed, and passes on how it ended. Standard library only."""

import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

PATIENCE = 5.0  # seconds that a process gets to put its things down


class StepFailed(Exception):
    """A step ended with an exit code other than 0, which is `code`."""

    def __init__(self, code: int) -> None:
        super().__init__(f"exit code {code}")
        self.code = code


def say(text: str) -> None:
    """Show a line to the person who waits."""
    sys.stderr.write(text + "\n")
    sys.stderr.flush()


class Steps:
    """Runs the Python of a checkout's .venv step by step; `seconds` holds each step's name and duration so far."""

    def __init__(self, root: Path, python: Path) -> None:
        self.root = root
        self.python = python
        self.log = root / ".venv" / "bootstrap.log"
        self.seconds: list[tuple[str, float]] = []
        self.environment = {**os.environ, "PYTHONUTF8": "1", "PIP_DISABLE_PIP_VERSION_CHECK": "1"}

    def call(self, name: str, work: Callable[[], None]) -> None:
        """Do some work in this process."""
        say(f"==> {name}")
        start = time.monotonic()
        work()
        self._took(name, start)

    def run(self, name: str, *arguments: str) -> None:
        """Run Python with arguments in the checkout; StepFailed where it does not end well."""
        say(f"==> {name}")
        start = time.monotonic()
        process = subprocess.Popen([str(self.python), *arguments], cwd=self.root, env=self.environment)
        code = wait(process)
        self._took(name, start)
        if code:
            raise StepFailed(failed(name, code))

    def pip(self, name: str, *arguments: str) -> None:
        """Run `pip install` with arguments, its output in the log; where it fails, show the end of the log."""
        say(f"==> {name}")
        start = time.monotonic()
        command = [str(self.python), "-m", "pip", "install", "--no-input", "--progress-bar", "off", *arguments]
        with self.log.open("ab") as log:
            process = subprocess.Popen(
                command, cwd=self.root, env=self.environment, stdout=log, stderr=subprocess.STDOUT
            )
            code = wait(process, 20)
        self._took(name, start)
        if code:
            say("\n".join(self.log.read_text(encoding="utf-8", errors="replace").splitlines()[-30:]))
            say(f"The whole log: {self.log}\nIf the network failed, run the same command again; it goes on from here.")
            raise StepFailed(failed(name, code))

    def table(self) -> str:
        """Return a line for each step with its seconds, and their sum."""
        rows = [*self.seconds, ("together", sum(seconds for _, seconds in self.seconds))]
        return "\n".join(f"{seconds:8.1f} s  {name}" for name, seconds in rows)

    def _took(self, name: str, start: float) -> None:
        seconds = time.monotonic() - start
        self.seconds.append((name, seconds))
        say(f"    {seconds:.1f} s")


def failed(name: str, code: int) -> int:
    """Say that a step ended badly; return its exit code as a shell would give it."""
    say(f"“{name}” failed with exit code {code}.")
    return code if code > 0 else 128 - code


def wait(process: "subprocess.Popen[bytes]", beat: float | None = None) -> int:
    """Return the exit code of a process; say that it is alive every `beat` seconds.

    Where the wait is interrupted, the process gets time to put its things down, and is ended then.
    """
    start = time.monotonic()
    try:
        while True:
            try:
                return process.wait(beat)
            except subprocess.TimeoutExpired:
                say(f"    still at work after {time.monotonic() - start:.0f} s")
    except BaseException as stopped:
        if not isinstance(stopped, KeyboardInterrupt):  # Ctrl-C has reached the process too
            process.terminate()
        _end(process)
        raise


def _end(process: "subprocess.Popen[bytes]") -> None:
    for stop in (process.terminate, process.kill):
        try:
            process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            stop()
    process.wait()
