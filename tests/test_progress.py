"""Progress that people see at a terminal, and that a log can hold."""

import io
import sys

import pytest

from citeglot.progress import Progress, in_words


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


def test_the_time_that_is_left_is_estimated(monkeypatch):
    """Half of the work in ten minutes leaves ten; each step is estimated from its own beginning."""
    clock = iter([0, 600, 10_000, 10_010, 10_010])
    monkeypatch.setattr("citeglot.progress.time.monotonic", lambda: next(clock))
    monkeypatch.setattr(sys, "stderr", stream := Terminal(False))
    with Progress() as show:
        show("reading", 0, 10)
        show("reading", 5, 10)
        show("embedding", 100, 1000)
        show("embedding", 200, 1000)
    assert stream.getvalue().splitlines()[0] == "reading: 5 of 10, about 10 min left"
    assert stream.getvalue().splitlines()[2] == "embedding: 200 of 1000, about 80 s left"


@pytest.mark.parametrize(
    ("seconds", "words"), [(0.04, "0.0 s"), (9.94, "9.9 s"), (80, "80 s"), (600, "10 min"), (7500, "2 h 5 min")]
)
def test_durations_are_told_as_people_say_them(seconds, words):
    """Tenths, seconds, minutes, hours."""
    assert in_words(seconds) == words
