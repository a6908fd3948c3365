"""What a segment holds, and how it is written: the same articles give the same bytes anywhere."""

import hashlib
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np

from citeglot.lexical import analyser_version, terms
from citeglot.manifest import SUFFIXES, SegmentEntry
from citeglot.postings import encode_postings
from citeglot.protocols import EmbeddingIdentity
from citeglot.storage import canonical_json, write_file
from citeglot.types import Matrix, Span


@dataclass(frozen=True, slots=True)
class ChunkSpans:
    """Where a chunk and its sentences stand in their article's text."""

    whole: Span
    sentences: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class Article:
    """A text, its hash and its chunks: what a segment stores whatever the article is called."""

    sha256: str
    text: str
    chunks: tuple[ChunkSpans, ...]


@dataclass(frozen=True, slots=True)
class SegmentContent:
    """A segment before it is written; the same articles give the same bytes anywhere."""

    language: str
    articles: tuple[Article, ...]
    texts: bytes
    chunks: bytes

    def id(self, identity: EmbeddingIdentity) -> str:
        """Return the name of the segment with the vectors of this embedding model."""
        how = canonical_json([asdict(identity), analyser_version()])
        content = b"\0".join([self.texts, self.chunks, how])
        return f"{self.language}-{hashlib.sha256(content).hexdigest()[:16]}"


def text_hash(text: str) -> str:
    """Return the SHA-256 that stands for a text."""
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


def encode_segment(language: str, articles: Iterable[Article]) -> SegmentContent:
    """Return the content of a segment, articles in the order of their hashes."""
    ordered = tuple(sorted(articles, key=lambda article: article.sha256))
    texts = b"".join(_line({"sha256": article.sha256, "text": article.text}) for article in ordered)
    lines = [
        _line(
            {"text": article.sha256, "start": spans.whole.start, "end": spans.whole.end, "sentences": spans.sentences}
        )
        for article in ordered
        for spans in article.chunks
    ]
    return SegmentContent(language, ordered, texts, b"".join(lines))


def _line(value: dict[str, object]) -> bytes:
    return canonical_json(value) + b"\n"


def write_segment(
    folder: Path, content: SegmentContent, identity: EmbeddingIdentity, vectors: Matrix, sentences: Matrix
) -> SegmentEntry:
    """Write the files; `vectors` has a row for each chunk, `sentences` one for each sentence, in order."""
    name = content.id(identity)
    rows = np.ascontiguousarray(vectors, dtype="<f4").tobytes(), np.ascontiguousarray(sentences, dtype="<f2").tobytes()
    chunks = (spans.whole.of(article.text) for article in content.articles for spans in article.chunks)
    postings = encode_postings(terms(chunk, content.language) for chunk in chunks)
    pieces = zip(SUFFIXES, ([content.texts], [content.chunks], *([one] for one in rows), postings), strict=True)
    files = tuple(write_file(folder / f"{name}.{suffix}", piece) for suffix, piece in pieces)
    return SegmentEntry(name, content.language, len(content.articles), len(vectors), len(sentences), (), files)
