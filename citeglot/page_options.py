"""The options of the chat page's door."""

import argparse
import ipaddress
from collections.abc import Sequence
from pathlib import Path

from citeglot.errors import WrongUse

SHORTEST_PASSWORD = 12
MOST_BYTES = 64 * 1024


def parse_options(arguments: Sequence[str]) -> argparse.Namespace:
    """Return host, port, index, users and mcp; refuse a host that others could reach without a password."""
    parser = argparse.ArgumentParser(prog="python app.py", description="The chat page, on this machine.")
    parser.add_argument("--host", default="127.0.0.1", help="the name or address to listen on (default 127.0.0.1)")
    parser.add_argument("--port", type=int, default=7860, help="where the page is served (default 7860)")
    parser.add_argument("--index", type=Path, metavar="DIR", help="the index folder (default: index/)")
    parser.add_argument(
        "--auth", type=Path, metavar="FILE", help="let in who knows a line USER:PASSWORD of this file; needed for "
        "any --host but this machine"
    )  # fmt: skip
    parser.add_argument("--mcp", action="store_true", help="offer ask and search to programs that speak MCP")
    options = parser.parse_args(arguments)
    options.users = read_users(options.auth) if options.auth else ()
    _check(options)
    return options


def _check(options: argparse.Namespace) -> None:
    if options.host == "::1":
        raise WrongUse("The page is served by IPv4, which --host ::1 is not. Expected 127.0.0.1 or localhost.")
    if not is_loopback(options.host) and not options.users:
        raise WrongUse(
            f"--host {options.host} would let other machines reach the page, which has no password: whoever reaches it "
            "could read the articles and keep this machine busy. Expected 127.0.0.1 or localhost, or a file with "
            "users and passwords beside it: --auth FILE"
        )
    if options.mcp and options.users:
        raise WrongUse("--mcp is for programs on this machine and asks for no password: use it without --auth.")
    if not 1 <= options.port <= 65535:
        raise WrongUse(f"--port {options.port} is not a port; expected a number from 1 to 65535.")


def read_users(path: Path) -> tuple[tuple[str, str], ...]:
    """Return users and passwords from a file with a line USER:PASSWORD for each; no message holds a password."""
    try:
        with path.open("rb") as file:
            lines = file.read(MOST_BYTES).decode("utf-8-sig").splitlines()
    except OSError as problem:
        raise WrongUse(f"--auth {path} cannot be read: {problem.strerror or problem}.") from None
    except UnicodeDecodeError:
        raise WrongUse(f"--auth {path} is not text in UTF-8. Expected lines like USER:PASSWORD.") from None
    users = []
    for number, line in enumerate(lines, start=1):
        if line.strip():
            user, colon, password = line.strip().partition(":")
            if not user or not colon or len(password) < SHORTEST_PASSWORD:
                raise WrongUse(
                    f"--auth {path}, line {number}: expected USER:PASSWORD with a password of at least "
                    f"{SHORTEST_PASSWORD} characters."
                )
            users.append((user, password))
    if not users:
        raise WrongUse(f"--auth {path} names no user. Expected lines like USER:PASSWORD.")
    return tuple(users)


def is_loopback(host: str) -> bool:
    """Tell whether a host name is this machine's own, by IPv4, which is what the page listens on."""
    try:
        return ipaddress.IPv4Address(host).is_loopback
    except ValueError:
        return host == "localhost"
