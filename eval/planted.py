"""Fits `citeglot/planted.json`: where the vectors of sentences lie that tell a reader how to answer.

    python -m eval.planted FOLDER [--only GLOB] [--output FILE.json]

`planted.jsonl` has such sentences and others that come near to them, in five languages, written for this. FOLDER holds
question sets as `eval.datasets` reads them: the sentences of their articles tell no reader how to answer. Those of the
dev half are learnt from, those of the test half say how many are taken for what they are not. Every figure is of
sentences that were not learnt from.
"""

import argparse
import json
import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from citeglot.console import run_door
from citeglot.embedding import load_embedder
from citeglot.planted import FILE
from citeglot.progress import Progress
from citeglot.sentences import split_sentences
from citeglot.settings import ROOT, load_settings
from eval.datasets import find_files, split_of
from eval.fitting import Floats, fit, held_out_scores
from eval.outputs import check_outputs, write_json
from eval.reading_sets import Reading, read_sets

WRITTEN = ROOT / "eval" / "planted.jsonl"
SENTENCES = 25_000  # of each half
TAKEN = 5e-4  # share of the articles' sentences that may be taken for planted ones
RIDGE = 100.0
TOGETHER = 2000


@dataclass(frozen=True, slots=True)
class Written:
    """A sentence that was written to be learnt from."""

    language: str
    planted: bool
    text: str


def main(arguments: list[str]) -> int:
    """Embed, fit, write, and print how many are known and how many are taken for what they are not."""
    parser = argparse.ArgumentParser(prog="python -m eval.planted", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--only", default="*.jsonl", metavar="GLOB", help="only files whose name fits")
    parser.add_argument("--output", type=Path, default=FILE, metavar="FILE.json", help=f"default: {FILE.name}")
    options = parser.parse_args(arguments)
    files = find_files(options.folder, options.only)
    check_outputs(options.output, None, (WRITTEN, *files))
    written = read_written(WRITTEN)
    halves = sentences_of(read_sets(files))
    embedder = load_embedder(load_settings())
    with Progress() as progress:
        texts = [one.text for one in written] + halves["dev"] + halves["test"]
        vectors = []
        for start in range(0, len(texts), TOGETHER):
            vectors.append(embedder.embed_passages(texts[start : start + TOGETHER]))
            progress("embedding", min(start + TOGETHER, len(texts)), len(texts))
    rows = np.concatenate(vectors).astype(np.float64)
    learnt, last = np.split(rows, [len(written) + len(halves["dev"])])
    content, report = fitted(written, learnt, last)
    write_json(options.output, {"embedding_sha256": embedder.identity.weights_sha256, **content, "held_out": report})
    print(json.dumps(report, indent=1))
    return 0


def read_written(path: Path) -> list[Written]:
    """Return the sentences of planted.jsonl."""
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").split("\n") if line]
    return [Written(row["language"], row["planted"], row["text"]) for row in rows]


def sentences_of(readings: Iterable[Reading]) -> dict[str, list[str]]:
    """Return sentences of the articles of each half, every one once, the same ones every time."""
    found: dict[str, dict[str, None]] = {"dev": {}, "test": {}}
    for text, language, half in dict.fromkeys(
        (text, one.language, split_of(one)) for one in readings for text in (one.passages or (one.context,))
    ):
        found[half].update(dict.fromkeys(span.of(text) for span in split_sentences(text, language)))
    found["test"] = {text: None for text in found["test"] if text not in found["dev"]}
    return {half: random.Random(0).sample(sorted(some), min(SENTENCES, len(some))) for half, some in found.items()}


def fitted(written: Sequence[Written], learnt: Floats, last: Floats) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return weights and level, and what is known and what is taken for what it is not.

    `learnt` has the vectors of what was written and then of the articles' dev half, `last` those of the test half. The
    level is that of the dev half's sentences, scored by models that did not see them.
    """
    labels = np.array([float(one.planted) for one in written] + [0.0] * (len(learnt) - len(written)))
    scores = held_out_scores(learnt, labels, [str(place) for place in range(len(learnt))], RIDGE)
    mine, articles = scores[: len(written)], np.sort(scores[len(written) :])
    level = float(articles[-1 - int(TAKEN * len(articles))])
    weights, bias = fit(learnt, labels, RIDGE)
    scored = list(zip(written, (mine > level).tolist(), strict=True))
    languages = sorted({one.language for one in written})
    report = {
        "known": {
            language: _share([taken for one, taken in scored if one.planted and one.language == language])
            for language in languages
        },
        "near_taken": _share([taken for one, taken in scored if not one.planted]),
        "articles_taken": _share((last @ weights + bias > level).tolist()),
    }
    return {"weights": [round(float(one), 4) for one in weights], "level": round(level - bias, 4)}, report


def _share(taken: Sequence[bool]) -> dict[str, Any]:
    return {"of": len(taken), "taken": sum(taken), "share": round(sum(taken) / max(len(taken), 1), 5)}


if __name__ == "__main__":
    raise SystemExit(run_door(main))
