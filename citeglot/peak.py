"""How much memory this process has taken at most."""

import sys
from contextlib import suppress
from importlib import import_module
from pathlib import Path
from typing import Any

STATUS = Path("/proc/self/status")


def peak_memory(status: Path = STATUS) -> int | None:
    """Return the most bytes that this process has had in memory at one time, or None where the system does not say."""
    with suppress(OSError):
        for line in status.read_text(encoding="utf-8").splitlines():
            if line.startswith("VmHWM:"):  # what `resource` says on Linux may be that of the shell before
                return 1024 * int(line.split()[1])
    with suppress(ModuleNotFoundError):
        resource: Any = import_module("resource")
        return int(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss) * (1 if sys.platform == "darwin" else 1024)
    with suppress(ModuleNotFoundError, AttributeError):
        return int(import_module("psutil").Process().memory_info().peak_wset)
    return None
