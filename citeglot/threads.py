"""How many threads a model works on: measured once on a machine, and remembered.

What a system counts as processors may be halves of cores, slow cores, or more than a container may use. So all of them
are tried, then half, a quarter and so on, as long as fewer are faster.
"""

import hashlib
import json
import os
import platform
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path

import platformdirs

FILE = "threads.json"
WORTH_MEASURING = 3  # processors: of two, both
GAIN = 1.03  # fewer threads must be faster by this: they also leave room to others
ROUNDS = 2
Rate = Callable[[int], float]


def usable_processors() -> int:
    """Return how many processors this process may run on."""
    if hasattr(os, "sched_getaffinity"):
        return max(1, len(os.sched_getaffinity(0)))
    return os.cpu_count() or 1


def machine_key(*parts: str) -> str:
    """Return a name for this machine as it is now, and for whatever else decides how fast something is."""
    here = (platform.node(), platform.machine(), platform.processor(), str(usable_processors()))
    return hashlib.sha256("\0".join((*here, *parts)).encode("utf-8", "replace")).hexdigest()[:16]


def fastest(rate: Rate, most: int) -> int:
    """Return which of `most` threads, half of them and so on has the highest rate; the search ends where it falls."""
    best, highest = most, _measured(rate, most)
    tried = most // 2
    while tried >= 1:
        found = _measured(rate, tried)
        if found < highest * GAIN:
            break
        best, highest, tried = tried, found, tried // 2
    return best


def _measured(rate: Rate, threads: int) -> float:
    return max(rate(threads) for _ in range(ROUNDS))  # what disturbs makes slower, never faster


def remembered_threads(rates: Sequence[Rate], key: str, folder: Path | None = None) -> tuple[int, ...]:
    """Return the number of threads for each kind of work, measured where `key` was not measured before.

    `rates` say how much is done in a second by so many threads. On one or two processors nothing is measured. What
    cannot be read or written is no matter: then it is measured each time. `folder` is the user's cache by default.
    """
    most = usable_processors()
    if most < WORTH_MEASURING:
        return (most,) * len(rates)
    path = (folder or platformdirs.user_cache_path("citeglot")) / FILE
    known = _read(path)
    if (found := known.get(key)) and len(found) == len(rates) and all(1 <= one <= most for one in found):
        return tuple(found)
    measured = tuple(fastest(rate, most) for rate in rates)
    _write(path, {**known, key: list(measured)})
    return measured


def _read(path: Path) -> dict[str, list[int]]:
    try:
        known = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    if not isinstance(known, dict):
        return {}
    return {key: value for key, value in known.items() if isinstance(value, list) and _are_counts(value)}


def _are_counts(values: list[object]) -> bool:
    return all(type(one) is int for one in values)


def _write(path: Path, known: dict[str, list[int]]) -> None:
    beside = path.with_name(f"{path.name}.{os.getpid()}.new")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        beside.write_text(json.dumps(known, indent=1) + "\n", encoding="utf-8")
        beside.replace(path)
    except OSError:  # measured again at the next start
        with suppress(OSError):
            beside.unlink()
