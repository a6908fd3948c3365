"""Makes `citeglot/language_means.json`: the mean e5 vector of each language, from public question sets.

    python -m eval.means FOLDER [--only GLOB] [--output FILE.json]

FOLDER holds question sets as `eval.datasets` reads them: paragraphs of XQuAD (German, English, Hindi), news of NorQuAD
(Norwegian), JaQuAD (Japanese), or others. Their dev half is used, so that their test half can measure; only means
leave it, no text.
"""

import argparse
import json
import random
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from citeglot.console import run_door
from citeglot.embedding import load_embedder
from citeglot.settings import ROOT, load_settings
from eval.datasets import find_files, split_of
from eval.reading_sets import Reading, read_sets

PASSAGES = 300
SHORTEST, LONGEST = 40, 600


def passages_of(readings: Iterable[Reading]) -> dict[str, list[str]]:
    """Return by language the paragraphs of the contexts of the dev half, each once, of 40 to 600 characters."""
    found: dict[str, dict[str, None]] = {}
    for reading in readings:
        if not reading.passages and split_of(reading) == "dev":
            for paragraph in reading.context.split("\n"):
                if len(paragraph.strip()) >= SHORTEST:
                    found.setdefault(reading.language, {}).setdefault(paragraph.strip()[:LONGEST])
    return {language: list(texts) for language, texts in sorted(found.items())}


def chosen(passages: Sequence[str]) -> list[str]:
    """Return at most 300 passages, the same ones every time."""
    return random.Random(0).sample(list(passages), min(PASSAGES, len(passages)))


def main(arguments: list[str]) -> int:
    """Embed the passages of every language and write their means."""
    parser = argparse.ArgumentParser(prog="python -m eval.means", description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--only", default="*.jsonl", metavar="GLOB", help="only files whose name fits")
    parser.add_argument("--output", type=Path, default=ROOT / "citeglot" / "language_means.json")
    options = parser.parse_args(arguments)
    readings = read_sets(find_files(options.folder, options.only))
    embedder = load_embedder(load_settings())
    result: dict[str, Any] = {"weights_sha256": embedder.identity.weights_sha256, "sources": {}, "means": {}}
    for language, usable in passages_of(readings).items():
        texts = chosen(usable)
        mean = embedder.embed_passages(texts).mean(axis=0)
        result["means"][language] = [round(float(value), 5) for value in mean]
        sets = sorted({one.collection for one in readings if one.language == language and not one.passages})
        result["sources"][language] = {"sets": sets, "split": "dev", "passages": len(texts)}
        print(f"{language}: {len(texts)} passages, length of the mean {np.linalg.norm(mean):.3f}")
    options.output.write_text(json.dumps(result, ensure_ascii=False) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(run_door(main))
