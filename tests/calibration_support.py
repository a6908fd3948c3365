"""A calibration in which what the scripted language model says is all that counts, whatever numbers are shipped."""

import pytest
from fakes import HashEmbedder, ScriptedGenerator

from citeglot import calibration

BY_SCORE = {"weights": {"sentence": 40.0}, "bias": -4.0, "enough": 0.5}
BY_WORD = {"weights": {"yes": 1.0}, "bias": 0.0, "enough": 0.5}


def contents(embedding=HashEmbedder.identity.weights_sha256, **calibrations):
    """Return what a calibration file holds: the score decides without a language model, with others as given."""
    return {"embedding_sha256": embedding, "calibrations": {"": BY_SCORE} | calibrations}


def calibrate_fakes(monkeypatch, content=None):
    """Put these contents, or ones in which the scripted model's word decides, in place of the shipped file."""
    shown = content or contents(**{ScriptedGenerator.name: BY_WORD})
    monkeypatch.setattr(calibration, "_content", lambda: shown)


@pytest.fixture(autouse=True)
def the_word_decides(monkeypatch):
    """Whatever module imports this fixture has such a calibration in each of its tests."""
    calibrate_fakes(monkeypatch)
