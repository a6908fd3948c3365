"""The memory of a server is that of its processes."""

import subprocess
import sys

import pytest
from model_server import closed_port

from eval.bench_process import peak_of_server

MEGABYTES = 60
SERVER = f"""
import socket, subprocess, sys
child = [sys.executable, "-c", "full = bytes([1]) * ({MEGABYTES} << 20); print(1, flush=True); input()"]
with socket.create_server(("127.0.0.1", 0)) as one:
    started = subprocess.Popen(child, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    started.stdout.readline()
    print(one.getsockname()[1], flush=True)
    input()
    started.communicate(b"x")
"""


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells")
def test_what_a_server_starts_counts_too():
    """Found by its port, with the memory of its child; where nothing listens there is no figure."""
    with subprocess.Popen([sys.executable, "-c", SERVER], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as server:
        port = int(server.stdout.readline())
        peak = peak_of_server(f"http://127.0.0.1:{port}")
        server.communicate(b"\n")
    assert peak and MEGABYTES << 20 < peak < 1 << 30
    assert peak_of_server(closed_port()) is None
    assert peak_of_server("https://milvus.example") is None
