"""From signals to a probability, and which weights count for the models in use."""

import json
import math

import pytest
from calibration_support import BY_SCORE, BY_WORD, calibrate_fakes, contents
from fakes import HashEmbedder
from hypothesis import given
from hypothesis import strategies as st

from citeglot.calibration import FILE, LEAST, Calibration, calibration_of
from citeglot.models import find_model
from citeglot.signals import NAMES

IDENTITY = HashEmbedder.identity
NUMBER = st.floats(-1e6, 1e6)


@given(st.floats(-20, 20), st.floats(-20, 20), st.floats(-5, 5))
def test_the_probability_is_the_logistic_function_of_the_weighted_sum(first, second, bias):
    """A signal without a weight has no say."""
    joined = Calibration({"words": 0.5, "yes": -0.25}, bias, 0.5)
    expected = 1 / (1 + math.exp(-(0.5 * first - 0.25 * second + bias)))
    assert joined.probability({"words": first, "yes": second, "length": 7.0}) == pytest.approx(expected)


@given(st.tuples(NUMBER, NUMBER).map(sorted), NUMBER)
def test_more_of_what_speaks_for_an_answer_never_lowers_the_probability(two, bias):
    """From the least to the greatest numbers, and it is never entirely certain: an answer can need more than any."""
    joined = Calibration({"words": 3.0}, bias, 0.5)
    low, high = (joined.probability({"words": one}) for one in two)
    assert 0 < low <= high < 1


def test_the_calibration_is_that_of_the_language_model(monkeypatch):
    """Each has its own, and there is one for none."""
    calibrate_fakes(monkeypatch, contents(small=BY_WORD, large=BY_WORD | {"enough": 0.7, "bias": -1.5}))
    assert calibration_of(IDENTITY, "small") == Calibration({"yes": 1.0}, 0.0, 0.5, True)
    assert calibration_of(IDENTITY, "large") == Calibration({"yes": 1.0}, -1.5, 0.7, True)
    assert calibration_of(IDENTITY, None) == Calibration({"sentence": 40.0}, -4.0, 0.5, True)


def test_the_word_of_an_unknown_language_model_does_not_count(monkeypatch):
    """Nobody knows what its Yes is worth: the other signals decide, and more is needed."""
    calibrate_fakes(monkeypatch)
    unknown, none = calibration_of(IDENTITY, "somebody's own"), calibration_of(IDENTITY, None)
    assert (unknown.weights, unknown.bias, unknown.fitted) == (none.weights, none.bias, False)
    assert unknown.enough > none.enough


@pytest.mark.parametrize("language_model", [None, "scripted"])
def test_another_embedding_model_needs_more(monkeypatch, language_model):
    """Its cosines have another scale than those that were fitted."""
    calibrate_fakes(monkeypatch)
    fitted = calibration_of(IDENTITY, language_model)
    calibrate_fakes(monkeypatch, contents("f" * 64, scripted=BY_WORD))
    other = calibration_of(IDENTITY, language_model)
    assert fitted.fitted and not other.fitted
    assert other.weights == fitted.weights and other.enough > fitted.enough


@pytest.mark.parametrize("enough", [0.0, 0.5, 0.9, 0.97, 1.0])
def test_what_was_not_fitted_never_needs_less(monkeypatch, enough):
    """Also where nearly nothing or nothing at all was enough before."""
    content = contents()
    content["calibrations"][""] = BY_SCORE | {"enough": enough}
    calibrate_fakes(monkeypatch, content)
    assert enough <= calibration_of(IDENTITY, "unknown").enough <= 1
    assert calibration_of(IDENTITY, None).enough == max(LEAST, enough)


def test_the_shipped_file_is_of_known_signals():
    """One for no language model, in which none has a say; every weight is that of a signal."""
    content = json.loads(FILE.read_text(encoding="utf-8"))
    assert "yes" not in content["calibrations"][""]["weights"]
    for name, one in content["calibrations"].items():
        assert set(one["weights"]) <= set(NAMES)
        assert 0 <= one["enough"] <= 1 and math.isfinite(one["bias"])
        assert not name or find_model(name).sha256 == one["model_sha256"], f"{name} is another file now: fit it anew"
