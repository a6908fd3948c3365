"""The corpus folder: its articles as documents, and what was not read with the reason."""

import os
import stat
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import regex

from citeglot.decoding import UnreadableArticle, find_encoding
from citeglot.description import describe_article
from citeglot.errors import CorpusProblem
from citeglot.extraction import Extractor
from citeglot.formats import Article
from citeglot.reading import SUFFIXES, read_articles
from citeglot.types import Document

_PASSED_OVER = regex.compile(r"\..*|.*~|.*\.tmp|.*\.sw[op]|#.*#", regex.S)


@dataclass(frozen=True, slots=True)
class Skipped:
    """A file or folder that was not read; `path` is under the corpus folder, with forward slashes."""

    path: str
    reason: str


@dataclass(frozen=True, slots=True)
class Corpus:
    """The documents of a folder by name, and what was skipped."""

    documents: tuple[Document, ...]
    skipped: tuple[Skipped, ...]


def read_corpus(folder: Path, today: date | None = None, encoding: str | None = None) -> Corpus:
    """Return every article under `folder`; none at all is an empty corpus, not an error.

    Hidden files, editors' backups, `.tmp`, a README.md at the top and the folder of pictures that a browser saves
    with a page are passed over in silence; everything else that is not read is told. `encoding` is that of files
    that are not Unicode. `CorpusProblem` where the folder is missing or is no folder.
    """
    if not folder.is_dir():
        what = "is not a folder" if folder.exists() else "does not exist"
        raise CorpusProblem(
            f"The corpus folder {folder} {what}. Expected is a folder of articles, such as .txt, .md or .html files. "
            "Create it and put articles there, or name another with --corpus."
        )
    encodings = (find_encoding(encoding),) if encoding else ()
    documents: dict[str, Document] = {}
    skipped: list[Skipped] = []
    with Extractor() as extractor:
        for path, reason in _walk(folder, folder.resolve()):
            name = _printable_name(path.relative_to(folder).as_posix())
            found = [UnreadableArticle(reason)] if reason else read_articles(path, extractor, *encodings)
            read, problems = _documents(name, found, today or date.today())
            skipped += problems
            for document in read:
                if document.name in documents:
                    skipped.append(Skipped(document.name, "Another file has the same name but for its accents."))
                else:
                    documents[document.name] = document
    return Corpus(
        tuple(documents[name] for name in sorted(documents)), tuple(sorted(skipped, key=lambda one: one.path))
    )


def _documents(
    file: str, articles: Iterable[Article | UnreadableArticle], today: date
) -> tuple[list[Document], list[Skipped]]:
    """Return the documents of a file, and what of it was not read; of articles with one key the last one counts."""
    documents: dict[str, Document] = {}
    skipped: list[Skipped] = []
    for one in articles:
        name = f"{file}#{_printable_name(one.key)}" if one.key else file
        if isinstance(one, UnreadableArticle):
            skipped.append(Skipped(name, str(one)))
            continue
        if name in documents:
            skipped.append(Skipped(name, "A later article of the file has the same id or url; that one is read."))
        try:
            documents[name] = describe_article(name, one, today)
        except UnreadableArticle as problem:
            skipped.append(Skipped(name, str(problem)))
    return list(documents.values()), skipped


def _walk(folder: Path, root: Path) -> Iterator[tuple[Path, str]]:
    """Yield files with the reason not to read them, or ""; links to folders are not followed, so nothing loops."""
    at_top = folder.resolve() == root
    try:
        with os.scandir(folder) as found:
            entries = sorted(found, key=lambda entry: entry.name)
    except OSError as problem:
        if at_top:
            raise CorpusProblem(
                f"The corpus folder {folder} cannot be opened: {problem.strerror}. Give yourself the right to read it."
            ) from None
        yield folder, f"The folder cannot be opened: {problem.strerror}."
        return
    names = {entry.name for entry in entries}
    for entry in entries:
        if _PASSED_OVER.fullmatch(entry.name) or (at_top and entry.name.lower() == "readme.md"):
            continue
        if entry.name.endswith("_files") and names & {f"{entry.name[:-6]}.html", f"{entry.name[:-6]}.htm"}:
            continue
        if entry.is_dir(follow_symlinks=False):
            yield from _walk(Path(entry.path), root)
        else:
            yield Path(entry.path), _reason_against(entry, root)


def _reason_against(entry: "os.DirEntry[str]", root: Path) -> str:
    """Say why something that is no folder cannot be an article, or ""; nothing is opened for it."""
    path = Path(entry.path)
    if entry.is_symlink():
        try:
            target = path.resolve(strict=True)
        except (OSError, RuntimeError):  # RuntimeError: a loop, before Python 3.13
            return "It is a link that leads nowhere or to itself."
        if not target.is_relative_to(root):
            return "It is a link that leads out of the corpus folder; put the file itself there."
        if target.is_dir():
            return "It is a link to a folder; put the folder itself there."
    try:
        mode = entry.stat().st_mode
    except OSError as problem:
        return f"It cannot be opened: {problem.strerror}."
    if not stat.S_ISREG(mode):
        return "It is not a file: a pipe, a socket or a device."
    if path.suffix.lower() not in SUFFIXES:
        return f"Its name does not end in {', '.join(SUFFIXES[:-1])} or {SUFFIXES[-1]}."
    return ""


def _printable_name(name: str) -> str:
    """Return a name in NFC; bytes that are not UTF-8 and control characters are shown as escapes."""

    def escape(sign: "regex.Match[str]") -> str:
        code = ord(sign[0])
        return f"\\x{code - 0xDC00 if 0xDC80 <= code <= 0xDCFF else code:02x}"

    return unicodedata.normalize("NFC", regex.sub(r"[\p{Cs}\p{Cc}]", escape, name))
