"""Fusion never lets a language, an article, a twin or an arm without a word crowd out what was found."""

from collections import Counter
from dataclasses import replace
from itertools import pairwise

import pytest
from fakes import HashEmbedder
from hypothesis import given, settings
from hypothesis import strategies as st
from index_support import document, five_articles, update

from citeglot.fusion import CROWDING, NEAREST, WORDS_OF_OTHER_LANGUAGE, WORDS_OF_SAME_LANGUAGE, fuse
from citeglot.index import open_index
from citeglot.pool import Query
from citeglot.retrieval import search

EMBEDDER = HashEmbedder()
VALUES = st.floats(0, 0.99)


@pytest.fixture(scope="module")
def pool(built):
    """Every chunk of the index, for a German question."""
    return open_index(built).pool(Query("Brücken", "de", EMBEDDER.embed_question("Brücken")), 1000)


@pytest.fixture(scope="module")
def values(pool):
    """A strategy for a pool whose arms say anything."""
    size = len(pool)
    lists = st.tuples(*(st.lists(VALUES, min_size=size, max_size=size) for _ in range(2)))

    def with_values(drawn):
        rows = zip(pool, *drawn, strict=True)
        return [replace(one, cosine=c, sentence=c, bias=0.0, coverage=w) for one, c, w in rows]

    return lists.map(with_values)


def naive(pool, language):
    """Rank by the definition, one after another, without a heap; twins apart."""
    levels = {}
    for code in {one.language for one in pool}:
        near = sorted((one for one in pool if one.language == code), key=lambda one: (-one.meaning, one.place))[
            :NEAREST
        ]
        levels[code] = sum(one.coverage for one in near) / len(near)
    left, taken, ranked = list(pool), Counter(), []

    def score(one):
        weight = WORDS_OF_SAME_LANGUAGE if one.language == language else WORDS_OF_OTHER_LANGUAGE
        return one.meaning + weight * (one.coverage - levels[one.language]) - CROWDING * taken[one.entry.name]

    while left:
        best = min(left, key=lambda one: (-score(one), one.place))
        ranked.append(score(best))
        left.remove(best)
        taken[best.entry.name] += 1
    return ranked


@settings(deadline=None, max_examples=60)
@given(st.data())
def test_scores_are_those_of_the_definition(values, data):
    """The scores equal a plain reading of the rules, go down, and everything that was found comes out once."""
    given_pool = data.draw(values)
    ranked = list(fuse(given_pool, "de"))
    assert [score for score, _ in ranked] == pytest.approx(naive(given_pool, "de"))
    assert all(one >= other - 1e-9 for (one, _), (other, _) in pairwise(ranked))
    assert sorted(one.place for _, one in ranked) == sorted(one.place for one in given_pool)


@settings(deadline=None, max_examples=30)
@given(st.data())
def test_an_arm_that_found_nothing_has_no_say(values, data):
    """Without a shared word the order is that of the meaning, article by article."""
    given_pool = [replace(one, coverage=0.0) for one in data.draw(values)]
    first = {}
    for score, one in fuse(given_pool, "de"):
        first.setdefault(one.entry.name, (score, one.meaning))
    assert all(score == pytest.approx(meaning) for score, meaning in first.values())


def test_shared_words_favour_no_language(pool):
    """What all passages of a language share changes no score; what one of them says alone lifts it over the others."""
    level = [replace(one, coverage=0.5 if one.language == "de" else 0.0) for one in pool]
    plain = [replace(one, coverage=0.0) for one in pool]
    assert [score for score, _ in fuse(level, "de")] == pytest.approx([score for score, _ in fuse(plain, "de")])
    chosen = next(one for one in plain if one.language == "hi")
    lifted = [replace(one, coverage=0.9) if one.place == chosen.place else one for one in plain]
    order = [[one.place for _, one in fuse(some, "de") if one.language == "hi"] for some in (plain, lifted)]
    assert order[1].index(chosen.place) <= order[0].index(chosen.place)


def test_twins_come_last_and_translations_do_not(tmp_path):
    """A copy of a report with another by-line stands behind all else; the same story in another language does not."""
    text = "The minister arrived in January and spoke about the bridges of the old town by the river."
    articles = [*five_articles().values(), document("wire.txt", text, "en"), document("wire2.txt", text + " ", "en")]
    update(tmp_path / "index", [*articles, document("wire.de.txt", text, "de")], EMBEDDER)
    generation = open_index(tmp_path / "index")
    query = Query(text, "en", EMBEDDER.embed_question(text))
    names = [hit.chunk.document for hit in search(generation, query, 100)]
    assert {names[0], names[-1]} == {"wire.txt", "wire2.txt"}
    assert names.index("wire.de.txt") < len(names) - 1
    assert len(names) == generation.manifest.counts["chunks"]


def test_one_article_does_not_fill_the_list(pool):
    """Where two articles are equally near, their passages take turns."""
    names = sorted({one.entry.name for one in pool})[:2]
    alike = [replace(one, cosine=0.5, sentence=0.5, bias=0.0, coverage=0.0) for one in pool if one.entry.name in names]
    order = [one.entry.name for _, one in fuse(alike, "de")]
    assert order[0] != order[1]
