"""The segments of a new generation: articles cut where they are new, vectors made where there are none."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from citeglot.errors import ModelFailed
from citeglot.manifest import Chunking, SegmentEntry
from citeglot.planning import Plan
from citeglot.protocols import Embedder, EmbeddingIdentity
from citeglot.reuse import Stock, passage_text
from citeglot.segment_content import Article, ChunkSpans, SegmentContent, encode_segment, text_hash, write_segment
from citeglot.segments import Segment
from citeglot.types import Document, Matrix, Span, Vector
from citeglot.vectors_faiss import check_vectors

BATCH = 128

Progress = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True)
class Engines:
    """What an ingest works with; nothing is loaded before it is called.

    `serves` tells whether vectors made by a model of that identity need not be made again.
    """

    serves: Callable[[EmbeddingIdentity], bool]
    load_embedder: Callable[[], Embedder]
    count_tokens: Callable[[str], int]
    chunking: Chunking


@dataclass(frozen=True, slots=True)
class Draft:
    """Everything about the new segments but the vectors that must still be made, which are those of `fresh`.

    `ready` are the segments that exist; `identity` is None where no vector exists that could serve.
    """

    contents: tuple[SegmentContent, ...]
    ready: Mapping[str, SegmentEntry]
    identity: EmbeddingIdentity | None
    chunk_vectors: Mapping[str, Vector]
    sentence_vectors: Mapping[str, Vector]
    fresh: tuple[str, ...]
    embedded_chunks: int

    @property
    def chunks(self) -> int:
        """How many chunks the new generation has."""
        return sum(len(article.chunks) for content in self.contents for article in content.articles)


@dataclass(frozen=True, slots=True)
class Vectors:
    """The vectors of all passages by their text, and the embedding model they are of."""

    identity: EmbeddingIdentity
    of_chunks: Mapping[str, Vector]
    of_sentences: Mapping[str, Vector]

    def rows(self, vectors: Mapping[str, Vector], texts: Iterable[str]) -> Matrix:
        """Return the vectors of these texts as the rows of one matrix, which may have none."""
        rows = [vectors[text] for text in texts]
        return np.stack(rows).astype(np.float32) if rows else np.zeros((0, self.identity.dimension), dtype=np.float32)


def draft_segments(plan: Plan, engines: Engines, progress: Progress) -> Draft:
    """Cut what is new and find what must be embedded; only the tokenizer is needed for it."""
    contents = _contents(plan, engines, progress)
    serving = [one for one in plan.stored.values() if engines.serves(one.manifest.embedding)]
    identity = serving[0].manifest.embedding if serving else None
    if plan.previous is not None and engines.serves(plan.previous.manifest.embedding):
        identity = plan.previous.manifest.embedding
    ids = {content.language: content.id(identity) for content in contents} if identity else {}
    ready = {language: plan.stored[name].segment.entry for language, name in ids.items() if name in plan.stored}
    passages = [_passages(article) for one in contents if one.language not in ready for article in one.articles]
    wholes = {text for chunks, _ in passages for text in chunks}
    inside = {text for _, sentences in passages for text in sentences}
    needed = frozenset(wholes | inside)
    chunk_vectors, sentence_vectors = Stock(serving).vectors(needed) if needed else ({}, {})
    new_wholes = wholes - chunk_vectors.keys()
    fresh = new_wholes | (inside - chunk_vectors.keys() - sentence_vectors.keys())
    ordered = tuple(sorted(fresh, key=lambda text: (len(text), text)))
    return Draft(contents, ready, identity, chunk_vectors, sentence_vectors, ordered, len(new_wholes))


def _contents(plan: Plan, engines: Engines, progress: Progress) -> tuple[SegmentContent, ...]:
    stock = Stock(plan.stored.values())
    articles: dict[str, dict[str, Article]] = defaultdict(dict)
    for done, document in enumerate(plan.documents, start=1):
        sha256 = text_hash(document.text)
        same_language = articles[document.language]
        if sha256 not in same_language:
            known = stock.article(document.language, sha256, engines.chunking)
            same_language[sha256] = known or _split(document, sha256, engines)
        progress("splitting", done, len(plan.documents))
    return tuple(encode_segment(language, articles[language].values()) for language in sorted(articles))


def _split(document: Document, sha256: str, engines: Engines) -> Article:
    # it brings LangChain, which an ingest without new articles can do without
    from citeglot.chunking import split_document

    chunks = split_document(document, engines.count_tokens, engines.chunking.max_tokens)
    return Article(sha256, document.text, tuple(ChunkSpans(Span(one.start, one.end), one.sentences) for one in chunks))


def _passages(article: Article) -> tuple[list[str], list[str]]:
    """Return what is embedded of the chunks, and of the sentences, of an article."""
    return (
        [passage_text(spans.whole.of(article.text)) for spans in article.chunks],
        [passage_text(span.of(article.text)) for spans in article.chunks for span in spans.sentences],
    )


def make_vectors(draft: Draft, engines: Engines, progress: Progress) -> Vectors:
    """Embed what is new; the embedding model is loaded only if something is."""
    identity, chunks = draft.identity, dict(draft.chunk_vectors)
    if identity is None or draft.fresh:
        embedder = engines.load_embedder()
        identity = identity or embedder.identity
        chunks |= _embed(draft.fresh, embedder, progress)
    return Vectors(identity, chunks, {**chunks, **draft.sentence_vectors})


def _embed(texts: tuple[str, ...], embedder: Embedder, progress: Progress) -> dict[str, Vector]:
    """Return unit vectors by text; texts come sorted by length, so that a batch wastes little on padding."""
    found: dict[str, Vector] = {}
    for start in range(0, len(texts), BATCH):
        batch = texts[start : start + BATCH]
        vectors = embedder.embed_passages(batch)
        try:
            check_vectors(vectors, embedder.identity.dimension, f"vectors of {embedder.identity.name}")
        except ValueError as error:
            raise ModelFailed(
                f"The embedding model did not work: {error}. Nothing was written. "
                "Check it with: python -m citeglot models verify"
            ) from error
        found |= zip(batch, vectors, strict=True)
        progress("embedding", len(found), len(texts))
    return found


def write_segments(folder: Path, draft: Draft, vectors: Vectors, progress: Progress) -> tuple[SegmentEntry, ...]:
    """Write the segments that are not there yet; return the entries of all, by language."""
    entries = []
    for done, content in enumerate(draft.contents, start=1):
        entry = draft.ready.get(content.language)
        if entry is None:
            passages = [_passages(article) for article in content.articles]
            chunks = vectors.rows(vectors.of_chunks, (text for one, _ in passages for text in one))
            sentences = vectors.rows(vectors.of_sentences, (text for _, one in passages for text in one))
            entry = write_segment(folder, content, vectors.identity, chunks, sentences)
        entries.append(entry)
        progress("writing", done, len(draft.contents))
    return tuple(entries)


def own_means(
    folder: Path, segments: Iterable[SegmentEntry], identity: EmbeddingIdentity
) -> dict[str, tuple[Vector, int]]:
    """Return by language the mean vector of the chunks and the number of the articles; an empty one has no mean."""
    means = {}
    for entry in segments:
        vectors = Segment(folder, entry, identity.dimension).vectors
        mean = vectors.mean(axis=0, dtype=np.float64) if len(vectors) else np.zeros(identity.dimension)
        means[entry.language] = (mean.astype(np.float32), entry.documents if len(vectors) else 0)
    return means
