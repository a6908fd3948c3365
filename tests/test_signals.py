"""What speaks for a sentence, each signal by what it promises, over a real index with the fake embedder."""

import math

import pytest
from answer_support import SENTENCES, build_answers, candidate_of
from fakes import HashEmbedder
from index_support import document, update

from citeglot.index import open_index
from citeglot.protocols import InContext
from citeglot.signals import NAMES, Asking, answer_logits, signals_of

LANGUAGES = sorted(SENTENCES)
COUNTED = {
    "de": "Wie viele Lampen hat die Brücke?",
    "en": "How many lamps has the bridge?",
    "hi": "पुल पर कितने दीपक हैं?",
    "ja": "橋には灯がいくつありますか。",
    "no": "Hvor mange lamper har broen?",
}
ARTICLE = "The tower is 28 metres tall. Sweden paid for the tower. It was built by Norwegian masons in 1907."


class Counting(HashEmbedder):
    """Remembers the texts whose words were asked for, call by call."""

    def __init__(self):
        super().__init__()
        self.calls = []

    def embed_words(self, texts, question):
        self.calls.append((list(texts), question))
        return super().embed_words(texts, question)


@pytest.fixture(scope="module")
def generation(tmp_path_factory):
    return build_answers(tmp_path_factory.mktemp("index"))


@pytest.fixture(scope="module")
def tower(tmp_path_factory):
    """An index of one article whose three sentences are one passage."""
    folder = tmp_path_factory.mktemp("tower")
    update(folder, [document("en.txt", f"A report from Denmark\n\n{ARTICLE}")])
    return open_index(folder)


def found(generation, question, language, sentences=None, embedder=None, name=None):
    """Return the signals of these sentences of an article, by default the three of a language."""
    texts = sentences or SENTENCES[language]
    candidates = [candidate_of(generation, name or f"{language}.txt", text) for text in texts]
    return signals_of(Asking(question, language), candidates, generation, embedder or HashEmbedder())


def of_tower(tower, question, row, language="en"):
    """Return the signals of a sentence of the article about the tower."""
    sentence = f"{ARTICLE.split('. ')[row].rstrip('.')}."
    return found(tower, question, language, [sentence], name="en.txt")[0]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_signal_is_a_number(generation, language):
    """In the order of their names, for each candidate."""
    signals = found(generation, COUNTED[language], language)
    assert [tuple(one) for one in signals] == [NAMES] * 3
    assert all(isinstance(value, float) and math.isfinite(value) for one in signals for value in one.values())


def test_scores_are_those_of_the_sentence_and_its_passage(generation):
    """As the search gave them."""
    candidate = candidate_of(generation, "en.txt", SENTENCES["en"][0], 0.125)
    (one,) = signals_of(Asking("?", "en"), [candidate], generation, HashEmbedder())
    assert (one["sentence"], one["passage"]) == (candidate.score, candidate.hit.score) == (0.125, 0.125)


@pytest.mark.parametrize("language", LANGUAGES)
def test_kind_is_whether_the_sentence_has_what_is_asked_for(generation, language):
    """28 lamps and 1907 are numbers and a ship in the evening is none; what cannot be told is 0."""
    assert [one["kind"] for one in found(generation, COUNTED[language], language)] == [1.0, 1.0, -1.0]
    assert [one["kind"] for one in found(generation, "?", language)] == [0.0] * 3


def test_what_is_asked_for_is_told_by_the_last_question(generation):
    """A follow-up stands after the question that it leans on."""
    assert Asking("How many lamps are there?\nAnd who made them?", "en").kind == "person"
    assert Asking("Who made the lamps?\nAnd how many?", "en").kind == "number"
    assert [one["kind"] for one in found(generation, "Who?\nAnd how many?", "en")] == [1.0, 1.0, -1.0]


class Torn(HashEmbedder):
    """Finds that a sentence answers a question alone, and not with the one before it."""

    def answer_logits(self, question, sentences):
        super().answer_logits(question, sentences)
        return [-3.0 if "\n" in question else 1.0 for _ in sentences]


