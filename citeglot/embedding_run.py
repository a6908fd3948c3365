"""Making the vectors that an ingest lacks: in batches of like length, each kept at once against a sudden end."""

from collections.abc import Sequence

from citeglot.corpus import Progress
from citeglot.errors import ModelFailed
from citeglot.protocols import Embedder
from citeglot.types import Matrix, Vector
from citeglot.vector_cache import VectorCache
from citeglot.vectors_faiss import check_vectors

BATCH = 64
_STRIDE = 0.6180339887498949  # steps of the golden section of a circle come near every place of it soon


def embed(texts: Sequence[str], embedder: Embedder, cache: VectorCache, progress: Progress) -> dict[str, Vector]:
    """Return unit vectors by text; ModelFailed for vectors that are none, which are kept nowhere."""
    found: dict[str, Vector] = {}
    if texts:
        progress("embedding", 0, len(texts))
    for batch in batches_of(texts):
        vectors = embed_batch(batch, embedder)
        cache.add(batch, vectors, embedder.identity)
        found |= zip(batch, vectors, strict=True)
        progress("embedding", len(found), len(texts))
    return found


def batches_of(texts: Sequence[str]) -> list[list[str]]:
    """Return the batches in which these texts are embedded, by whomever: a vector may depend on its batch.

    Batches of short and of long texts alternate, so that the time for the rest can be told from that of the beginning.
    """
    ordered = sorted(texts, key=lambda text: (len(text), text))
    batches = [ordered[start : start + BATCH] for start in range(0, len(ordered), BATCH)]
    places = sorted(range(len(batches)), key=lambda number: (number * _STRIDE % 1, number))
    return [batches[place] for place in places]


def embed_batch(batch: Sequence[str], embedder: Embedder) -> Matrix:
    """Return the unit vectors of a batch; ModelFailed for vectors that are none."""
    vectors = embedder.embed_passages(batch)
    try:
        check_vectors(vectors, embedder.identity.dimension, f"vectors of {embedder.identity.name}")
    except ValueError as error:
        raise ModelFailed(
            f"The embedding model did not work: {error}. The index is unchanged. "
            "Check it with: python -m citeglot models verify"
        ) from error
    return vectors
