"""Which segments a new generation has: those there are, less what went, and one for what came in each language.

Segments of a language are merged when they are many: the smallest ones, as long as the next one is not much larger
than those before it together, so that a chunk is written again a logarithmic number of times (as in a log-structured
merge tree). A segment of which more than a third is dead is written again without that. Neither embeds anything.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, replace

from citeglot.manifest import SegmentEntry
from citeglot.segments import Segment
from citeglot.sums import decode_sum, encode_sum, sum_of

MOST = 8  # segments of a language


@dataclass(frozen=True, slots=True)
class Layout:
    """`kept` segments with their tombstones as they are now, and by language the `new` texts that get a segment.

    `homes` names the kept segment of each text that has one, by language and hash.
    """

    kept: tuple[SegmentEntry, ...]
    new: Mapping[str, tuple[str, ...]]
    homes: Mapping[tuple[str, str], str]


def lay_out(
    segments: Iterable[Segment], living: Mapping[str, Set[str]], wanted: Mapping[str, Set[str]], dimension: int
) -> Layout:
    """Return where the `wanted` texts of each language are to lie; `living` are those of each segment until now."""
    kept: list[tuple[SegmentEntry, Set[str]]] = []
    placed: dict[str, set[str]] = defaultdict(set)
    for segment in segments:
        language = segment.entry.language
        here, entry = _tombstoned(
            segment,
            living.get(segment.entry.id, frozenset()),
            wanted.get(language, frozenset()) - placed[language],
            dimension,
        )
        if here and 3 * entry.dead_chunks <= entry.chunks:
            kept.append((entry, here))
            placed[language] |= here
    for language in wanted:
        if wanted[language] - placed[language]:
            for merged, here in _too_many([one for one in kept if one[0].language == language]):
                kept.remove((merged, here))
                placed[language] -= here
    new = {language: tuple(sorted(wanted[language] - placed[language])) for language in sorted(wanted)}
    homes = {(entry.language, sha256): entry.id for entry, here in kept for sha256 in here}
    return Layout(tuple(entry for entry, _ in kept), {key: texts for key, texts in new.items() if texts}, homes)


def _tombstoned(segment: Segment, living: Set[str], wanted: Set[str], dimension: int) -> tuple[Set[str], SegmentEntry]:
    """Return the texts of a segment that are wanted, and its entry with all others dead."""
    entry, dead = segment.entry, frozenset(segment.entry.tombstones)
    everything = living | dead
    if len(everything) != entry.documents:
        everything = frozenset(segment.hashes)
    here = everything & wanted
    gone = everything - here
    if gone == dead:
        return here, entry
    total = decode_sum(entry.vector_sum, dimension).copy()
    chunks, sentences = entry.dead_chunks, entry.dead_sentences
    for sha256 in gone ^ dead:
        sign = 1 if sha256 in gone else -1
        of_chunks, of_sentences = segment.vectors_of(sha256)
        total -= sign * sum_of(of_chunks)
        chunks += sign * len(of_chunks)
        sentences += sign * len(of_sentences)
    return here, replace(
        entry,
        tombstones=tuple(sorted(gone)),
        dead_chunks=chunks,
        dead_sentences=sentences,
        vector_sum=encode_sum(total),
    )


def _too_many(kept: Sequence[tuple[SegmentEntry, Set[str]]]) -> list[tuple[SegmentEntry, Set[str]]]:
    """Return the segments of a language that are to be merged with its new one."""
    if len(kept) < MOST:
        return []
    by_size = sorted(kept, key=lambda one: _size(one[0]))
    merged, total = by_size[:1], _size(by_size[0][0])
    for one in by_size[1:]:
        if _size(one[0]) > 2 * total:
            break
        merged.append(one)
        total += _size(one[0])
    return merged


def _size(entry: SegmentEntry) -> int:
    return entry.chunks - entry.dead_chunks
