"""What a model made of the last texts it was given, so that none of them is read twice in a row."""

from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterable, Sequence
from threading import Lock
from typing import Generic, TypeVar

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


class Lately(Generic[K, V]):
    """Values by key, those that were asked for longest ago dropped beyond a number; `of` takes one caller at a time."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._kept: OrderedDict[K, V] = OrderedDict()
        self._lock = Lock()

    def get(self, key: K) -> V | None:
        """Return the value of a key, None where it is not known."""
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
            return self._kept.get(key)

    def keep(self, key: K, value: V) -> None:
        """Take a value for a key."""
        with self._lock:
            self._kept[key] = value
            self._kept.move_to_end(key)
            while len(self._kept) > self._most:
                self._kept.popitem(last=False)

    def of(self, keys: Sequence[K], make: Callable[[list[K]], Iterable[V]]) -> list[V]:
        """Return the value of each key; `make` returns those of all keys that are new, each once, in one call."""
        new = [key for key in dict.fromkeys(keys) if key not in self._kept]
        if new:
            self._kept |= zip(new, make(new), strict=True)
        for key in keys:
            self._kept.move_to_end(key)
        found = [self._kept[key] for key in keys]
        while len(self._kept) > self._most:
            self._kept.popitem(last=False)
        return found
