"""How near the words of a question are to those of a sentence and its neighbours, and whether in one language."""

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
def test_what_the_neighbours_say_counts(generation, language):
    """A sentence that does not name what it speaks of is read with the one before it and the one after it."""
    first, second, third = SENTENCES[language]
    assert all(one["words"] <= one["all_words"] + 1e-6 for one in found(generation, f"{first} {third}", language))
    (middle,) = found(generation, f"{first} {third}", language, [second])
    assert middle["all_words"] == pytest.approx(1, abs=1e-5)
    (last,) = found(generation, f"{first} {third}", language, [third])
    assert last["all_words"] < 0.95


@pytest.mark.parametrize("question", ["", " ", "\n"])
def test_a_question_without_words_is_near_to_nothing(generation, question):
    """And breaks nothing."""
    (one,) = found(generation, question, "en", [SENTENCES["en"][0]])
    assert [one[name] for name in NAMES if "words" in name] == [0.0] * 2


@pytest.mark.parametrize("asked", sorted(SENTENCES))
def test_whether_a_sentence_is_in_the_questions_language_is_told(generation, asked):
    """And there what is read together counts once more."""
    for language, (sentence, *_) in SENTENCES.items():
        candidate = candidate_of(generation, f"{language}.txt", sentence)
        (one,) = signals_of(Asking("28?", asked), [candidate], generation, HashEmbedder(0.7))
        assert one["same"] == float(asked == language)
        assert one["same_answers"] == one["same"] * one["answers"] and one["answers"] != 0
