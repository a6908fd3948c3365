"""The articles of a file, whatever its format."""

from collections.abc import Iterator
from pathlib import Path

from citeglot import extraction
from citeglot.decoding import UnreadableArticle
from citeglot.extraction import Extractor
from citeglot.formats import Article, read_text
from citeglot.records import read_json, read_json_lines

TEXT_SUFFIXES = (".txt", ".md", ".markdown")
LINES_SUFFIXES = (".jsonl", ".ndjson")
SUFFIXES = (*TEXT_SUFFIXES, ".json", *LINES_SUFFIXES, *extraction.SUFFIXES)


_TRIES = 2


def read_articles(path: Path, extractor: Extractor, *encodings: str) -> list[Article | UnreadableArticle]:
    """Return the articles of a file, and for each one that cannot be read, or for the file, the reason.

    `encodings` are for what is not Unicode. A file that changes meanwhile is read again, once: no half of one version
    stands beside half of another.
    """
    for _ in range(_TRIES):
        before = _state(path)
        articles = list(_articles(path, extractor, encodings))
        if _state(path) == before:
            return articles
    return [UnreadableArticle("It changed while it was read; run it again when nothing writes to it any more.")]


def _state(path: Path) -> tuple[int, ...] | None:
    """Return what differs after every change of a file, or None where it is gone."""
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_ino, found.st_size, found.st_mtime_ns


def _articles(path: Path, extractor: Extractor, encodings: tuple[str, ...]) -> Iterator[Article | UnreadableArticle]:
    suffix = path.suffix.lower()
    try:
        if suffix in TEXT_SUFFIXES:
            yield read_text(path, *encodings)
        elif suffix == ".json":
            yield from read_json(path, *encodings)
        elif suffix in LINES_SUFFIXES:
            yield from read_json_lines(path, *encodings)
        else:
            yield extractor.read(path, *encodings)
    except UnreadableArticle as problem:
        yield problem
