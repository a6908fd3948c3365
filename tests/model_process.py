"""Real model servers, each in a process of its own."""

import importlib.util
import os
import signal
import socket
import subprocess
import sys
import time
from contextlib import contextmanager

import httpx

PATIENCE = 600.0  # seconds; a machine that does much else is slow, and no test asserts a time


class Running:
    """A server of llama-cpp-python on a port of its own."""

    def __init__(self, port, log, model, *options):
        self.url = f"http://127.0.0.1:{port}"
        self._log = log
        command = [sys.executable, "-m", "llama_cpp.server", "--model", str(model), "--port", str(port), *options]
        command += ["--host", "127.0.0.1", "--flash_attn", "true", "--n_batch", "256"]
        command += ["--n_threads", str(os.cpu_count() or 1), "--n_threads_batch", str(os.cpu_count() or 1)]
        with log.open("ab") as output:
            self.process = subprocess.Popen(command, stdout=output, stderr=output)

    def wait(self):
        """Wait until it answers."""
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            try:
                httpx.get(f"{self.url}/v1/models", trust_env=False, timeout=60).raise_for_status()
                return self
            except httpx.HTTPError:
                assert self.process.poll() is None, self.told
                time.sleep(0.5)
        raise AssertionError(f"no server after {PATIENCE} s: {self.told}")

    @property
    def told(self) -> str:
        return self._log.read_text(encoding="utf-8", errors="replace")

    def kill(self):
        """End it at once, as nothing in it can prevent."""
        self.process.send_signal(getattr(signal, "SIGKILL", signal.SIGTERM))
        self.process.wait()


def free_port():
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


@contextmanager
def servers(folder, *options):
    """Run one server for each list of a model and options."""
    for package in ("llama_cpp.server.app", "sse_starlette", "starlette_context", "pydantic_settings"):
        assert importlib.util.find_spec(package), f"{package} is missing: pip install --group scale"
    both = [Running(free_port(), folder / f"server{number}.log", *one) for number, one in enumerate(options)]
    try:
        yield [one.wait() for one in both]
    finally:
        for one in both:
            one.kill()
