"""What taking in, editing, opening and searching articles costs beside the model: ours, and LangChain's FAISS store.

The store is used as its documentation has it: `RecursiveCharacterTextSplitter`, `index()` with a record manager and
incremental clean-up, saved to disk after every change, as ours is. Both embed by hashing: what is measured is all the
rest. LangChain is no dependency: `pip install langchain-community`.
"""

import tempfile
import time
from collections.abc import Callable, Sequence
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np

from citeglot.corpus import CorpusFolder
from citeglot.index import open_index
from citeglot.indexing import engines_of, update_index
from citeglot.pool import Query
from citeglot.retrieval import search
from citeglot.settings import ROOT
from eval.bench_base import Bench, Section, ratio, spread
from eval.edit_cost import QuickEmbedder, edit, sentences_of, write_articles
from eval.rows import Row
from eval.runs import tell

ARTICLES = 300
SEARCHES = 20
K = 10
MADE = "made"  # the folder of the articles that are edited
QUESTION = "What did the minister say of bridges?"
PEER = "langchain_community"


def store(bench: Bench) -> Section:
    """Measure milliseconds of the first ingest, of one edited sentence, of opening and of searching."""
    sides: list[Kind] = [_Ours]
    if find_spec(PEER):
        sides.append(_LangChain)
    else:
        tell([f"{PEER} is not installed; LangChain is left out."])
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        rows = measured(sides, Path(folder), ARTICLES, bench)
    return Section(figures_of(rows, [one.name for one in sides]), rows, {})


def measured(sides: "Sequence[Kind]", folder: Path, articles: int, bench: Bench) -> list[Row]:
    """Return a row of milliseconds for the first ingest, and one for each edit and side, the sides taking turns."""
    corpus = folder / "corpus"
    warm_up(sides, folder / "before")
    write_articles(corpus / MADE, range(articles), sentences_of(ROOT / "corpus"))
    for path in sorted((ROOT / "corpus").glob("*.txt")):
        (corpus / path.name).write_bytes(path.read_bytes())
    stores = [side(corpus, folder / side.name) for side in sides]
    rows: list[Row] = [{"step": "ingest"} | {one.name: _timed(one.ingest) for one in stores}]
    for number in range(bench.repeats):
        edit(corpus / MADE, number)
        for one in stores[:: -1 if number % 2 else 1]:
            found = {"step": "edit", one.name: _timed(one.ingest), f"{one.name}: open": _timed(one.open)}
            searches = [_timed(one.search) for _ in range(SEARCHES)]
            rows.append(found | {f"{one.name}: search": float(np.median(searches)), "found": len(one.search())})
        bench.progress("editing", number + 1, bench.repeats)
    return rows


def warm_up(sides: "Sequence[Kind]", folder: Path) -> None:
    """Load whatever is loaded once, over an article or two."""
    write_articles(folder / "corpus", range(2), sentences_of(ROOT / "corpus"))
    for side in sides:
        one = side(folder / "corpus", folder / side.name)
        one.ingest()
        one.open()


def _timed(work: Callable[[], object]) -> float:
    begun = time.perf_counter()
    work()
    return round((time.perf_counter() - begun) * 1000, 3)


class _Ours:
    """The program: a folder of articles and a folder of the index."""

    name = "ours"

    def __init__(self, corpus: Path, folder: Path) -> None:
        self._corpus, self._folder = CorpusFolder(corpus), folder
        self._embedder = QuickEmbedder()
        self._engines = engines_of(self._embedder, 200)
        self._query = Query(QUESTION, "en", self._embedder.embed_question(QUESTION))

    def ingest(self) -> None:
        """Bring the index up to the articles."""
        update_index(self._folder, self._corpus, self._engines)

    def open(self) -> None:
        """Open it, and find something, as files are mapped."""
        self._generation = open_index(self._folder)
        self.search()

    def search(self) -> Sequence[object]:
        """Return what is found by meaning and by words."""
        return search(self._generation, self._query, K)


class _LangChain:
    """LangChain's FAISS store with its indexing API."""

    name = "langchain"

    def __init__(self, corpus: Path, folder: Path) -> None:
        self._corpus, self._folder = corpus, folder
        self._embeddings = _embeddings()
        vectors = import_module(f"{PEER}.vectorstores")
        documents = import_module(f"{PEER}.docstore.in_memory").InMemoryDocstore()
        index = import_module("faiss").IndexFlatL2(QuickEmbedder.identity.dimension)
        self._kind = vectors.FAISS
        self._store = vectors.FAISS(self._embeddings, index, documents, {})
        self._records = import_module("langchain_core.indexing.base").InMemoryRecordManager("bench")
        self._records.create_schema()

    def ingest(self) -> None:
        """Bring the store up to the articles, and save it."""
        document = import_module("langchain_core.documents").Document
        cut = import_module("langchain_text_splitters").RecursiveCharacterTextSplitter(
            chunk_size=1000, chunk_overlap=200
        )
        whole = [
            document(path.read_text(encoding="utf-8"), metadata={"source": path.name})
            for path in sorted(self._corpus.rglob("*.txt"))
        ]
        import_module("langchain_core.indexing").index(
            cut.split_documents(whole),
            self._records,
            self._store,
            cleanup="incremental",
            source_id_key="source",
            key_encoder="sha256",
        )
        self._store.save_local(str(self._folder))

    def open(self) -> None:
        """Read what was saved, and find something."""
        self._store = self._kind.load_local(str(self._folder), self._embeddings, allow_dangerous_deserialization=True)
        self.search()

    def search(self) -> Sequence[object]:
        """Return what is found."""
        found: Sequence[object] = self._store.similarity_search(QUESTION, k=K)
        return found


Kind = type[_Ours] | type[_LangChain]


def _embeddings() -> Any:  # noqa: ANN401 - untyped library
    """Return the quick embedder as LangChain has embedders."""
    quick = QuickEmbedder()

    class Embeddings(import_module("langchain_core.embeddings").Embeddings):  # type: ignore[misc]
        def embed_documents(self, texts: list[str]) -> list[list[float]]:
            return [list(map(float, row)) for row in quick.embed_passages(texts)]

        def embed_query(self, text: str) -> list[float]:
            return list(map(float, quick.embed_question(text)))

    return Embeddings()


def figures_of(rows: Sequence[Row], names: Sequence[str]) -> dict[str, Any]:
    """Return milliseconds of each side and how many times as fast ours is."""
    figures: dict[str, Any] = {}
    keys = {"ingest": "{}", "edit": "{}", "open": "{}: open", "search": "{}: search"}
    for step, key in keys.items():
        for name in names:
            some = [row for row in rows if (row["step"] == "ingest") == (step == "ingest")]
            values = [row[key.format(name)] for row in some if key.format(name) in row]
            figures[f"{name}: {step} (ms)"] = spread(values)
        for name in names[1:]:
            figures[f"{step}: times {name}"] = ratio(
                figures[f"{name}: {step} (ms)"]["p50"], figures[f"ours: {step} (ms)"]["p50"]
            )
    return figures
