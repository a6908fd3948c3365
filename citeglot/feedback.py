"""What a person said of answers: rows in the user's own data folder, and nowhere else."""

import json
import os
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal, get_args

from filelock import FileLock, Timeout

from citeglot.errors import EnvironmentLacks, WrongUse
from citeglot.fields import Fields
from citeglot.storage import sync_folder
from citeglot.types import Answer

FILE = "feedback.jsonl"
MAX_REASON = 2000
PATIENCE_SECONDS = 10.0
Rating = Literal["right", "wrong"]
Row = dict[str, Any]
TEXTS = ("id", "time", "question", "language", "kind", "answer", "rating", "reason")


def save_feedback(folder: Path, answer: Answer, rating: Rating, reason: str = "") -> None:
    """Append what a person says of an answer to feedback.jsonl in `folder`; it is on the disk when this returns.

    Several processes may do so at once. WrongUse for another rating or a longer reason, EnvironmentLacks where the
    folder cannot be written.
    """
    if rating not in get_args(Rating):
        raise WrongUse(f"The rating is {rating!r:.40}; expected right or wrong.")
    if not isinstance(reason, str) or len(reason) > MAX_REASON:
        size = f"{len(reason):,} characters long" if isinstance(reason, str) else type(reason).__name__
        raise WrongUse(f"The reason is {size}; expected a text of at most {MAX_REASON:,}.")
    line = to_line(_row(answer, rating, reason.strip()))
    with _explained(folder):
        folder.mkdir(parents=True, exist_ok=True)
        with FileLock(folder / ".feedback.lock", timeout=PATIENCE_SECONDS, fallback_to_soft=False):
            _append(folder / FILE, line)


def _row(answer: Answer, rating: str, reason: str) -> Row:
    content = answer.to_json()
    del content["timings"]
    content["passages"] = [{name: one[name] for name in ("document", "start", "end")} for one in content["passages"]]
    now = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    return {"id": uuid.uuid4().hex, "time": now, **content, "rating": rating, "reason": reason}


def to_line(row: Row) -> bytes:
    """Return a row as a line of JSON in UTF-8; halves of surrogate pairs, which UTF-8 has not, are escaped in it."""
    return json.dumps(row, ensure_ascii=False).encode("utf-8", "backslashreplace") + b"\n"


def _append(path: Path, line: bytes) -> None:
    """Write a whole line or nothing; it begins a line even where an earlier one has no end."""
    with open(path, "a+b", buffering=0, opener=lambda name, flags: os.open(name, flags, 0o600)) as file:
        size = file.seek(0, os.SEEK_END)
        if size:
            file.seek(size - 1)
            line = line if file.read(1) == b"\n" else b"\n" + line
        try:
            rest = memoryview(line)
            while rest:
                rest = rest[file.write(rest) :]
            os.fsync(file.fileno())
        except OSError:
            file.truncate(size)
            raise
    if not size:
        sync_folder(path.parent)


@contextmanager
def _explained(folder: Path) -> Iterator[None]:
    try:
        yield
    except (OSError, NotImplementedError) as error:  # Timeout of the lock is an OSError too
        reason = "another program holds it" if isinstance(error, Timeout) else getattr(error, "strerror", None) or error
        raise EnvironmentLacks(
            f"The feedback in {folder} cannot be reached ({reason}). What was there before is unchanged. Free some "
            "space on that disk or make the folder yours, and try again."
        ) from error


def read_feedback(folder: Path) -> tuple[list[Row], list[str]]:
    """Return the rows in the order in which they were saved, and in sentences which lines are none."""
    path = folder / FILE
    if not path.exists():
        return [], []
    with _explained(folder):
        lines = path.read_bytes().split(b"\n")
    rows, problems = [], []
    for number, line in enumerate(lines, start=1):
        if line.strip():
            try:
                rows.append(parse_row(line))
            except (ValueError, RecursionError) as problem:
                problems.append(f"{path}, line {number} is no feedback and was passed over ({problem}).")
    return rows, problems


def parse_row(line: bytes) -> Row:
    """Return the row of a line; ValueError for what is none."""
    row = Fields("row", json.loads(line.decode("utf-8")))
    for name in TEXTS:
        row.text(name)
    for name in ("sentences", "citations"):
        for one in row.objects(name):
            one.text("text" if name == "sentences" else "quote")
            if name == "citations":
                one.text("document")
    return row.value
