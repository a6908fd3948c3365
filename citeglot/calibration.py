"""How the signals of a sentence become a probability: one logistic model for each language model.

`python -m eval.calibrate` fits them and writes `calibration.json`.
"""

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from citeglot.protocols import EmbeddingIdentity

FILE = Path(__file__).with_name("calibration.json")
LEAST = 0.1  # what is less likely than this is never given as an answer, whatever was fitted
CAUTION, CAUTIOUS = 0.1, 0.95
LIMIT = 30.0  # beyond it a probability could not be told from 1, which nothing may reach


@dataclass(frozen=True, slots=True)
class Calibration:
    """Weights of the signals by name, and the confidence from which on an answer is given.

    `fitted` is False where the weights were fitted without this language model, or with another embedding model.
    """

    weights: Mapping[str, float]
    bias: float
    enough: float
    fitted: bool = True

    def probability(self, signals: Mapping[str, float]) -> float:
        """Return the probability that a sentence with these signals holds the answer, above 0 and below 1."""
        total = self.bias + sum(weight * signals[name] for name, weight in self.weights.items())
        return 1.0 / (1.0 + math.exp(-min(max(total, -LIMIT), LIMIT)))


def calibration_of(embedding: EmbeddingIdentity, language_model: str | None) -> Calibration:
    """Return the calibration for the models in use.

    For a language model without one its word does not count, and an answer needs more than without any.
    """
    content = _content()
    known = content["calibrations"].get(language_model or "")
    chosen = known or content["calibrations"][""]
    fitted = known is not None and content["embedding_sha256"] == embedding.weights_sha256
    enough = max(LEAST, chosen["enough"])
    if not fitted:
        enough = max(enough, min(CAUTIOUS, enough + CAUTION))
    return Calibration(chosen["weights"], chosen["bias"], enough, fitted)


@cache
def _content() -> dict[str, Any]:
    content: dict[str, Any] = json.loads(FILE.read_text(encoding="utf-8"))
    return content
