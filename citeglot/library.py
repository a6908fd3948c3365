"""The articles for those who look at them on the page: the newest index, opened when it is first needed."""

import threading
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from citeglot.errors import UserError

if TYPE_CHECKING:
    from citeglot.generation import Generation  # brings the search library, which the page does not wait for
    from citeglot.readers import IndexReader

T = TypeVar("T")


class Library:
    """Reads the index of a folder without any model; it is looked for again each time until there is one."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._lock = threading.Lock()
        self._reader: IndexReader | None = None

    def _opened(self) -> "IndexReader":
        from citeglot.index import open_index
        from citeglot.readers import IndexReader

        with self._lock:
            if self._reader is None:
                self._reader = IndexReader(open_index(self._folder))
            return self._reader

    def read(self, work: "Callable[[Generation], T]") -> T:
        """Return what `work` makes of the newest sound generation; the `UserError` that says why there is none."""
        return self._opened().read(work)

    def newest(self) -> "Generation":
        """Return the newest generation, after a look at CURRENT."""
        return self._opened().generation()

    def generation(self, number: int) -> "Generation":
        """Return the generation of this number while it lies on the disk, and else the newest one."""
        from citeglot.generation import open_generation

        newest = self.newest()
        if newest.number == number:
            return newest
        try:
            return open_generation(self._folder, number)
        except UserError:
            return newest
