"""What an ingest did, in the shape of the contract and in the manifest."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from citeglot.corpus import Corpus, Skipped
from citeglot.errors import CorpusProblem, WrongUse
from citeglot.lexical import uncut_scripts
from citeglot.planning import Plan


@dataclass(frozen=True, slots=True)
class IngestReport:
    """What an ingest did, or would do; `generation` is the one served afterwards, 0 for none.

    `duplicates` are all articles of the index that are copies, each with the one that it is a copy of.
    """

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
    seconds: float = 0.0
    duplicates: tuple[tuple[str, str], ...] = ()
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
            "duplicates": [{"document": copy, "of": original} for copy, original in self.duplicates],
        }


def report_on(plan: Plan, generation: int, chunks: tuple[int, int], copies: Mapping[str, str]) -> IngestReport:
    """Return the report on a plan that was carried out, or would be.

    `chunks` are all and those embedded, `copies` by name the article that each is a copy of, or "".
    """
    stays = (f"{name} could not be read now; its text from before stays in the index." for name in plan.kept)
    return IngestReport(
        generation=generation,
        added=plan.added,
        changed=plan.changed,
        renamed=plan.renamed,
        removed=plan.removed,
        unchanged=plan.unchanged,
        skipped=plan.skipped,
        documents=len(plan.entries),
        chunks=chunks[0],
        embedded_chunks=chunks[1],
        duplicates=tuple((name, original) for name, original in sorted(copies.items()) if original),
        notices=(*plan.reasons, *stays, *_uncut(plan), *plan.notices),
    )


def no_article(corpus: Corpus) -> CorpusProblem:
    """Return the error for a corpus without articles where there is no index yet."""
    unread = "".join(f"\n  {one.path}: {one.reason}" for one in corpus.skipped[:10])
    because = f" What is there could not be read:{unread}" if unread else " It is empty."
    return CorpusProblem(
        f"There is no article in the corpus folder.{because}\n"
        "Put articles there (.txt, .md, .html, .pdf, .docx, .json, .jsonl) and run again: python ingest.py"
    )


def too_much_lost(plan: Plan) -> WrongUse:
    """Return the error for a corpus that lost more than half of its articles."""
    total = len(plan.previous.documents) if plan.previous else 0
    return WrongUse(
        f"{len(plan.removed)} of the {total} articles in the index are no longer in the corpus. If they are to go, "
        "run it again with --yes; if not, look whether --corpus is the right folder. The index is unchanged."
    )


def _uncut(plan: Plan) -> Iterator[str]:
    """Yield a sentence for each new article in a script whose words cannot be told apart."""
    new = {*plan.added, *plan.changed}
    for entry in plan.entries:
        if entry.name in new and (scripts := uncut_scripts(plan.texts.get(entry.sha256, ""))):
            yield (
                f"{entry.name}: the words of its script ({', '.join(scripts)}) cannot be told apart; it is found by "
                "meaning, and less well by words."
            )
