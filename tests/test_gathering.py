"""What an answer is written from: the picked sentence, its neighbours, and the same of other articles."""

import numpy as np
import pytest
from answer_support import SENTENCES, build_answers, candidate_of
from index_support import document, update

from citeglot.evidence import MOST, NEARLY, Judgement, gather, gather_all
from citeglot.index import open_index

LANGUAGES = sorted(SENTENCES)


@pytest.fixture(scope="module")
def generation(tmp_path_factory):
    return build_answers(tmp_path_factory.mktemp("index"))


def three(generation, language):
    """Return the three sentences of a language as candidates."""
    return [candidate_of(generation, f"{language}.txt", text) for text in SENTENCES[language]]


def gathered(generation, judged, enough):
    """Return language and row of what is gathered from sentences, by language and row, judged so, surest first."""
    judgements = [Judgement(three(generation, language)[row], sure, enough) for language, row, sure in judged]
    return [
        (one.chunk.language, SENTENCES[one.chunk.language].index(one.picked.of(one.source)))
        for one in gather_all(generation, judgements)
    ]


def test_the_best_sentences_are_gathered_best_first(generation):
    """No more than are read well; what is not nearly as good as the best is left, though it would be enough."""
    judged = [("de", 1, 0.9), ("ja", 2, 0.7), ("en", 0, 0.6), ("no", 1, 0.1)]
    assert gathered(generation, judged[1:], 0.5)[0] == ("ja", 2)
    assert gathered(generation, judged[2:], 0.05) == [("en", 0)]
    assert gathered(generation, judged[2:], 0.5) == [("en", 0)]
    assert gathered(generation, judged, 0.5) == [("de", 1), ("ja", 2), ("en", 0)][:MOST]
    assert gathered(generation, [], 0.5) == []


def test_what_is_nearly_as_good_as_the_best_comes_along(generation):
    """Also where hardly anything is enough: the model may find in it what the best lacks."""
    near, far = 0.9 * NEARLY + 0.01, 0.9 * NEARLY - 0.01
    assert gathered(generation, [("de", 1, 0.9), ("en", 1, near)], 1.0) == [("de", 1), ("en", 1)]
    assert gathered(generation, [("de", 1, 0.9), ("en", 1, far)], 1.0) == [("de", 1)]
    assert gathered(generation, [("de", 1, 0.9), ("en", 1, far)], far) == [("de", 1)]


def test_no_sentence_is_read_twice(generation):
    """One that comes along as a neighbour is not picked again; one that does not is."""
    assert gathered(generation, [("de", 1, 0.9), ("de", 0, 0.89), ("de", 2, 0.88)], 0.5) == [("de", 1)]
    assert gathered(generation, [("de", 0, 0.9), ("de", 2, 0.89), ("de", 1, 0.88)], 0.5) == [("de", 0), ("de", 2)]


def test_no_more_is_gathered_than_is_read_well(generation):
    """However many are good."""
    judged = [(language, 1, 0.9 - place / 100) for place, language in enumerate(LANGUAGES)]
    assert gathered(generation, judged, 0.5) == [(language, 1) for language in LANGUAGES[:MOST]]


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
    for row, evidence in enumerate(gather(generation, one) for one in three(generation, language)):
        first = max(0, row - 1)
        expected = generation.sentence_vectors(chunk)[first : first + len(evidence.sentences)]
        np.testing.assert_array_equal(evidence.vectors, expected)


def test_a_date_alone_does_not_come_along(tmp_path):
    """It would be read and cited as if it said what was on that day; what was picked stays, whatever it is."""
    update(tmp_path, [document("en.txt", "12/01/24\nThe talks were good.\n2024 - 11\nThey went on.")])
    generation = open_index(tmp_path)
    found = gather(generation, candidate_of(generation, "en.txt", "The talks were good."))
    texts = [span.of(found.source) for span in found.sentences]
    assert "The talks were good." in texts and not set(texts) & {"12/01/24", "2024 - 11"}
    assert found.vectors.shape[0] == len(found.sentences)
    date = gather(generation, candidate_of(generation, "en.txt", "12/01/24"))
    assert date.picked in date.sentences
