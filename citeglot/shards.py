"""Shards: files of texts that any machine with the embedding model turns into files of vectors.

`KEY.texts` is JSON: the embedding model that is wanted, and texts in the batches in which one machine alone would embed
them, so that the vectors are the same. `KEY.vectors` has the form of the vector cache. KEY is the hash of the former.
`python ingest.py --shards` writes the ones; `python -m citeglot.shards FILE.texts ...` the others, wherever it runs.
"""

import argparse
import hashlib
import json
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, fields, replace
from functools import cache
from itertools import chain
from pathlib import Path

import numpy as np

from citeglot.building import Spread
from citeglot.console import run_door
from citeglot.corpus import Progress
from citeglot.embedding_run import batches_of, embed_batch
from citeglot.errors import EnvironmentLacks, ModelFailed, WrongUse
from citeglot.protocols import Embedder, EmbeddingIdentity, comparable
from citeglot.settings import load_settings
from citeglot.storage import canonical_json, explained, write_file
from citeglot.vector_cache import VECTORS, VectorCache, decode_vectors, encode_vectors, text_key

TEXTS = ".texts"
BATCHES = 16  # of a shard: a thousand texts, half a minute of a processor, 1.6 MB of vectors

Load = Callable[[str], Embedder]  # by the name of the model


@dataclass(frozen=True, slots=True)
class Shard:
    """Texts in batches, and the model whose vectors are wanted of them."""

    identity: EmbeddingIdentity
    batches: tuple[tuple[str, ...], ...]

    @property
    def texts(self) -> list[str]:
        """All texts, batch after batch."""
        return list(chain.from_iterable(self.batches))

    @property
    def key(self) -> str:
        """What the files of the shard are called: the same texts and model have the same."""
        return hashlib.sha256(self.to_bytes()).hexdigest()[:32]

    def to_bytes(self) -> bytes:
        """Return the content of the file of texts."""
        return canonical_json({"model": asdict(self.identity), "batches": self.batches})


def read_shard(content: bytes) -> Shard:
    """Return the shard of a file of texts; ValueError, KeyError or TypeError for one that is none."""
    found = json.loads(content)
    identity = EmbeddingIdentity(**{one.name: found["model"][one.name] for one in fields(EmbeddingIdentity)})
    return Shard(identity, tuple(tuple(map(str, batch)) for batch in found["batches"]))


def cut_shards(texts: Sequence[str], identity: EmbeddingIdentity) -> list[Shard]:
    """Return the shards of some texts."""
    batches = [tuple(batch) for batch in batches_of(texts)]
    return [Shard(identity, tuple(batches[at : at + BATCHES])) for at in range(0, len(batches), BATCHES)]


def embed_shard(source: Path, target: Path, load: Load) -> None:
    """Write the vectors of a file of texts, completely or not at all; what is there whole already is left.

    WrongUse where `source` is no shard; ModelFailed where the model here is another than the shard wants.
    """
    try:
        shard = read_shard(source.read_bytes())
    except OSError as problem:
        raise WrongUse(f"{source} cannot be read ({problem.strerror}). {_EXPECTED}") from None
    except (ValueError, KeyError, TypeError, RecursionError) as problem:
        raise WrongUse(f"{source} is not a shard ({problem!r:.80}). {_EXPECTED}") from None
    if not _is_whole(target, shard):
        content = embed_texts(shard, load)
        with explained(target.parent):
            write_file(target, [content])


_EXPECTED = "Expected is a file that this wrote: python ingest.py --shards"


def embed_texts(shard: Shard, load: Load) -> bytes:
    """Return the content of the file of vectors; ModelFailed as `embed_shard`."""
    embedder = load(shard.identity.name)
    if not comparable(shard.identity, embedder.identity):
        raise ModelFailed(
            f"The embedding model here is {_told(embedder.identity)}; the shard wants {_told(shard.identity)}. "
            "Install the same version of citeglot on all machines, and fetch its models there: "
            "python -m citeglot models fetch"
        )
    vectors = [embed_batch(batch, embedder) for batch in shard.batches]
    return encode_vectors(shard.identity, shard.texts, np.concatenate(vectors))


class Worker:
    """Embeds one shard after another with a model that stays loaded."""

    def __init__(self, load: Load) -> None:
        self._load = cache(load)

    def identity(self, model: str) -> EmbeddingIdentity:
        """Load a model and return its identity."""
        return self._load(model).identity

    def embed(self, shard: Shard) -> bytes:
        """Return what `embed_texts` does."""
        return embed_texts(shard, self._load)


def _told(identity: EmbeddingIdentity) -> str:
    return f"{identity.name} ({identity.weights_sha256[:12]}, {identity.number_type})"


def _is_whole(target: Path, shard: Shard) -> bool:
    try:
        identity, rows = decode_vectors(target.read_bytes())
    except OSError:
        return False
    return identity == shard.identity and all(text_key(text) in rows for text in shard.texts)


def leave_to_others(load_embedder: Callable[[], Embedder]) -> Spread:
    """Return what writes the shards of an ingest beside its index and ends it with EnvironmentLacks, which says how to
    go on. The embedding model is loaded only where no vectors tell its identity.
    """

    def spread(
        texts: Sequence[str], identity: EmbeddingIdentity | None, cache: VectorCache, progress: Progress
    ) -> None:
        shards = cut_shards(texts, identity or load_embedder().identity)
        with explained(cache.shards.parent):
            cache.shards.mkdir(exist_ok=True)
            for old in cache.shards.glob(f"*{TEXTS}"):
                old.unlink()
            for done, shard in enumerate(shards, start=1):
                write_file(cache.shards / f"{shard.key}{TEXTS}", [shard.to_bytes()])
                progress("cutting shards", done, len(shards))
        raise EnvironmentLacks(
            f"{len(texts)} passages must be embedded first: they lie in {len(shards)} shards, {cache.shards}/*{TEXTS}. "
            "Embed these files, on any machines, with: python -m citeglot.shards FILE... "
            f"Put the *{VECTORS} that it writes beside them here too, and end the ingest with: python ingest.py"
        )

    return spread


def load_named(name: str) -> Embedder:
    """Load an embedding model of the catalogue as this machine has it."""
    from citeglot.embedding import load_embedder  # it brings the models' libraries

    return load_embedder(replace(load_settings(), embedding_model=name))


def main(arguments: list[str]) -> int:
    """Embed the shards that are named; the vectors go beside them."""
    parser = argparse.ArgumentParser(
        prog="python -m citeglot.shards", description="Embed texts that python ingest.py --shards wrote."
    )
    parser.add_argument("files", nargs="+", type=Path, metavar=f"FILE{TEXTS}", help="the vectors go beside it")
    load = cache(load_named)
    for path in parser.parse_args(arguments).files:
        embed_shard(path, path.with_suffix(VECTORS), load)
    return 0


if __name__ == "__main__":
    raise SystemExit(run_door(main))
