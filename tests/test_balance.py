"""The offsets that balance the languages belong to one embedding model and are numbers for every language."""

import json
import math
from dataclasses import replace
from itertools import combinations

import numpy as np
import pytest
from fakes import HashEmbedder

from citeglot.balance import EQUAL_SHARE, MEANS, balance_version, blended_offsets, language_offsets

LANGUAGES = ("de", "en", "hi", "ja", "no")


@pytest.fixture(scope="module")
def identity():
    """What the vectors of the model are that the shipped means were made with."""
    weights = json.loads(MEANS.read_text(encoding="utf-8"))["weights_sha256"]
    return replace(HashEmbedder.identity, name="multilingual-e5-small", weights_sha256=weights, dimension=384)


def test_five_languages_have_means(identity):
    """Each has 384 finite plain numbers, as a manifest takes them, and none is longer than a unit vector."""
    offsets = language_offsets(identity, LANGUAGES)
    assert tuple(offsets) == LANGUAGES
    for offset in offsets.values():
        assert len(offset) == 384
        assert all(type(number) is float and math.isfinite(number) for number in offset)
        assert 0.1 < np.linalg.norm(offset) < 1


def test_the_means_of_two_languages_differ(identity):
    """What is subtracted is a language's own: otherwise the order would not change."""
    offsets = language_offsets(identity, LANGUAGES)
    for one, other in combinations(LANGUAGES, 2):
        assert np.linalg.norm(np.subtract(offsets[one], offsets[other])) > 0.01


@pytest.mark.parametrize("language", ["fi", "th", "und"])
def test_a_language_without_a_mean_gets_the_average(identity, language):
    """Its scores stay on the scale of the others."""
    offsets = language_offsets(identity, [*LANGUAGES, language])
    average = np.mean([offsets[one] for one in LANGUAGES], axis=0)
    np.testing.assert_allclose(offsets[language], average, atol=1e-6)
    assert language_offsets(identity, [language]) == {language: offsets[language]}


def test_other_weights_have_no_means(identity):
    """The name of the model does not decide, its weights do; how numbers are stored does not matter."""
    assert language_offsets(replace(identity, weights_sha256="1" * 64), LANGUAGES) == {}
    assert language_offsets(HashEmbedder.identity, LANGUAGES) == {}
    assert language_offsets(replace(identity, number_type="bfloat16"), LANGUAGES) == language_offsets(
        identity, LANGUAGES
    )


def test_a_language_is_there_once(identity):
    """In the order of the codes, however often and in whatever order it was named; none gives none."""
    assert list(language_offsets(identity, iter(["no", "de", "no", "de", "fi"]))) == ["de", "fi", "no"]
    assert language_offsets(identity, []) == {}


@pytest.mark.parametrize("articles", [0, 1, EQUAL_SHARE, 10**6])
def test_the_own_mean_counts_as_articles_become_many(identity, articles):
    """The offset lies between the shipped mean and the corpus's own, half way at 100 articles."""
    own = np.full(384, 0.05, dtype=np.float32)
    shipped = np.array(language_offsets(identity, ["de"])["de"])
    offset = np.array(blended_offsets(identity, {"de": (own, articles)})["de"])
    weight = {0: 0.0, 1: 1 / 101, EQUAL_SHARE: 0.5, 10**6: 0.9999}[articles]
    np.testing.assert_allclose(offset, weight * own + (1 - weight) * shipped, atol=1e-5)


def test_a_model_without_means_has_no_offsets():
    """Own means alone would take the topic of a small corpus away."""
    assert blended_offsets(HashEmbedder.identity, {"de": (np.zeros(16, dtype=np.float32), 500)}) == {}
    assert balance_version()
