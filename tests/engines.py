"""The engines that one contract is tested over: FAISS in this process, and Milvus servers on this machine alone."""

import os
import platform
import shutil
import signal
import socket
import subprocess
import sys
import time
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from citeglot.deployment import VectorServer
from citeglot.errors import EngineGone
from citeglot.milvus_store import open_store
from citeglot.vectors_milvus import Milvus

START = 600.0  # seconds; no test is about how fast a machine is that does much else
PATIENCE = 60  # seconds for a question: one that is given up is answered by words, which is another test
PORT_INSIDE = 19530
PARTS = ("rootCoord", "proxy", "queryCoord", "queryNode", "indexCoord", "indexNode", "dataCoord", "dataNode")


class Server:
    """A server that a test may kill and start again on the same port with the same data."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port = free.getsockname()[1]
        self.process: subprocess.Popen | None = None
        self.pid = 0

    def settings(self, **more) -> VectorServer:
        """Return what citeglot.toml would say of it."""
        return VectorServer(milvus=f"http://127.0.0.1:{self.port}", **{"seconds": PATIENCE, **more})

    def kill(self) -> None:
        """End it as a power cut does."""
        os.kill(self.pid, signal.SIGKILL)
        self.process.wait()

    def wait(self) -> None:
        """Return when it answers; a server that does not start fails the test."""
        end = time.monotonic() + START
        while True:
            try:
                Milvus(self.settings(seconds=5)).version(5.0)
                return
            except EngineGone as error:
                assert time.monotonic() < end and self.process.poll() is None, f"{error}\n{self.log()}"
                time.sleep(0.2)

    def log(self) -> str:
        """Return the end of what it printed."""
        return (self.folder / "log").read_text(errors="replace")[-2000:]

    def run(self, command, **options) -> None:
        """Start a process whose output goes to the log."""
        self.folder.mkdir(parents=True, exist_ok=True)
        with (self.folder / "log").open("ab") as log:
            self.process = subprocess.Popen(command, stderr=log, **{"stdout": log, **options})
        self.pid = self.process.pid


class MilvusLite(Server):
    """The server of the package milvus-lite, which has sparse vectors."""

    def start(self) -> None:
        """Start it and wait for it."""
        program = Path(sys.executable).with_name("milvus-lite")
        self.run(
            [program, "server", "--host", "127.0.0.1", "--port", str(self.port), "--data-dir", self.folder / "data"]
        )
        self.wait()


class Milvus235(Server):
    """The real server, from the package milvus 2.3.5 for Linux: old, without sparse vectors, alone in its network."""

    def start(self) -> None:
        """Start it and wait for it."""
        from milvus import MilvusServerConfig, _initialize_data_files

        self.folder.mkdir(parents=True, exist_ok=True)
        home = str(self.folder)
        if not (self.folder / "bin").exists():
            config = MilvusServerConfig(data_dir=home)
            config.resolve_storage()
            for part in PARTS:  # they tell each other where they are, and there is nothing but the loopback
                config.set(f"{part}.ip", "127.0.0.1")
            config.write_config()
            _initialize_data_files(home)
        program = str(self.folder / "bin" / "milvus")
        inside = [sys.executable, str(Path(__file__).with_name("milvus_child.py")), str(PORT_INSIDE)]
        environment = {"DEPLOY_MODE": "STANDALONE", "MILVUS_RUN_DIR": f"{home}/run", "LD_LIBRARY_PATH": f"{home}/bin"}
        with socket.create_server(("127.0.0.1", self.port)) as listening:
            self.run(
                ["unshare", "--map-root-user", "--net", *inside, str(listening.fileno()), program, "run", "standalone"],
                cwd=home,
                env={**os.environ, **environment},
                pass_fds=[listening.fileno()],
                stdout=subprocess.PIPE,
                text=True,
            )
        self.pid = int(self.process.stdout.readline())
        self.wait()


SERVERS: dict[str, type[Server]] = {"milvus-lite": MilvusLite}
if sys.platform == "linux" and platform.machine() == "x86_64":  # there is no other wheel
    SERVERS["milvus-2.3.5"] = Milvus235

# the old server takes a network of its own and minutes: it is one of the long loops
CASES = [pytest.param(name, marks=pytest.mark.soak) if name == "milvus-2.3.5" else name for name in SERVERS]


@contextmanager
def running(name: str, folder: Path):
    """Start a server over a folder, and end it however the tests end."""
    server = SERVERS[name](folder)
    server.start()
    try:
        yield server
    finally:
        with suppress(OSError):
            server.kill()
        shutil.rmtree(folder, ignore_errors=True)


def store_on(server: Server, folder: Path, **more):
    """Return the store of an index folder on a server."""
    return open_store(server.settings(**more), folder)
