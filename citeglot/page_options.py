"""The options of the chat page's door."""

import argparse
import ipaddress
from collections.abc import Sequence
from pathlib import Path

from citeglot.errors import WrongUse


def parse_options(arguments: Sequence[str]) -> argparse.Namespace:
    """Return host, port and index; refuse a host that others could reach."""
    parser = argparse.ArgumentParser(prog="python app.py", description="The chat page, on this machine.")
    parser.add_argument("--host", default="127.0.0.1", help="this machine's own name or address (default 127.0.0.1)")
    parser.add_argument("--port", type=int, default=7860, help="where the page is served (default 7860)")
    parser.add_argument("--index", type=Path, metavar="DIR", help="the index folder (default: index/)")
    options = parser.parse_args(arguments)
    if not is_loopback(options.host):
        raise WrongUse(
            f"--host {options.host} would let other machines reach the page, which has no password: whoever reaches it "
            "could read the articles and keep this machine busy. Expected 127.0.0.1 or localhost."
        )
    if not 1 <= options.port <= 65535:
        raise WrongUse(f"--port {options.port} is not a port; expected a number from 1 to 65535.")
    return options


def is_loopback(host: str) -> bool:
    """Tell whether a host name is this machine's own, by IPv4, which is what the page listens on."""
    try:
        return ipaddress.IPv4Address(host).is_loopback
    except ValueError:
        return host == "localhost"
