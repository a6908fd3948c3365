"""What an index of so many chunks takes, by arithmetic: `python -m eval.sizing [--index DIR] [--chunks N …]`.

What a chunk comes with on average is read from an index; the rest follows from how files and servers lay it out.
Nothing is measured here but the memory of an article's entry.
"""

import argparse
import json
import tracemalloc
from collections.abc import Sequence
from dataclasses import asdict, dataclass, fields
from pathlib import Path

import numpy as np

from citeglot.console import run_door
from citeglot.documents import DocumentEntry
from citeglot.generation import Generation
from citeglot.index import open_index
from citeglot.segment_content import CODED
from citeglot.storage import BLOCK
from eval.runs import positive

SIZES = (1_000, 10_000, 100_000, 1_000_000, 10_000_000, 100_000_000)
GIB = 2**30
CHECKSUM = 67  # bytes of a block's SHA-256 in a manifest: 64 digits, two quotes, a comma
LINKS = 2 * 16 * 4  # bytes of a vector's links in the lowest layer of a graph (HNSW) with M = 16
NAME = 28  # bytes of a row's name in Milvus: language, 16 digits, the number of the row; eight more number its article
ENTRIES = 2000  # over which the memory of an entry is averaged


@dataclass(frozen=True, slots=True)
class Shape:
    """What an index has on average: for a chunk sentences, bytes of text, terms, and bytes of vocabulary.

    `article` are the bytes of an article in documents.jsonl, `entry` those in the memory of a process that reads it.
    """

    dimension: int
    languages: int
    chunks_of_article: float
    sentences: float
    text: float
    terms: float
    vocabulary: float
    article: float
    entry: float


# of the five articles that come with the program, as this command prints it for their index
OURS = Shape(384, 4, 10.6, 1.77, 362, 34, 472, 416, 1280)


@dataclass(frozen=True, slots=True)
class Rates:
    """What is assumed: passages that a process embeds in a second, seconds of an answer, questions a second."""

    passages: float = 65.0
    answer: float = 4.5
    questions: float = 1.0


@dataclass(frozen=True, slots=True)
class Prices:
    """What a month costs: a GiB of memory, a GiB of disk, a process with its processors, in whatever currency."""

    memory: float
    disk: float
    process: float


def shape_of(generation: Generation) -> Shape:
    """Return the averages over the segments of an index."""
    segments = generation.manifest.segments
    heads = [one.folder / one.entry.file("postings").name for one in generation.segments.values()]
    terms, rows, postings, letters = np.sum([np.fromfile(one, dtype="<i8", count=4) for one in heads], axis=0).tolist()
    entries = list(generation.documents.values())
    return Shape(
        dimension=generation.manifest.embedding.dimension,
        languages=len({one.language for one in segments}),
        chunks_of_article=rows / sum(one.documents for one in segments),
        sentences=sum(one.sentences for one in segments) / rows,
        text=sum(one.file("texts.jsonl").size for one in segments) / rows,
        terms=postings / rows,
        vocabulary=(16 * terms + letters) / rows,
        article=generation.manifest.documents.size / len(entries),
        entry=memory_of_entry(entries),
    )


def memory_of_entry(entries: Sequence[DocumentEntry]) -> float:
    """Return the bytes that an entry with its line takes in a dict, averaged over many like these, measured."""
    lines = [entries[number % len(entries)].to_line() for number in range(ENTRIES)]
    tracemalloc.start()
    try:
        held = {}
        for number, line in enumerate(lines):
            content = json.loads(line)
            known = {one.name: content[one.name] for one in fields(DocumentEntry) if one.init}
            entry = DocumentEntry(**{**known, "name": f"{number}/{content['name']}", "date": None})
            held[entry.name, entry.to_line()] = entry
        return tracemalloc.get_traced_memory()[0] / len(held)
    finally:
        tracemalloc.stop()


def disk(shape: Shape, chunks: int) -> dict[str, float]:
    """Return the bytes of the files of one generation, by what they hold."""
    articles = chunks / shape.chunks_of_article
    parts = {
        "vectors": 4.0 * shape.dimension * chunks,
        "codes": (shape.dimension / 8 + 8) * chunks if is_coded(shape, chunks) else 0.0,
        "sentence vectors": 2 * shape.dimension * shape.sentences * chunks,
        "texts": shape.text * chunks,
        "tables": (16 + 8 * shape.sentences) * chunks + (16 + 32 + 256) * articles,
        "words": (8 * shape.terms + 4 + shape.vocabulary) * chunks,
        "articles": shape.article * articles,
    }
    return parts | {"checksums": CHECKSUM * sum(parts.values()) / BLOCK}


