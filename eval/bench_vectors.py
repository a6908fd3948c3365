"""Real vectors for benchmarks of search: embedded once, kept in the user's cache folder, and gone on with."""

import hashlib
import json
from collections.abc import Callable, Sequence
from dataclasses import asdict
from pathlib import Path

import numpy as np
import platformdirs

from citeglot.protocols import Embedder
from citeglot.types import Matrix

PORTION = 1024


def cache_folder() -> Path:
    """Return where the vectors of benchmarks are kept."""
    return platformdirs.user_cache_path("citeglot") / "eval" / "vectors"


def embedded(
    texts: Sequence[str], embedder: Embedder, folder: Path, progress: Callable[[str, int, int], None]
) -> Matrix:
    """Return the float32 vectors of passages; those that an earlier run made are read, the others added to the file.

    Files are by model and portion of the texts, so that more texts after the same ones need only the rest.
    """
    parts = []
    for start in range(0, len(texts), PORTION):
        portion = texts[start : start + PORTION]
        parts.append(_portion(portion, embedder, folder))
        progress("embedding", start + len(portion), len(texts))
    return np.concatenate([np.zeros((0, embedder.identity.dimension), np.float32), *parts])


def _portion(texts: Sequence[str], embedder: Embedder, folder: Path) -> Matrix:
    content = json.dumps([asdict(embedder.identity), list(texts)], sort_keys=True).encode()
    path = folder / f"{hashlib.sha256(content).hexdigest()[:32]}.npy"
    if path.exists():
        found: Matrix = np.load(path, allow_pickle=False)
        return found
    vectors = embedder.embed_passages(texts)
    folder.mkdir(parents=True, exist_ok=True)
    temporary = path.with_suffix(".tmp")
    with temporary.open("wb") as file:
        np.save(file, vectors, allow_pickle=False)
    temporary.replace(path)
    return vectors
