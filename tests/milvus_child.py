"""Runs a server in a network of its own, which has no way out: the real Milvus listens on every address it finds.

`python milvus_child.py PORT FD COMMAND …`, in a new network namespace: what comes to the listening socket FD, which
belongs to the network outside, is handed to 127.0.0.1:PORT inside. Prints the number of the server's process.
"""

import fcntl
import socket
import struct
import subprocess
import sys
import threading
from contextlib import suppress

SET_FLAGS, UP_AND_RUNNING = 0x8914, 0x41


def pump(source, target):
    """Hand on what comes until there is no more."""
    with suppress(OSError):
        while data := source.recv(1 << 16):
            target.sendall(data)
    for one in (source, target):
        with suppress(OSError):
            one.shutdown(socket.SHUT_RDWR)


def serve(client, port):
    """Join a client to the server, or hang up where there is none."""
    try:
        server = socket.create_connection(("127.0.0.1", port))
    except OSError:
        client.close()
        return
    threading.Thread(target=pump, args=(client, server), daemon=True).start()
    pump(server, client)


def accept(listening, port):
    """Serve every client in a thread of its own."""
    while True:
        client, _ = listening.accept()
        threading.Thread(target=serve, args=(client, port), daemon=True).start()


def main(port, descriptor, *command):
    """Bring the loopback up, start the server and wait for its end."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
        fcntl.ioctl(any_socket, SET_FLAGS, struct.pack("16sh14x", b"lo", UP_AND_RUNNING))
    listening = socket.socket(fileno=int(descriptor))
    server = subprocess.Popen(command, stdout=sys.stderr)  # stdout is for the number alone: nobody reads on
    print(server.pid, flush=True)
    threading.Thread(target=accept, args=(listening, int(port)), daemon=True).start()
    return server.wait()


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
