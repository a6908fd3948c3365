"""What an ingest did, in the shape of the contract and in the manifest."""

from dataclasses import dataclass
from typing import Any

from citeglot.corpus import Skipped
from citeglot.planning import Plan


@dataclass(frozen=True, slots=True)
class IngestReport:
    """What an ingest did, or would do; `generation` is the one served afterwards, 0 for none."""

    generation: int
    added: tuple[str, ...]
    changed: tuple[str, ...]
    renamed: tuple[tuple[str, str], ...]
    removed: tuple[str, ...]
    unchanged: int
    skipped: tuple[Skipped, ...]
    documents: int
    chunks: int
    embedded_chunks: int
    seconds: float
    notices: tuple[str, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """Return the report in the shape of the contract."""
        return {
            "generation": self.generation,
            "added": list(self.added),
            "changed": list(self.changed),
            "renamed": [{"from": before, "to": after} for before, after in self.renamed],
            "removed": list(self.removed),
            "unchanged": self.unchanged,
            "skipped": [{"path": one.path, "reason": one.reason} for one in self.skipped],
            "documents": self.documents,
            "chunks": self.chunks,
            "embedded_chunks": self.embedded_chunks,
            "seconds": round(self.seconds, 3),
        }


def report_on(plan: Plan, generation: int, chunks: int, embedded_chunks: int, seconds: float) -> IngestReport:
    """Return the report on a plan that was carried out, or would be."""
    stays = (f"{name} could not be read now; its text from before stays in the index." for name in plan.kept)
    return IngestReport(
        generation,
        plan.added,
        plan.changed,
        plan.renamed,
        plan.removed,
        plan.unchanged,
        plan.skipped,
        len(plan.documents),
        chunks,
        embedded_chunks,
        seconds,
        (*plan.reasons, *stays),
    )
