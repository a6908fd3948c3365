"""What a language model has read, kept so that no beginning of a prompt is read twice."""

from collections import OrderedDict
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

MOST_BYTES = 256 * 1024 * 1024
WORTH_KEEPING = 32  # tokens: fewer are read again sooner than their state is looked for


class ReadStates:
    """States of a model by the tokens that it had read, those used longest ago dropped beyond a number of bytes.

    A state is of use for every prompt that shares a beginning with its tokens: what follows there is cut off again.
    """

    def __init__(self, most_bytes: int = MOST_BYTES) -> None:
        self._most = most_bytes
        self._states: OrderedDict[bytes, tuple[NDArray[np.int32], bytes]] = OrderedDict()

    @property
    def size(self) -> int:
        """The bytes of all states kept."""
        return sum(len(data) for _, data in self._states.values())

    def keep(self, tokens: Sequence[int], data: bytes) -> None:
        """Keep a state in place of those whose tokens it begins with; one larger than all room is not kept."""
        new = np.asarray(tokens, dtype=np.int32)
        if len(new) < WORTH_KEEPING or len(data) > self._most:
            return
        for key, (old, _) in list(self._states.items()):
            if shared(old, new) == len(old):
                del self._states[key]
        self._states[new.tobytes()] = new, data
        while self.size > self._most:
            self._states.popitem(last=False)

    def find(self, tokens: Sequence[int]) -> tuple[int, bytes]:
        """Return how many tokens at the beginning some state knows, and that state; 0 and nothing where none does."""
        wanted = np.asarray(tokens, dtype=np.int32)
        best, chosen = 0, b""
        for key, (old, _) in self._states.items():
            if (same := shared(old, wanted)) > best:
                best, chosen = same, key
        if not best:
            return 0, b""
        self._states.move_to_end(chosen)
        return best, self._states[chosen][1]


def shared(one: NDArray[np.int32], other: NDArray[np.int32]) -> int:
    """Return how many tokens two prompts have in common at their beginning."""
    length = min(len(one), len(other))
    differ = np.flatnonzero(one[:length] != other[:length])
    return int(differ[0]) if len(differ) else length
