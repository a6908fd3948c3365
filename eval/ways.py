"""Ways of ranking the same pool of chunks: those of other programs, and our fusion."""

from collections import defaultdict
from collections.abc import Callable, Sequence
from itertools import islice

from citeglot.fusion import fuse
from citeglot.pool import Pooled
from citeglot.retrieval import DEPTH

K = 10
RECIPROCAL = 60
Ranking = Callable[[Sequence[Pooled], str], list[Pooled]]


def dense(pool: Sequence[Pooled], language: str) -> list[Pooled]:
    """Rank by the cosine of the chunk, as most programs do."""
    return sorted(pool, key=lambda one: (-one.cosine, one.place))


def balanced(pool: Sequence[Pooled], language: str) -> list[Pooled]:
    """Rank by the cosine less the mean of the language."""
    return sorted(pool, key=lambda one: (one.bias - one.cosine, one.place))


def lexical(pool: Sequence[Pooled], language: str) -> list[Pooled]:
    """Rank what shares words with the question by BM25."""
    return sorted((one for one in pool if one.words > 0), key=lambda one: (-one.words, one.place))


def reciprocal(pool: Sequence[Pooled], language: str) -> list[Pooled]:
    """Fuse dense and lexical as textbooks do: the sum of 1 / (60 + rank)."""
    scores: dict[tuple[str, int], float] = defaultdict(float)
    for arm in (dense(pool, language), lexical(pool, language)):
        for rank, one in enumerate(arm[:DEPTH], start=1):
            scores[one.place] += 1 / (RECIPROCAL + rank)
    return sorted(pool, key=lambda one: (-scores[one.place], one.place))


def fused(pool: Sequence[Pooled], language: str) -> list[Pooled]:
    """Rank as the program does before it looks for the same in other languages and reads the first hits."""
    return [one for _, one in islice(fuse(pool, language), K)]


WAYS: dict[str, Ranking] = {
    "dense": dense,
    "dense, balanced": balanced,
    "lexical": lexical,
    "1:1 fusion": reciprocal,
    "fused": fused,
}
