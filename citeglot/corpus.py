"""The corpus folder: its articles as documents, and what was not read with the reason."""

import os
import stat
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import regex

from citeglot.dates import dates_in
from citeglot.errors import CorpusProblem, WrongUse
from citeglot.formats import SUFFIXES, Article, UnreadableArticle, read_article
from citeglot.language import INTERFACE_LANGUAGES, detect_language, normalise_code
from citeglot.sentences import is_heading, split_sentences
from citeglot.types import Document

_LIKELY = (*INTERFACE_LANGUAGES, "zh")
_TITLE_LENGTH = 80
_HEAD_LINES = 8
_LETTERS_BESIDE_A_DATE = 20  # a place, a weekday, "updated"
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


def read_corpus(folder: Path, today: date | None = None) -> Corpus:
    """Return every article under `folder`; none at all is an empty corpus, not an error.

    Hidden files, editors' backups, `.tmp` and a README.md at the top are passed over in silence; everything
    else that is not read is told. `CorpusProblem` where the folder is missing or is no folder.
    """
    if not folder.is_dir():
        what = "is not a folder" if folder.exists() else "does not exist"
        raise CorpusProblem(
            f"The corpus folder {folder} {what}. Expected is a folder of .txt or .md articles. "
            "Create it and put articles there, or name another with --corpus."
        )
    documents: dict[str, Document] = {}
    skipped: list[Skipped] = []
    for path, reason in _walk(folder, folder.resolve()):
        name = _printable_name(path.relative_to(folder).as_posix())
        try:
            if reason or name in documents:
                raise UnreadableArticle(reason or "Another file has the same name but for the spelling of its accents.")
            documents[name] = _document(name, read_article(path), today or date.today())
        except UnreadableArticle as problem:
            skipped.append(Skipped(name, str(problem)))
    return Corpus(
        tuple(documents[name] for name in sorted(documents)), tuple(sorted(skipped, key=lambda one: one.path))
    )


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
    for entry in entries:
        if _PASSED_OVER.fullmatch(entry.name) or (at_top and entry.name.lower() == "readme.md"):
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


def _document(name: str, article: Article, today: date) -> Document:
    stated = article.metadata.get("language") or article.metadata.get("lang")
    try:
        language = normalise_code(stated) if stated else detect_language(article.text, _LIKELY)
    except WrongUse as problem:
        raise UnreadableArticle(f"Its front matter states a language that is not known: {problem}") from None
    return Document(
        name=name,
        title=_title(article, language),
        language=language,
        date=_date(article, language, today),
        text=article.text,
    )


def _title(article: Article, language: str) -> str:
    """Return the stated title, else a heading at the top, else the beginning of the first sentence."""
    if stated := article.metadata.get("title", "").strip():
        return shorten(stated)
    lines = [line.strip() for line in article.text.splitlines() if line.strip()]
    first = next((line for line in lines if regex.search(r"[\p{L}\p{N}]", line)), lines[0])
    if found := regex.fullmatch(r"#{1,6}\s+(?<title>.*?)\s*#*", first):
        first = found["title"] or first
    if is_heading(first):
        return " ".join(first.split())
    return shorten(split_sentences(first, language)[0].of(first))


def shorten(text: str, length: int = _TITLE_LENGTH) -> str:
    """Return at most `length` visible characters, cut between words where there are any, with "…" where cut."""
    clusters = regex.findall(r"\X", " ".join(text.split()))
    if len(clusters) <= length:
        return "".join(clusters)
    kept = clusters[: length - 1]
    spaces = [place for place, cluster in enumerate(kept) if cluster == " " and place > length // 2]
    if clusters[length - 1] != " " and spaces:
        kept = kept[: spaces[-1]]
    return "".join(kept).rstrip(" ,;:–—-、，") + "…"


def _date(article: Article, language: str, today: date) -> date | None:
    """Return the date the article states of itself: in its front matter, or in a dateline above the first sentence."""
    if stated := article.metadata.get("date"):
        return _first_date(stated, language, today)[0]
    lines = [line.strip() for line in article.text.splitlines() if line.strip()][:_HEAD_LINES]
    for place, line in enumerate(lines):
        if not is_heading(line):
            return None
        stated_date, beside = _first_date(line, language, today)
        if stated_date and beside <= (_LETTERS_BESIDE_A_DATE if place else 0):
            return stated_date
    return None


def _first_date(text: str, language: str, today: date) -> tuple[date | None, int]:
    """Return the first whole and plausible date of a text, and how many letters stand beside it."""
    for found in dates_in(text, language):
        if found.year and found.month and found.day and 1900 <= found.year <= today.year + 1:
            try:
                stated = date(found.year, found.month, found.day)
            except ValueError:  # the 31st of February
                continue
            return stated, len(regex.findall(r"\p{L}", text[: found.span.start] + text[found.span.end :]))
    return None, 0
