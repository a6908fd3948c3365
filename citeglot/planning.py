"""What an ingest would do: the corpus compared with the index by content, never by time."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from citeglot.balance import balance_version
from citeglot.corpus import Corpus, Skipped
from citeglot.documents import DocumentEntry
from citeglot.generation import Generation
from citeglot.manifest import Chunking
from citeglot.remembered import Known, KnownFile, Source, file_of
from citeglot.reuse import StoredSegment
from citeglot.segment_content import content_version, text_hash
from citeglot.types import Document


@dataclass(frozen=True, slots=True)
class Plan:
    """What is to be done: `entries` are all articles that the new generation will hold, `reasons` why it is made
    although no article may have changed, `kept` the unreadable articles whose earlier text stays.

    The segments of new entries are not settled yet, nor which are copies. `texts` are those that were read, by hash,
    and `rules` those by which; `notices` are sentences on the corpus. Where `anew` no segment can stay as it is, and
    where the index is `damaged` some cannot.
    """

    entries: tuple[DocumentEntry, ...]
    previous: Generation | None
    texts: Mapping[str, str]
    rules: str = ""
    notices: tuple[str, ...] = ()
    added: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    renamed: tuple[tuple[str, str], ...] = ()
    removed: tuple[str, ...] = ()
    unchanged: int = 0
    skipped: tuple[Skipped, ...] = ()
    kept: tuple[str, ...] = ()
    reasons: tuple[str, ...] = ()
    stored: Mapping[str, StoredSegment] = field(default_factory=dict)
    anew: bool = False
    damaged: bool = False

    @property
    def is_needed(self) -> bool:
        """Whether there is anything to do."""
        return bool(self.added or self.changed or self.renamed or self.removed or self.reasons)

    @property
    def needs_consent(self) -> bool:
        """Whether more than half of the articles would go, which is more often an accident than a wish."""
        return self.previous is not None and 2 * len(self.removed) > len(self.previous.documents)


def known_files(previous: Generation) -> Known:
    """Return what a generation knows of the files it was made from."""
    entries: dict[str, list[DocumentEntry]] = {}
    for entry in previous.documents.values():
        entries.setdefault(file_of(entry.name), []).append(entry)
    problems: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for one in previous.manifest.summary.get("skipped", ()):
        problems[file_of(one["path"])].append((one["path"], one["reason"]))
    files = {}
    for file, found in entries.items():
        if len({entry.source for entry in found}) == 1:
            addresses = frozenset([entry.address for entry in found if entry.address])
            names = tuple([entry.name for entry in found])
            files[file] = KnownFile(found[0].source, names, addresses, tuple(problems.get(file, ())))
    return Known(previous.manifest.reading, files)


def plan_ingest(
    corpus: Corpus,
    previous: Generation | None,
    stored: Mapping[str, StoredSegment],
    chunking: Chunking,
    same_model: bool,
) -> Plan:
    """Compare a corpus with a generation; `stored` are the segments there are, `same_model` if its vectors serve."""
    read = {one.name: _read(one, corpus.sources.get(one.name, Source())) for one in corpus.documents}
    common = Plan((), previous, {read[one.name].sha256: one.text for one in corpus.documents}, corpus.rules)
    common = replace(common, notices=corpus.notices, skipped=corpus.skipped, stored=stored)
    if previous is None:
        return replace(common, entries=tuple(read[name] for name in sorted(read)), added=tuple(sorted(read)))
    old, kept = previous.documents, _kept(corpus, previous, stored)
    stays = {name: old[name] for name in (*corpus.unchanged, *kept)}
    new = {name: _entry(one, old.get(name)) for name, one in sorted((read | stays).items())}
    renamed = _renamed(previous, new)
    left, arrived = {before for before, _ in renamed}, {after for _, after in renamed}
    changed = tuple(name for name, one in new.items() if name in old and not _is_same(one, old[name]))
    damaged = bool(previous.warnings) or not previous.segments.keys() <= stored.keys()
    return replace(
        common,
        entries=tuple(new.values()),
        added=tuple(name for name in new if name not in old and name not in arrived),
        changed=changed,
        renamed=renamed,
        removed=tuple(name for name in old if name not in new and name not in left),
        unchanged=len(new.keys() & old.keys()) - len(changed),
        kept=kept,
        reasons=_reasons(previous, stored, chunking, same_model),
        anew=not same_model
        or previous.manifest.chunking != chunking
        or previous.manifest.analyser != content_version(),
        damaged=damaged,
    )


def _read(document: Document, source: Source) -> DocumentEntry:
    sha256 = text_hash(document.text)
    of_document = document.name, document.title, document.language, document.date
    return DocumentEntry(*of_document, sha256, "", source.sha256, source.address)


def _kept(corpus: Corpus, previous: Generation, stored: Mapping[str, StoredSegment]) -> tuple[str, ...]:
    """Return the articles that are there but could not be read: nothing of their earlier text is lost by a bad save."""
    unread = {one.path for one in corpus.skipped}
    read = {*corpus.unchanged, *(one.name for one in corpus.documents)}
    return tuple(
        name
        for name, entry in previous.documents.items()
        # a file of several articles names them file.jsonl#id
        if name not in read and (name in unread or file_of(name) in unread) and entry.segment in stored
    )


def _entry(new: DocumentEntry, old: DocumentEntry | None) -> DocumentEntry:
    """Return the earlier entry of an article of which only the file may have changed, else the new one."""
    if old is None or not _is_same(new, old):
        return new
    same = (new.source, new.address) == (old.source, old.address)
    return old if same else replace(old, source=new.source, address=new.address)


def _is_same(one: DocumentEntry, other: DocumentEntry) -> bool:
    return one is other or _facts(one) == _facts(other)


def _facts(entry: DocumentEntry) -> tuple[object, ...]:
    return entry.sha256, entry.language, entry.title, entry.date


def _renamed(previous: Generation, new: Mapping[str, DocumentEntry]) -> tuple[tuple[str, str], ...]:
    gone: dict[str, list[str]] = defaultdict(list)
    for name, entry in previous.documents.items():
        if name not in new:
            gone[entry.sha256].append(name)
    pairs = []
    for name, entry in new.items():
        if name not in previous.documents and (names := gone.get(entry.sha256)):
            pairs.append((names.pop(0), name))
    return tuple(pairs)


def _reasons(
    previous: Generation, stored: Mapping[str, StoredSegment], chunking: Chunking, same_model: bool
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
    if previous.manifest.analyser != content_version():
        reasons.append("The index was cut into words by other rules.")
    return tuple(reasons)
