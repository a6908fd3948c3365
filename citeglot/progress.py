"""Progress on standard error, for people and for logs."""

import sys
import time
from typing import Any

from tqdm import tqdm

STEPS_TOLD = 10
MINUTE = 60


class Progress:
    """Progress of one step after another on standard error: a bar at a terminal, now and then a line elsewhere.

    Both estimate how long the rest of the step takes.
    """

    def __init__(self) -> None:
        self._step, self._told, self._begun, self._first = "", 0, 0.0, 0
        self._bar: tqdm[Any] = tqdm(disable=True)

    def __enter__(self) -> "Progress":
        return self

    def __exit__(self, *_: object) -> None:
        self._bar.close()

    def __call__(self, step: str, done: int, total: int) -> None:
        """Show that `done` of `total` are done of a step."""
        if step != self._step:
            self._bar.close()
            self._step, self._told, self._begun, self._first = step, 0, time.monotonic(), done
            self._bar = tqdm(total=total, desc=step, file=sys.stderr, disable=None, leave=False)
        self._bar.update(done - self._bar.n)
        if self._bar.disable and total and done * STEPS_TOLD // total > self._told:
            self._told = done * STEPS_TOLD // total
            sys.stderr.write(f"{step}: {done} of {total}{self._rest(done, total)}\n")

    def _rest(self, done: int, total: int) -> str:
        """Return how long the rest takes if it goes on as since the first call of the step."""
        if not self._first < done < total:
            return ""
        seconds = (time.monotonic() - self._begun) * (total - done) / (done - self._first)
        return f", about {in_words(seconds)} left" if seconds >= 1 else ""


def in_words(seconds: float) -> str:
    """Return a duration as people say it: 40 s, 3 min, 2 h 5 min."""
    if seconds < 10:
        return f"{seconds:.1f} s"
    if seconds < 1.5 * MINUTE:
        return f"{seconds:.0f} s"
    minutes = round(seconds / MINUTE)
    return f"{minutes} min" if minutes < MINUTE else f"{minutes // MINUTE} h {minutes % MINUTE} min"
