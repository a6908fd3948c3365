"""Processes of their own that ingest with the fake embedder, to be killed."""

import functools
import os
import subprocess
import sys
import textwrap
from pathlib import Path

CHILD = """
import os, resource, shutil, signal, sys
from pathlib import Path
from index_support import document, five_articles, update

old = list(five_articles().values())[:2]
new = [*old, document("en2.txt", "Something new. " * 9, "en")]
os.fsync = lambda descriptor: None  # slow, and a killed process does not lose what the system has
real = {"fsync": os.fsync, "replace": Path.replace, "rename": Path.rename, "unlink": Path.unlink}

def in_child(work):
    child = os.fork()
    if child == 0:
        try:
            work()
        except BaseException as error:
            print(type(error).__name__, error, flush=True)
            os._exit(1)
        os._exit(0)
    return os.waitpid(child, 0)[1]

def kill_at(number):
    count = 0
    def counted(function):
        def call(*arguments, **options):
            nonlocal count
            count += 1
            if count == number:
                os.kill(os.getpid(), signal.SIGKILL)
            return function(*arguments, **options)
        return call
    os.fsync = counted(real["fsync"])
    Path.replace, Path.rename, Path.unlink = (counted(real[name]) for name in ("replace", "rename", "unlink"))
"""

INGEST = """
import signal, sys
from fakes import HashEmbedder
from index_support import CHUNK_TOKENS
import ingest
signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell starts what runs in its background deaf to it
from citeglot.console import run_door
from citeglot.corpus import read_corpus
from citeglot.indexing import engines_of
ingest.model_engines = lambda settings: engines_of(HashEmbedder(), CHUNK_TOKENS)
read_corpus(ingest.build_parser().parse_args().corpus)
print("ready", flush=True)
sys.exit(run_door(ingest.main))
"""


def child_environment() -> dict[str, str]:
    """Return an environment in which a child imports the program and what the tests share."""
    root = Path(__file__).resolve().parent
    return {**os.environ, "PYTHONPATH": os.pathsep.join([str(root.parent), str(root), *sys.path]), "PYTHONUTF8": "1"}


DOORS = """
import sys
import app, ingest, citeglot.cli, citeglot.chatbot, citeglot.engines, citeglot.maintenance, eval.system
from citeglot.settings import Settings
from citeglot.stores import store_of
store_of(Settings())
ingest.spread_of(None, ingest.build_parser().parse_args([]), None)
print(*sys.modules)
"""


@functools.cache
def modules_on_one_machine() -> tuple[str, ...]:
    """Return what a process has imported that came by every door and chose where to search and to embed."""
    root = Path(__file__).resolve().parent.parent
    environment = {name: value for name, value in os.environ.items() if not name.startswith("CITEGLOT_")}
    command = [sys.executable, "-c", DOORS]
    done = subprocess.run(command, cwd=root, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return tuple(done.stdout.split())


def start_ingest(corpus: Path, index: Path) -> subprocess.Popen[str]:
    """Start a real ingest with the fake embedder and return it when it is about to begin.

    What takes long and writes nothing, imports and the language detector, is loaded by then.
    """
    child = subprocess.Popen(
        [sys.executable, "-c", INGEST, "--corpus", str(corpus), "--index", str(index), "--json"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
        env=child_environment(),
    )
    assert child.stdout is not None
    assert child.stdout.readline() == "ready\n", child.communicate()[1]
    return child


def run_child(body: str, folder: Path) -> list[str]:
    """Run Python in a process that may fork, and return the lines it printed."""
    done = subprocess.run(
        [sys.executable, "-c", CHILD + textwrap.dedent(body), str(folder)],
        capture_output=True,
        text=True,
        env=child_environment(),
        timeout=300,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()
