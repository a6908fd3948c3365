"""From a corpus to a new generation: plan, embed what is new, write, check, switch.

What an ingest costs is what changed. Of what it takes over it reads what it touches, each block against its checksum,
and the sizes of the other files. Where that shows damage it starts again and reads all of every segment, takes from
the corpus what is damaged, and writes that anew. An ingest that finds nothing to do reads everything before it says
so: whoever was told of damage and to run it again gets it mended.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Protocol

from citeglot import __version__
from citeglot.balance import balance_version, blended_offsets, own_means
from citeglot.building import Engines, draft_segments, prepare_segments
from citeglot.commit import SEGMENTS, commit_generation, generation_numbers, writing
from citeglot.corpus import Corpus, Progress, silent
from citeglot.documents import DocumentEntry
from citeglot.errors import IndexDamaged, IndexMismatch, NoIndex
from citeglot.generation import Generation
from citeglot.index import next_number, open_index
from citeglot.manifest import Chunking, Manifest, SegmentEntry
from citeglot.planning import Plan, known_files, plan_ingest
from citeglot.protocols import Embedder, EmbeddingIdentity, comparable
from citeglot.remembered import NOTHING, Known
from citeglot.report import IngestReport, no_article, report_on, too_much_lost
from citeglot.reuse import stored_segments
from citeglot.segment_content import content_version
from citeglot.segment_writing import make_vectors, write_segments
from citeglot.settling import count, find_copies, settle
from citeglot.storage import describe_bytes, explained
from citeglot.vector_cache import VectorCache

__all__ = ["CHUNKING_VERSION", "Articles", "engines_of", "preview_index", "silent", "update_index"]

CHUNKING_VERSION = 2  # raise it when sentences or chunks of the same text come out differently


class Articles(Protocol):
    """Where articles come from: a folder, or a corpus that was read already."""

    def read(self, known: Known, progress: Progress) -> Corpus:
        """Return the articles; those of `known` files need not be read again."""
        ...


def engines_of(embedder: Embedder, chunk_tokens: int) -> Engines:
    """Return the engines of an ingest with an embedder that is loaded already."""
    return Engines(
        serves=lambda identity: comparable(identity, embedder.identity),
        load_embedder=lambda: embedder,
        count_tokens=embedder.count_tokens,
        chunking=Chunking(chunk_tokens, CHUNKING_VERSION),
    )


def update_index(
    folder: Path, articles: Articles, engines: Engines, consent: bool = False, progress: Progress = silent
) -> IngestReport:
    """Bring the index in `folder` up to the articles; nothing changed makes no new generation.

    WrongUse without `consent` when more than half of the articles are gone; IndexBusy when another ingest runs;
    EnvironmentLacks when the disk does not take it. Whatever happens, the old index or the new one is there.
    """
    begun = time.perf_counter()
    if not generation_numbers(folder):
        articles = _some(articles.read(NOTHING, progress))
    ingest = Ingest(folder, articles, engines, progress)
    with writing(folder):
        cache = VectorCache(folder, engines.serves)
        report = _again_if_damaged(lambda thorough: ingest.apply(ingest.plan(thorough), cache, consent))
        with explained(folder):
            cache.remove()
        notices = (*report.notices, *engines.store.tidy())
    return replace(report, notices=notices, seconds=time.perf_counter() - begun)


def preview_index(folder: Path, articles: Articles, engines: Engines, progress: Progress = silent) -> IngestReport:
    """Return what `update_index` would do; writes nothing and needs only the tokenizer."""
    begun = time.perf_counter()
    ingest = Ingest(folder, articles, engines, progress)
    report = _again_if_damaged(lambda thorough: ingest.preview(ingest.plan(thorough)))
    return replace(report, seconds=time.perf_counter() - begun)


def _again_if_damaged(work: Callable[[bool], IngestReport]) -> IngestReport:
    try:
        return work(False)
    except IndexDamaged:
        return work(True)


@dataclass(frozen=True, slots=True)
class Ingest:
    """What an ingest is given; `apply` needs the folder to be held by `writing`."""

    folder: Path
    articles: Articles
    engines: Engines
    progress: Progress

    def plan(self, thorough: bool) -> Plan:
        """Compare the articles with the index; `thorough` reads all of both, and so does an index that is not sound.

        An index that cannot be opened is made anew from what is sound of it.
        """
        notices: tuple[str, ...] = ()
        previous: Generation | None = None
        try:
            previous = open_index(self.folder)
        except NoIndex:
            pass
        except (IndexDamaged, IndexMismatch) as error:
            notices = (f"{error} It is built anew now.",)
        thorough = thorough or previous is None or bool(previous.warnings)
        known = NOTHING if thorough or previous is None else known_files(previous)
        corpus = self.articles.read(known, self.progress)
        if previous is None:
            _some(corpus)
        same_model = previous is not None and self.engines.serves(previous.manifest.embedding)
        stored = stored_segments(self.folder, thorough)
        plan = plan_ingest(corpus, previous, stored, self.engines.chunking, same_model)
        return replace(plan, reasons=(*notices, *plan.reasons))

    def preview(self, plan: Plan) -> IngestReport:
        """Return what `apply` would do."""
        number = plan.previous.number if plan.previous else 0
        if plan.previous is not None and not plan.is_needed:
            return _nothing_to_do(plan, plan.previous)
        draft = draft_segments(plan, self.engines, VectorCache(self.folder, self.engines.serves), self.progress)
        copies = {**{entry.name: entry.duplicate_of for entry in plan.entries}, **find_copies(plan, draft)}
        report = report_on(plan, number, (draft.chunks, draft.embedded_chunks), copies)
        if plan.needs_consent:
            return replace(report, notices=(*report.notices, str(too_much_lost(plan))))
        return report

    def apply(self, plan: Plan, cache: VectorCache, consent: bool) -> IngestReport:
        """Carry out a plan; IndexDamaged where what should be taken over is not sound."""
        if plan.needs_consent and not consent:
            raise too_much_lost(plan)
        if plan.previous is not None and not plan.is_needed:
            report = _nothing_to_do(plan, plan.previous)
            self.engines.store.publish(plan.previous)
            return report
        draft = prepare_segments(plan, self.engines, cache, self.progress)
        vectors = make_vectors(draft, self.engines, cache, self.progress)
        with explained(self.folder):
            written = tuple(write_segments(self.folder / SEGMENTS, draft, vectors, self.progress))
            entries = settle(plan, draft, written)
            copies = {entry.name: entry.duplicate_of for entry in entries}
            report = report_on(plan, next_number(self.folder), (draft.chunks, draft.embedded_chunks), copies)
            if draft.resumed:
                there = f"{draft.resumed} passages were embedded by an ingest that did not end; it went on from there."
                report = replace(report, notices=(*report.notices, there))
            manifest = replace(
                self._manifest((*draft.layout.kept, *written), vectors.identity, entries),
                generation=report.generation,
                reading=plan.rules,
                summary=report.to_json(),
            )
            self.progress("switching", 0, 1)
            commit_generation(self.folder, manifest, entries, self.engines.store.publish)
            self.progress("switching", 1, 1)
        return report

    def _manifest(
        self, segments: tuple[SegmentEntry, ...], identity: EmbeddingIdentity, entries: list[DocumentEntry]
    ) -> Manifest:
        return Manifest(
            generation=0,
            created=datetime.now(UTC).isoformat(timespec="seconds"),
            tool_version=__version__,
            embedding=identity,
            chunking=self.engines.chunking,
            reading="",
            analyser=content_version(),
            balance=balance_version(),
            offsets=blended_offsets(identity, own_means(segments, identity.dimension)),
            segments=segments,
            documents=describe_bytes("documents.jsonl", b"".join(entry.to_line() for entry in entries)),
            counts=count(segments, [entry.language for entry in entries]),
            summary={},
        )


def _nothing_to_do(plan: Plan, previous: Generation) -> IngestReport:
    """Return the report on a corpus that is indexed; IndexDamaged where not all of that is sound."""
    for problem in previous.verify():
        raise IndexDamaged(problem)
    copies = {name: entry.duplicate_of for name, entry in previous.documents.items()}
    return report_on(plan, previous.number, (previous.manifest.counts["chunks"], 0), copies)


def _some(corpus: Corpus) -> Corpus:
    if not corpus.documents:
        raise no_article(corpus)
    return corpus
