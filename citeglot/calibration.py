"""How the signals of a sentence become a probability: a logistic model.

`python -m eval.calibrate` fits it and writes `calibration.json`.
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

    A sentence in the question's own language needs `enough_same`: it is near to the question more easily. `fitted` is
    False where the weights were fitted with another embedding model.
    """

    weights: Mapping[str, float]
    bias: float
    enough: float
    enough_same: float
    fitted: bool = True

    def probability(self, signals: Mapping[str, float]) -> float:
        """Return the probability that a sentence with these signals holds the answer, above 0 and below 1."""
        total = self.bias + sum(weight * signals[name] for name, weight in self.weights.items())
        return 1.0 / (1.0 + math.exp(-min(max(total, -LIMIT), LIMIT)))

    def needed(self, signals: Mapping[str, float]) -> float:
        """Return the probability from which on a sentence with these signals is given as an answer."""
        return self.enough_same if signals["same"] else self.enough


def calibration_of(embedding: EmbeddingIdentity) -> Calibration:
    """Return the calibration; with another embedding model than it was fitted for, an answer needs more."""
    content = _content()
    fitted = content["embedding_sha256"] == embedding.weights_sha256
    enough, same = (_level(content[name], fitted) for name in ("enough", "enough_same"))
    return Calibration(content["weights"], content["bias"], enough, same, fitted)


def _level(enough: float, fitted: bool) -> float:
    level = max(LEAST, enough)
    return level if fitted else max(level, min(CAUTIOUS, level + CAUTION))


@cache
def _content() -> dict[str, Any]:
    content: dict[str, Any] = json.loads(FILE.read_text(encoding="utf-8"))
    return content
