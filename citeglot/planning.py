"""What an ingest would do: the corpus compared with the index by content, never by time."""

from collections import defaultdict
from dataclasses import dataclass, field

from citeglot.balance import balance_version
from citeglot.corpus import Corpus, Skipped
from citeglot.errors import IndexDamaged
from citeglot.generation import Generation
from citeglot.lexical import analyser_version
from citeglot.manifest import Chunking
from citeglot.reuse import StoredSegment
from citeglot.segment_content import text_hash
from citeglot.types import Document


@dataclass(frozen=True, slots=True)
class Plan:
    """What is to be done: `documents` are all that the new generation will hold, `reasons` why it is made
    although no article may have changed, `kept` the unreadable articles whose earlier text stays.
    """

    documents: tuple[Document, ...]
    previous: Generation | None
    added: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    renamed: tuple[tuple[str, str], ...] = ()
    removed: tuple[str, ...] = ()
    unchanged: int = 0
    skipped: tuple[Skipped, ...] = ()
    kept: tuple[str, ...] = ()
    reasons: tuple[str, ...] = ()
    stored: dict[str, StoredSegment] = field(default_factory=dict)

    @property
    def is_needed(self) -> bool:
        """Whether there is anything to do."""
        return bool(self.added or self.changed or self.renamed or self.removed or self.reasons)

    @property
    def needs_consent(self) -> bool:
        """Whether more than half of the articles would go, which is more often an accident than a wish."""
        return self.previous is not None and 2 * len(self.removed) > len(self.previous.documents)


def plan_ingest(
    corpus: Corpus, previous: Generation | None, stored: dict[str, StoredSegment], chunking: Chunking, same_model: bool
) -> Plan:
    """Compare a corpus with a generation; `stored` are the sound segments, `same_model` whether its vectors serve."""
    kept = _kept(corpus, previous)
    documents = tuple(sorted((*corpus.documents, *kept), key=lambda one: one.name))
    names = tuple(one.name for one in kept)
    if previous is None:
        return Plan(documents, None, tuple(one.name for one in documents), skipped=corpus.skipped, stored=stored)
    old, new = previous.documents, {one.name: one for one in documents}
    renamed = _renamed(previous, new)
    left, arrived = {before for before, _ in renamed}, {after for _, after in renamed}
    changed = tuple(name for name in new if name in old and _facts(previous, name) != _known(new[name]))
    return Plan(
        documents=documents,
        previous=previous,
        added=tuple(name for name in new if name not in old and name not in arrived),
        changed=changed,
        renamed=renamed,
        removed=tuple(name for name in old if name not in new and name not in left),
        unchanged=len(new.keys() & old.keys()) - len(changed),
        skipped=corpus.skipped,
        kept=names,
        reasons=_reasons(previous, stored, chunking, same_model),
        stored=stored,
    )


def _kept(corpus: Corpus, previous: Generation | None) -> list[Document]:
    """Return the earlier text of articles that are there but could not be read: nothing is lost by a bad save."""
    if previous is None:
        return []
    unread = {one.path for one in corpus.skipped}
    read = {one.name for one in corpus.documents}
    kept = []
    for name in previous.documents:
        # a file of several articles names them file.jsonl#id
        if name not in read and (name in unread or name.partition("#")[0] in unread):
            try:
                kept.append(previous.document(name))
            except IndexDamaged:
                continue
    return kept


def _known(document: Document) -> tuple[object, ...]:
    return text_hash(document.text), document.language, document.title, document.date


def _facts(previous: Generation, name: str) -> tuple[object, ...]:
    entry = previous.documents[name]
    return entry.sha256, entry.language, entry.title, entry.date


def _renamed(previous: Generation, new: dict[str, Document]) -> tuple[tuple[str, str], ...]:
    gone: dict[str, list[str]] = defaultdict(list)
    for name, entry in previous.documents.items():
        if name not in new:
            gone[entry.sha256].append(name)
    pairs = []
    for name, document in new.items():
        if name not in previous.documents and (names := gone.get(text_hash(document.text))):
            pairs.append((names.pop(0), name))
    return tuple(pairs)


def _reasons(
    previous: Generation, stored: dict[str, StoredSegment], chunking: Chunking, same_model: bool
) -> tuple[str, ...]:
    reasons = [*previous.warnings]
    if not previous.segments.keys() <= stored.keys():
        reasons.append("The index is damaged; what is damaged is made again.")
    if not same_model:
        reasons.append(f"The index was built with another embedding model ({previous.manifest.embedding.name}).")
    if previous.manifest.balance != balance_version():
        reasons.append("The index has other means of the languages than this version of citeglot.")
    if previous.manifest.chunking != chunking:
        reasons.append("The index was cut into chunks by other rules.")
    if previous.manifest.analyser != analyser_version():
        reasons.append("The index was cut into words by other rules.")
    return tuple(reasons)
