"""The first hits in the order that reading them gives."""

from dataclasses import replace

import pytest
from fakes import HashEmbedder
from index_support import document, update

from citeglot.index import open_index
from citeglot.pool import Query
from citeglot.protocols import InContext
from citeglot.reranking import READ, WEIGHT, rerank
from citeglot.retrieval import search
from citeglot.signals import Asking

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
        return [3.0 if self.word in one.text else -3.0 for one in sentences]


@pytest.fixture(scope="module")
def generation(tmp_path_factory):
    folder = tmp_path_factory.mktemp("index")
    texts = {f"{row:02}.txt": f"Tower {row} is as red as a fox." for row in range(READ + 4)}
    update(folder, [document(name, text, "en") for name, text in texts.items()])
    return open_index(folder)


def found(generation, question, embedder, k=READ + 4):
    query = Query(question, "en", embedder.embed_question(question))
    return query, search(generation, query, k)


@pytest.mark.parametrize("language", sorted(QUESTIONS))
def test_what_answers_comes_first(generation, language):
    """Of the hits that are read, whatever meaning and words said; the score says why."""
    query, hits = found(generation, QUESTIONS[language], HashEmbedder())
    level = [replace(hit, score=0.5) for hit in hits[:READ]]
    for one in level:
        number = one.chunk.document.removesuffix(".txt").removeprefix("0")
        after = rerank(
            Asking(QUESTIONS[language], language), query.vector, level, generation, Reader(f"Tower {number} ")
        )
        assert after[0].chunk == one.chunk and 0.5 + WEIGHT / 2 < after[0].score < 0.5 + WEIGHT
        assert all(0.5 < other.score < 0.5 + WEIGHT / 2 for other in after[1:])
        assert len({hit.chunk for hit in after}) == READ


def test_reading_does_not_outweigh_all_else(generation):
    """A hit that is far better by meaning and words stays first."""
    query, hits = found(generation, QUESTIONS["en"], HashEmbedder())
    first, second = replace(hits[0], score=0.5), replace(hits[1], score=0.5 - WEIGHT)
    number = second.chunk.document.removesuffix(".txt").removeprefix("0")
    reader = Reader(f"Tower {number} ")
    assert rerank(Asking("?", "en"), query.vector, [first, second], generation, reader)[0].chunk == first.chunk


def test_what_is_not_read_stays_behind(generation):
    """Ten hits are read, their nearest sentence each; the others keep their order and score."""
    embedder = Reader("Tower")
    query, hits = found(generation, QUESTIONS["en"], HashEmbedder())
    after = rerank(Asking(QUESTIONS["en"], "en"), query.vector, hits, generation, embedder)
    assert after[READ:] == hits[READ:]
    ((question, read),) = embedder.judged
    assert question == QUESTIONS["en"] and len(read) == READ


def test_nothing_found_costs_no_reading(generation):
    """No model is asked about nothing."""
    embedder = Reader("x")
    assert rerank(Asking("?", "en"), embedder.embed_question("?"), [], generation, embedder) == []
    assert embedder.judged == []
