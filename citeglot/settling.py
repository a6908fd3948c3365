"""The articles of a new generation as they are written down: where their texts lie, and which are copies."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from citeglot.building import Draft
from citeglot.copies import CopyFinder, Text
from citeglot.documents import DocumentEntry
from citeglot.manifest import SegmentEntry
from citeglot.planning import Plan
from citeglot.segments import Segment
from citeglot.sketches import BYTES, Sketches


def settle(plan: Plan, draft: Draft, written: Sequence[SegmentEntry]) -> list[DocumentEntry]:
    """Return all articles with their segments, and with the article that each is a copy of."""
    by_language = {entry.language: entry.id for entry in written}
    originals = find_copies(plan, draft)
    entries = []
    for entry in plan.entries:
        home = draft.layout.homes.get((entry.language, entry.sha256)) or by_language[entry.language]
        original = originals.get(entry.name, entry.duplicate_of)
        if (entry.segment, entry.duplicate_of) != (home, original):
            entry = replace(entry, segment=home, duplicate_of=original)
        entries.append(entry)
    return entries


def find_copies(plan: Plan, draft: Draft) -> Mapping[str, str]:
    """Return by name the article that each one is a copy of, "" for none; those without news are left out."""
    new = {content.language: content.articles for content in draft.contents}
    texts = {(language, one.sha256): one.text for language, articles in new.items() for one in articles}
    kept = {one.id for one in draft.layout.kept}
    segments = [one for name, one in plan.previous.segments.items() if name in kept] if plan.previous else []

    def sketches(language: str) -> tuple[Sequence[str], Sketches]:
        found = [(one.sha256, np.frombuffer(one.sketch, dtype="<u2")) for one in new.get(language, ())]
        for segment in (one for one in segments if one.entry.language == language):
            rows = zip(segment.hashes, segment.table.sketches, strict=True)
            found += [one for one in rows if draft.layout.homes.get((language, one[0])) == segment.entry.id]
        matrix = np.concatenate([np.zeros((0, BYTES // 2), np.uint16), *(row[np.newaxis] for _, row in found)])
        return [sha256 for sha256, _ in found], matrix

    def text(key: Text) -> str:
        return texts[key] if key in texts else _segment(segments, draft.layout.homes[key]).text(key[1])

    before = plan.previous.documents if plan.previous and not plan.anew else {}
    return CopyFinder(sketches, text).originals(plan.entries, before)


def count(segments: Sequence[SegmentEntry], documents: Sequence[str]) -> dict[str, Any]:
    """Return the counts of a generation; `documents` are the languages of its documents, one for each."""
    languages = sorted({*documents, *(segment.language for segment in segments)})

    def of(language: str | None) -> dict[str, int]:
        chosen = [segment for segment in segments if language in (None, segment.language)]
        return {
            "documents": sum(language in (None, one) for one in documents),
            "chunks": sum(segment.chunks - segment.dead_chunks for segment in chosen),
            "sentences": sum(segment.sentences - segment.dead_sentences for segment in chosen),
        }

    return {**of(None), "languages": {language: of(language) for language in languages}}


def _segment(segments: Sequence[Segment], name: str) -> Segment:
    return next(one for one in segments if one.entry.id == name)
