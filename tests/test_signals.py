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


def test_what_is_asked_for_is_told_by_the_last_question():
    """A follow-up stands after the question that it leans on."""
    assert Asking("How many lamps are there?\nAnd who made them?", "en").kind == "person"
    assert Asking("Who made the lamps?\nAnd how many?", "en").kind == "number"


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
    ("question", "language", "missing"),
    [
        ("Who built the tower in Norway?", "en", 0),
        ("Haben Norwegen und Kenia bezahlt?", "de", 1),
        ("क्या नॉर्वे और केन्या ने भुगतान किया?", "hi", 1),
        ("ノルウェーとケニアは払いましたか。", "ja", 1),
        ("Betalte Norge, Danmark og Kenya?", "no", 1),
        ("Did Finland and Kenya pay?", "en", 2),
        ("Who paid?", "en", 0),
    ],
)
def test_unnamed_counts_the_countries_that_the_whole_article_does_not_name(tower, question, language, missing):
    """Wherever it names them, in its title too, and in whatever language they are asked for."""
    assert [of_tower(tower, question, row, language)["unnamed"] for row in range(3)] == [-missing] * 3


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


def test_a_candidate_is_judged_the_same_alone_and_among_others(generation):
    """Signals are of a sentence and not of its company."""
    together = found(generation, COUNTED["no"], "no")
    for text, one in zip(SENTENCES["no"], together, strict=True):
        (alone,) = found(generation, COUNTED["no"], "no", [text])
        assert alone == pytest.approx(one, abs=1e-6)


def test_without_candidates_nothing_is_read(generation):
    """An empty search costs nothing."""
    embedder = HashEmbedder()
    assert signals_of(Asking("?", "en"), [], generation, embedder) == [] == embedder.judged


@pytest.mark.parametrize("asked", LANGUAGES)
def test_whether_a_sentence_is_in_the_questions_language_is_told(generation, asked):
    """And there what is read together counts once more."""
    for language, (sentence, *_) in SENTENCES.items():
        candidate = candidate_of(generation, f"{language}.txt", sentence)
        (one,) = signals_of(Asking("28?", asked), [candidate], generation, HashEmbedder(0.7))
        assert one["same"] == float(asked == language)
        assert one["same_answers"] == one["same"] * one["answers"] and one["answers"] != 0
