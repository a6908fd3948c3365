"""Progress that people see at a terminal, and that a log can hold."""

import io
import sys

import pytest

from citeglot.progress import Progress


class Terminal(io.StringIO):
    """A stream that says what it is."""

    def __init__(self, terminal):
        super().__init__()
        self.terminal = terminal

    def isatty(self):
        return self.terminal


@pytest.mark.parametrize("terminal", [True, False])
def test_each_step_is_shown(monkeypatch, terminal):
    """A bar at a terminal, a line now and then elsewhere; a step that stops early leaves nothing open."""
    monkeypatch.setattr(sys, "stderr", stream := Terminal(terminal))
    with Progress() as show:
        show("splitting", 5, 5)
        show("embedding", 3, 10)
    assert "splitting" in stream.getvalue()
    assert "embedding" in stream.getvalue()


def test_a_log_stays_short(monkeypatch):
    """A thousand steps are not a thousand lines."""
    monkeypatch.setattr(sys, "stderr", stream := Terminal(False))
    with Progress() as show:
        for done in range(1000):
            show("embedding", done + 1, 1000)
    lines = stream.getvalue().splitlines()
    assert 5 <= len(lines) <= 20 and lines[-1] == "embedding: 1000 of 1000"
