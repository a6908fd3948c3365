"""What tells the same in another language comes behind the first passages, and nothing else moves."""

from typing import NamedTuple

import numpy as np
import pytest
from fakes import HashEmbedder
from hypothesis import given, settings
from hypothesis import strategies as st
from index_support import document, update

from citeglot.fusion import BEHIND
from citeglot.index import open_index
from citeglot.pool import Query
from citeglot.retrieval import search
from citeglot.translations import FIRST, LIFT, SAME, TOLD, lift_translations

LANGUAGES = ("de", "en", "hi", "ja", "no")
WIDTH = 8
MEANS = {language: np.eye(WIDTH, dtype=np.float32)[row] for row, language in enumerate(LANGUAGES)}


class Passage(NamedTuple):
    """What is looked at of a passage."""

    name: str
    language: str
    vector: np.ndarray


def passage(name, language, *rest):
    """A passage whose vector is its language's mean and something of its own."""
    return Passage(name, language, MEANS[language] + np.array([0] * 5 + list(rest), np.float32))


def lifted(ranked):
    return list(lift_translations(iter(ranked), MEANS.__getitem__))


def names(ranked):
    return [one.name for _, one in ranked]


def filler(count, score):
    """Passages of which none tells what another does."""
    return [(score - 0.001 * row, passage(f"filler {row}", "de", 0, 1, 0)) for row in range(count)]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_same_in_other_languages_comes_behind_the_fifth(language):
    """From far behind, whatever the language of the story that was found; in its own language nothing is lifted."""
    told = passage("told", language, 1, 0, 0)
    others = [(0.1 - 0.001 * row, passage(code, code, 0.9, 0.1, 0)) for row, code in enumerate(LANGUAGES)]
    ranked = [(0.9, told), *filler(30, 0.3), *others]
    after = lifted(ranked)
    assert after[:FIRST] == ranked[:FIRST]
    translations = [code for code in LANGUAGES if code != language]
    assert sorted(names(after[FIRST : FIRST + 4])) == translations
    assert names(after)[-1] == language
    assert all(score <= ranked[FIRST - 1][0] for score, _ in after[FIRST:])


def test_only_the_first_stories_are_looked_for():
    """What is like the third passage stays where it is."""
    third = passage("third", "de", 0, 0, 1)
    ranked = [*filler(TOLD, 0.9), (0.8, third), *filler(20, 0.5), (0.1, passage("like it", "en", 0, 0, 1))]
    assert lifted(ranked) == ranked


def test_copies_stay_last():
    """A twin of the first passage tells the same as a translation of it, and stands behind all else still."""
    told = [(0.9, passage("told", "ja", 1, 0, 0)), (0.8, passage("in English", "en", 1, 0, 0))]
    ranked = [*told, *filler(20, 0.3), (0.9 - BEHIND, passage("twin", "ja", 1, 0, 0))]
    assert lifted(ranked) == ranked


def test_what_is_a_little_alike_is_not_the_same():
    """A cosine of no more than SAME lifts nothing, and one above it by its part."""
    for cosine, gained in ((SAME - 0.01, 0.0), (SAME + 0.2, 0.2 * LIFT)):
        other = passage("other", "no", cosine, 0, np.sqrt(1 - cosine**2))
        ranked = [(0.9, passage("told", "hi", 1, 0, 0)), *filler(9, 0.8), (0.1, other)]
        ((score, _),) = [found for found in lifted(ranked) if found[1].name == "other"]
        assert score == pytest.approx(0.1 + gained, abs=1e-5)


@settings(max_examples=60, deadline=None)
@given(
    rows=st.lists(
        st.tuples(st.floats(-1, 1), st.sampled_from(LANGUAGES), st.lists(st.integers(-2, 2), min_size=3, max_size=3)),
        max_size=100,
    )
)
def test_nothing_is_lost_and_scores_go_down(rows):
    """Whatever is found: each passage once, the first as they were, no score lower than before."""
    ordered = sorted(rows, key=lambda row: -row[0])
    ranked = [(score, passage(str(n), code, *rest)) for n, (score, code, rest) in enumerate(ordered)]
    after = lifted(ranked)
    assert after[:FIRST] == ranked[:FIRST] and sorted(names(after)) == sorted(names(ranked))
    scores, before = [score for score, _ in after], {one.name: score for score, one in ranked}
    assert scores == sorted(scores, reverse=True)
    assert all(score >= before[one.name] for score, one in after)


def test_a_corpus_of_one_language_is_as_it_was(tmp_path):
    """Nothing tells the same in another language there, and k hits are found wherever there are k."""
    update(tmp_path, [document(f"{row}.txt", f"पुल {row} लाल है।", "hi") for row in range(12)])
    embedder, generation = HashEmbedder(), open_index(tmp_path)
    query = Query("पुल 7", "hi", embedder.embed_question("पुल 7"))
    hits = search(generation, query, 12)
    assert len(hits) == 12 and [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)
