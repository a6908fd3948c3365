"""From evidence to what is said of it: written, checked, or quoted."""

import time
from collections.abc import Generator as Steps
from collections.abc import Sequence
from functools import partial
from pathlib import Path

from citeglot.citations import Settled, quote
from citeglot.errors import ModelFailed
from citeglot.evidence import Evidence
from citeglot.excerpts import best_answer
from citeglot.lately import Lately
from citeglot.protocols import Embedder, Generator
from citeglot.signals import Asking
from citeglot.types import Chunk, Draft, Span
from citeglot.writing import copied, write

REMEMBERED = 256  # answers
_Key = tuple[Asking, tuple[tuple[Chunk, Span], ...]]


class Answering:
    """Says what some evidence answers; the same question over the same evidence is not written twice.

    Without a language model it quotes.
    """

    def __init__(self, embedder: Embedder, generator: Generator | None, prompts: Path) -> None:
        self._embedder = embedder
        self._generator = generator
        self._prompts = prompts
        self._known: Lately[_Key, Settled] = Lately(REMEMBERED)

    def steps(
        self, asking: Asking, evidence: Sequence[Evidence]
    ) -> Steps[Draft, None, tuple[Settled, tuple[str, ...], float | None]]:
        """Yield drafts; return what holds of them, why a model failed at it, and when the first word came, if one did.

        A quotation needs no language model: it is what is left where none is there, or one fails half way.
        """
        first, draft, quotation = None, "", quote(evidence[0])
        key = (asking, tuple((one.chunk, one.picked) for one in evidence))
        if self._generator is None:
            return quotation, (), None
        if known := self._known.get(key):
            return known, (), None
        try:
            for draft in write(asking.question, asking.language, evidence, self._generator, self._prompts):
                first = first or time.perf_counter()
                yield Draft(draft)
            copy = partial(copied, asking.question, evidence[0], self._generator, self._prompts)
            settled = best_answer(asking, draft, evidence, self._embedder, copy)
        except ModelFailed as problem:
            return quotation, (str(problem),), first
        self._known.keep(key, settled)
        return settled, (), first
