"""The benchmark of search at a small size: what it compares is right, whatever the times are."""

import numpy as np
import pytest
from fakes import HashEmbedder

from citeglot import segment_content, vectors_faiss
from eval import bench_search
from eval.bench_search import SHARES, K, search_section
from eval.bench_segments import perturbed, segment_of
from eval.bench_texts import real_questions, real_texts
from eval.bench_vectors import embedded
from eval.reading_sets import Reading


def clustered(count, dimension=64, seed=0):
    """Return unit vectors around a common mean, as those of a real model are."""
    random = np.random.default_rng(seed)
    centres = np.random.default_rng(9).normal(size=(40, dimension)) * 0.5 + 1
    rows = centres[random.integers(0, 40, count)] + random.normal(size=(count, dimension)) * 0.2
    return (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)


@pytest.fixture
def section(monkeypatch):
    """Run the benchmark over 1,200 vectors, all of them in segments with codes."""
    monkeypatch.setattr(segment_content, "CODED", 1000)
    monkeypatch.setattr(vectors_faiss, "CANDIDATE", 0)
    monkeypatch.setattr(bench_search, "FACTOR", 2)
    return search_section(clustered(1200), clustered(12, seed=1), repeats=2)


def test_it_compares_the_same_searches(section):
    """Every peer has its times and its recall, every share of a filter its figures, and no search lacks a row."""
    figures = section.figures
    assert {"ours (ms)", "flat (ms)", "flat, all threads (ms)", "hnsw (ms)", "ratio to flat"} <= figures.keys()
    assert figures["recall"] >= 0.95
    assert figures["flat, all threads recall"] == 1
    for share in SHARES:
        name = f"filtered {share:.0%}"
        rows = figures[f"{name}: rows"]
        assert abs(rows / 1200 - share) < 0.2
        assert figures[f"{name}: least found"] == figures[f"{name}: expected"] == min(K, rows)
        assert figures[f"{name}: recall"] >= 0.95
    assert figures["perturbed: vectors"] == 2400
    assert figures["perturbed: bytes of codes"] < figures["perturbed: bytes of vectors.f32"] / 10
    assert len(section.rows) == 12 + 3
    assert section.demands["filtered searches return 10"]


def test_a_segment_of_vectors_has_them_in_order(tmp_path):
    """Row i of the segment is vector i, and a sound file says so."""
    vectors = clustered(30)
    segment, _ = segment_of(vectors, tmp_path)
    segment.verify()
    np.testing.assert_array_equal(segment.vectors, vectors)
    assert [row for row, _ in segment.nearest(vectors[17], 1)] == [17]


def test_perturbed_vectors_are_unit_vectors_after_the_real_ones():
    """The real ones come first; nearly all are different, and the same each time."""
    vectors = clustered(400)
    made = perturbed(vectors, 1000)
    np.testing.assert_array_equal(made[:400], vectors)
    np.testing.assert_allclose(np.linalg.norm(made, axis=1), 1, atol=1e-5)
    assert len(np.unique(made, axis=0)) >= 990
    np.testing.assert_array_equal(made, perturbed(vectors, 1000))


READINGS = [
    Reading(
        "set", "1", "de", "Wer kam?", ("Anna",), "a", "Anna kam, weil es warm war. Sie blieb. Dann ging sie.", 0, True
    ),
    Reading(
        "set",
        "2",
        "ja",
        "誰が来た？",
        ("花子",),
        "b",
        "花子は東京から来たので、とても疲れていた。すぐに寝た。",
        0,
        True,
    ),
    Reading("set", "3", "hi", "कौन आया?", (), "", "", None, False, ("राम आज सुबह आया। वह दिल्ली गया।",)),
]


def test_real_texts_are_pieces_of_the_sets():
    """Sentences, windows and clauses stand in the sets as they are, each once; fewer are the beginning of more."""
    texts = real_texts(READINGS, 1000)
    wholes = "\n".join(one.context + "".join(one.passages) for one in READINGS)
    assert all(text in wholes for _, text in texts)
    assert len(set(texts)) == len(texts)
    assert {("de", "Sie blieb. Dann ging sie."), ("hi", "वह दिल्ली गया।"), ("ja", "花子は東京から来たので、")} <= set(
        texts
    )
    assert real_texts(READINGS, 4) == texts[:4]
    assert set(real_questions(READINGS, 9)) == {(one.language, one.question) for one in READINGS}


def test_vectors_are_made_once(tmp_path):
    """A second run embeds nothing, and more texts only what is new."""
    embedder, texts = HashEmbedder(), [f"text {number}" for number in range(2500)]
    first = embedded(texts[:2048], embedder, tmp_path, lambda *step: None)
    asked = []

    class Counting(HashEmbedder):
        def embed_passages(self, texts):
            asked.extend(texts)
            return super().embed_passages(texts)

    again = embedded(texts, Counting(), tmp_path, lambda *step: None)
    np.testing.assert_array_equal(again[:2048], first)
    assert asked == texts[2048:]
