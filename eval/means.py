"""Makes `citeglot/language_means.json`: the mean e5 vector of each language, from public question sets.

    python -m eval.means FOLDER [--output FILE.json]

FOLDER holds flat JSON lines with a `context` each, named NAME.LANGUAGE.jsonl: paragraphs of XQuAD (German, English,
Hindi), news of NorQuAD (Norwegian), JaQuAD (Japanese), or others. Only means leave it, no text.
"""

import argparse
import json
import random
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from citeglot.console import run_door
from citeglot.embedding import load_embedder
from citeglot.errors import WrongUse
from citeglot.language import normalise_code
from citeglot.settings import ROOT, load_settings

PASSAGES = 300
SHORTEST, LONGEST = 40, 600


def read_passages(path: Path) -> list[str]:
    """Return paragraphs of the contexts of one file, each once, of 40 to 600 characters."""
    found: dict[str, None] = {}
    try:
        for line in path.read_text(encoding="utf-8").splitlines():
            for paragraph in json.loads(line)["context"].split("\n"):
                if len(paragraph.strip()) >= SHORTEST:
                    found.setdefault(paragraph.strip()[:LONGEST])
    except (OSError, ValueError, KeyError, TypeError) as problem:
        raise WrongUse(f'{path}: expected JSON lines with a "context" each ({problem!r}).') from None
    return list(found)


def chosen(passages: Sequence[str]) -> list[str]:
    """Return at most 300 passages, the same ones every time."""
    return random.Random(0).sample(list(passages), min(PASSAGES, len(passages)))


def main(arguments: list[str]) -> int:
    """Embed the passages of every language and write their means."""
    parser = argparse.ArgumentParser(prog="python -m eval.means", description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--output", type=Path, default=ROOT / "citeglot" / "language_means.json")
    options = parser.parse_args(arguments)
    by_language: dict[str, list[Path]] = {}
    for path in sorted(options.folder.glob("*.*.jsonl")):
        by_language.setdefault(normalise_code(path.suffixes[-2][1:]), []).append(path)
    embedder = load_embedder(load_settings())
    result: dict[str, Any] = {"weights_sha256": embedder.identity.weights_sha256, "sources": {}, "means": {}}
    for language, paths in sorted(by_language.items()):
        usable = {path.name: read_passages(path) for path in paths if _has_contexts(path)}
        texts = chosen([text for passages in usable.values() for text in passages])
        if not texts:
            continue
        mean = embedder.embed_passages(texts).mean(axis=0)
        result["means"][language] = [round(float(value), 5) for value in mean]
        result["sources"][language] = {"files": sorted(usable), "passages": len(texts)}
        print(f"{language}: {len(texts)} passages, length of the mean {np.linalg.norm(mean):.3f}")
    options.output.write_text(json.dumps(result, ensure_ascii=False) + "\n", encoding="utf-8")
    return 0


def _has_contexts(path: Path) -> bool:
    with path.open(encoding="utf-8") as lines:
        return '"context"' in lines.readline()


if __name__ == "__main__":
    raise SystemExit(run_door(main))
