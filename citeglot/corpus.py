"""The corpus folder: its articles as documents, and what was not read with the reason."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from citeglot.article_files import printable_name
from citeglot.decoding import UnreadableArticle, find_encoding
from citeglot.description import describe_article, remarks_on
from citeglot.extraction import Extractor
from citeglot.formats import Article
from citeglot.remembered import (
    NOTHING,
    Articles,
    CorpusFile,
    Known,
    KnownFile,
    Source,
    corpus_files,
    file_of,
    reading_rules,
)
from citeglot.types import Document
from citeglot.versions import is_version_of, newest

_OLDER = "Another article has the same address and is a newer version; this one was left out"
_NAMED = 5

Progress = Callable[[str, int, int], None]


def silent(step: str, done: int, total: int) -> None:
    """Show no progress."""


@dataclass(frozen=True, slots=True)
class Skipped:
    """A file or folder that was not read; `path` is under the corpus folder, with forward slashes."""

    path: str
    reason: str


@dataclass(frozen=True, slots=True)
class Corpus:
    """The documents of a folder by name, what was skipped, and sentences on what is odd about the others.

    `unchanged` names articles of known files, which were not read again. `sources` are those of articles that need
    not be read again while they stay as they are, by name; `rules` are those by which they were read.
    """

    documents: tuple[Document, ...]
    skipped: tuple[Skipped, ...]
    notices: tuple[str, ...] = ()
    unchanged: tuple[str, ...] = ()
    sources: Mapping[str, Source] = field(default_factory=dict)
    rules: str = ""

    def read(self, known: Known = NOTHING, progress: Progress = silent) -> "Corpus":
        """Return what was read already."""
        return self


@dataclass(frozen=True, slots=True)
class CorpusFolder:
    """A folder that is read when it is needed, as `read_corpus` says."""

    folder: Path
    encoding: str | None = None

    def read(self, known: Known = NOTHING, progress: Progress = silent) -> Corpus:
        """Return its articles."""
        return read_corpus(self.folder, None, self.encoding, progress, known)


def read_corpus(
    folder: Path,
    today: date | None = None,
    encoding: str | None = None,
    progress: Progress = silent,
    known: Known = NOTHING,
) -> Corpus:
    """Return every article under `folder`; none at all is an empty corpus, not an error.

    Hidden files, editors' backups and locks, `.tmp`, what Windows puts into folders, a README.md at the top and the
    folder of pictures that a browser saves with a page are passed over in silence; everything else that is not read
    is told. `encoding` is that of files that are not Unicode. Files that are `known` are not read again, unless another
    article has the address of one of theirs. `CorpusProblem` where the folder is missing or is none.
    """
    encodings = (find_encoding(encoding),) if encoding else ()
    rules = reading_rules(*encodings)
    files = list(corpus_files(folder))
    same = {file: was for file in files if (was := known.file(file.name, file.sha256, rules)) and not file.why}
    articles: dict[CorpusFile, Articles] = {}
    with Extractor() as extractor:
        for done, file in enumerate(files, start=1):
            if file not in same:
                articles[file] = file.read(extractor, *encodings)
            progress("reading", done, len(files))
        addresses = {_address(one) for found in articles.values() for one in found} - {""}
        for file in [file for file, was in same.items() if addresses & was.addresses]:
            articles[file] = file.read(extractor, *encodings)
    found = _Found(today or date.today())
    for file in files:
        if file in articles:
            found.add(file, articles[file])
        else:
            found.recall(same[file])
    return found.corpus(rules)


def _address(article: Article | UnreadableArticle) -> str:
    return article.metadata.get("url", "") if isinstance(article, Article) else ""


class _Found:
    """What was found so far, file after file."""

    def __init__(self, today: date) -> None:
        self._today = today
        self._documents: dict[str, Document] = {}
        self._unchanged: dict[str, None] = {}
        self._sources: dict[str, Source] = {}
        self._odd: set[str] = set()
        self._skipped: list[Skipped] = []
        self._remarks: dict[str, list[str]] = defaultdict(list)
        self._by_address: dict[str, str] = {}

    def add(self, file: CorpusFile, articles: Articles) -> None:
        """Take the articles of a file; of those with one key the last one counts, of two files the first."""
        read: dict[str, tuple[Document, Article]] = {}
        for one in articles:
            name = f"{file.name}#{printable_name(one.key)}" if one.key else file.name
            if isinstance(one, UnreadableArticle):
                self._skip(name, str(one))
                continue
            if name in read:
                self._skip(name, "A later article of the file has the same id or url; that one is read.")
            try:
                read[name] = describe_article(name, one, self._today), one
            except UnreadableArticle as problem:
                self._skip(name, str(problem))
        for name, (document, article) in read.items():
            if self._is_there(name):
                continue
            if self._is_newest(document, _address(article)):
                self._documents[name] = document
                self._sources[name] = Source(file.sha256, _address(article))
                for remark in remarks_on(document, article):
                    self._remark(remark, name)

    def recall(self, file: KnownFile) -> None:
        """Take the articles of a file that is as it was."""
        self._unchanged |= dict.fromkeys(name for name in file.names if not self._is_there(name))
        self._skipped += [Skipped(*one) for one in file.skipped]

    def _is_there(self, name: str) -> bool:
        if there := name in self._documents or name in self._unchanged:
            self._skip(name, "Another file has the same name but for its accents.")
        return there

    def _is_newest(self, document: Document, address: str) -> bool:
        """Say whether no newer version of an article is there; an older one that is there goes."""
        before = self._documents.get(self._by_address.get(address, ""))
        if not address or before is None:
            self._by_address[address] = document.name
            return True
        if before.text == document.text or not is_version_of(before.text, document.text):
            return True
        stays = newest(before, document)
        gone = document if stays is before else self._documents.pop(before.name)
        self._by_address[address] = stays.name
        self._remark(_OLDER, gone.name)
        return stays is document

    def _remark(self, remark: str, name: str) -> None:
        self._remarks[remark].append(name)
        self._odd.add(file_of(name))  # what is odd is said, and judged, each time anew

    def _skip(self, name: str, reason: str) -> None:
        self._skipped.append(Skipped(name, reason))

    def corpus(self, rules: str) -> Corpus:
        """Return all of it in the order of names."""
        return Corpus(
            documents=tuple(self._documents[name] for name in sorted(self._documents)),
            skipped=tuple(sorted(self._skipped, key=lambda one: one.path)),
            notices=tuple(self._notices()),
            unchanged=tuple(self._unchanged),
            sources={name: one for name, one in self._sources.items() if file_of(name) not in self._odd},
            rules=rules,
        )

    def _notices(self) -> Iterator[str]:
        for remark, names in self._remarks.items():
            more = f" and {len(names) - _NAMED} more" if len(names) > _NAMED else ""
            yield f"{remark}: {', '.join(names[:_NAMED])}{more}."
