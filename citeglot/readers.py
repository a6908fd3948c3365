"""Who reads the index while others write it: one generation for each question, and the newest between two."""

import copy
import threading
from collections.abc import Callable, Generator, Iterator
from pathlib import Path
from typing import TypeVar

from citeglot.current import current_line, glimpse
from citeglot.errors import IndexDamaged, UserError
from citeglot.generation import Generation
from citeglot.index import open_index, open_other

T = TypeVar("T")


def accept(generation: Generation) -> None:
    """Take any generation."""


class IndexReader:
    """Hands out the generation that a question is answered from, start to end.

    `check` raises a UserError for a generation that cannot be taken over: the one before is kept then, with a warning.
    A reader that does not `follow` stays with what it was given. Threads may share one.
    """

    def __init__(
        self, generation: Generation, check: Callable[[Generation], None] = accept, follow: bool = True
    ) -> None:
        self._generation = generation
        self._check = check
        self._follow = follow
        self._folder: Path = generation.folder
        self._seen: bytes | None = current_line(generation.manifest)
        self._lock = threading.Lock()

    @property
    def held(self) -> Generation:
        """The generation that was handed out last."""
        return self._generation

    def generation(self) -> Generation:
        """Return the generation to answer the next question from, after a look at CURRENT."""
        if self._follow and glimpse(self._folder) != self._seen:
            with self._lock:
                now = glimpse(self._folder)
                if now != self._seen:
                    self._generation, self._seen = self._newest(), now
        return self._generation

    def _newest(self) -> Generation:
        try:
            newest = open_index(self._folder)
            self._check(newest)
        except UserError as error:
            held = copy.copy(self._generation)
            held.warnings = (f"{error} Until then generation {held.number}, opened before, is served.",)
            return held
        return newest

    def instead_of(self, generation: Generation, error: IndexDamaged) -> Generation:
        """Return the newest sound generation to answer a question from that met damage; the error where none is."""
        if not self._follow:
            raise error
        with self._lock:
            if self._generation is generation:
                other = open_other(self._folder, error, generation.number)
                self._check(other)
                self._generation = other
        return self._generation

    def read(self, work: Callable[[Generation], T]) -> T:
        """Return what `work` makes of the generation; where that is damaged, of the newest sound one."""
        generation = self.generation()
        while True:
            try:
                return work(generation)
            except IndexDamaged as error:
                generation = self.instead_of(generation, error)

    def stream(self, work: Callable[[Generation], Iterator[T]]) -> Generator[T, None, None]:
        """Yield what `work` yields, and all that of the newest sound generation again where there is damage."""
        generation = self.generation()
        while True:
            try:
                yield from work(generation)
                return
            except IndexDamaged as error:
                generation = self.instead_of(generation, error)
