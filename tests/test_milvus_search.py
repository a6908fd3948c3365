"""What is asked of a server until the best chunks are sure, over a server that is made of the rows it was sent."""

from string import Template

import pytest
from fakes import HashEmbedder
from hypothesis import given, settings
from hypothesis import strategies as st
from index_support import TEXTS, document, five_articles, update

from citeglot import milvus_search
from citeglot.errors import EngineGone
from citeglot.index import open_index
from citeglot.milvus_rows import articles_of, partition_of, question_words, read_id, row_id, rows_from, word_number
from citeglot.milvus_search import GONE, MilvusSearch, Outage
from citeglot.pool import Query
from citeglot.types import Filters

EMBEDDER = HashEmbedder()


class Rows:
    """A server in a list: it finds what it was sent, in an order of equal scores that is its own."""

    def __init__(self, generation, lengths, limit=16_384):
        self.gone = False
        self.limit = limit
        self.asked = 0
        self.rows = {
            partition_of(name): list(rows_from(segment, 0, lengths.get(segment.entry.language)))
            for name, segment in generation.segments.items()
        }

        self.seconds = 1.0

    def ask(self, work):
        self._answer()

    def nearest(self, place, vector, k):
        return self._best(place, k, lambda row: float(row.vector @ vector))

    def sharing(self, place, words, k):
        found = self._best(place, k, lambda row: sum(words.get(word, 0) * gain for word, gain in row.words.items()))
        return [one for one in found if one[1] > 0]

    def _answer(self):
        self.asked += 1
        if self.gone:
            raise EngineGone("The server is gone.")

    def _best(self, place, k, score):
        self._answer()
        kind, _, listed = place.filter.removeprefix("article ").partition("in ")
        numbers = {int(one) for one in listed.strip("[]").split(", ")} if listed else None
        rows = [row for name in place.partitions for row in self.rows[name]]
        rows = [row for row in rows if numbers is None or (row.article in numbers) != (kind == "not ")]
        return sorted(((row.id, score(row)) for row in rows[::-1]), key=lambda one: -one[1])[: min(k, self.limit)]


@pytest.fixture(scope="module")
def generation(tmp_path_factory):
    """An index with several segments of a language, dead rows and a copy."""
    folder = tmp_path_factory.mktemp("index")
    five = list(five_articles().values())
    more = [
        document(f"{one.language}-{number}.txt", f"{number}. {one.text} {one.text[::-1]}")
        for one in five
        for number in range(6)
    ]
    update(folder, [*five, *more])
    update(folder, [*five, *more[1:], *(document(f"{one.language}-new.txt", f"new {one.text}") for one in five)])
    return open_index(folder)


def lengths_of(generation, factor):
    """Return mean lengths that are off by a factor."""
    return dict.fromkeys(generation.languages, 20.0 * factor)


def pool(generation, engine, text, depth, filters=Filters()):
    """Return what a search chooses from, by an engine."""
    before, generation.engine = generation.engine, engine or generation.engine
    try:
        return [
            (one.place, one.words)
            for one in generation.pool(Query(text, "en", EMBEDDER.embed_question(text)), depth, filters)
        ]
    finally:
        generation.engine = before


@settings(max_examples=30, deadline=None)
@given(
    text=st.sampled_from([*TEXTS.values(), "Brücken in Köln", "橋", "zzz", "10"]),
    depth=st.integers(1, 12),
    factor=st.floats(0.3, 3),
    filters=st.sampled_from(
        [Filters(), Filters(document="*-[1-3].txt"), Filters(languages=("hi",)), Filters(document="de.txt")]
    ),
    listed=st.integers(0, 40),
    limit=st.integers(20, 200),
)
def test_what_is_chosen_does_not_depend_on_the_engine(generation, text, depth, factor, filters, listed, limit):
    """For lengths that are far off, filters that are told and not told, and any limit of the server."""
    lengths = lengths_of(generation, factor)
    engine = MilvusSearch(Rows(generation, lengths, limit), "alias", lengths, Outage())
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(milvus_search, "MOST_LISTED", max(1, listed))
        patch.setattr(milvus_search, "MOST_FOUND", limit)
        assert pool(generation, engine, text, depth, filters) == pool(generation, None, text, depth, filters)
    assert engine.notices("en") == ()


def test_while_the_server_is_gone_words_find_and_it_is_said(generation, monkeypatch):
    """In five languages and in English for others; nobody waits for it again and again, and it is noticed when back."""
    server, outage = Rows(generation, {}), Outage()
    engine = MilvusSearch(server, "alias", {}, outage)
    whole = pool(generation, engine, "Brücken", 5)
    server.gone, server.asked = True, 0
    by_words = pool(generation, engine, "Brücken", 5)
    assert by_words and {place for place, _ in by_words} < {place for place, _ in whole}
    assert all(words > 0 for _, words in by_words)
    assert server.asked == 1
    for language in ("de", "en", "hi", "ja", "no", "fi"):
        expected = Template(GONE.get(language, GONE["en"])).substitute(reason="The server is gone.")
        assert engine.notices(language) == (expected,)
    server.gone = False
    assert pool(generation, engine, "Brücken", 5) == by_words
    monkeypatch.setattr(outage, "_until", 0.0)
    assert pool(generation, engine, "Brücken", 5) == whole
    assert engine.notices("de") == ()


def test_names_say_segment_and_row_and_articles_are_a_segments_own(generation):
    """A row that is sent again has the same name, whatever was sent before it."""
    for name, segment in generation.segments.items():
        rows = list(rows_from(segment, 0, 20.0))
        assert [read_id(row.id) for row in rows] == [(name, number) for number in range(segment.entry.chunks)]
        assert [row.id for row in rows_from(segment, 2, 20.0)] == [
            row_id(name, number) for number in range(2, len(rows))
        ]
        assert {row.article for row in rows} <= set(
            range(articles_of(name).start, articles_of(name).start + len(segment.hashes))
        )
        assert all(row.words for row in rows) and not any(row.words for row in rows_from(segment, 0, None))
        assert articles_of(name).start >= 0 and articles_of(name).stop < 2**63
        assert partition_of(name).isidentifier()
    starts = [articles_of(name).start for name in generation.segments]
    assert len(set(starts)) == len(starts)


@given(st.text(max_size=8), st.text(max_size=8))
def test_terms_have_numbers_that_a_server_takes(one, other):
    """From 1 to 2**32 - 2; terms that share a number are worth both."""
    assert 1 <= word_number(one) <= 2**32 - 2
    assert sum(question_words({one: 1.0, other: 2.0}).values()) == (2.0 if one == other else 3.0)
