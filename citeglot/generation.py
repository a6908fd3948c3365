"""One generation of the index, opened: its articles, and exact search over its segments."""

from collections.abc import Mapping
from difflib import get_close_matches
from functools import cached_property
from pathlib import Path
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from citeglot.documents import DocumentEntry, fulfils, read_documents, same_form
from citeglot.errors import IndexDamaged, IndexMismatch, WrongUse
from citeglot.hits import chunk_of, hit_of
from citeglot.manifest import Manifest, read_manifest
from citeglot.parts import LOCAL, Part, SearchEngine
from citeglot.pool import Pooled, Query, pool_language
from citeglot.protocols import EmbeddingIdentity, comparable
from citeglot.segments import Segment
from citeglot.storage import damaged
from citeglot.types import Chunk, Document, Filters, Hit, Matrix, Vector

EVERYTHING = Filters()


class Generation:
    """A generation that stays readable while newer ones are made; `warnings` say what a person should know.

    `engine` is what searches it.
    """

    def __init__(self, home: Path, manifest: Manifest, warnings: tuple[str, ...] = ()) -> None:
        """Open the documents in `home` and the segments beside it; IndexDamaged when a file does not fit."""
        self.folder = folder = home.parent
        self.manifest = manifest
        self.warnings = warnings
        self.engine: SearchEngine = LOCAL
        dimension = manifest.embedding.dimension
        self.segments = {entry.id: Segment(folder / "segments", entry, dimension) for entry in manifest.segments}
        self.documents: Mapping[str, DocumentEntry] = MappingProxyType(read_documents(home, manifest))

    @cached_property
    def _everything(self) -> tuple[Part, ...]:
        return self._parts(EVERYTHING)

    @property
    def number(self) -> int:
        """The number of this generation."""
        return self.manifest.generation

    @property
    def languages(self) -> tuple[str, ...]:
        """The languages that there are articles in."""
        return tuple(sorted({entry.language for entry in self.documents.values()}))

    def document(self, name: str) -> Document:
        """Return an article with its text; WrongUse lists names like `name` when there is none."""
        entry = self._entry(name)
        text = self.segments[entry.segment].text(entry.sha256)
        return Document(entry.name, entry.title, entry.language, entry.date, text)

    def _entry(self, name: str) -> DocumentEntry:
        entry = self.documents.get(name)
        if entry is None:
            wanted = same_form(name)
            entry = next((one for one in self.documents.values() if same_form(one.name) == wanted), None)
        if entry is None:
            near = get_close_matches(name, self.documents, n=3, cutoff=0.4) or list(self.documents)[:3]
            listed = ", ".join(near) or "no article at all"
            raise WrongUse(f"The index has no article {name!r}. Nearest names: {listed}")
        return entry

    def chunks(self, name: str) -> tuple[Chunk, ...]:
        """Return all chunks of an article, in order."""
        entry = self._entry(name)
        segment = self.segments[entry.segment]
        return tuple(chunk_of(segment, row, entry) for row in segment.rows(entry.sha256))

    def check_embedder(self, identity: EmbeddingIdentity) -> None:
        """Raise IndexMismatch unless this embedder's vectors may be compared with those of the index."""
        if not comparable(identity, self.manifest.embedding):
            raise IndexMismatch(
                f"The index in {self.folder} was built with the embedding model {_describe(self.manifest.embedding)}; "
                f"the one in use is {_describe(identity)}. Vectors of different models cannot be compared. "
                "Build the index again with: python ingest.py"
            )

    def offset(self, language: str) -> Vector:
        """Return the vector that is subtracted for a language at question time; zeros where there is none."""
        values = self.manifest.offsets.get(language)
        return np.array(values or np.zeros(self.manifest.embedding.dimension), dtype=np.float32)

    def pool(self, query: Query, depth: int, filters: Filters = EVERYTHING) -> list[Pooled]:
        """Return what a search may choose from: in each language the `depth` best by meaning and by words."""
        parts: dict[str, list[Part]] = {}
        for part in self._everything if filters == EVERYTHING else self._parts(filters):
            parts.setdefault(part.segment.entry.language, []).append(part)
        biases = {language: float(query.vector @ self.offset(language)) for language in parts}
        return [
            one
            for language in parts
            for one in pool_language(query, parts[language], biases[language], depth, self.engine)
        ]

    def hit(self, one: Pooled, score: float) -> Hit:
        """Return what was pooled as a hit with this score."""
        return hit_of(one, score, self.manifest.embedding)

    def _parts(self, filters: Filters) -> tuple[Part, ...]:
        """Return what the filters let through: of articles that are copies of each other the earliest one."""
        chosen: dict[str, dict[str, DocumentEntry]] = {}
        shown: set[str] = set()
        for entry in sorted(self.documents.values(), key=lambda entry: entry.rank):
            original = entry.duplicate_of or entry.name
            if original not in shown and fulfils(entry, filters):
                shown.add(original)
                chosen.setdefault(entry.segment, {})[entry.sha256] = entry
        languages = {self.segments[name].entry.language for name in chosen}
        # every segment of a language counts for how rare its words are
        counted = [(one, chosen.get(key, {})) for key, one in self.segments.items() if one.entry.language in languages]
        return tuple(Part(segment, entries, _allowed(segment, entries)) for segment, entries in counted)

    def also_in(self, name: str) -> tuple[str, ...]:
        """Return the other articles that say the same as this one, in the same words or nearly, the earliest first."""
        entry = self._entry(name)
        original = entry.duplicate_of or entry.name
        return tuple(other for other in self._copies.get(original, ()) if other != entry.name)

    @cached_property
    def _copies(self) -> Mapping[str, tuple[str, ...]]:
        """The names of the articles that say the same, the original first, by that of their original."""
        groups: dict[str, list[str]] = {}
        for entry in sorted(self.documents.values(), key=lambda entry: entry.rank):
            if entry.duplicate_of:
                groups.setdefault(entry.duplicate_of, [entry.duplicate_of]).append(entry.name)
        return {name: tuple(names) for name, names in groups.items()}

    def sentence_vectors(self, chunk: Chunk) -> Matrix:
        """Return the float32 vectors of the sentences of a chunk, one row for each."""
        return Segment.sentence_vectors_of(*self._place(chunk))

    def vector(self, chunk: Chunk) -> Vector:
        """Return the float32 vector of a chunk."""
        return Segment.vector(*self._place(chunk))

    def _place(self, chunk: Chunk) -> tuple[Segment, int]:
        entry = self._entry(chunk.document)
        segment = self.segments[entry.segment]
        for row in segment.rows(entry.sha256):
            if segment.start(row) == chunk.start:
                return segment, row
        raise WrongUse(f"The article {chunk.document!r} has no chunk that starts at {chunk.start} in this index.")

    def verify(self) -> tuple[str, ...]:
        """Check every block and every span; return what is wrong, in sentences."""
        problems = []
        for segment in self.segments.values():
            try:
                segment.verify()
                lost = self.without_text(segment)
                problems += [f"The text of {name} is not in segment {segment.entry.id}." for name in lost]
            except IndexDamaged as error:
                problems.append(str(error))
        return tuple(problems)

    def without_text(self, segment: Segment) -> list[str]:
        """Return the names of the articles whose text should be in this segment and is not."""
        here = (entry for entry in self.documents.values() if entry.segment == segment.entry.id)
        return [entry.name for entry in here if entry.sha256 not in segment]


def generation_name(number: int) -> str:
    """Return the name of the folder of a generation."""
    return f"gen-{number:06d}"


def open_generation(folder: Path, number: int, warnings: tuple[str, ...] = ()) -> Generation:
    """Open one generation of an index folder; IndexDamaged or IndexMismatch when that cannot be."""
    home = folder / generation_name(number)
    manifest = read_manifest(home / "manifest.json")
    if manifest.generation != number:
        raise damaged(home / "manifest.json", f"is of generation {manifest.generation}")
    return Generation(home, manifest, warnings)


def _allowed(segment: Segment, entries: Mapping[str, DocumentEntry]) -> NDArray[np.bool_] | None:
    hashes = entries.keys() - set(segment.entry.tombstones)
    return None if len(hashes) == segment.entry.documents else segment.mask_of(hashes)


def _describe(identity: EmbeddingIdentity) -> str:
    return (
        f"{identity.name} (weights {identity.weights_sha256[:12]}, {identity.backend}, {identity.number_type}, "
        f"{identity.dimension} dimensions)"
    )
