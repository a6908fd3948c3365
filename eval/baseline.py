"""A run compared with an earlier one, question by question."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from citeglot.errors import WrongUse
from eval.intervals import Estimate, difference
from eval.rows import Row
from eval.summary import MEANS, SHARES, Measure

SCHEMA = 1
FEWEST_BASES = 5  # of fewer questions an interval says nothing
LOWER_IS_BETTER = ("refusals_wrong",)
HEADLINE: tuple[str, ...] = (
    "recall@1",
    "recall@5",
    "recall@10",
    "mrr",
    "ndcg@10",
    "complete@10",
    "evidence_recall@5",
    "answers_right",
    "citations_right",
    "language_right",
    "refusals_right",
    "refusals_wrong",
)
WATCHED = {"answers": "right", "retrieval": "recall@5"}


@dataclass(frozen=True, slots=True)
class Change:
    """How a figure changed over the questions both runs have: the mean of after − before, with its interval."""

    name: str
    before: float
    after: float
    change: Estimate
    is_loss: bool

    def to_json(self) -> dict[str, Any]:
        """Return the change as JSON."""
        figures = {"before": round(self.before, 5), "after": round(self.after, 5), "change": self.change.to_json()}
        return figures | {"is_loss": self.is_loss}


@dataclass(frozen=True, slots=True)
class Comparison:
    """What changed, which questions moved (`lost` and `won`, by what is watched), and what to be careful about."""

    changes: tuple[Change, ...]
    lost: Mapping[str, tuple[str, ...]]
    won: Mapping[str, tuple[str, ...]]
    notes: tuple[str, ...]

    @property
    def has_loss(self) -> bool:
        """Whether some figure is lower beyond chance."""
        return any(change.is_loss for change in self.changes)

    def to_json(self) -> dict[str, Any]:
        """Return the comparison as JSON."""
        changes = {change.name: change.to_json() for change in self.changes}
        return {"changes": changes, "lost": dict(self.lost), "won": dict(self.won), "notes": list(self.notes)}


def read_baseline(path: Path, retrieval_only: bool) -> dict[str, Any]:
    """Return an earlier output; WrongUse where it is none, is of another schema, or measured something else."""
    try:
        report = json.loads(path.read_text(encoding="utf-8"))
        run = report["run"]
        schema, mode = run["schema"], run["retrieval_only"]
        for row in report["questions"]:
            _ = row["id"], row["question"], row["base"], [measure_of(name)(row) for name in HEADLINE]
    except OSError as problem:
        raise WrongUse(f"The baseline {path} cannot be read ({problem.strerror}).") from None
    except (ValueError, KeyError, TypeError) as problem:
        raise WrongUse(
            f"The baseline {path} is no output of python -m eval ({problem!r}). Expected a file made with --output."
        ) from None
    if schema != SCHEMA:
        raise WrongUse(
            f"The baseline {path} has schema {schema}; expected {SCHEMA}. Measure it again with this version."
        )
    if mode and not retrieval_only:
        raise WrongUse(f"The baseline {path} measured retrieval only. Compare with --retrieval-only, or name another.")
    return dict(report)


def compare(before: Mapping[str, Any], after: Mapping[str, Any]) -> Comparison:
    """Compare two outputs over the questions that have the same id and the same words in both; WrongUse if none."""
    old = {(row["id"], row["question"]): row for row in before["questions"]}
    pairs = [(old[key], row) for row in after["questions"] if (key := (row["id"], row["question"])) in old]
    if not pairs:
        raise WrongUse("The baseline has none of these questions; the two runs cannot be compared.")
    notes = list(_notes(before["run"], after["run"]))
    if len(pairs) < max(len(old), len(after["questions"])):
        notes.append(f"compared over the {len(pairs)} questions that both have ({len(old)} in the baseline)")
    changes = tuple(change for name in HEADLINE if (change := _change(name, pairs)))
    lost, won = _moved(pairs)
    return Comparison(changes, lost, won, tuple(notes))


def measure_of(name: str) -> Measure:
    """Return the measure of a metric."""
    return SHARES.get(name) or MEANS[name]


def _notes(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[str]:
    said = {
        "questions_sha256": "the question file is another one",
        "split": "the split is another one",
        "index": "the index is another one",
        "models": "the models are others",
        "settings": "the settings are others",
    }
    return [text for name, text in said.items() if before.get(name) != after.get(name)]


def _change(name: str, pairs: Sequence[tuple[Row, Row]]) -> Change | None:
    measure = measure_of(name)
    both = [(old["base"], measure(old), measure(new)) for old, new in pairs]
    known = [(base, float(one), float(two)) for base, one, two in both if one is not None and two is not None]
    if not known:
        return None
    bases, before, after = zip(*known, strict=True)
    change = difference(before, after, bases)
    is_loss = len(set(bases)) >= FEWEST_BASES and _is_worse(change, name)
    return Change(name, sum(before) / len(before), sum(after) / len(after), change, is_loss)


def _is_worse(change: Estimate, name: str) -> bool:
    if change.low is None or change.high is None:
        return False
    return change.low > 0 if name in LOWER_IS_BETTER else change.high < 0


def _moved(pairs: Sequence[tuple[Row, Row]]) -> tuple[dict[str, tuple[str, ...]], dict[str, tuple[str, ...]]]:
    lost: dict[str, tuple[str, ...]] = {}
    won: dict[str, tuple[str, ...]] = {}
    for title, name in WATCHED.items():
        measure: Measure = (lambda row: row["right"]) if name == "right" else measure_of(name)
        known = [(new["id"], measure(old), measure(new)) for old, new in pairs]
        lost[title] = tuple(name for name, one, two in known if one and two is not None and not two)
        won[title] = tuple(name for name, one, two in known if two and one is not None and not one)
    return lost, won
