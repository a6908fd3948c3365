"""The rows of a run, one for each question, written down as they come so that a run can go on after a crash."""

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

Row = dict[str, Any]


class RowLog:
    """Rows by the id of their question; with a path, each is appended to that file as a line of JSON.

    The first line holds the fingerprint of the run. Rows of an equal fingerprint are taken over but for those with an
    error; a torn last line is dropped; rows of another run are forgotten.
    """

    def __init__(self, path: Path | None, fingerprint: Mapping[str, Any]) -> None:
        self.path = path
        self._key = hashlib.sha256(json.dumps(fingerprint, sort_keys=True).encode()).hexdigest()
        self.rows = self._read()
        self.resumed = len(self.rows)
        if path is not None:
            lines = [{"fingerprint": self._key}, *self.rows.values()]
            beside = path.with_name(path.name + ".new")
            beside.write_text("".join(map(_line, lines)), encoding="ascii", newline="\n")
            beside.replace(path)

    def add(self, row: Row) -> None:
        """Keep a row, and write it down."""
        row = json.loads(_line(row))  # what is resumed and what is not must not differ
        self.rows[row["id"]] = row
        if self.path is not None:
            with self.path.open("a", encoding="ascii", newline="\n") as file:
                file.write(_line(row))

    def forget(self) -> None:
        """Remove the file: the run is complete and written elsewhere."""
        if self.path is not None:
            self.path.unlink(missing_ok=True)

    def _read(self) -> dict[str, Row]:
        try:
            text = self.path.read_text(encoding="ascii", errors="replace") if self.path else ""
        except FileNotFoundError:
            return {}
        found = [_parsed(line) for line in text.split("\n")]
        if found[0] != {"fingerprint": self._key}:
            return {}
        return {row["id"]: row for row in found if "id" in row and "error" not in row}


def _parsed(line: str) -> Row:
    try:
        row = json.loads(line)
    except ValueError:  # the line that a crash tore, or the end
        return {}
    return row if isinstance(row, dict) else {}


def _line(value: Mapping[str, Any]) -> str:
    return json.dumps(value) + "\n"
