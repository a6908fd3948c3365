"""Files that a long run ends in, which are looked at before it begins."""

import json
import os
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from citeglot.errors import EnvironmentLacks, WrongUse


def check_outputs(output: Path | None, page: Path | None, inputs: Sequence[Path | None]) -> None:
    """Raise WrongUse where an output could not be written, or would replace another output or an input."""
    read = {path.resolve() for path in inputs if path is not None}
    written = [path for path in (output, page) if path is not None]
    for place, path in enumerate(written):
        if path.resolve() in read:
            raise WrongUse(f"{path} is read in this run; it is never written over. Name another file for the output.")
        if path.resolve() in {other.resolve() for other in written[:place]}:
            raise WrongUse(f"{path} is named for two outputs. Give each a name of its own.")
        _check_writable(path)
    if output is not None and output.exists():
        print(f"Note: {output} exists and will be replaced.", file=sys.stderr)


def _check_writable(path: Path) -> None:
    if path.is_dir():
        raise WrongUse(f"{path} is a folder; expected the name of a file.")
    probe = path.with_name(f"{path.name}.{os.getpid()}.probe")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        probe.touch()
        probe.unlink()
        if path.exists():
            path.open("ab").close()
    except OSError as problem:
        raise WrongUse(
            f"{path} cannot be written ({problem.strerror}). Name a file in a folder that you may write to."
        ) from None


def write_json(path: Path, report: Mapping[str, Any]) -> None:
    """Write a report as JSON, whole or not at all."""
    write_text(path, json.dumps(report, ensure_ascii=False, indent=1) + "\n")


def write_text(path: Path, text: str) -> None:
    """Write a text as UTF-8, whole or not at all."""
    beside = path.with_name(path.name + ".new")
    try:
        beside.write_text(text, encoding="utf-8", errors="backslashreplace", newline="\n")
        beside.replace(path)
    except OSError as problem:
        raise EnvironmentLacks(
            f"{path} could not be written ({problem.strerror}). Mend that, and run it again."
        ) from None
