"""How fast Milvus takes in generated vectors, finds them and switches an alias, and what its graphs miss.

The server is the one that the settings name; what is stored there is removed at the end.
"""

import secrets
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from citeglot.deployment import VectorServer
from citeglot.errors import WrongUse
from citeglot.language import INTERFACE_LANGUAGES
from citeglot.milvus_rows import NO_WORD, read_id, row_id
from citeglot.settings import load_settings
from citeglot.types import Matrix
from citeglot.vectors_milvus import BATCH, PATIENCE, Milvus, Place, Row
from eval.bench_base import Bench, Section, spread
from eval.bench_process import peak_of_server
from eval.rows import Row as Asked

DIMENSION = 384
TOPICS = 2000
SPREAD = 0.7  # how far vectors lie from their topic: neighbours are then as near as those of real articles
K = 10
QUESTIONS = 100
SECONDS = 120  # a search that is slow is measured, and not given up as a question's would be
INDEXES = ("FLAT", "HNSW")
SEED = 20_240_601


@dataclass(frozen=True, slots=True)
class Stored:
    """A collection with generated vectors."""

    milvus: Milvus
    name: str
    figures: dict[str, Any]


def large_milvus(bench: Bench) -> Section:
    """Measure inserts, searches in each language, recall against every vector, and switches of an alias.

    The peak of the server's memory is since it was started, where it runs on this machine and that can be known.
    """
    server = load_settings().deployment.vectors
    if not server.milvus:
        raise WrongUse("No Milvus server is named. Name one: CITEGLOT_MILVUS_URL=http://127.0.0.1:19530")
    size, name = bench.vectors // len(INTERFACE_LANGUAGES), f"{server.collection}_bench_{secrets.token_hex(3)}"
    questions = _questions(size)
    exact = _exact(questions, size)
    figures: dict[str, Any] = {"vectors": size * len(INTERFACE_LANGUAGES)}
    stored: list[Stored] = []
    rows: list[Asked] = []
    try:
        for index in INDEXES:
            stored.append(_store(bench, replace(server, index=index, seconds=SECONDS), f"{name}_{index}", size))
            figures |= stored[-1].figures | _search(stored[-1], index, questions, exact, rows)
        figures |= _switch(stored, f"{name}_alias", questions[0], bench.repeats)
        figures["server: peak memory (MiB)"] = _mebibytes(peak_of_server(server.milvus))
    finally:
        for one in stored:
            one.milvus.drop_collection(one.name)
    demands = {
        "FLAT finds what a look at every vector finds": figures["FLAT: recall@10"] > 1 - 1e-3,
        "HNSW finds 95 of 100": figures["HNSW: recall@10"] >= 0.95,
        "every switch is seen by the next search": figures["switches seen late"] == 0,
    }
    return Section(figures, rows, demands)


def _mebibytes(size: int | None) -> int | None:
    return None if size is None else size >> 20


def _portion(language: int, start: int, count: int) -> Matrix:
    """Return some generated vectors of a language: the same ones each time."""
    topics = np.random.default_rng((SEED, language)).normal(size=(TOPICS, DIMENSION)).astype(np.float32)
    random = np.random.default_rng((SEED, language, start))
    noise = random.normal(size=(count, DIMENSION)).astype(np.float32)
    vectors = topics[random.integers(TOPICS, size=count)] + SPREAD * noise
    return np.asarray(vectors / np.linalg.norm(vectors, axis=1, keepdims=True), dtype=np.float32)


def _portions(language: int, size: int) -> Iterator[tuple[int, Matrix]]:
    for start in range(0, size, BATCH):
        yield start, _portion(language, start, min(BATCH, size - start))


def _questions(size: int) -> list[tuple[int, Matrix]]:
    """Return questions near a vector, each with the number of its language."""
    random, asked = np.random.default_rng(SEED), []
    for number in range(QUESTIONS):
        language = number % len(INTERFACE_LANGUAGES)
        near = _portion(language, 0, min(BATCH, size))[number % min(BATCH, size)]
        vector = near + 0.03 * random.normal(size=DIMENSION).astype(np.float32)
        asked.append((language, np.asarray(vector / np.linalg.norm(vector), dtype=np.float32)))
    return asked


def _exact(questions: Sequence[tuple[int, Matrix]], size: int) -> list[float]:
    """Return of each question the inner product of the K-th best vector of its language."""
    worst = [0.0] * len(questions)
    for language in range(len(INTERFACE_LANGUAGES)):
        places = [place for place, (one, _) in enumerate(questions) if one == language]
        asked = np.stack([questions[place][1] for place in places])
        best = np.full((len(places), K), -1.0, dtype=np.float32)
        for _, vectors in _portions(language, size):
            best = -np.partition(-np.concatenate([best, asked @ vectors.T], axis=1), K - 1, axis=1)[:, :K]
        for place, least in zip(places, best.min(axis=1).tolist(), strict=True):
            worst[place] = least
    return worst


def _store(bench: Bench, server: VectorServer, name: str, size: int) -> Stored:
    milvus, seconds = Milvus(server), 0.0
    words = milvus.create(name, DIMENSION)
    for number, language in enumerate(INTERFACE_LANGUAGES):
        milvus.add_partition(name, language)
        for start, vectors in _portions(number, size):
            batch = [
                Row(row_id(f"{name}-{language}", start + place), start + place, vector, {NO_WORD: 1e-6})
                for place, vector in enumerate(vectors)
            ]
            begun = time.perf_counter()
            milvus.put(name, language, batch, words)
            seconds += time.perf_counter() - begun
            bench.progress("writing", number * size + start + len(batch), len(INTERFACE_LANGUAGES) * size)
    begun = time.perf_counter()
    milvus.settle(name)
    while milvus.ask(lambda client: client.describe_index(name, "vector", timeout=PATIENCE)).get("pending_index_rows"):
        time.sleep(0.5)
    built = time.perf_counter() - begun
    count = len(INTERFACE_LANGUAGES) * size
    figures = {f"{server.index}: rows inserted a second": count / seconds, f"{server.index}: seconds to build": built}
    return Stored(milvus, name, figures)


def _search(
    stored: Stored, index: str, questions: Sequence[tuple[int, Matrix]], exact: Sequence[float], rows: list[Asked]
) -> dict[str, Any]:
    recalls, times = [], []
    for number, ((language, vector), worst) in enumerate(zip(questions, exact, strict=True)):
        place = Place(stored.name, [INTERFACE_LANGUAGES[language]], fresh=number == 0)
        begun = time.perf_counter()
        found = stored.milvus.nearest(place, vector, K)
        times.append((time.perf_counter() - begun) * 1000)
        recalls.append(sum(score >= worst - 1e-5 for _, score in found) / K)
        rows.append({"index": index, "question": number, "ms": round(times[-1], 2), "recall": recalls[-1]})
    return {f"{index}: search ms": spread(times[1:]), f"{index}: recall@10": float(np.mean(recalls))}


def _switch(stored: Sequence[Stored], alias: str, question: tuple[int, Matrix], repeats: int) -> dict[str, Any]:
    milvus, times, late = stored[0].milvus, [], 0
    place = Place(alias, [INTERFACE_LANGUAGES[question[0]]])
    for number in range(repeats):
        name = stored[number % len(stored)].name
        begun = time.perf_counter()
        milvus.point(alias, name)
        times.append((time.perf_counter() - begun) * 1000)
        (best, _), *_ = milvus.nearest(place, question[1], 1)
        late += not read_id(best)[0].startswith(f"{name}-")
    milvus.drop_alias(alias)
    return {"switch ms": spread(times), "switches seen late": late}
