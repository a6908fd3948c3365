"""From signals to a probability, and what is enough with the embedding model in use."""

import json
import math
from dataclasses import replace

import pytest
from calibration_support import BY_SCORE, calibrate_fakes, contents
from fakes import HashEmbedder
from hypothesis import given
from hypothesis import strategies as st

from citeglot.calibration import FILE, LEAST, Calibration, calibration_of
from citeglot.embedding import load_embedder
from citeglot.settings import load_settings
from citeglot.signals import NAMES

IDENTITY = HashEmbedder.identity
OTHER = replace(IDENTITY, name="other", weights_sha256="f" * 64)
NUMBER = st.floats(-1e6, 1e6)


@given(st.floats(-20, 20), st.floats(-20, 20), st.floats(-5, 5))
def test_the_probability_is_the_logistic_function_of_the_weighted_sum(first, second, bias):
    """A signal without a weight has no say."""
    joined = Calibration({"numbers": 0.5, "answers": -0.25}, bias, 0.5, 0.5)
    expected = 1 / (1 + math.exp(-(0.5 * first - 0.25 * second + bias)))
    assert joined.probability({"numbers": first, "answers": second, "length": 7.0}) == pytest.approx(expected)


@given(st.tuples(NUMBER, NUMBER).map(sorted), NUMBER)
def test_more_of_what_speaks_for_an_answer_never_lowers_the_probability(two, bias):
    """From the least to the greatest numbers, and it is never entirely certain: an answer can need more than any."""
    joined = Calibration({"numbers": 3.0}, bias, 0.5, 0.5)
    low, high = (joined.probability({"numbers": one}) for one in two)
    assert 0 < low <= high < 1


def test_the_calibration_is_what_was_fitted(monkeypatch):
    """Weights, bias and threshold as the file has them; its other fields are for people."""
    calibrate_fakes(monkeypatch, contents(risk=0.3, dev={"auc": 0.9}, enough_same=0.6))
    assert calibration_of(IDENTITY) == Calibration({"answers": 1.0}, 0.0, 0.5, 0.6, True)
    calibrate_fakes(monkeypatch, contents(**BY_SCORE | {"enough": 0.7}))
    assert calibration_of(IDENTITY) == Calibration({"answers": 40.0}, -4.0, 0.7, 0.7, True)


@pytest.mark.parametrize("content", [{}, BY_SCORE])
def test_another_embedding_model_needs_more(monkeypatch, content):
    """Its cosines and logits have another scale than those that were fitted."""
    calibrate_fakes(monkeypatch, contents(**content))
    fitted, other = calibration_of(IDENTITY), calibration_of(OTHER)
    assert fitted.fitted and not other.fitted
    assert (other.weights, other.bias) == (fitted.weights, fitted.bias) and other.enough > fitted.enough
    assert other.enough_same > fitted.enough_same


@pytest.mark.parametrize("enough", [0.0, 0.5, 0.9, 0.97, 1.0])
def test_what_was_not_fitted_never_needs_less(monkeypatch, enough):
    """Also where nearly nothing or nothing at all was enough before."""
    for name in ("enough", "enough_same"):
        calibrate_fakes(monkeypatch, contents(**{name: enough}))
        assert max(LEAST, enough) <= getattr(calibration_of(OTHER), name) <= 1
        assert getattr(calibration_of(IDENTITY), name) == max(LEAST, enough)


def test_a_sentence_in_the_questions_language_needs_what_is_stated_for_it():
    """It is near to the question more easily than one in another."""
    joined = Calibration({"answers": 1.0}, 0.0, 0.3, 0.6)
    assert joined.needed({"answers": 9.0, "same": 0.0}) == 0.3 and joined.needed({"answers": 9.0, "same": 1.0}) == 0.6


def test_the_shipped_file_is_of_known_signals():
    """Every weight is that of a signal, what is read together counts for an answer, and questions can be answered."""
    content = json.loads(FILE.read_text(encoding="utf-8"))
    figures = {"dev", "items", "reports"}
    assert set(content) == {"embedding_sha256", "weights", "bias", "enough", "enough_same", "risk", *figures}
    assert set(content["weights"]) == set(NAMES) and content["weights"]["answers"] > 0
    assert all(map(math.isfinite, (*content["weights"].values(), content["bias"])))
    assert 0 < content["enough"] < 1 and 0 < content["enough_same"] < 1 and 0 < content["risk"] < 1


@pytest.mark.models
def test_the_shipped_file_is_of_the_embedding_model_in_use():
    """Else it must be fitted anew."""
    assert calibration_of(load_embedder(load_settings()).identity).fitted
