"""Which sentence answers the question, and how sure that is."""

from itertools import pairwise, product

import pytest
from answer_support import SENTENCES, build_answers, candidate_of
from calibration_support import BY_SCORE, BY_WORD, calibrate_fakes, contents, the_word_decides  # noqa: F401 - a fixture
from fakes import HashEmbedder, ScriptedGenerator
from hypothesis import given
from hypothesis import strategies as st

from citeglot.calibration import Calibration
from citeglot.evidence import WORTH_READING, Judge, ask_model, confidence, order
from citeglot.settings import Settings
from citeglot.signals import Asking, signals_of

PROMPTS = Settings().prompts
LANGUAGES = sorted(SENTENCES)
QUESTIONS = {
    "de": "Wie viele Lampen hat die Brücke?",
    "en": "How many lamps has the bridge?",
    "hi": "पुल पर कितने क्\u200dष दीपक हैं?",
    "ja": "橋には灯が２０以上ありますか？",
    "no": "Hvor mange lamper har broen pa\u030a rekken?",
}
ASKING = Asking("Which?", "en")


@pytest.fixture(scope="module")
def generation(tmp_path_factory):
    return build_answers(tmp_path_factory.mktemp("index"))


def candidates(generation, language, scores=(0.1, 0.1, 0.1)):
    """Return the three sentences of a language as candidates with these scores."""
    pairs = zip(SENTENCES[language], scores, strict=True)
    return [candidate_of(generation, f"{language}.txt", text, score) for text, score in pairs]


def many(generation):
    """Return all fifteen sentences, from the worst to the best."""
    pairs = enumerate(product(LANGUAGES, range(3)))
    return [
        candidate_of(generation, f"{language}.txt", SENTENCES[language][row], place / 100)
        for place, (language, row) in pairs
    ]


def judged(generation, some, generator=None, asking=ASKING):
    """Return the judgements of these candidates."""
    return list(Judge(generation, HashEmbedder(), generator, PROMPTS).judge(asking, some))


class Knowing(ScriptedGenerator):
    """Says Yes to what speaks of this."""

    def __init__(self, known):
        super().__init__()
        self.known = known

    def probability(self, turns, yes, no):
        super().probability(turns, yes, no)
        return 0.9 if self.known in turns[-1].text else 0.2


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_question_stands_before_the_evidence(generation, language):
    """What the model has read of the question serves every candidate: prompts differ only from the evidence on."""
    generator, asked = ScriptedGenerator(), QUESTIONS[language]
    found = judged(generation, candidates(generation, language), generator, Asking(asked, language))
    beginnings = set()
    for turns, judgement in zip(generator.judged, found, strict=True):
        sentence = judgement.candidate.text
        assert [turn.role for turn in turns] == ["system", "user"]
        assert sentence not in turns[0].text and asked not in turns[0].text
        before, after = turns[1].text.split(sentence)
        assert asked in before and asked not in after
        beginnings.add((turns[0], before))
    assert len(beginnings) == 1
    assert sorted(one.candidate.text for one in found) == sorted(SENTENCES[language])


def test_a_text_that_looks_like_a_placeholder_is_text(generation):
    """A question about "$evidence" is read as it was asked."""
    generator = ScriptedGenerator()
    ask_model("What is $evidence or ${x} or $$?", candidates(generation, "en")[0], generator, PROMPTS)
    assert "What is $evidence or ${x} or $$?" in generator.judged[0][1].text


def test_candidates_are_judged_one_by_one(generation):
    """Whoever stops after the first has not paid for the others."""
    generator = ScriptedGenerator()
    judge = Judge(generation, HashEmbedder(), generator, PROMPTS)
    next(judge.judge(ASKING, candidates(generation, "en")))
    assert len(generator.judged) == 1


def test_the_model_reads_the_most_promising_and_no_others(generation):
    """As many as are worth it, the best first, whatever the order they come in."""
    generator, some = ScriptedGenerator(), many(generation)
    found = judged(generation, some, generator)
    best = [one.text for one in reversed(some[-WORTH_READING:])]
    assert [one.candidate.text for one in found] == best
    assert len(generator.judged) == WORTH_READING
    assert all(text in turns[1].text for text, turns in zip(best, generator.judged, strict=True))


def test_without_a_language_model_all_are_judged_by_the_other_signals(generation):
    """The best first, and a better score is more sure."""
    some = many(generation)
    found = judged(generation, some)
    assert [one.candidate for one in found] == some[::-1]
    levels = [one.confidence for one in found]
    assert all(one > other for one, other in pairwise(levels))
    assert levels[0] > 0.5 > levels[-1]


