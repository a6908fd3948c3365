"""Which articles are copies of others: the same text, or nearly, in the same language, as papers print wire reports.

The earliest article by date, then name, that is no copy itself is the original; another is its copy where each holds
most of the other. So what counts as a copy depends on the articles alone, not on the order in which they came.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import lru_cache

import numpy as np

from citeglot.documents import DocumentEntry, Rank
from citeglot.sketches import Shingles, Sketches, are_copies, look_alike, shingles_of

Text = tuple[str, str]  # its language and its hash


class CopyFinder:
    """Finds copies; `sketches` returns the texts of a language and a row of numbers for each, `text` a text."""

    def __init__(
        self,
        sketches: Callable[[str], tuple[Sequence[str], Sketches]],
        text: Callable[[Text], str],
    ) -> None:
        self._sketches = sketches

        @lru_cache(maxsize=4096)
        def shingles(key: Text) -> Shingles:
            return shingles_of(text(key))

        self._shingles = shingles

    def originals(self, now: Iterable[DocumentEntry], before: Mapping[str, DocumentEntry]) -> dict[str, str]:
        """Return by name the article that each one is a copy of, "" for none; `before` holds what was found earlier.

        Only articles that came, went or changed, and those like them, are compared again; languages in which there
        are none of these are left out.
        """
        entries = {entry.name: entry for entry in now}
        touched = {entry.language for name, entry in entries.items() if before.get(name) is not entry}
        touched |= {entry.language for name, entry in before.items() if entries.get(name) is not entry}
        those = [entry for entry in entries.values() if entry.language in touched]
        earlier = [entry for entry in before.values() if entry.language in touched]
        ranks, old_ranks, found = _ranks(those), _ranks(earlier), _by_text(earlier)
        changed = {key for key, rank in ranks.items() if old_ranks.get(key) != rank}
        unsettled = changed | (old_ranks.keys() - ranks.keys())
        loose = {key for key, original in found.items() if key in ranks and original in unsettled}
        found = {key: original for key, original in found.items() if key in ranks}
        for language in touched:
            if seeds := {sha256 for other, sha256 in changed | loose if other == language}:
                found |= self._of_language(language, seeds, ranks)
        names = {entry.name: ranks[found[entry.language, entry.sha256]][2] for entry in those}
        return {name: original if original != name else "" for name, original in names.items()}

    def _of_language(self, language: str, seeds: set[str], ranks: Mapping[Text, Rank]) -> dict[Text, Text]:
        """Return the original of each of the texts, and of those that are like them, like those, and so on."""
        hashes, sketches = self._sketches(language)
        places = {sha256: place for place, sha256 in enumerate(hashes)}
        group, open_ = set(seeds), list(seeds) if len(seeds) < len(hashes) else []
        while open_:
            alike = look_alike(sketches, sketches[places[open_.pop()]])
            new = {hashes[place] for place in np.flatnonzero(alike).tolist()} - group
            group |= new
            open_ += new
        found: dict[Text, Text] = {}
        originals = np.zeros(len(hashes), dtype=bool)
        for key in sorted(((language, sha256) for sha256 in group), key=lambda key: ranks[key]):
            place = places[key[1]]
            known = np.flatnonzero(originals)
            near = known[look_alike(sketches[known], sketches[place])].tolist()
            candidates = sorted(((language, hashes[other]) for other in near), key=lambda other: ranks[other])
            found[key] = next((one for one in candidates if self._are_copies(one, key)), key)
            originals[place] = found[key] == key
        return found

    def _are_copies(self, one: Text, other: Text) -> bool:
        return are_copies(self._shingles(one), self._shingles(other))


def _ranks(entries: Iterable[DocumentEntry]) -> dict[Text, Rank]:
    """Return for each text the rank of the earliest article that says it."""
    ranks: dict[Text, Rank] = {}
    for entry in entries:
        key, rank = (entry.language, entry.sha256), entry.rank
        if key not in ranks or rank < ranks[key]:
            ranks[key] = rank
    return ranks


def _by_text(entries: Sequence[DocumentEntry]) -> dict[Text, Text]:
    """Return the original of each text as the entries have it."""
    by_name = {entry.name: (entry.language, entry.sha256) for entry in entries}
    return {(one.language, one.sha256): by_name.get(one.duplicate_of) or by_name[one.name] for one in entries}
