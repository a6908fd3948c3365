"""Hands pages, Word and PDF documents to a child process and ends it when it takes too long or too much."""

import json
import subprocess
import sys
import threading
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from citeglot.decoding import UnreadableArticle
from citeglot.extraction_child import OUT_OF_MEMORY
from citeglot.formats import Article, clean_article

SUFFIXES = (".html", ".htm", ".xhtml", ".docx", ".pdf")
MAX_SECONDS = 60.0
MAX_MEMORY = 1 << 30
_PROGRAM = Path(__file__).resolve().parent.parent


@dataclass(slots=True)
class Extractor:
    """A process that reads one file after another; it is started with the first one and again when it was ended."""

    seconds: float = MAX_SECONDS
    memory: int = MAX_MEMORY
    _child: "subprocess.Popen[bytes] | None" = field(default=None, init=False)

    def __enter__(self) -> "Extractor":
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()

    def close(self) -> None:
        """End the process, if there is one."""
        if self._child is not None:
            self._child.kill()
            self._child.communicate()
            self._child = None

    def read(self, path: Path, *encodings: str) -> Article:
        """Return the article of a file; `UnreadableArticle` says why there is none, or which limit it ran into."""
        reply = self._ask({"path": str(path.absolute()), "encodings": encodings})
        if "reason" in reply:
            raise UnreadableArticle(reply["reason"])
        return clean_article(reply["text"], reply["metadata"])

    def _ask(self, request: dict[str, Any]) -> dict[str, Any]:
        child = self._child = self._child or self._start()
        assert child.stdin and child.stdout
        overdue = threading.Event()

        def end() -> None:
            overdue.set()
            child.kill()

        timer = threading.Timer(self.seconds, end)
        timer.start()
        try:
            child.stdin.write(json.dumps(request).encode() + b"\n")
            child.stdin.flush()
            reply = child.stdout.readline()
        except OSError:  # it is gone already
            reply = b""
        finally:
            timer.cancel()
            timer.join()
        if overdue.is_set() or not reply.endswith(b"\n"):
            raise self._ended(overdue.is_set())
        answer: dict[str, Any] = json.loads(reply)
        return answer

    def _ended(self, overdue: bool) -> UnreadableArticle:
        """Return what the end of the process means; the next file gets a new one."""
        child, self._child = self._child, None
        assert child is not None
        child.communicate()
        if overdue:
            return UnreadableArticle(
                f"Reading it took longer than {self.seconds:g} seconds; split it or save it as text."
            )
        if child.returncode == OUT_OF_MEMORY:
            return UnreadableArticle(
                f"Reading it took more than {self.memory // (1 << 20)} MB of memory; split it or save it as text."
            )
        return UnreadableArticle(
            f"Reading it ended the program that reads such files (code {child.returncode}); save it as text."
        )

    def _start(self) -> "subprocess.Popen[bytes]":
        return subprocess.Popen(
            [sys.executable, "-m", "citeglot.extraction_child", str(self.memory)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            cwd=_PROGRAM,
        )
