"""How near the words of a question are to those of a sentence and of its neighbours."""

import pytest
from answer_support import SENTENCES, build_answers, candidate_of
from fakes import HashEmbedder

from citeglot.signals import NAMES, Asking, signals_of

SPACED = ("de", "en", "hi", "no")  # the fake embedder's tokens are what stands between spaces


@pytest.fixture(scope="module")
def generation(tmp_path_factory):
    return build_answers(tmp_path_factory.mktemp("index"))


def found(generation, question, language, sentences=None):
    """Return the signals of these sentences, by default the three of a language."""
    candidates = [candidate_of(generation, f"{language}.txt", text) for text in sentences or SENTENCES[language]]
    return signals_of(Asking(question, language), candidates, generation, HashEmbedder())


@pytest.mark.parametrize("language", SPACED)
def test_words_that_stand_there_are_near(generation, language):
    """All of a sentence's own words are as near as can be, and a word that stands nowhere takes the farthest away."""
    own = SENTENCES[language][0]
    (same,) = found(generation, own, language, [own])
    assert same["words"] == pytest.approx(1, abs=1e-5) and same["all_words"] == pytest.approx(1, abs=1e-5)
    (foreign,) = found(generation, f"{own} Xylophonqqq", language, [own])
    assert foreign["words"] < foreign["all_words"] < same["all_words"]
    assert same["words"] - foreign["words"] > same["all_words"] - foreign["all_words"]


@pytest.mark.parametrize("language", SPACED)
def test_neighbours_help_the_words_and_take_none_away(generation, language):
    """What the question says of the sentence before or after counts as said around, not as said."""
    first, second, third = SENTENCES[language]
    for one in found(generation, f"{first} {third}", language):
        assert one["words"] <= one["all_words"] + 1e-6 and one["words_around"] <= one["all_words_around"] + 1e-6
        assert one["words_around"] >= one["words"] - 1e-6 and one["all_words_around"] >= one["all_words"] - 1e-6
    (middle,) = found(generation, f"{first} {third}", language, [second])
    assert middle["all_words_around"] == pytest.approx(1, abs=1e-5)
    assert middle["all_words"] < 0.95


@pytest.mark.parametrize("question", ["", " ", "\n"])
def test_a_question_without_words_is_near_to_nothing(generation, question):
    """And breaks nothing."""
    (one,) = found(generation, question, "en", [SENTENCES["en"][0]])
    assert [one[name] for name in NAMES if "words" in name] == [0.0] * 4
