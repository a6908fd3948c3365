"""How much memory a model may still take."""

from importlib import import_module
from pathlib import Path

from citeglot.errors import EnvironmentLacks

MEMINFO = Path("/proc/meminfo")
CONTAINER = Path("/sys/fs/cgroup")


def available_memory(meminfo: Path = MEMINFO, container: Path = CONTAINER) -> int | None:
    """Return the bytes that a program can have without another one losing any, swap included; None where not known.

    Linux says it, less where a container may have less; elsewhere psutil does, if it is there.
    """
    if not meminfo.exists():
        try:
            psutil = import_module("psutil")
        except ModuleNotFoundError:
            return None
        return int(psutil.virtual_memory().available + psutil.swap_memory().free)
    lines = (line.split() for line in meminfo.read_text(encoding="utf-8").splitlines())
    kilobytes = {line[0]: int(line[1]) for line in lines if len(line) > 1}
    here = 1024 * (kilobytes.get("MemAvailable:", 0) + kilobytes.get("SwapFree:", 0))
    allowed = _allowed(container)
    return here if allowed is None else min(here, allowed)


def require_memory(name: str, needed: int, available: int | None) -> None:
    """Raise `EnvironmentLacks` with both sizes where a model needs more than there is."""
    if available is not None and available < needed:
        raise EnvironmentLacks(
            f"The language model {name} needs about {needed / 1e9:.1f} GB of memory; {available / 1e9:.1f} GB are "
            "free. Close other programs, or name a smaller model of the catalogue in CITEGLOT_LANGUAGE_MODEL."
        )


def _allowed(container: Path) -> int | None:
    """Return what the limits of a container leave, or None where there are none; cached files count as free."""
    try:
        most = int((container / "memory.max").read_text(encoding="utf-8"))
        used = int((container / "memory.current").read_text(encoding="utf-8"))
        stat = dict(line.split() for line in (container / "memory.stat").read_text(encoding="utf-8").splitlines())
    except (OSError, ValueError):  # no container, or "max"
        return None
    return max(0, most - used + int(stat.get("inactive_file", 0)) + int(stat.get("active_file", 0)))
