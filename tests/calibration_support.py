"""A calibration in which what the cross-encoder says is all that counts, whatever numbers are shipped."""

import pytest
from fakes import HashEmbedder

from citeglot import calibration

BY_SCORE = {"weights": {"answers": 40.0}, "bias": -4.0, "enough": 0.5}
BY_ANSWERS = {"weights": {"answers": 1.0}, "bias": 0.0, "enough": 0.5}


def contents(embedding=HashEmbedder.identity.weights_sha256, **changes):
    """Return what a calibration file holds: the cross-encoder's probability is the confidence, but for the changes.

    As much is enough in the question's language as in another, unless that is changed too.
    """
    content = {"embedding_sha256": embedding} | BY_ANSWERS | changes
    return {"enough_same": content["enough"]} | content


def calibrate_fakes(monkeypatch, content=None):
    """Put these contents, or ones in which the cross-encoder decides, in place of the shipped file."""
    shown = content or contents()
    monkeypatch.setattr(calibration, "_content", lambda: shown)


@pytest.fixture(autouse=True)
def answers_decide(monkeypatch):
    """Whatever module imports this fixture has such a calibration in each of its tests."""
    calibrate_fakes(monkeypatch)
