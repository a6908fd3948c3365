"""Which sentence answers the question, and how sure that is."""

from itertools import pairwise, product

import pytest
from answer_support import SENTENCES, build_answers, candidate_of
from calibration_support import BY_SCORE, answers_decide, calibrate_fakes, contents  # noqa: F401 - a fixture for all
from fakes import HashEmbedder
from hypothesis import given
from hypothesis import strategies as st
from index_support import document, nearest, update

from citeglot.calibration import calibration_of
from citeglot.evidence import confidence, considered, judge
from citeglot.index import open_index
from citeglot.kinds import has_kind
from citeglot.signals import Asking, signals_of
from citeglot.types import Hit

LANGUAGES = sorted(SENTENCES)
QUESTIONS = {
    "de": "Wie viele Lampen hat die Brücke?",
    "en": "How many lamps has the bridge?",
    "hi": "पुल पर कितने क्\u200dष दीपक हैं?",
    "ja": "橋には灯が２０以上ありますか？",
    "no": "Hvor mange lamper har broen pa\u030a rekken?",
}
ASKING = Asking("Which?", "en")


class Knowing(HashEmbedder):
    """Says of what speaks of this that it answers, and of nothing else."""

    def __init__(self, known):
        super().__init__()
        self.known = known

    def answer_logits(self, question, sentences):
        super().answer_logits(question, sentences)
        return [2.0 if self.known in one.text else -1.0 for one in sentences]


class Scoring(HashEmbedder):
    """Says of these candidates what their scores are."""

    def __init__(self, some):
        super().__init__()
        self.scores = {one.text: one.score for one in some}

    def answer_logits(self, question, sentences):
        super().answer_logits(question, sentences)
        return [self.scores[one.text] for one in sentences]


@pytest.fixture(scope="module")
def generation(tmp_path_factory):
    return build_answers(tmp_path_factory.mktemp("index"))


def candidates(generation, language, scores=(0.1, 0.1, 0.1)):
    """Return the three sentences of a language as candidates with these scores."""
    pairs = zip(SENTENCES[language], scores, strict=True)
    return [candidate_of(generation, f"{language}.txt", text, score) for text, score in pairs]


def many(generation, scores=tuple(place / 100 for place in range(15))):
    """Return as many of all fifteen sentences as there are scores; by default from the worst to the best."""
    pairs = zip(product(LANGUAGES, range(3)), scores, strict=False)
    return [
        candidate_of(generation, f"{language}.txt", SENTENCES[language][row], score) for (language, row), score in pairs
    ]


def judged(generation, some, embedder=None, asking=ASKING):
    """Return the judgements of these candidates."""
    return judge(asking, some, generation, embedder or HashEmbedder())


COUNTED = {
    "de": "Wie viele Lampen hat die Brücke?",
    "en": "How many lamps has the bridge?",
    "hi": "पुल पर कितने दीपक हैं?",
    "ja": "橋には灯がいくつありますか？",
    "no": "Hvor mange lamper har broen?",
}


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_sentence_that_lacks_what_is_asked_for_is_not_judged(generation, language):
    """Where a number is asked for, only sentences with one are; where none is asked for, all that are near."""
    embedder = HashEmbedder()
    vector = embedder.embed_question(COUNTED[language])
    hits = nearest(generation, vector, 10)
    asking = Asking(COUNTED[language], language)
    found = considered(asking, vector, hits, generation)
    told = {one.text for one in found}
    assert 0 < len(told) < len(considered(ASKING, vector, hits, generation))
    assert all(has_kind("number", one.text, one.hit.chunk.language) for one in found)


@pytest.mark.parametrize("language", LANGUAGES)
def test_question_and_sentences_are_read_together(generation, language):
    """In each language each sentence is read once, with the question as it was asked, all in one go."""
    embedder = HashEmbedder()
    found = judged(generation, candidates(generation, language), embedder, Asking(QUESTIONS[language], language))
    ((question, read),) = embedder.judged
    assert question == QUESTIONS[language]
    assert sorted(one.text for one in read) == sorted(SENTENCES[language])
    assert sorted(one.candidate.text for one in found) == sorted(SENTENCES[language])


def test_the_best_comes_first(generation, monkeypatch):
    """And what is likelier to answer is more sure."""
    calibrate_fakes(monkeypatch, contents(**BY_SCORE))
    some = many(generation)
    found = judged(generation, some, Scoring(some))
    assert [one.candidate for one in found] == some[::-1]
    levels = [one.confidence for one in found]
    assert all(one > other for one, other in pairwise(levels))
    assert levels[0] > 0.5 > levels[-1]


