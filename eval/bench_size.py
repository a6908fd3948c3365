"""What everything costs against the number of chunks: `python -m eval.bench_size [--sizes N …] [--plot FILE.svg]`.

The articles are made of sentences of the corpus and embedded by hashing: what is measured is all the rest, and which
neighbours are found means nothing. A large corpus comes in portions, each an ingest of its own, as corpora grow.
"""

import argparse
import math
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path

import numpy as np

from citeglot.console import run_door
from citeglot.corpus import CorpusFolder
from citeglot.index import open_index
from citeglot.indexing import engines_of, update_index
from citeglot.peak import peak_memory
from citeglot.pool import Query
from citeglot.progress import Progress
from citeglot.retrieval import search
from citeglot.settings import ROOT
from citeglot.terminal import table
from citeglot.types import Filters
from eval.edit_cost import CHUNKS, QuickEmbedder, edit, sentences_of, write_articles
from eval.outputs import check_outputs, write_json, write_text
from eval.plots import Axis, line_plot, standalone
from eval.runs import positive

SIZES = (1000, 10_000, 100_000, 1_000_000)
PORTION = 100_000  # chunks of one ingest
SEARCHES = 15


@dataclass(frozen=True, slots=True)
class Cost:
    """What things cost in an index of so many chunks; times are in milliseconds, medians where done several times.

    `memory` is the most that the process has had, in MiB, building the index included; `bytes_per_chunk` is of the
    files.
    """

    chunks: int
    ingest_per_chunk: float
    edit: float
    open: float
    first_search: float
    search: float
    filtered_search: float
    memory: float | None
    bytes_per_chunk: float


def measure(folder: Path, chunks: int, sources: Path, progress: Callable[[str, int, int], None]) -> Cost:
    """Build an index of about so many chunks in a folder, and measure."""
    corpus, index = CorpusFolder(folder / "corpus"), folder / "index"
    embedder = QuickEmbedder()
    engines = engines_of(embedder, 200)
    sentences, spent, made = sentences_of(sources), 0.0, 0
    while made < chunks // CHUNKS:
        more = min(PORTION // CHUNKS, chunks // CHUNKS - made)
        write_articles(folder / "corpus", range(made, made + more), sentences)
        spent += update_index(index, corpus, engines).seconds
        made += more
        progress("growing", made * CHUNKS, chunks)
    edit(folder / "corpus", 1)
    changed = update_index(index, corpus, engines).seconds
    opened, first = _timed(lambda: open_index(index)), 0.0
    generation = open_index(index)
    question = "What did the minister say of bridges?"
    query = Query(question, "en", embedder.embed_question(question))
    first = _timed(lambda: search(generation, query, 10, Filters()))
    few = Filters(document="*7.txt")
    return Cost(
        chunks=(total := generation.manifest.counts["chunks"]),
        ingest_per_chunk=1000 * spent / total,
        edit=1000 * changed,
        open=opened,
        first_search=first,
        search=_median(partial(search, generation, query, 10, Filters())),
        filtered_search=_median(partial(search, generation, query, 10, few)),
        memory=None if (most := peak_memory()) is None else most / 2**20,
        bytes_per_chunk=sum(path.stat().st_size for path in index.rglob("*") if path.is_file()) / total,
    )


def _timed(work: Callable[[], object]) -> float:
    begun = time.perf_counter()
    work()
    return 1000 * (time.perf_counter() - begun)


def _median(work: Callable[[], object]) -> float:
    return float(np.median([_timed(work) for _ in range(SEARCHES)]))


def cost_table(costs: Sequence[Cost]) -> str:
    """Return a row for each size; times are in milliseconds, memory in MiB."""
    rows = [[_shown(value) for value in asdict(one).values()] for one in costs]
    return table([[name.replace("_", " ").upper() for name in asdict(costs[0])], *rows])


def plot(costs: Sequence[Cost]) -> str:
    """Return times against chunks as a picture of its own (SVG), both on logarithmic axes."""
    names = ("ingest_per_chunk", "edit", "open", "first_search", "search", "filtered_search")
    series = {name.replace("_", " "): [_point(one, name) for one in costs] for name in names}
    values = [value for points in series.values() for _, value in points]
    low, high = math.floor(min(values)), math.ceil(max(values))
    x = Axis("chunks, as a power of ten", _point(costs[0], "open")[0], _point(costs[-1], "open")[0], (3, 4, 5, 6))
    y = Axis("milliseconds, as a power of ten", low, high, tuple(range(low, high + 1)))
    return standalone(line_plot("What things cost against the number of chunks", series, x, y), list(series))


def _point(cost: Cost, name: str) -> tuple[float, float]:
    return math.log10(cost.chunks), math.log10(max(asdict(cost)[name], 1e-3))


def _shown(value: float | None) -> str:
    return "–" if value is None else f"{value:.3g}" if value < 100 else f"{value:.0f}"


def main(arguments: list[str]) -> int:
    """Measure each size in turn, the smallest first, and print the table."""
    parser = argparse.ArgumentParser(prog="python -m eval.bench_size", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--sizes", type=positive, nargs="+", default=SIZES, metavar="CHUNKS", help="of the indexes")
    parser.add_argument("--output", type=Path, metavar="FILE.json", help="write every figure there too")
    parser.add_argument("--plot", type=Path, metavar="FILE.svg", help="write the plot there")
    options = parser.parse_args(arguments)
    check_outputs(options.output, options.plot, ())
    costs = []
    with Progress() as progress:
        for chunks in sorted(options.sizes):
            with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
                costs.append(measure(Path(folder), chunks, ROOT / "corpus", progress))
    if options.output:
        write_json(options.output, {"costs": [asdict(one) for one in costs]})
    if options.plot:
        write_text(options.plot, plot(costs) + "\n")
    print(cost_table(costs))
    return 0


if __name__ == "__main__":
    raise SystemExit(run_door(main))
