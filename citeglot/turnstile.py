"""Lets one question through at a time, in the order of their coming, and turns away what would wait too long."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from citeglot.errors import EnvironmentLacks


class Busy(EnvironmentLacks):
    """More questions are waiting than will be let in."""


class Turnstile:
    """A line of at most `places` that wait behind the one whose turn it is; threads may share it.

    `turned_away` counts those for whom there was no place.
    """

    def __init__(self, places: int) -> None:
        self.turned_away = 0
        self._places = places
        self._line: list[Place] = []
        self._moved = threading.Condition()

    def __len__(self) -> int:
        """Return how many are in the line, the one whose turn it is among them."""
        return len(self._line)

    @contextmanager
    def place(self) -> "Iterator[Place]":
        """Give a place in the line until the block ends; `Busy` where there is none."""
        with self._moved:
            if len(self._line) > self._places:
                self.turned_away += 1
                raise Busy(f"{self._places} questions are waiting already. Ask again in a moment.")
            place = Place(self._line, self._moved)
            self._line.append(place)
        try:
            yield place
        finally:
            with self._moved:
                self._line.remove(place)
                self._moved.notify_all()


class Place:
    """A place in the line."""

    def __init__(self, line: "list[Place]", moved: threading.Condition) -> None:
        self._line = line
        self._moved = moved

    @property
    def ahead(self) -> int:
        """How many are before this one, the one whose turn it is among them."""
        return self._line.index(self)

    def wait(self, seconds: float | None = None) -> bool:
        """Wait for the turn, or for some seconds; tell whether it has come."""
        with self._moved:
            return self._moved.wait_for(lambda: self._line[0] is self, seconds)
