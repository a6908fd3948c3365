"""What one edited sentence costs in a small and in a large corpus: `python -m eval.edit_cost [--real]`."""

import argparse
import random
import tempfile
import time
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from hashlib import blake2b
from pathlib import Path

import numpy as np
import regex

from citeglot.building import Engines
from citeglot.console import run_door
from citeglot.corpus import CorpusFolder, read_corpus
from citeglot.engines import model_engines
from citeglot.index import open_index
from citeglot.indexing import engines_of, update_index
from citeglot.protocols import Answering, EmbeddingIdentity, InContext
from citeglot.sentences import split_sentences
from citeglot.settings import ROOT, load_settings
from citeglot.terminal import table
from citeglot.types import Matrix, Span, Vector
from eval.outputs import check_outputs, write_json
from eval.runs import positive

SIZES = (1000, 20_000)
PARAGRAPHS, CHUNKS = 10, 13  # of an article
DIMENSION = 384
EDITS = 5


class QuickEmbedder:
    """Embeds by hashing words, as wide as the real model: what is measured is all the rest."""

    identity = EmbeddingIdentity("quick", "0" * 64, "numpy", "float32", DIMENSION, "", "")

    def embed_question(self, question: str) -> Vector:
        """Return the vector of a question."""
        vector: Vector = self.embed_passages([question])[0]
        return vector

    def embed_passages(self, texts: Sequence[str]) -> Matrix:
        """Return a random vector that depends on the text alone, for each."""
        seeds = [int.from_bytes(blake2b(text.encode(), digest_size=8).digest(), "little") for text in texts]
        rows = np.stack([np.random.default_rng(seed).standard_normal(DIMENSION) for seed in seeds])
        vectors: Matrix = (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)
        return vectors

    def answer_logits(self, question: str, sentences: Sequence[InContext]) -> list[float]:
        """Return zeros: nothing is asked here."""
        return [0.0] * len(sentences)

    def find_answer(self, question: str, sentence: InContext) -> Answering:
        """Return the whole sentence: nothing is asked here."""
        return Answering(Span(0, len(sentence.text)), 0.0)

    def count_tokens(self, text: str) -> int:
        """Return about as many tokens as the real model finds."""
        return max(1, len(text) // 4)


@dataclass(frozen=True, slots=True)
class Cost:
    """What the ingest after one edit took in a corpus of so many chunks; the median of several edits, in seconds."""

    articles: int
    chunks: int
    embedded_chunks: int
    seconds: float
    first_seconds: float


def write_corpus(folder: Path, chunks: int, sources: Path) -> int:
    """Write articles of 13 chunks, about so many together, made of sentences of the articles in a folder; count them.

    Every sentence has a number of its own, so that no two articles are copies of each other.
    """
    articles = max(1, chunks // CHUNKS)
    write_articles(folder, range(articles), sentences_of(sources))
    return articles


def write_articles(folder: Path, numbers: Iterable[int], sentences: Sequence[list[str]]) -> None:
    """Write the articles of these numbers: the same whatever others there are."""
    for number in numbers:
        chance = random.Random(number)
        of_one_language = sentences[number % len(sentences)]
        text = "\n\n".join(_paragraph(chance, of_one_language) for _ in range(PARAGRAPHS))
        path = folder / f"{number % 100:02}" / f"{number:06}.txt"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text + "\n", encoding="utf-8", newline="")


def sentences_of(folder: Path) -> list[list[str]]:
    """Return the sentences of each article in a folder."""
    documents = read_corpus(folder).documents
    return [[span.of(one.text) for span in split_sentences(one.text, one.language)] for one in documents]


def _paragraph(chance: random.Random, sentences: list[str]) -> str:
    return " ".join(f"{chance.choice(sentences)} ({chance.randrange(10**9)})." for _ in range(4))


def edit(folder: Path, number: int) -> None:
    """Change one sentence of one article."""
    paths = sorted(folder.rglob("*.txt"))
    path = paths[(number * 7 + 3) % len(paths)]
    text = path.read_text(encoding="utf-8")
    path.write_text(regex.sub(r"\((\d+)\)\.", f"({number} 0815).", text, count=1), encoding="utf-8", newline="")


def measure(folder: Path, chunks: int, sources: Path, engines: Engines) -> Cost:
    """Build an index of about so many chunks in a folder, edit it several times, and return what an edit cost."""
    corpus, index = folder / "corpus", folder / "index"
    articles = write_corpus(corpus, chunks, sources)
    first = update_index(index, CorpusFolder(corpus), engines)
    costs = []
    for number in range(EDITS):
        edit(corpus, number)
        begun = time.perf_counter()
        report = update_index(index, CorpusFolder(corpus), engines)
        costs.append((time.perf_counter() - begun, report.embedded_chunks))
        if len(report.changed) != 1:
            raise RuntimeError(f"expected the ingest to find the one article that was edited, got {report.changed}")
    seconds = sorted(one for one, _ in costs)[EDITS // 2]
    return Cost(articles, open_index(index).manifest.counts["chunks"], max(n for _, n in costs), seconds, first.seconds)


def main(arguments: list[str]) -> int:
    """Print the table; 1 where an edit embeds more than two chunks or costs twice as much in the larger corpus."""
    parser = argparse.ArgumentParser(prog="python -m eval.edit_cost", description=__doc__)
    parser.add_argument("--real", action="store_true", help="embed with the real model, which takes much longer")
    parser.add_argument("--sizes", type=positive, nargs="+", default=SIZES, metavar="CHUNKS", help="of the corpora")
    parser.add_argument("--output", type=Path, metavar="FILE.json", help="write every figure there too")
    options = parser.parse_args(arguments)
    check_outputs(options.output, None, ())
    costs = []
    for chunks in options.sizes:
        engines = model_engines(load_settings()) if options.real else engines_of(QuickEmbedder(), 200)
        if options.real:
            engines.load_embedder()
        with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
            costs.append(measure(Path(folder), chunks, ROOT / "corpus", engines))
    if options.output:
        write_json(options.output, {"costs": [asdict(one) for one in costs]})
    print(cost_table(costs))
    return int(costs[-1].seconds >= 2 * costs[0].seconds or max(one.embedded_chunks for one in costs) > 2)


def cost_table(costs: Sequence[Cost]) -> str:
    """Return a table with a row for each corpus; a ratio is to the first."""
    head = ("ARTICLES", "CHUNKS", "EMBEDDED CHUNKS", "SECONDS OF AN EDIT", "RATIO", "SECONDS OF THE FIRST INGEST")
    rows = [
        (
            str(one.articles),
            str(one.chunks),
            str(one.embedded_chunks),
            f"{one.seconds:.3f}",
            f"{one.seconds / costs[0].seconds:.2f}",
            f"{one.first_seconds:.1f}",
        )
        for one in costs
    ]
    return table([head, *rows])


if __name__ == "__main__":
    raise SystemExit(run_door(main))
