"""Progress on standard error, for people and for logs."""

import sys
from typing import Any

from tqdm import tqdm

STEPS_TOLD = 10


class Progress:
    """Progress of one step after another on standard error: a bar at a terminal, now and then a line elsewhere."""

    def __init__(self) -> None:
        self._step, self._told = "", 0
        self._bar: tqdm[Any] = tqdm(disable=True)

    def __enter__(self) -> "Progress":
        return self

    def __exit__(self, *_: object) -> None:
        self._bar.close()

    def __call__(self, step: str, done: int, total: int) -> None:
        """Show that `done` of `total` are done of a step."""
        if step != self._step:
            self._bar.close()
            self._step, self._told = step, 0
            self._bar = tqdm(total=total, desc=step, file=sys.stderr, disable=None, leave=False)
        self._bar.update(done - self._bar.n)
        if self._bar.disable and total and done * STEPS_TOLD // total > self._told:
            self._told = done * STEPS_TOLD // total
            sys.stderr.write(f"{step}: {done} of {total}\n")
