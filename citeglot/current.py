"""CURRENT, the small file that names the generation that is served, such as `gen-000042 1f0c3d5e7a9b`."""

import hashlib
import re
from dataclasses import dataclass
from pathlib import Path

from citeglot.errors import IndexMismatch
from citeglot.generation import Generation, generation_name, open_generation
from citeglot.manifest import Manifest
from citeglot.storage import damaged, patiently, sync_folder, write_file

DIGITS = 12
_LINE = re.compile(r"gen-(\d{6,9})(?: ([0-9a-f]{12}))?\n")  # before there were checksums, there was none


@dataclass(frozen=True, slots=True)
class Named:
    """What CURRENT says: a generation, and the first hexadecimal digits of its manifest's SHA-256, or None."""

    number: int
    checksum: str | None


def current_line(manifest: Manifest) -> bytes:
    """Return what CURRENT says when it names the generation of this manifest."""
    checksum = hashlib.sha256(manifest.to_bytes()).hexdigest()[:DIGITS]
    return f"{generation_name(manifest.generation)} {checksum}\n".encode()


def set_current(folder: Path, manifest: Manifest) -> None:
    """Switch readers to a generation that is complete."""
    write_file(folder / "CURRENT", [current_line(manifest)])
    sync_folder(folder)


def glimpse(folder: Path) -> bytes | None:
    """Return what CURRENT holds at this moment, unread; None where it cannot be had."""
    try:
        return patiently((folder / "CURRENT").read_bytes)
    except OSError:
        return None


def read_current(folder: Path) -> Named | None:
    """Return what CURRENT says, None where there is no such file; IndexDamaged where it names nothing."""
    path = folder / "CURRENT"
    try:
        match = _LINE.fullmatch(patiently(path.read_bytes)[:64].decode("ascii", "replace"))
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as error:
        raise damaged(path, f"cannot be read ({error.strerror})") from error
    if match is None:
        raise damaged(path, "names no generation")
    return Named(int(match[1]), match[2])


def open_named(folder: Path, named: Named) -> Generation:
    """Open the generation that CURRENT names; IndexDamaged where its manifest is not the one that was meant."""
    if not (folder / generation_name(named.number)).is_dir():
        raise damaged(folder / "CURRENT", f"names generation {named.number}, which is not there")
    try:
        generation = open_generation(folder, named.number)
    except IndexMismatch:
        _check(folder, named)  # another format may be a flipped bit
        raise
    _check(folder, named)
    return generation


def _check(folder: Path, named: Named) -> None:
    path = folder / generation_name(named.number) / "manifest.json"
    try:
        with path.open("rb") as file:
            found = hashlib.file_digest(file, "sha256").hexdigest()[:DIGITS]
    except OSError as error:
        raise damaged(path, f"cannot be read ({error.strerror})") from error
    if named.checksum not in (None, found):
        raise damaged(folder / "CURRENT", f"names {named.checksum} as the checksum of {path}, which is {found}")
