"""A section of a settings file as a frozen value: each field's default says its type, its metadata what was expected.

`line` is a line of the file that would do, `variable` the environment variable that goes before it.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import Field, fields
from pathlib import Path
from typing import Any

from citeglot.errors import WrongUse

SECRETS = ("key", "token", "password", "secret")
SWITCHES = {"1": True, "true": True, "0": False, "false": False}
Sources = tuple[Path, Mapping[str, Any], Mapping[str, str]]


def read_tables(file: Path) -> dict[str, Any]:
    """Return what a TOML file says, nothing where there is none; WrongUse where it cannot be read."""
    try:
        return tomllib.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except (OSError, ValueError) as problem:
        raise WrongUse(
            f"{file} could not be read: {problem}. Expected TOML in UTF-8. Mend it, or take it away: without it "
            "everything runs on this machine."
        ) from None


def section_values(name: str, kind: type[Any], sources: Sources) -> dict[str, Any]:
    """Return what the file, its tables and the environment say of a section, by the names of its fields.

    An unknown name and a value of another type are a `WrongUse` that shows the line that was expected.
    """
    file, tables, environment = sources
    known: dict[str, Field[Any]] = {one.name: one for one in fields(kind)}
    given = tables.get(name, {})
    for key in given:
        if key not in known:
            told = "Keys and passwords belong in the environment, not in a file. "
            secret = told if any(word in key.lower() for word in SECRETS) else ""
            lines = "".join(f"\n    {one.metadata['line']}" for one in known.values())
            raise WrongUse(f"{file}, [{name}]: {key!r} is not known. {secret}Expected lines such as:{lines}")
    values = {key: _typed(value, known[key], f"{file}, [{name}]") for key, value in given.items()}
    for key, one in known.items():
        if text := environment.get(one.metadata["variable"], "").strip():
            values[key] = _from_text(text, one)
    return values


def _typed(value: object, one: "Field[Any]", where: str) -> object:
    """Return a value of the file as the field has it: a list of texts as a tuple."""
    texts = isinstance(value, list) and all(isinstance(item, str) for item in value)
    if isinstance(one.default, tuple) and isinstance(value, list) and texts:
        return tuple(value)
    if type(value) is not type(one.default) or isinstance(value, tuple) or _is_negative(value):
        raise WrongUse(f"{where}: {one.name} is {value!r:.80}. Expected a line such as: {one.metadata['line']}")
    return value


def _from_text(text: str, one: "Field[Any]") -> object:
    """Return a value of the environment as the field has it: texts are separated by commas."""
    if isinstance(one.default, tuple):
        return tuple(part.strip() for part in text.split(",") if part.strip())
    if isinstance(one.default, bool):
        if text.lower() not in SWITCHES:
            raise WrongUse(f"{one.metadata['variable']} is {text!r:.80}. Expected one of: {', '.join(SWITCHES)}")
        return SWITCHES[text.lower()]
    if isinstance(one.default, int):
        if not text.isdecimal():
            raise WrongUse(f"{one.metadata['variable']} is {text!r:.80}. Expected a whole number that is not negative.")
        return int(text)
    return text


def _is_negative(value: object) -> bool:
    return isinstance(value, int) and value < 0