@pytest.mark.parametrize("language", sorted(SENTENCES))
def test_a_follow_up_is_read_with_the_question_before_it_and_alone(generation, language):
    """Half each: what answers the question before does not answer this one."""
    sentence = InContext(SENTENCES[language][0])
    assert answer_logits(Asking("A?\nB?", language), [sentence, sentence], Torn()) == [-1.0, -1.0]
    alone = Torn()
    assert answer_logits(Asking("B?", language), [sentence], alone) == [1.0]
    assert [question for question, _ in alone.judged] == ["B?"]


@pytest.mark.parametrize(
    ("question", "language", "rows"),
    [
        ("Who built the tower in Norway?", "en", (-1, 0, 0)),
        ("Wer baute den Turm in Norwegen?", "de", (-1, 0, 0)),
        ("नॉर्वे में मीनार किसने बनाई?", "hi", (-1, 0, 0)),
        ("ノルウェーの塔は誰が建てましたか。", "ja", (-1, 0, 0)),
        ("Hvem bygde det norske tårnet?", "no", (-1, 0, 0)),
        ("Did Norway and Sweden pay?", "en", (-1, 0, 0)),
        ("Did Finland and Kenya pay?", "en", (-2, -2, -2)),
        ("Did Denmark pay?", "en", (0, 0, 0)),
        ("Who built the tower?", "en", (0, 0, 0)),
    ],
)
def test_places_counts_the_countries_that_are_not_told(tower, question, language, rows):
    """A country that neither the sentence, its neighbours nor the title name, in whatever language it is asked for."""
    assert tuple(of_tower(tower, question, row, language)["places"] for row in range(3)) == rows


@pytest.mark.parametrize(
    ("question", "missing"),
    [
        ("Was it built in 1907?", 0),
        ("Was it built in 1908?", 1),
        ("Were 3 of 27 metres built in 1908?", 3),
        ("Was it?", 0),
    ],
)
def test_numbers_counts_those_that_are_nowhere_in_the_article(tower, question, missing):
    """Wherever in the article they stand, for each of its sentences."""
    assert [of_tower(tower, question, row)["numbers"] for row in range(3)] == [-missing] * 3


@pytest.mark.parametrize(
    ("question", "language"),
    [
        ("Was geschah 1907?", "de"),
        ("१९०७ में क्या हुआ?", "hi"),
        ("１９０７年に何がありましたか。", "ja"),
        ("Hva hendte i 1907?", "no"),
    ],
)
def test_a_number_is_the_same_in_every_script(tower, question, language):
    """The article is English, the question is not."""
    assert of_tower(tower, question, 0, language)["numbers"] == 0
    assert (
        of_tower(tower, question.translate({ord("7"): "8", ord("७"): "८", ord("７"): "８"}), 0, language)["numbers"] < 0
    )


def test_longer_sentences_have_more_length(generation):
    """It grows with the logarithm."""
    texts = sorted(SENTENCES["de"], key=len)
    lengths = [one["length"] for one in found(generation, "?", "de", texts)]
    assert lengths == sorted(lengths) and lengths[0] < lengths[-1]
    assert lengths[0] == pytest.approx(math.log(len(texts[0]) + 5))


def test_a_candidate_is_judged_the_same_alone_and_among_others(generation):
    """Signals are of a sentence and not of its company."""
    together = found(generation, COUNTED["no"], "no")
    for text, one in zip(SENTENCES["no"], together, strict=True):
        (alone,) = found(generation, COUNTED["no"], "no", [text])
        assert alone == pytest.approx(one, abs=1e-6)


def test_each_text_is_read_once(generation):
    """The question apart, and what is around two sentences only once."""
    embedder = Counting()
    found(generation, "Lamps?", "en", [*SENTENCES["en"], SENTENCES["en"][0]], embedder)
    (asked, as_question), (texts, as_passage) = embedder.calls
    assert (asked, as_question, as_passage) == (["Lamps?"], True, False)
    assert len(texts) == len(set(texts)) == 3 and all(one in "\n".join(texts) for one in SENTENCES["en"])


def test_without_candidates_nothing_is_read(generation):
    """An empty search costs nothing."""
    embedder = Counting()
    assert signals_of(Asking("?", "en"), [], generation, embedder) == [] == embedder.calls == embedder.judged
