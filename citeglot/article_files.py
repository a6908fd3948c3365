"""The files of a corpus folder: which are to be read, and why the others are not."""

import os
import stat
import unicodedata
from collections.abc import Iterator
from pathlib import Path

import regex

from citeglot.errors import CorpusProblem
from citeglot.reading import SUFFIXES

_PASSED_OVER = regex.compile(r"\..*|.*~|~\$.*|.*\.tmp|.*\.sw[op]|#.*#|thumbs\.db|desktop\.ini", regex.S | regex.I)
_NOT_PRINTED = regex.compile(
    r"[\p{Cs}\p{Cc}\p{Zl}\p{Zp}]|[\u200B\u202A-\u202E\u2060-\u2064\u2066-\u2069\uFEFF\U000E0000-\U000E007F]"
)


def article_files(folder: Path) -> Iterator[tuple[str, str, str]]:
    """Yield path and name under `folder` of its files, with the reason not to read them, or "".

    Links to folders are not followed, so nothing loops. `CorpusProblem` where the folder is missing or is no folder.
    """
    try:
        there = folder.stat()
    except FileNotFoundError:
        raise _no_corpus(folder, "does not exist") from None
    except (OSError, ValueError) as problem:  # ValueError: a NUL character
        raise _no_corpus(folder, f"cannot be opened: {getattr(problem, 'strerror', None) or problem}") from None
    if not stat.S_ISDIR(there.st_mode):
        raise _no_corpus(folder, "is not a folder")
    yield from _walk(str(folder), "", folder.resolve())


def printable_name(name: str) -> str:
    """Return a name in NFC; bytes that are not UTF-8, controls and what hides or turns text are shown as escapes."""
    return unicodedata.normalize("NFC", _NOT_PRINTED.sub(_escape, name))


def _escape(sign: "regex.Match[str]") -> str:
    code = ord(sign[0])
    if 0xDC80 <= code <= 0xDCFF:  # how Python holds a byte of a name that is no UTF-8
        code -= 0xDC00
    if code > 0xFFFF:
        return f"\\U{code:08x}"
    return f"\\u{code:04x}" if code > 0xFF else f"\\x{code:02x}"


def _no_corpus(folder: Path, what: str) -> CorpusProblem:
    return CorpusProblem(
        f"The corpus folder {folder} {what}. Expected is a folder of articles, such as .txt, .md or .html files, that "
        "you may read. Create it and put articles there, or name another with --corpus."
    )


def _walk(folder: str, name: str, root: Path) -> Iterator[tuple[str, str, str]]:
    at_top = not name
    try:
        with os.scandir(folder) as found:
            entries = sorted(found, key=lambda entry: entry.name)
    except OSError as problem:
        if at_top:
            raise _no_corpus(Path(folder), f"cannot be opened: {problem.strerror}") from None
        yield folder, name[:-1], f"The folder cannot be opened: {problem.strerror}."
        return
    names = {entry.name for entry in entries}
    for entry in entries:
        if _PASSED_OVER.fullmatch(entry.name) or (at_top and entry.name.lower() == "readme.md"):
            continue
        if entry.name.endswith("_files") and names & {f"{entry.name[:-6]}.html", f"{entry.name[:-6]}.htm"}:
            continue
        if entry.is_dir(follow_symlinks=False):
            yield from _walk(entry.path, f"{name}{entry.name}/", root)
        else:
            yield entry.path, f"{name}{entry.name}", _reason_against(entry, root)


def _reason_against(entry: "os.DirEntry[str]", root: Path) -> str:
    """Say why something that is no folder cannot be an article, or ""; nothing is opened for it."""
    try:
        if entry.is_symlink() and (reason := _reason_against_link(Path(entry.path), root)):
            return reason
        is_file = entry.is_file()
    except OSError as problem:
        return f"It cannot be opened: {problem.strerror}."
    if not is_file:
        return "It is not a file: a pipe, a socket or a device."
    if os.path.splitext(entry.name)[1].lower() not in SUFFIXES:  # noqa: PTH122 (of many files)
        return f"Its name does not end in {', '.join(SUFFIXES[:-1])} or {SUFFIXES[-1]}."
    return ""


def _reason_against_link(path: Path, root: Path) -> str:
    try:
        target = path.resolve(strict=True)
    except (OSError, RuntimeError):  # RuntimeError: a loop, before Python 3.13
        return "It is a link that leads nowhere or to itself."
    if not target.is_relative_to(root):
        return "It is a link that leads out of the corpus folder; put the file itself there."
    if target.is_dir():
        return "It is a link to a folder; put the folder itself there."
    return ""
