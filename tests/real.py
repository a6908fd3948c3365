"""The real models over the five articles, loaded once for a whole run."""

import json
import os
import subprocess
import sys
from functools import cache
from pathlib import Path

from citeglot.settings import ROOT

OFFLINE = """
import runpy, socket, sys
def refuse(self, address, *more):
    if self.family in (socket.AF_INET, socket.AF_INET6):
        raise OSError(f"the network is off: {address!r}")
    return connect(self, address, *more)
connect = socket.socket.connect
socket.socket.connect = refuse
def unknown(*arguments, **more):
    raise socket.gaierror("the network is off")
socket.getaddrinfo = unknown
door, sys.argv = sys.argv[1], sys.argv[1:]
runpy.run_module("citeglot", run_name="__main__") if door == "citeglot" else runpy.run_path(door, run_name="__main__")
"""


def run_offline(*arguments: str, given: str = "") -> subprocess.CompletedProcess[str]:
    """Run a door of the checkout in a process of its own that can reach nothing."""
    environment = {**os.environ, "PYTHONUTF8": "1"}
    environment.pop("HF_HUB_OFFLINE", None)
    return subprocess.run(
        [sys.executable, "-c", OFFLINE, *arguments],
        cwd=ROOT,
        env=environment,
        input=given,
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=1200,
        check=False,
    )


@cache
def real_index(folder: Path) -> Path:
    """Ingest the five articles into a folder, offline, and return it."""
    done = run_offline("ingest.py", "--index", str(folder), "--json")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["documents"] == 5
    return folder
