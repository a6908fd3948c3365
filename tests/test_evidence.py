"""Which sentence answers the question, how sure that is, and what the answer is written from."""

from itertools import islice

import numpy as np
import pytest
from answer_support import SENTENCES, build_answers, candidate_of
from fakes import ScriptedGenerator
from hypothesis import given
from hypothesis import strategies as st

from citeglot.evidence import confidence, gather, judge
from citeglot.settings import Settings

PROMPTS = Settings().prompts
LANGUAGES = sorted(SENTENCES)
QUESTIONS = {
    "de": "Wie viele Lampen hat die Brücke?",
    "en": "How many lamps has the bridge?",
    "hi": "पुल पर कितने क्\u200dष दीपक हैं?",
    "ja": "橋には灯が２０以上ありますか？",
    "no": "Hvor mange lamper har broen pa\u030a rekken?",
}
PROBABILITY = st.floats(0, 1)
SCORE = st.floats(-1, 1)


@pytest.fixture(scope="module")
def generation(tmp_path_factory):
    return build_answers(tmp_path_factory.mktemp("index"))


def candidates(generation, language, scores=(0.1, 0.1, 0.1)):
    """Return the three sentences of a language as candidates with these scores."""
    pairs = zip(SENTENCES[language], scores, strict=True)
    return [candidate_of(generation, f"{language}.txt", text, score) for text, score in pairs]


def sure(generation, score, yes, balanced=True):
    """Return the confidence in one candidate of this score of which the model says yes with this probability."""
    generator = None if yes is None else ScriptedGenerator(yes=yes)
    (judgement,) = judge("?", candidates(generation, "en", [score] * 3)[:1], generator, PROMPTS, balanced)
    return judgement.confidence


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_question_stands_before_the_evidence(generation, language):
    """What the model has read of the question serves every candidate: prompts differ only from the evidence on."""
    generator, asked = ScriptedGenerator(), QUESTIONS[language]
    found = list(judge(asked, candidates(generation, language), generator, PROMPTS, True))
    assert [one.candidate.text for one in found] == list(SENTENCES[language])
    beginnings = set()
    for turns, sentence in zip(generator.judged, SENTENCES[language], strict=True):
        assert [turn.role for turn in turns] == ["system", "user"]
        assert sentence not in turns[0].text and asked not in turns[0].text
        before, after = turns[1].text.split(sentence)
        assert asked in before and asked not in after
        beginnings.add((turns[0], before))
    assert len(beginnings) == 1


def test_a_text_that_looks_like_a_placeholder_is_text(generation):
    """A question about "$evidence" is read as it was asked."""
    generator = ScriptedGenerator()
    list(judge("What is $evidence or ${x} or $$?", candidates(generation, "en")[:1], generator, PROMPTS, True))
    assert "What is $evidence or ${x} or $$?" in generator.judged[0][1].text


def test_candidates_are_judged_one_by_one(generation):
    """Whoever stops after the first has not paid for the others."""
    generator = ScriptedGenerator()
    first = next(judge("?", candidates(generation, "en"), generator, PROMPTS, True))
    assert first.candidate.text == SENTENCES["en"][0]
    assert len(generator.judged) == 1


def test_without_a_language_model_the_score_decides(generation):
    """Nothing is asked, and a better score is more sure."""
    found = list(judge("?", candidates(generation, "hi", (0.02, 0.1, 0.18)), None, PROMPTS, True))
    assert [one.candidate.text for one in found] == list(SENTENCES["hi"])
    levels = [one.confidence for one in found]
    assert levels[0] < levels[1] < levels[2]
    assert levels[0] < 0.5 < levels[2]


@given(yes=PROBABILITY, score=SCORE, other=SCORE)
def test_unbalanced_scores_have_no_say(generation, yes, score, other):
    """On another scale they mean nothing: the model's word is the confidence."""
    assert sure(generation, score, yes, balanced=False) == pytest.approx(yes, abs=1e-5)
    assert sure(generation, other, yes, balanced=False) == sure(generation, score, yes, balanced=False)


@given(yes=st.tuples(PROBABILITY, PROBABILITY).map(sorted), score=SCORE, balanced=st.booleans())
def test_confidence_rises_with_yes(generation, yes, score, balanced):
    """Between 0 and 1, also for a model that is entirely certain."""
    low, high = (sure(generation, score, one, balanced) for one in yes)
    assert 0 <= low <= high <= 1


@given(scores=st.tuples(SCORE, SCORE).map(sorted), yes=st.none() | PROBABILITY)
def test_confidence_rises_with_the_score(generation, scores, yes):
    """With a language model and without."""
    low, high = (sure(generation, one, yes) for one in scores)
    assert 0 <= low <= high <= 1


def test_confidence_really_rises(generation):
    """Not only does it not fall."""
    assert sure(generation, 0.1, 0.2) < sure(generation, 0.1, 0.5) < sure(generation, 0.1, 0.9)
    assert sure(generation, 0.02, 0.5) < sure(generation, 0.08, 0.5) < sure(generation, 0.16, 0.5)
    assert sure(generation, 0.1, 0.2, balanced=False) < sure(generation, 0.1, 0.9, balanced=False)


def test_the_articles_are_as_sure_as_their_best_sentence(generation):
    """And not sure at all where there is none."""
    found = list(judge("?", candidates(generation, "no", (0.02, 0.2, 0.1)), None, PROMPTS, True))
    assert confidence(found) == found[1].confidence == max(one.confidence for one in found)
    assert confidence([]) == 0.0
    assert list(judge("?", [], ScriptedGenerator(), PROMPTS, True)) == []


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(("row", "taken"), [(0, slice(0, 2)), (1, slice(0, 3)), (2, slice(1, 3))])
def test_neighbours_come_along_but_stay_in_the_chunk(generation, language, row, taken):
    """The sentence before and the one after; the chunk before, which ends right there, gives none."""
    candidate = candidate_of(generation, f"{language}.txt", SENTENCES[language][row])
    evidence = gather(generation, candidate)
    source = generation.document(f"{language}.txt").text
    assert evidence.source == source
    assert evidence.picked == candidate.span and evidence.picked.of(source) == SENTENCES[language][row]
    assert [span.of(source) for span in evidence.sentences] == list(SENTENCES[language][taken])
    assert evidence.text == source[evidence.sentences[0].start : evidence.sentences[-1].end]
    assert evidence.text in evidence.chunk.text


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_sentence_has_its_vector(generation, language):
    """In the order of the sentences, as the index holds them."""
    chunk = candidate_of(generation, f"{language}.txt", SENTENCES[language][2]).hit.chunk
    for row, evidence in enumerate(gather(generation, one) for one in islice(candidates(generation, language), 3)):
        first = max(0, row - 1)
        expected = generation.sentence_vectors(chunk)[first : first + len(evidence.sentences)]
        np.testing.assert_array_equal(evidence.vectors, expected)
