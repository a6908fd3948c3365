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


def read_articles(path: Path, extractor: Extractor, *encodings: str) -> Iterator[Article | UnreadableArticle]:
    """Yield the articles of a file, and for each one that cannot be read, or for the file, the reason.

    `encodings` are for what is not Unicode.
    """
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
