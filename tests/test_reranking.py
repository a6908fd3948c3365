"""The first hits in the order that reading them gives."""

from dataclasses import replace

import pytest
from fakes import HashEmbedder
from index_support import document, update

from citeglot.index import open_index
from citeglot.pool import Query
from citeglot.protocols import InContext
from citeglot.reranking import FIRST, FURTHER, PASSAGES, TOP, WEIGHT, rerank
from citeglot.retrieval import passages_of, search
from citeglot.signals import Asking

MANY, SURELY = 14, 5.0
QUESTIONS = {
    "de": "Welche Farbe hat Turm 7?",
    "en": "Which colour is tower 7?",
    "hi": "मीनार 7 का रंग क्या है?",
    "ja": "塔7は何色ですか。",
    "no": "Hvilken farge har tårn 7?",
}


class Reader(HashEmbedder):
    """Reads that the sentences with this word answer."""

    def __init__(self, word: str) -> None:
        super().__init__()
        self.word = word

    def answer_logits(self, question: str, sentences: list[InContext]) -> list[float]:
        super().answer_logits(question, sentences)
        return [SURELY if self.word in one.text else -SURELY for one in sentences]


@pytest.fixture(scope="module")
def generation(tmp_path_factory):
    folder = tmp_path_factory.mktemp("index")
    texts = {f"{row:02}.txt": f"Tower {row} is as red as a fox." for row in range(MANY)}
    update(folder, [document(name, text, "en") for name, text in texts.items()])
    return open_index(folder)


@pytest.fixture(scope="module")
def long_article(tmp_path_factory):
    """An article of twenty passages that says everything twice, and another article."""
    folder = tmp_path_factory.mktemp("long")
    about = "\n\n".join(f"Tower {row % 10} {'is as red as a fox ' * 20}indeed." for row in range(20))
    texts = {"long.txt": about, "other.txt": "Castle 1 is grey."}
    update(folder, [document(name, text, "en") for name, text in texts.items()])
    return open_index(folder)


def query_of(question, embedder):
    return Query(question, "en", embedder.embed_question(question))


def found(generation, question, embedder, k=MANY):
    query = query_of(question, embedder)
    return query, search(generation, query, k)


def number_of(hit):
    return hit.chunk.document.removesuffix(".txt").removeprefix("0")


@pytest.mark.parametrize("language", sorted(QUESTIONS))
def test_what_answers_comes_first(generation, language):
    """Of the hits that are read, whatever meaning and words said; the score says why."""
    query, hits = found(generation, QUESTIONS[language], HashEmbedder())
    level = [replace(hit, score=0.5) for hit in hits[:FIRST]]
    for one in level:
        after = rerank(
            Asking(QUESTIONS[language], language), query, level, generation, Reader(f"Tower {number_of(one)} ")
        )
        assert after[0].chunk == one.chunk and 0.5 + WEIGHT / 2 < after[0].score < 0.5 + WEIGHT
        assert all(0.5 < other.score < 0.5 + WEIGHT / 2 for other in after[1:])
        assert len({hit.chunk for hit in after}) == FIRST


def test_reading_does_not_outweigh_all_else(generation):
    """A hit that is far better by meaning and words stays first."""
    query, hits = found(generation, QUESTIONS["en"], HashEmbedder())
    first, second = replace(hits[0], score=0.5), replace(hits[1], score=0.5 - WEIGHT)
    reader = Reader(f"Tower {number_of(second)} ")
    assert rerank(Asking("?", "en"), query, [first, second], generation, reader)[0].chunk == first.chunk


def test_below_the_first_places_the_order_is_that_of_meaning_and_words(generation):
    """Reading fills five places; what follows keeps its order and score, and nothing is lost."""
    query, hits = found(generation, QUESTIONS["en"], HashEmbedder())
    after = rerank(Asking(QUESTIONS["en"], "en"), query, hits, generation, Reader("Tower"))
    assert {hit.chunk for hit in after[:TOP]} == {hit.chunk for hit in hits[:TOP]} and after[TOP:] == hits[TOP:]


def test_what_is_sure_needs_no_further_reading(generation):
    """Five hits are read, their nearest sentence each; where one of them surely answers, no more."""
    embedder = Reader("Tower")
    query, hits = found(generation, QUESTIONS["en"], HashEmbedder())
    rerank(Asking(QUESTIONS["en"], "en"), query, hits, generation, embedder)
    ((question, read),) = embedder.judged
    assert question == QUESTIONS["en"] and len(read) == FIRST


def test_another_passage_of_the_article_that_leads_is_found(long_article):
    """Though it is none of the hits: where nothing read answers, more of the leading articles is read."""
    query, hits = found(long_article, "Which tower is it?", HashEmbedder(), k=2)
    shown = {hit.chunk.text for hit in hits}
    wanted, *_ = (hit for hit in passages_of(long_article, "long.txt", query, PASSAGES) if hit.chunk.text not in shown)
    embedder = Reader(wanted.chunk.text[:9])
    after = rerank(Asking("Which tower is it?", "en"), query, hits, long_article, embedder)
    (risen,) = (hit for hit in after if hit.chunk == wanted.chunk)
    assert wanted.score + WEIGHT / 2 < risen.score < wanted.score + WEIGHT
    assert {hit.chunk for hit in hits} < {hit.chunk for hit in after}
    read = [one.text for _, some in embedder.judged for one in some]
    assert len(read) == len(set(read)) <= FIRST + FURTHER


def test_what_does_not_name_the_country_does_not_rise(generation):
    """Of another country the same is told in the same words; so its sentence gains nothing by being read."""
    query, hits = found(generation, QUESTIONS["en"], HashEmbedder())
    level = [replace(hit, score=0.5) for hit in hits[:FIRST]]
    after = rerank(Asking("Which colour is the tower in Norway?", "en"), query, level, generation, Reader("Tower"))
    assert {hit.score for hit in after} == {0.5}


def test_nothing_found_costs_no_reading(generation):
    """No model is asked about nothing."""
    embedder = Reader("x")
    assert rerank(Asking("?", "en"), query_of("?", embedder), [], generation, embedder) == []
    assert embedder.judged == []
