"""The mean vector of each language, which a search subtracts so that no language is ahead of the others.

The vectors of multilingual-e5 carry the language of their text: raw cosines put passages in the question's own
language first nearly always. `q·d − q·mean(language of d)` takes that away and changes no stored vector. The means
come from other texts than the corpus, whose own mean would be its topic; `eval/means.py` made them.
"""

import json
from collections.abc import Iterable
from functools import cache
from pathlib import Path

import numpy as np

from citeglot.protocols import EmbeddingIdentity
from citeglot.types import Vector

MEANS = Path(__file__).with_name("language_means.json")


def language_offsets(identity: EmbeddingIdentity, languages: Iterable[str]) -> dict[str, tuple[float, ...]]:
    """Return the offset of each language for the vectors of an embedding model, or nothing for a model without means.

    A language without a mean of its own gets the mean of the others', so that its scores stay on the same scale.
    """
    weights, means = _means()
    if identity.weights_sha256 != weights:
        return {}
    common = np.stack(list(means.values())).mean(axis=0)
    return {language: tuple(means.get(language, common).tolist()) for language in sorted(set(languages))}


@cache
def _means() -> tuple[str, dict[str, Vector]]:
    content = json.loads(MEANS.read_text(encoding="utf-8"))
    means = {language: np.array(mean, dtype=np.float32) for language, mean in content["means"].items()}
    return content["weights_sha256"], means
