"""What a sentence is read with when it is read together with the question, and whose logit is whose."""

import pytest
from answer_support import SENTENCES, build_answers, candidate_of
from fakes import HashEmbedder
from index_support import document, update

from citeglot.index import open_index
from citeglot.protocols import InContext
from citeglot.signals import Asking, signals_of

LANGUAGES = sorted(SENTENCES)
QUESTIONS = {
    "de": "Wie viele Lampen hat die Brücke?",
    "en": "How many lamps has the bridge?",
    "hi": "पुल पर कितने दीपक हैं?",
    "ja": "橋には灯がいくつありますか。",
    "no": "Hvor mange lamper har broen?",
}


class Numbering(HashEmbedder):
    """Gives a sentence its number among those of its language."""

    def answer_logits(self, question, sentences):
        return [
            float(row)
            for one in sentences
            for three in SENTENCES.values()
            for row in range(3)
            if three[row] == one.text
        ]


@pytest.fixture(scope="module")
def generation(tmp_path_factory):
    return build_answers(tmp_path_factory.mktemp("index"))


def found(generation, question, language, texts, embedder):
    """Return the signals of these sentences of the article of a language."""
    candidates = [candidate_of(generation, f"{language}.txt", text) for text in texts]
    return signals_of(Asking(question, language), candidates, generation, embedder)


@pytest.mark.parametrize("language", LANGUAGES)
def test_answers_is_what_is_said_of_each_sentence(generation, language):
    """Of that sentence and of no other, whatever the order."""
    for rows in ((0, 1, 2), (2, 1, 0), (1, 1)):
        texts = [SENTENCES[language][row] for row in rows]
        signals = found(generation, QUESTIONS[language], language, texts, Numbering())
        assert [one["answers"] for one in signals] == list(rows)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_sentence_is_read_with_its_title_and_the_sentence_before_it(generation, language):
    """The first of a passage has the one after it instead; all are read in one go, with the question as it is."""
    embedder = HashEmbedder()
    found(generation, QUESTIONS[language], language, SENTENCES[language], embedder)
    ((question, read),) = embedder.judged
    assert question == QUESTIONS[language]
    first, second, third = SENTENCES[language]
    title = generation.document(f"{language}.txt").title
    assert title and read == (
        InContext(first, title, second),
        InContext(second, title, first),
        InContext(third, title, second),
    )


def test_a_sentence_alone_in_its_passage_is_read_alone(tmp_path):
    """There is no sentence before it and none after it."""
    embedder = HashEmbedder()
    update(tmp_path, [document("en.txt", "The tower is 28 metres tall.")])
    found(open_index(tmp_path), "How tall?", "en", ["The tower is 28 metres tall."], embedder)
    ((_, (read,)),) = embedder.judged
    assert (read.text, read.before) == ("The tower is 28 metres tall.", "")
