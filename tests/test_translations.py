"""What tells the same in another language comes behind the first passages, and nothing else moves."""

from dataclasses import replace

import numpy as np
import pytest
from fakes import HashEmbedder
from hypothesis import given, settings
from hypothesis import strategies as st
from index_support import document, update

from citeglot.fusion import BEHIND
from citeglot.index import open_index
from citeglot.pool import Query
from citeglot.retrieval import DEPTH, search
from citeglot.translations import FIRST, LIFT, SAME, TOLD, lift_translations
from citeglot.types import Chunk, Hit, Span

NAMES = {"de": "Brücke", "en": "Bridge", "hi": "पुल", "ja": "橋", "no": "Bru"}
LANGUAGES = tuple(NAMES)
WIDTH = 8
MEANS = {language: np.eye(WIDTH, dtype=np.float32)[row] for row, language in enumerate(LANGUAGES)}


class Made:
    """What is asked of a generation: means of languages, and vectors that lie beside their language's mean."""

    def __init__(self) -> None:
        self.own = {}

    def offset(self, language):
        return MEANS[language]

    def vector(self, chunk):
        return MEANS[chunk.language] + np.array([0] * 5 + self.own[chunk.document], np.float32)


MADE = Made()


def found(score, name, language, *own):
    """A hit whose vector is its language's mean and something of its own."""
    MADE.own[name] = list(own)
    return Hit(Chunk(name, "", language, None, 0, 1, "x", (Span(0, 1),)), score, 0.0)


def lifted(hits):
    return lift_translations(hits, MADE)


def names(hits):
    return [hit.chunk.document for hit in hits]


def filler(count, score):
    """Hits of which none tells what another does."""
    return [found(score - 0.001 * row, f"filler {row}", "de", 0, 1, 0) for row in range(count)]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_same_in_other_languages_comes_behind_the_fifth(language):
    """From far behind, whatever the language of the story that was found; in its own language nothing is lifted."""
    others = [found(0.1 - 0.001 * row, code, code, 0.9, 0.1, 0) for row, code in enumerate(LANGUAGES)]
    ranked = [found(0.9, "told", language, 1, 0, 0), *filler(30, 0.3), *others]
    after = lifted(ranked)
    assert after[:FIRST] == ranked[:FIRST]
    translations = [code for code in LANGUAGES if code != language]
    assert sorted(names(after[FIRST : FIRST + 4])) == translations
    assert names(after)[-1] == language
    assert all(hit.score <= ranked[FIRST - 1].score for hit in after[FIRST:])


def test_only_the_first_stories_are_looked_for():
    """What is like the third passage stays where it is."""
    third, like_it = found(0.8, "third", "de", 0, 0, 1), found(0.1, "like it", "en", 0, 0, 1)
    ranked = [*filler(TOLD, 0.9), third, *filler(20, 0.5), like_it]
    assert lifted(ranked) == ranked


def test_copies_stay_last():
    """A twin of the first passage tells the same as a translation of it, and stands behind all else still."""
    told = [found(0.9, "told", "ja", 1, 0, 0), found(0.8, "in English", "en", 1, 0, 0)]
    ranked = [*told, *filler(20, 0.3), found(0.9 - BEHIND, "twin", "ja", 1, 0, 0)]
    assert lifted(ranked) == ranked


def test_what_is_a_little_alike_is_not_the_same():
    """A cosine of no more than SAME lifts nothing, and one above it by its part."""
    for cosine, gained in ((SAME - 0.01, 0.0), (SAME + 0.2, 0.2 * LIFT)):
        other = found(0.1, "other", "no", cosine, 0, np.sqrt(1 - cosine**2))
        ranked = [found(0.9, "told", "hi", 1, 0, 0), *filler(9, 0.8), other]
        (score,) = [hit.score for hit in lifted(ranked) if hit.chunk == other.chunk]
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
    ranked = [found(score, str(number), code, *own) for number, (score, code, own) in enumerate(ordered)]
    after = lifted(ranked)
    assert after[:FIRST] == ranked[:FIRST] and sorted(names(after)) == sorted(names(ranked))
    scores, before = [hit.score for hit in after], {hit.chunk: hit.score for hit in ranked}
    assert scores == sorted(scores, reverse=True)
    assert all(hit.score >= before[hit.chunk] for hit in after)


def test_a_story_is_found_in_every_language_of_an_index(tmp_path):
    """Only the German article has the words that are asked for; the same in other languages comes behind the fifth."""
    common = "GCAP 2035 X-31 tempest Mitsubishi Leonardo"
    told = [document(f"{code}.told.txt", f"{NAMES[code]} {common}", code) for code in LANGUAGES]
    fillers = [document(f"f{row}.txt", f"Brücke {row} über den Fluss. " + "Farbe " * row, "de") for row in range(30)]
    foreign = [document(f"{code}{row}.txt", f"{NAMES[code]} {row}", code) for code in LANGUAGES for row in range(9)]
    update(tmp_path, [*fillers, *told, *foreign])
    embedder, generation = HashEmbedder(), open_index(tmp_path)
    question = f"Brücke {common}"
    hits = search(generation, Query(question, "de", embedder.embed_question("Brücke über den Fluss")), DEPTH)
    first = next(hit for hit in hits if hit.chunk.document == "de.told.txt")
    ranked = [replace(first, score=hits[0].score + 0.1), *(hit for hit in hits if hit is not first)]
    after = lift_translations(ranked, generation)
    assert after[:FIRST] == ranked[:FIRST] and sorted(names(after)) == sorted(names(ranked))
    before, now = ([names(some).index(f"{code}.told.txt") for code in LANGUAGES[1:]] for some in (ranked, after))
    assert sum(now) < sum(before) and all(place < later for place, later in zip(now, before, strict=True))
