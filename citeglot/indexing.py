"""From a corpus to a new generation: plan, embed what is new, write, check, switch."""

import time
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from citeglot import __version__
from citeglot.balance import balance_version, blended_offsets
from citeglot.building import Engines, Progress, draft_segments, make_vectors, own_means, write_segments
from citeglot.commit import SEGMENTS, collect_garbage, commit_generation, explained, generation_numbers, writing
from citeglot.corpus import Corpus
from citeglot.documents import DocumentEntry
from citeglot.errors import CorpusProblem, IndexDamaged, IndexMismatch, NoIndex, WrongUse
from citeglot.generation import Generation
from citeglot.index import next_number, open_index
from citeglot.lexical import analyser_version
from citeglot.manifest import Chunking, Manifest, comparable, count
from citeglot.planning import Plan, plan_ingest
from citeglot.protocols import Embedder
from citeglot.report import IngestReport, report_on
from citeglot.reuse import sound_segments
from citeglot.segment_content import text_hash
from citeglot.storage import describe_bytes
from citeglot.types import Document

CHUNKING_VERSION = 1  # raise it when sentences or chunks of the same text come out differently


def silent(step: str, done: int, total: int) -> None:
    """Show no progress."""


def engines_of(embedder: Embedder, chunk_tokens: int) -> Engines:
    """Return the engines of an ingest with an embedder that is loaded already."""
    return Engines(
        serves=lambda identity: comparable(identity, embedder.identity),
        load_embedder=lambda: embedder,
        count_tokens=embedder.count_tokens,
        chunking=Chunking(chunk_tokens, CHUNKING_VERSION),
    )


def make_plan(folder: Path, corpus: Corpus, engines: Engines) -> Plan:
    """Compare a corpus with an index folder; an index that cannot be opened is made anew from what is sound of it."""
    notices: tuple[str, ...] = ()
    previous: Generation | None = None
    try:
        previous = open_index(folder)
    except NoIndex:
        pass
    except (IndexDamaged, IndexMismatch) as error:
        notices = (f"{error} It is built anew now.",)
    if previous is None and not corpus.documents:
        raise _no_article(corpus)
    same_model = previous is not None and engines.serves(previous.manifest.embedding)
    plan = plan_ingest(corpus, previous, sound_segments(folder), engines.chunking, same_model)
    return replace(plan, reasons=(*notices, *plan.reasons))


def update_index(
    folder: Path, corpus: Corpus, engines: Engines, consent: bool = False, progress: Progress = silent
) -> IngestReport:
    """Bring the index in `folder` up to the corpus; nothing changed makes no new generation.

    WrongUse without `consent` when more than half of the articles are gone; IndexBusy when another ingest runs;
    EnvironmentLacks when the disk does not take it. Whatever happens, the old index or the new one is there.
    """
    begun = time.perf_counter()
    if not corpus.documents and not generation_numbers(folder):
        raise _no_article(corpus)
    with writing(folder):
        plan = make_plan(folder, corpus, engines)
        if plan.needs_consent and not consent:
            raise _too_much_lost(plan)
        return apply_plan(folder, plan, engines, progress, begun)


def preview_index(folder: Path, corpus: Corpus, engines: Engines) -> IngestReport:
    """Return what `update_index` would do; writes nothing and needs only the tokenizer."""
    begun = time.perf_counter()
    plan = make_plan(folder, corpus, engines)
    if plan.previous is not None and not plan.is_needed:
        return _nothing_to_do(plan, plan.previous, begun)
    draft = draft_segments(plan, engines, silent)
    number = plan.previous.number if plan.previous else 0
    report = report_on(plan, number, draft.chunks, draft.embedded_chunks, time.perf_counter() - begun)
    return replace(report, notices=(*report.notices, str(_too_much_lost(plan)))) if plan.needs_consent else report


def apply_plan(folder: Path, plan: Plan, engines: Engines, progress: Progress, begun: float) -> IngestReport:
    """Carry out a plan; the caller holds the folder with `writing`, `begun` is when its clock started."""
    if plan.previous is not None and not plan.is_needed:
        return _nothing_to_do(plan, plan.previous, begun)
    draft = draft_segments(plan, engines, progress)
    vectors = make_vectors(draft, engines, progress)
    with explained(folder):
        segments = write_segments(folder / SEGMENTS, draft, vectors, progress)
        seconds = time.perf_counter() - begun
        report = report_on(plan, next_number(folder), draft.chunks, draft.embedded_chunks, seconds)
        homes = {segment.language: segment.id for segment in segments}
        documents = [_entry(document, homes[document.language]) for document in plan.documents]
        manifest = Manifest(
            generation=report.generation,
            created=datetime.now(UTC).isoformat(timespec="seconds"),
            tool_version=__version__,
            embedding=vectors.identity,
            chunking=engines.chunking,
            analyser=analyser_version(),
            balance=balance_version(),
            offsets=blended_offsets(vectors.identity, own_means(folder / SEGMENTS, segments, vectors.identity)),
            segments=segments,
            documents=describe_bytes("documents.jsonl", b"".join(entry.to_line() for entry in documents)),
            counts=count(segments, [entry.language for entry in documents]),
            summary=report.to_json(),
        )
        progress("switching", 0, 1)
        commit_generation(folder, manifest, documents)
        progress("switching", 1, 1)
        collect_garbage(folder, [manifest, *([plan.previous.manifest] if plan.previous else [])])
    return replace(report, seconds=time.perf_counter() - begun)


def _nothing_to_do(plan: Plan, previous: Generation, begun: float) -> IngestReport:
    return report_on(plan, previous.number, previous.manifest.counts["chunks"], 0, time.perf_counter() - begun)


def _entry(document: Document, segment: str) -> DocumentEntry:
    sha256 = text_hash(document.text)
    return DocumentEntry(document.name, document.title, document.language, document.date, sha256, segment)


def _no_article(corpus: Corpus) -> CorpusProblem:
    unread = "".join(f"\n  {one.path}: {one.reason}" for one in corpus.skipped[:10])
    because = f" What is there could not be read:{unread}" if unread else " It is empty."
    return CorpusProblem(
        f"There is no article in the corpus folder.{because}\n"
        "Put articles there (.txt, .md, .html, .pdf, .docx, .json, .jsonl) and run again: python ingest.py"
    )


def _too_much_lost(plan: Plan) -> WrongUse:
    total = len(plan.previous.documents) if plan.previous else 0
    return WrongUse(
        f"{len(plan.removed)} of the {total} articles in the index are no longer in the corpus. If they are to go, "
        "run it again with --yes; if not, look whether --corpus is the right folder. The index is unchanged."
    )
