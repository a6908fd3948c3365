"""Articles, questions and filters that every engine is asked the same, and how they are put to it."""

import time
from dataclasses import replace
from datetime import date

import numpy as np
from engines import store_on
from fakes import HashEmbedder
from index_support import CHUNK_TOKENS, LONG, document, five_articles

from citeglot.corpus import Corpus
from citeglot.index import open_index
from citeglot.indexing import engines_of, update_index
from citeglot.parts import LOCAL
from citeglot.pool import Query
from citeglot.retrieval import search
from citeglot.stores import FILES
from citeglot.types import Filters

EMBEDDER = HashEmbedder()
QUESTIONS = [
    ("Worüber sprach der Minister?", "de"),
    ("Where did the minister go by train?", "en"),
    ("मंत्री कब आए और कहाँ गए?", "hi"),
    ("大臣は橋について何を話した？", "ja"),
    ("Når kom ministeren til Bodø?", "no"),
    ("topic 7919 paragraph", "en"),
    ("zzz qqq", "en"),
]
FILTERS = [
    Filters(),
    Filters(languages=("hi", "ja")),
    Filters(document="??-long*"),
    Filters(since=date(2024, 3, 1)),
    Filters(until=date(2024, 6, 1), languages=("de", "en")),
]


class Engine:
    """A way to search: none of it is kept between two index folders."""

    def __init__(self, server=None):
        self.server = server

    def store(self, folder):
        return store_on(self.server, folder) if self.server else FILES


def ingest(folder, articles, store):
    """Ingest with the fake embedder into a folder that is searched on a store."""
    return update_index(folder, Corpus(tuple(articles), ()), replace(engines_of(EMBEDDER, CHUNK_TOKENS), store=store))


def opened(folder, store):
    """Return the current generation as it is asked through a store."""
    generation = open_index(folder)
    generation.engine = store.search_of(generation)
    return generation


def first():
    """Return articles of which some have many chunks, some are equal, and one is a copy."""
    five = five_articles()
    same = [
        document(f"{one.language}-same-{number}.txt", f"{number}.\n\n{one.text}")
        for one in five.values()
        for number in (1, 2)
    ]
    long = [document(f"{one[:2]}-long.txt", f"{one} {LONG}", one[:2]) for one in five]
    return [*five.values(), *same, *long, replace(five["de.txt"], name="copy of de.txt", date=None)]


def later():
    """Return them with some changed, some gone and some new: a language then has several segments."""
    kept = [one for one in first() if "same-2" not in one.name]
    changed = [replace(one, text=one.text + "\n\nAddendum 42.") if "same-1" in one.name else one for one in kept]
    return [
        *changed,
        *(
            document(f"{one}-new.txt", f"News {one}. The bridge of Bodø fell. 橋 पुल", one)
            for one in ("de", "en", "hi", "ja", "no")
        ),
    ]


def asked(generation, text, language, k, filters=Filters()):
    """Return a question's hits by place, and their scores."""
    hits = search(generation, Query(text, language, EMBEDDER.embed_question(text)), k, filters)
    return [(hit.chunk.document, hit.chunk.start) for hit in hits], [hit.score for hit in hits]


def same_answers(folder, store, depths=(4,)):
    """Assert that every question finds the same through a store as in this process."""
    here, there = open_index(folder), opened(folder, store)
    assert here.engine is LOCAL
    for text, language in QUESTIONS:
        for filters in FILTERS:
            for k in depths:
                expected, scores = asked(here, text, language, k, filters)
                found, others = asked(there, text, language, k, filters)
                assert there.engine.notices(language) == ()
                np.testing.assert_allclose(others, scores, atol=1e-5)
                assert found == expected


def wait_for(condition):
    """Return when it holds; a test fails that waits for ever."""
    end = time.monotonic() + 600
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.1)
