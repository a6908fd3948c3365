"""How long things take, as a person meets them: `python -m eval.bench [NAME …] [--repeats N] [--output FILE.json]`.

A benchmark is a function in `BENCHMARKS`. It gets what is measured and returns its figures, the rows they were made
of, and whether what was asked of it holds.
"""

import argparse
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from citeglot.console import run_door
from citeglot.errors import WrongUse
from citeglot.progress import Progress
from citeglot.terminal import table
from eval.bench_asking import first_words
from eval.bench_base import QUESTIONS, VECTORS, Bench, Section, machine
from eval.bench_ceilings import ceilings
from eval.bench_embedding import embedding
from eval.bench_lexical import lexical
from eval.bench_milvus import large_milvus
from eval.bench_search import large_search
from eval.bench_store import store
from eval.bench_writing import writing
from eval.outputs import check_outputs, write_json
from eval.runs import about, positive

BENCHMARKS: Mapping[str, Callable[[Bench], Section]] = {
    "ceilings": ceilings,  # first: what the others are held against
    "first-words": first_words,
    "writing": writing,
    "embedding": embedding,
    "search": large_search,
    "lexical": lexical,
    "store": store,
    "milvus": large_milvus,
}
OF_FOLDER = {"search", "lexical"}  # these need --folder
OF_SERVER = {"milvus"}  # these need a server, and are run where they are named


def main(arguments: list[str]) -> int:
    """Run benchmarks and print their figures; 1 where one does not meet a demand."""
    parser = argparse.ArgumentParser(prog="python -m eval.bench", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"which (default: all): {', '.join(BENCHMARKS)}")
    parser.add_argument("--repeats", type=positive, default=20, metavar="N", help="how often each (default: 20)")
    parser.add_argument(
        "--folder", type=Path, metavar="FOLDER", help="the public question sets that search and lexical need"
    )
    parser.add_argument(
        "--vectors", type=positive, default=VECTORS, metavar="N", help=f"how many vectors (default: {VECTORS})"
    )
    parser.add_argument("--output", type=Path, metavar="FILE.json", help="write every figure and row there too")
    options = parser.parse_args(arguments)
    check_outputs(options.output, None, [QUESTIONS])
    if unknown := [name for name in options.names if name not in BENCHMARKS]:
        raise WrongUse(f"There is no benchmark {unknown[0]!r}. There are: {', '.join(BENCHMARKS)}.")
    begun = datetime.now(UTC)
    report: dict[str, Any] = {"machine": machine(), "benchmarks": {}}
    with Progress() as progress:
        bench = Bench(options.repeats, progress, options.folder, options.vectors)
        names = options.names or [
            one for one in BENCHMARKS if one not in OF_SERVER and (options.folder or one not in OF_FOLDER)
        ]
        for name in dict.fromkeys(names):
            report["benchmarks"][name] = BENCHMARKS[name](bench).to_json()
    report |= about(options, begun)
    if "system" in vars(bench):
        report |= {"models": bench.system.chatbot.models, "generation": bench.system.generation.number}
    if options.output:
        write_json(options.output, report)
    print(as_text(report))
    return 0 if all(all(one["demands"].values()) for one in report["benchmarks"].values()) else 1


def as_text(report: Mapping[str, Any]) -> str:
    """Return the figures of each benchmark as a table, and its demands."""
    facts = report["machine"]
    lines = [f"{facts['system']}, {facts['cpus']} CPUs, load {facts['load']} at the beginning"]
    for name, section in report["benchmarks"].items():
        figures = section["figures"]
        rows = [[name, "p50", "p95", "n"]]
        rows += [[key, *map(_shown, one.values())] for key, one in figures.items() if _is_spread(one)]
        others = [f"{key}: {_shown(one)}" for key, one in figures.items() if not isinstance(one, Mapping)]
        lines += ["", table(rows), ", ".join(others), *_demands(section["demands"])]
    return "\n".join(lines)


def _is_spread(figure: object) -> bool:
    return isinstance(figure, Mapping) and set(figure) == {"p50", "p95", "n"}


def _demands(demands: Mapping[str, bool]) -> Iterable[str]:
    return (f"{'holds' if holds else 'DOES NOT HOLD'}: {name}" for name, holds in demands.items())


def _shown(value: float | int | None) -> str:
    if value is None:
        return "–"
    return f"{value:.3g}" if isinstance(value, float) and value < 10 else f"{value:.0f}"


if __name__ == "__main__":
    raise SystemExit(run_door(main))
