"""From evidence to what is said of it: written, checked, or quoted."""

import time
from collections.abc import Callable, Sequence
from collections.abc import Generator as Steps
from functools import partial
from pathlib import Path

from citeglot.agreement import answering_words
from citeglot.citations import Settled, quote, settle
from citeglot.errors import ModelFailed
from citeglot.evidence import Evidence
from citeglot.excerpts import excerpt
from citeglot.holders import names_another
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
            settled = _best_answer(asking, draft, evidence, self._embedder, copy)
        except ModelFailed as problem:
            return quotation, (str(problem),), first
        self._known.keep(key, settled)
        return settled, (), first


def _best_answer(
    asking: Asking, draft: str, evidence: Sequence[Evidence], embedder: Embedder, copy: Callable[[], str]
) -> Settled:
    """Return what of a draft holds, else the words of the first evidence that answer, else that sentence itself.

    `copy` returns words of the evidence that the model copies; it is called where they are needed.
    """
    if held := settle(asking, draft, evidence, embedder):
        return held
    first = evidence[0]
    found = answering_words(asking, first.chunk, first.picked, embedder)
    told = excerpt(asking, draft, first, found, copy)
    return told if told and not names_another(asking, told.text, evidence) else quote(first)
