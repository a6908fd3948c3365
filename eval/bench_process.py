"""The memory of a server that is measured, where it runs on this machine and the system tells (Linux does)."""

from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from urllib.parse import urlsplit

from citeglot.peak import peak_memory

PROC = Path("/proc")
LISTENS = "0A"


def peak_of_server(url: str) -> int | None:
    """Return the most bytes that the processes behind an address have had in memory, those that they started included.

    It is the sum over the processes of the most of each, since they began; None where they are not found.
    """
    port = urlsplit(url).port
    sockets = {f"socket:[{one}]" for one in _listening(port)} if port else set()
    holders = {one for one in _processes() if sockets & set(_opened(one))} if sockets else set()
    peaks = [peak_memory(one / "status") or 0 for one in holders | _started_by(holders)]
    return sum(peaks) or None


def _processes() -> list[Path]:
    return [one for one in PROC.iterdir() if one.name.isdecimal()] if PROC.exists() else []


def _listening(port: int) -> Iterator[str]:
    """Yield the numbers of the sockets that listen on a port."""
    for table in ("tcp", "tcp6"):
        with suppress(OSError):
            for line in (PROC / "net" / table).read_text(encoding="ascii").splitlines()[1:]:
                _, here, _, state, *_, number = line.split()[:10]
                if state == LISTENS and int(here.rpartition(":")[2], 16) == port:
                    yield number


def _opened(process: Path) -> Iterator[str]:
    with suppress(OSError):  # it ended, or is somebody else's
        for one in (process / "fd").iterdir():
            with suppress(OSError):
                yield str(one.readlink())


def _started_by(holders: set[Path]) -> set[Path]:
    """Return the descendants of some processes."""
    parents = {one: _parent(one) for one in _processes()}
    found: set[Path] = set()
    while new := {one for one, parent in parents.items() if PROC / parent in holders | found} - found - holders:
        found |= new
    return found


def _parent(process: Path) -> str:
    with suppress(OSError):
        for line in (process / "status").read_text(encoding="utf-8").splitlines():
            if line.startswith("PPid:"):
                return line.split()[1]
    return ""