@pytest.mark.parametrize("row", range(3))
def test_the_models_word_can_change_what_is_best(generation, row):
    """Its Yes counts for the sentence that it was said of, and not for the next."""
    known = SENTENCES["en"][row]
    found = judged(generation, candidates(generation, "en", (0.3, 0.1, 0.2)), Knowing(known))
    surest = max(found, key=lambda one: one.confidence)
    assert surest.candidate.text == known
    assert [one.confidence for one in found] == pytest.approx([0.9 if one is surest else 0.2 for one in found])


@given(st.tuples(st.floats(0, 1), st.floats(0, 1)).map(sorted))
def test_confidence_rises_with_yes(generation, yes):
    """Between 0 and 1, also for a model that is entirely certain."""
    levels = []
    for one in yes:
        generator = ScriptedGenerator(yes=one)
        with pytest.MonkeyPatch.context() as patch:
            calibrate_fakes(patch)
            levels += [confidence(judged(generation, candidates(generation, "en")[:1], generator))]
    assert levels == pytest.approx(yes, abs=2e-6) and 0 < levels[0] <= levels[1] < 1


def test_the_word_of_a_model_that_nobody_knows_does_not_count(generation, monkeypatch):
    """The other signals decide, as without one, and more is needed."""
    calibrate_fakes(monkeypatch, contents())
    sure, unsure = (judged(generation, many(generation), ScriptedGenerator(yes=yes)) for yes in (1.0, 0.0))
    assert sure == unsure == judged(generation, many(generation))[:WORTH_READING]
    with_model, without = (Judge(generation, HashEmbedder(), one, PROMPTS) for one in (ScriptedGenerator(), None))
    assert with_model.calibration.enough > without.calibration.enough
    assert (with_model.calibration.fitted, without.calibration.fitted) == (False, True)


def test_all_signals_have_a_say(generation, monkeypatch):
    """The kind that is asked for decides where the calibration says so, with the model's word and without."""
    weights = {"weights": {"kind": 2.0, "yes": 1.0}, "bias": 0.0, "enough": 0.5}
    calibrate_fakes(monkeypatch, contents(scripted=weights))
    asking = Asking(QUESTIONS["en"], "en")
    found = judged(generation, candidates(generation, "en"), ScriptedGenerator(yes=0.5), asking)
    levels = {one.candidate.text: one.confidence for one in found}
    assert levels[SENTENCES["en"][0]] == levels[SENTENCES["en"][1]] > 0.8
    assert levels[SENTENCES["en"][2]] < 0.2


@given(st.lists(st.sampled_from([0.0, 0.1, 0.5, 1.0]), max_size=8))
def test_order_is_by_probability_and_else_as_it_was(scores):
    """Every place once; equal ones keep the order of the search."""
    found = order([{"sentence": score} for score in scores], Calibration({"sentence": 1.0}, 0.0, 0.5))
    assert found == sorted(range(len(scores)), key=lambda place: -scores[place])
    worse = order([{"sentence": score} for score in scores], Calibration({"sentence": -1.0}, 0.0, 0.5))
    assert [scores[place] for place in worse] == sorted(scores)


def test_the_articles_are_as_sure_as_their_best_sentence(generation):
    """And not sure at all where there is none; then nothing is read."""
    found = judged(generation, candidates(generation, "no", (0.02, 0.2, 0.1)))
    assert confidence(found) == found[0].confidence == max(one.confidence for one in found)
    assert confidence([]) == 0.0
    generator = ScriptedGenerator()
    assert judged(generation, [], generator) == [] == generator.judged


def test_judging_is_calibrating_the_signals(generation):
    """What is yielded is the probability of the signals that are computed alone, with the logit of Yes."""
    some = candidates(generation, "ja", (0.05, 0.15, 0.1))
    signals = signals_of(ASKING, some, generation, HashEmbedder())
    by_score = Calibration(BY_SCORE["weights"], BY_SCORE["bias"], 0.5)
    assert {one.candidate.text: one.confidence for one in judged(generation, some)} == {
        one.text: by_score.probability(found) for one, found in zip(some, signals, strict=True)
    }
    by_word = Calibration(BY_WORD["weights"], BY_WORD["bias"], 0.5)
    generator = ScriptedGenerator(yes=0.7)
    expected = by_word.probability({"yes": ask_model("Which?", some[0], generator, PROMPTS)})
    assert {one.confidence for one in judged(generation, some, generator)} == {expected}
