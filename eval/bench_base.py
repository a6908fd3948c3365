"""What benchmarks are made of: what they measure with, and what they give back."""

import os
import platform
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from citeglot.errors import WrongUse
from citeglot.progress import Progress
from citeglot.protocols import Embedder
from citeglot.settings import ROOT, load_settings
from eval.datasets import find_files
from eval.metrics import percentile
from eval.questions import Question, read_questions
from eval.reading_sets import Reading, read_sets
from eval.rows import Row
from eval.runs import tell
from eval.system import System, open_system

VECTORS = 100_000
QUESTIONS = ROOT / "eval" / "questions.jsonl"


@dataclass(frozen=True, slots=True)
class Section:
    """What a benchmark found: figures by name, the rows they were made of, and which demands it meets."""

    figures: Mapping[str, Any]
    rows: Sequence[Row]
    demands: Mapping[str, bool]

    def to_json(self) -> dict[str, Any]:
        """Return the section as it stands in the report."""
        return {"figures": dict(self.figures), "demands": dict(self.demands), "rows": list(self.rows)}


class Bench:
    """What benchmarks have in common; the models are loaded when the first of them asks.

    `folder` holds public question sets, whose texts are the real ones; `vectors` is how many of them are embedded.
    """

    def __init__(self, repeats: int, progress: Progress, folder: Path | None = None, vectors: int = VECTORS) -> None:
        self.repeats = repeats
        self.progress = progress
        self.folder = folder
        self.vectors = vectors

    @cached_property
    def readings(self) -> Sequence[Reading]:
        """The question sets; WrongUse where no folder of them is named."""
        if self.folder is None:
            raise WrongUse("This benchmark needs real texts: name a folder of question sets with --folder FOLDER.")
        return read_sets(find_files(self.folder, "*.jsonl"))

    @cached_property
    def embedder(self) -> Embedder:
        """The embedding model of the settings."""
        from citeglot.embedding import load_embedder

        return load_embedder(load_settings())

    @cached_property
    def system(self) -> System:
        """The program with its models over the corpus of the checkout."""
        system = open_system(load_settings(), retrieval_only=False, progress=self.progress)
        tell(system.notices)
        return system

    @cached_property
    def questions(self) -> Mapping[str, Question]:
        """The questions of the shipped set by id."""
        return {one.id: one for one in read_questions(QUESTIONS)}


def spread(values: Sequence[float]) -> dict[str, Any]:
    """Return the median and the 95th percentile of some values, None of none."""
    return {"p50": percentile(values, 0.5), "p95": percentile(values, 0.95), "n": len(values)}


def ratio(part: float | None, whole: float | None) -> float | None:
    """Return a part as a share, None where one of the two was not measured."""
    return part / whole if part is not None and whole else None


def machine() -> dict[str, Any]:
    """Return what a time depends on, and how busy the machine was when the run began, where that is known."""
    load = round(os.getloadavg()[0], 2) if hasattr(os, "getloadavg") else None
    return {
        "system": f"{platform.system()} {platform.machine()}",
        "cpus": os.cpu_count(),
        "python": platform.python_version(),
        "load": load,
    }
