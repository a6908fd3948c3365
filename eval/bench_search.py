"""Search among many vectors against FAISS as people use it: real vectors, filters, and ten times as many."""

import os
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import faiss
import numpy as np
from numpy.typing import NDArray

from citeglot.segments import Segment
from citeglot.types import Matrix, Vector
from eval.bench_base import Bench, Section, ratio, spread
from eval.bench_segments import perturbed, segment_of
from eval.bench_texts import real_questions, real_texts
from eval.bench_vectors import cache_folder, embedded
from eval.rows import Row

FACTOR = 10  # times as many vectors as there are real ones
QUESTIONS = 200
K = 10
SHARES = (0.01, 0.1, 0.5)
CLUSTER = 13  # rows of one article, which a filter takes or leaves together
FASTER, RECALL, OPENING = 6.0, 0.99, 10.0
_FAISS: Any = faiss
Search = Callable[[Vector], Sequence[int]]


def large_search(bench: Bench) -> Section:
    """Measure search among real vectors, and among `FACTOR` times as many, real ones perturbed."""
    texts = [text for _, text in real_texts(bench.readings, bench.vectors)]
    asked = [text for _, text in real_questions(bench.readings, QUESTIONS)]
    passages = embedded(texts, bench.embedder, cache_folder(), bench.progress)
    return search_section(passages, np.stack([bench.embedder.embed_question(text) for text in asked]), bench.repeats)