def is_coded(shape: Shape, chunks: int) -> bool:
    """Tell whether the languages, alike large, are searched by codes."""
    return chunks / shape.languages >= CODED


def memory(shape: Shape, chunks: int, milvus: bool) -> dict[str, float]:
    """Return the bytes that a process holds, and those of files that it reads again and again, without its models.

    `milvus`: whether vectors are searched there; words are counted in the files either way.
    """
    files = disk(shape, chunks)
    vectors = 0.0 if milvus or is_coded(shape, chunks) else files["vectors"]
    scores = 9.0 * chunks  # eight for the score of a chunk while words are looked up, one for whether it counts
    held = shape.entry * chunks / shape.chunks_of_article + scores + (0.0 if milvus else files["codes"])
    return {"held": held, "read again": files["tables"] + files["words"] + vectors}


def milvus_memory(shape: Shape, chunks: int) -> float:
    """Return the bytes of the rows that Milvus holds in memory with a graph, without what it needs itself."""
    return (4 * shape.dimension + LINKS + 8 * shape.terms + NAME + 8) * chunks


def cost(shape: Shape, chunks: int, rates: Rates, prices: Prices) -> float:
    """Return the cost of a month: memory and disk of every process, of which each answers one question at a time."""
    processes = rates.questions * rates.answer
    one = memory(shape, chunks, milvus=False)
    held = processes * one["held"] + one["read again"]
    return (held * prices.memory + sum(disk(shape, chunks).values()) * prices.disk) / GIB + processes * prices.process


def report(shape: Shape, sizes: Sequence[int], rates: Rates, prices: Prices | None = None) -> str:
    """Return everything as tables in Markdown."""
    averages = [[name.replace("_", " "), f"{value:.3g}"] for name, value in asdict(shape).items()]
    large = max(sizes)
    parts = [[name, f"{value / large:,.0f}"] for name, value in disk(shape, large).items()]
    head = ["chunks", "articles", "disk", "held", "read again", "held with Milvus", "Milvus", "hours to embed"]
    rows = [head + (["a month"] if prices else []), *(_row(shape, one, rates, prices) for one in sizes)]
    tables = [["on average", ""], *averages], [[f"bytes of a chunk, of {large:,}", ""], *parts], rows
    return "\n\n".join(map(_table, tables))


def _row(shape: Shape, chunks: int, rates: Rates, prices: Prices | None) -> list[str]:
    alone, beside = memory(shape, chunks, milvus=False), memory(shape, chunks, milvus=True)["held"]
    sizes = (sum(disk(shape, chunks).values()), *alone.values(), beside, milvus_memory(shape, chunks))
    seconds = chunks * (1 + shape.sentences) / rates.passages
    row = [f"{chunks:,}", f"{chunks / shape.chunks_of_article:,.0f}", *map(_in_words, sizes), _hours(seconds / 3600)]
    return row + ([f"{cost(shape, chunks, rates, prices):,.0f}"] if prices else [])


def _in_words(size: float) -> str:
    return f"{size / GIB:,.3g} GiB" if size >= GIB else f"{size / 2**20:,.3g} MiB"


def _hours(hours: float) -> str:
    return f"{hours:,.0f}" if hours >= 10 else f"{hours:.2g}"


def _table(rows: Sequence[Sequence[str]]) -> str:
    first, *others = [f"| {' | '.join(row)} |" for row in rows]
    return "\n".join([first, f"|{'---|' * len(rows[0])}", *others])


def main(arguments: list[str]) -> int:
    """Print what an index takes, of the shape of the five articles or of another index."""
    parser = argparse.ArgumentParser(prog="python -m eval.sizing", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--index", type=Path, metavar="DIR", help="take the averages of this index")
    parser.add_argument("--chunks", type=positive, nargs="+", default=SIZES, metavar="N", help="how many chunks")
    parser.add_argument("--questions", type=float, default=1.0, help="in a second (default: 1)")
    names = ("MEMORY", "DISK", "PROCESS")
    parser.add_argument("--prices", type=float, nargs=3, metavar=names, help="a month of a GiB, a GiB, a process")
    options = parser.parse_args(arguments)
    shape = shape_of(open_index(options.index)) if options.index else OURS
    rates, prices = Rates(questions=options.questions), Prices(*options.prices) if options.prices else None
    print(report(shape, options.chunks, rates, prices))
    return 0


if __name__ == "__main__":
    raise SystemExit(run_door(main))
