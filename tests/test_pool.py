"""The pool of a search holds the best of each arm in each language, with the values of both."""

from collections import Counter
from math import log

import numpy as np
import pytest
from fakes import HashEmbedder
from hypothesis import given, settings
from hypothesis import strategies as st
from index_support import TEXTS

from citeglot.index import open_index
from citeglot.lexical import question_weights, terms
from citeglot.pool import Query
from citeglot.postings import K1, B
from citeglot.types import Filters

EMBEDDER = HashEmbedder()
QUESTIONS = st.sampled_from(
    [*TEXTS.values(), "Brücken in Köln", "मंत्री कब आए?", "橋について", "broer i Bodø", "10", "zzz"]
)


def query(text: str, language: str = "en") -> Query:
    """Return a question as it is searched for."""
    return Query(text, language, EMBEDDER.embed_question(text))


def naive_words(text: str, rows: list[list[str]], language: str) -> tuple[list[float], float]:
    """Return the BM25 score of every row, and the score of a chunk that would say the whole question."""
    vocabulary = {term for row in rows for term in row}
    weights = question_weights(text, language, vocabulary.__contains__)
    mean = sum(map(len, rows)) / len(rows)
    having = {term: sum(term in row for row in rows) for term in weights}
    rarity = {term: log(1 + (len(rows) - n + 0.5) / (n + 0.5)) for term, n in having.items()}
    scores = []
    for row in rows:
        counts = Counter(row)
        parts = (
            w * rarity[t] * counts[t] / (counts[t] + K1 * (1 - B + B * len(row) / mean)) for t, w in weights.items()
        )
        scores.append(sum(parts))
    return scores, sum(weight * rarity[term] for term, weight in weights.items())


@settings(deadline=None)
@given(QUESTIONS)
def test_both_arms_have_the_values_of_a_plain_reading(built, text):
    """Cosine, best sentence, BM25 and coverage of every chunk equal those computed from the texts alone."""
    generation, question = open_index(built), query(text)
    pool = generation.pool(question, 1000)
    for language in generation.languages:
        found = [one for one in pool if one.language == language]
        assert len(found) == sum(
            one.entry.chunks for one in generation.segments.values() if one.entry.language == language
        )
        scores, most = naive_words(text, [terms(one.text, language) for one in found], language)
        for one, score in zip(found, scores, strict=True):
            sentences = [
                span.of(generation.document(one.entry.name).text) for span in one.segment.spans(one.row).sentences
            ]
            assert one.words == pytest.approx(score)
            assert one.coverage == pytest.approx(score / most if most else 0.0)
            assert 0 <= one.coverage < 1
            assert one.cosine == pytest.approx(
                float(EMBEDDER.embed_passages([one.text.strip()])[0] @ question.vector), abs=1e-5
            )
            best = max(EMBEDDER.embed_passages(sentences) @ question.vector)
            assert one.sentence == pytest.approx(float(best), abs=1e-3)


@pytest.mark.parametrize("text", [*TEXTS.values(), "zzz"])
def test_a_shallow_pool_has_the_best_of_each_arm(built, text):
    """Of every language the nearest chunk and the one with most words are there, and no more than two for depth 1."""
    generation, question = open_index(built), query(text)
    everything, shallow = generation.pool(question, 1000), generation.pool(question, 1)
    places = {one.place for one in shallow}
    for language in generation.languages:
        of_language = [one for one in everything if one.language == language]
        assert max(of_language, key=lambda one: one.cosine).place in places
        most = max(of_language, key=lambda one: one.words)
        assert most.words == 0 or most.words in {one.words for one in shallow if one.language == language}
        assert sum(one.language == language for one in shallow) <= 2


def test_filters_hold_for_both_arms(built):
    """Nothing that a filter leaves out is pooled, and what stays has the same values."""
    generation, question = open_index(built), query(TEXTS["de.txt"], "de")
    everything = {one.place: one for one in generation.pool(question, 1000)}
    chosen = generation.pool(question, 1000, Filters(languages=("de",), document="*b.txt"))
    assert {one.entry.name for one in chosen} == {"de-more/b.txt"}
    assert all(one.words == everything[one.place].words for one in chosen)


def test_the_bias_of_a_language_is_taken_from_its_meaning(built):
    """`meaning` is between cosine and best sentence, less the bias of the language."""
    for one in open_index(built).pool(query("bridges"), 5):
        low, high = sorted((one.cosine, one.sentence))
        assert low - 1e-9 <= one.meaning + one.bias <= high + 1e-9
        assert one.vector.dtype == np.float32