def search_section(passages: Matrix, questions: Matrix, repeats: int) -> Section:
    """Return what searches among these vectors take, ours and FAISS's in turn, each on one thread."""
    with TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        segment, _ = segment_of(passages, Path(folder))
        rows = compare({"ours": ours(segment), **peers(passages, graph=True)}, questions, repeats)
        filtered = {f"{share:.0%}": filtered_figures(segment, passages, questions, share) for share in SHARES}
    many = perturbed(passages, FACTOR * len(passages))
    with TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        segment, seconds = segment_of(many, Path(folder))
        few = questions[: max(1, len(questions) // 4)]
        more_rows = compare({"ours": ours(segment), **peers(many, graph=False)}, few, 1)
        more = figures_of(more_rows) | opening_figures(segment, many, questions[0], min(repeats, 5))
    real: dict[str, Any] = {"vectors": len(passages), **figures_of(rows), "filtered": filtered}
    more = {"vectors": len(many), **more, "seconds to write": seconds, **sizes(segment)}
    rows = [{"among": "real", **one} for one in rows] + [{"among": "perturbed", **one} for one in more_rows]
    demands = demands_of(real, more)
    parts = {"perturbed": more, **{f"filtered {share}": one for share, one in real.pop("filtered").items()}}
    named = {f"{part}: {name}": value for part, figures in parts.items() for name, value in figures.items()}
    return Section(real | named, rows, demands)


def demands_of(real: Mapping[str, Any], more: Mapping[str, Any]) -> dict[str, bool]:
    """Return which demands hold; `more` is of the perturbed vectors."""
    shares = real["filtered"].values()
    return {
        f"at least {FASTER:g} times as fast as FAISS flat": (real["ratio to flat"] or 0) >= FASTER,
        f"recall@{K} at least {RECALL}": real["recall"] >= RECALL,
        f"filtered searches return {K}": all(one["least found"] == one["expected"] for one in shares),
        "filtered searches cost no more than FAISS flat": all((one["cost to flat"] or 2) <= 1 for one in shares),
        f"opening at least {OPENING:g} times as fast as reading": (more["opening ratio"] or 0) >= OPENING,
    }


def ours(segment: Segment, allowed: NDArray[np.bool_] | None = None) -> Search:
    """Return a search of the program."""
    return lambda question: [row for row, _ in segment.nearest(question, K, allowed)]


def peers(vectors: Matrix, graph: bool) -> dict[str, Search]:
    """Return FAISS's flat index on one thread and on all, and its graph (HNSW) as it comes."""
    flat = _FAISS.IndexFlatIP(vectors.shape[1])
    flat.add(vectors)
    made = {"flat": of_index(flat, 1), "flat, all threads": of_index(flat, os.cpu_count() or 1)}
    if graph:
        nodes = _FAISS.IndexHNSWFlat(vectors.shape[1], 32, _FAISS.METRIC_INNER_PRODUCT)
        _FAISS.omp_set_num_threads(os.cpu_count() or 1)
        nodes.add(vectors)
        made["hnsw"] = of_index(nodes, 1)
    return made


def of_index(index: Any, threads: int, parameters: Any = None) -> Search:  # noqa: ANN401 (FAISS has no types)
    """Return a search of an index of FAISS."""

    def search(question: Vector) -> Sequence[int]:
        _FAISS.omp_set_num_threads(threads)
        found: Sequence[int] = index.search(question[np.newaxis], K, params=parameters)[1][0].tolist()
        return found

    return search


def compare(searches: Mapping[str, Search], questions: Matrix, repeats: int) -> list[Row]:
    """Return a row for each question: milliseconds of each search, the searches taking turns, and what ours missed."""
    rows = []
    for question in questions:
        times: dict[str, list[float]] = {name: [] for name in searches}
        found: dict[str, Sequence[int]] = {}
        for turn in range(repeats + 1):
            for name, search in searches.items():
                begun = time.perf_counter()
                found[name] = search(question)
                if turn:  # the first one pays for pages that nobody has touched
                    times[name].append((time.perf_counter() - begun) * 1000)
        hits = {f"{name} recall": _recall(found[name], found["flat"]) for name in searches if name != "flat"}
        rows.append({name: round(float(np.median(one)), 4) for name, one in times.items()} | hits)
    return rows


def figures_of(rows: Sequence[Row]) -> dict[str, Any]:
    """Return the spreads of times over the questions, mean recalls, and how many times as fast as flat ours is."""
    names = [name for name in rows[0] if not name.endswith("recall")]
    figures: dict[str, Any] = {f"{name} (ms)": spread([row[name] for row in rows]) for name in names}
    recalls = {name: float(np.mean([row[name] for row in rows])) for name in rows[0] if name.endswith("recall")}
    figures |= recalls | {"recall": recalls["ours recall"]}
    for name in names:
        if name != "ours":
            figures[f"ratio to {name}"] = ratio(figures[f"{name} (ms)"]["p50"], figures["ours (ms)"]["p50"])
    return figures


def filtered_figures(segment: Segment, vectors: Matrix, questions: Matrix, share: float) -> dict[str, Any]:
    """Return what a filter costs that leaves a share of the articles, against FAISS flat with the same bitmap."""
    chance = np.random.default_rng(round(1000 * share))
    articles = chance.permutation(-(-len(vectors) // CLUSTER))
    allowed = np.repeat(articles < max(1, share * len(articles)), CLUSTER)[: len(vectors)]
    flat = _FAISS.IndexFlatIP(vectors.shape[1])
    flat.add(vectors)
    bitmap = np.packbits(allowed, bitorder="little")
    selector = _FAISS.IDSelectorBitmap(len(bitmap), _FAISS.swig_ptr(bitmap))
    peer = of_index(flat, 1, _FAISS.SearchParameters(sel=selector))
    search = ours(segment, allowed)
    figures = figures_of(compare({"ours": search, "flat": peer}, questions, 3))
    found = [search(question) for question in questions]
    return {
        **figures,
        "rows": int(allowed.sum()),
        "expected": min(K, int(allowed.sum())),
        "least found": min(sum(bool(allowed[row]) for row in one) for one in found),
        "cost to flat": ratio(figures["ours (ms)"]["p50"], figures["flat (ms)"]["p50"]),
    }


def opening_figures(segment: Segment, vectors: Matrix, question: Vector, repeats: int) -> dict[str, Any]:
    """Return how long it takes to open a segment for search, and to read FAISS's file of the same vectors."""
    folder = segment.folder
    flat = _FAISS.IndexFlatIP(vectors.shape[1])
    flat.add(vectors)
    path = str(folder / "flat.faiss")
    _FAISS.write_index(flat, path)
    times: dict[str, list[float]] = {"open": [], "open and search": [], "read": []}
    for _ in range(repeats):
        begun = time.perf_counter()
        again = Segment(folder, segment.entry, vectors.shape[1])
        _ = again.codes or again.vectors
        times["open"].append(time.perf_counter() - begun)
        again.nearest(question, K)
        times["open and search"].append(time.perf_counter() - begun)
        begun = time.perf_counter()
        _FAISS.read_index(path)
        times["read"].append(time.perf_counter() - begun)
    figures: dict[str, Any] = {f"{name} (ms)": spread([1000 * one for one in some]) for name, some in times.items()}
    figures["opening ratio"] = ratio(figures["read (ms)"]["p50"], figures["open (ms)"]["p50"])
    figures["opening and search ratio"] = ratio(figures["read (ms)"]["p50"], figures["open and search (ms)"]["p50"])
    return figures


def sizes(segment: Segment) -> dict[str, int]:
    """Return the bytes of the files that a search touches, of which only the codes are copied to memory."""
    return {f"bytes of {one.name.partition('.')[2]}": one.size for one in segment.entry.files if one.size}


def _recall(found: Sequence[int], right: Sequence[int]) -> float:
    there = {row for row in right if row >= 0}
    return len(there & set(found)) / max(1, len(there))