@pytest.mark.parametrize(("language", "row"), product(LANGUAGES, range(3)))
def test_what_is_read_can_change_what_is_best(generation, language, row):
    """That it answers counts for the sentence that it was said of, and not for the next."""
    known = SENTENCES[language][row]
    found = judged(generation, candidates(generation, language, (0.3, 0.1, 0.2)), Knowing(known))
    assert found[0].candidate.text == known
    assert [one.confidence for one in found] == pytest.approx([0.880797, 0.268941, 0.268941], abs=1e-6)


@given(st.tuples(st.floats(1e-9, 1 - 1e-9), st.floats(1e-9, 1 - 1e-9)).map(sorted))
def test_confidence_rises_with_what_is_read(generation, answers):
    """Between 0 and 1, also for a model that is nearly certain."""
    levels = [confidence(judged(generation, many(generation, [0.1]), HashEmbedder(one))) for one in answers]
    assert levels == pytest.approx(answers, abs=2e-6) and 0 < levels[0] <= levels[1] < 1


@pytest.mark.parametrize(("answers", "sign"), [(1e-300, -1), (1 - 1e-16, 1)])
def test_nothing_is_entirely_certain(generation, answers, sign):
    """However large a logit is, either way, and however much it counts."""
    with pytest.MonkeyPatch.context() as patch:
        calibrate_fakes(patch, contents(weights={"answers": 1e300}))
        level = confidence(judged(generation, many(generation, [0.1]), HashEmbedder(answers)))
    assert 0 < level < 1 and (level - 0.5) * sign > 0.49


def test_all_signals_have_a_say(generation, monkeypatch):
    """The language of the sentence decides where the calibration says so, beside what is read."""
    calibrate_fakes(monkeypatch, contents(weights={"same": 2.0, "answers": 1.0}, bias=-1.0))
    some = candidates(generation, "en") + candidates(generation, "de")
    found = judged(generation, some, HashEmbedder(0.5), Asking(QUESTIONS["en"], "en"))
    levels = {one.candidate.text: one.confidence for one in found}
    assert min(levels[text] for text in SENTENCES["en"]) > 0.7
    assert max(levels[text] for text in SENTENCES["de"]) < 0.3


@given(st.lists(st.sampled_from([0.0, 0.1, 0.5, 1.0]), max_size=8), st.sampled_from([1.0, -1.0]))
def test_order_is_by_probability_and_else_as_it_was(generation, scores, weight):
    """Every candidate once, the surest first; equal ones keep the order of the search."""
    some = many(generation, scores)
    with pytest.MonkeyPatch.context() as patch:
        calibrate_fakes(patch, contents(weights={"answers": weight}))
        found = judged(generation, some, Scoring(some))
    places = sorted(range(len(scores)), key=lambda place: -weight * scores[place])
    assert [one.candidate for one in found] == [some[place] for place in places]


def test_the_articles_are_as_sure_as_their_best_sentence(generation, monkeypatch):
    """And not sure at all where there is none; then nothing is read."""
    calibrate_fakes(monkeypatch, contents(**BY_SCORE))
    some = candidates(generation, "no", (0.02, 0.2, 0.1))
    found = judged(generation, some, Scoring(some))
    assert confidence(found) == found[0].confidence == max(one.confidence for one in found)
    assert confidence([]) == 0.0
    embedder = HashEmbedder()
    assert judged(generation, [], embedder) == [] == embedder.judged


@pytest.mark.parametrize("content", [BY_SCORE, {}, {"weights": {"numbers": 3.0, "answers": 0.1}, "bias": -1.0}])
def test_judging_is_calibrating_the_signals(generation, monkeypatch, content):
    """What is returned is the probability of the signals that are computed alone, whatever counts."""
    calibrate_fakes(monkeypatch, contents(**content))
    some = candidates(generation, "ja", (0.05, 0.15, 0.1))
    signals = signals_of(ASKING, some, generation, Scoring(some))
    calibration = calibration_of(HashEmbedder.identity)
    assert {one.candidate.text: one.confidence for one in judged(generation, some, Scoring(some))} == {
        one.text: calibration.probability(found) for one, found in zip(some, signals, strict=True)
    }


def test_a_date_alone_above_an_article_is_not_considered(tmp_path):
    """It does not say what was on that day."""
    update(tmp_path, [document("en.txt", "12/01/24\n\nThe talks were on 10 January.\n\n2024 - 11")])
    generation = open_index(tmp_path)
    hits = [Hit(chunk, 0.5, 0.5) for chunk in generation.chunks("en.txt")]
    vector = HashEmbedder().embed_question("When were the talks? 12/01/24")
    found = considered(Asking("When were the talks?", "en"), vector, hits, generation)
    assert [one.text for one in found] == ["The talks were on 10 January."]
