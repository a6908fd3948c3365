"""What an index knows of the files it was made from, so that a file with the same bytes need not be read again."""

import hashlib
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.metadata import version
from pathlib import Path

import regex

from citeglot.article_files import article_files, printable_name
from citeglot.decoding import UnreadableArticle
from citeglot.extraction import Extractor
from citeglot.formats import Article
from citeglot.reading import read_articles

RULES = 1  # raise it when the same file is read to another text, title, date or language
_READERS = ("lingua-language-detector", "lxml", "pypdfium2", "trafilatura")
_PORTION = 1 << 18
_OF_MANY = regex.compile(r"(?<file>.*?\.(?:json|jsonl|ndjson))#.*", regex.I | regex.S)


Articles = list[Article | UnreadableArticle]


@dataclass(slots=True, eq=False)
class CorpusFile:
    """A file of a corpus folder under its printable name, with the hash of its bytes, or why it is not to be read.

    Once it was read, the hash is that of the bytes that were read; "" where nobody can say which they were.
    """

    name: str
    path: str
    why: str
    sha256: str

    def read(self, extractor: Extractor, *encodings: str) -> Articles:
        """Return its articles, and for what cannot be read the reason."""
        if self.why:
            return [UnreadableArticle(self.why)]
        before = _state(self.path)  # since the folder was listed it may have changed, and it may change back
        articles = read_articles(Path(self.path), extractor, *encodings)
        self.sha256 = before[0] if _state(self.path) == before else ""
        return articles


def corpus_files(folder: Path) -> Iterator[CorpusFile]:
    """Yield the files under a folder, as `article_files`."""
    for path, name, why in article_files(folder):
        yield CorpusFile(printable_name(name), path, why, "" if why else hash_of_file(path))


@dataclass(frozen=True, slots=True)
class Source:
    """Where an article comes from: the SHA-256 of its file, and the address that it states."""

    sha256: str = ""
    address: str = ""


@dataclass(frozen=True, slots=True)
class KnownFile:
    """A file as it was read: its hash, the names and addresses of its articles, what was skipped with the reason."""

    sha256: str
    names: tuple[str, ...]
    addresses: frozenset[str] = frozenset()
    skipped: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Known:
    """Files by name as they were read by the rules of a `version`."""

    version: str = ""
    files: Mapping[str, KnownFile] = field(default_factory=dict)

    def file(self, name: str, sha256: str, rules: str) -> KnownFile | None:
        """Return what is known of a file if it has this hash still and is read by the same rules."""
        known = self.files.get(name) if self.version == rules else None
        return known if known and known.sha256 == sha256 != "" else None


NOTHING = Known()


def file_of(name: str) -> str:
    """Return the file that an article is in: `news.jsonl#7` is in news.jsonl, every other one is its file."""
    found = _OF_MANY.fullmatch(name) if "#" in name else None
    return found["file"] if found else name


def hash_of_file(path: str) -> str:
    """Return the SHA-256 of a file's bytes; "" where it cannot be read."""
    digest = hashlib.sha256()
    try:
        descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_BINARY", 0))
        try:
            while portion := os.read(descriptor, _PORTION):
                digest.update(portion)
                if len(portion) < _PORTION:
                    break
        finally:
            os.close(descriptor)
    except OSError:
        return ""
    return digest.hexdigest()


def _state(path: str) -> tuple[str, int]:
    """Return the hash of a file's bytes, and when it was written: also what was put back was written."""
    try:
        return hash_of_file(path), Path(path).stat().st_mtime_ns
    except OSError:
        return "", 0


@cache
def reading_rules(*encodings: str) -> str:
    """Return what must be equal for the same bytes to be read in the same way."""
    return "/".join([str(RULES), *(version(name) for name in _READERS), *encodings])
