"""What an ingest did, in the shape of the contract and in the manifest."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from citeglot.corpus import Skipped
from citeglot.lexical import uncut_scripts
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
        (*plan.reasons, *stays, *_uncut(plan)),
    )


def _uncut(plan: Plan) -> Iterator[str]:
    """Yield a sentence for each new article in a script whose words cannot be told apart."""
    new = {*plan.added, *plan.changed}
    for document in plan.documents:
        if document.name in new and (scripts := uncut_scripts(document.text)):
            yield (
                f"{document.name}: the words of its script ({', '.join(scripts)}) cannot be told apart; it is found by "
                "meaning, and less well by words."
            )
