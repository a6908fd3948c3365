"""The segments of a new generation: articles cut where they are new, vectors made where there are none."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from citeglot.corpus import Progress as Progress
from citeglot.documents import DocumentEntry
from citeglot.layout import Layout, lay_out
from citeglot.manifest import Chunking
from citeglot.planning import Plan
from citeglot.protocols import Embedder, EmbeddingIdentity
from citeglot.reuse import Place, Stock, StoredSegment, passages, vectors_among
from citeglot.segment_content import Article, ChunkSpans, SegmentContent, encode_segment
from citeglot.segments import Segment
from citeglot.sketches import shingles_of, sketch_of
from citeglot.stores import FILES, Store
from citeglot.types import Document, Span, Vector
from citeglot.vector_cache import VectorCache

# Puts vectors of texts into the cache, those of an identity if one is given; what it leaves out is embedded here.
Spread = Callable[[Sequence[str], EmbeddingIdentity | None, VectorCache, Progress], None]


@dataclass(frozen=True, slots=True)
class Engines:
    """What an ingest works with; nothing is loaded before it is called.

    `serves` tells whether vectors made by a model of that identity need not be made again; `store` is where the
    index is searched; `spread` has what is new embedded by others.
    """

    serves: Callable[[EmbeddingIdentity], bool]
    load_embedder: Callable[[], Embedder]
    count_tokens: Callable[[str], int]
    chunking: Chunking
    store: Store = FILES
    spread: Spread | None = None


@dataclass(frozen=True, slots=True)
class Draft:
    """Everything about the new segments but the vectors that must still be made, which are those of `fresh`.

    `copied` are the segments that articles take their vectors from, by language and hash; `identity` is None where no
    vector exists that could serve. `resumed` counts the vectors of an ingest that did not end.
    """

    layout: Layout
    contents: tuple[SegmentContent, ...]
    copied: Mapping[tuple[str, str], Segment]
    identity: EmbeddingIdentity | None
    chunk_vectors: Mapping[str, Vector]
    sentence_vectors: Mapping[str, Vector]
    fresh: tuple[str, ...]
    embedded_chunks: int
    resumed: int
    stored: Mapping[str, StoredSegment]

    @property
    def chunks(self) -> int:
        """How many chunks the new generation has."""
        kept = sum(entry.chunks - entry.dead_chunks for entry in self.layout.kept)
        return kept + sum(len(article.chunks) for content in self.contents for article in content.articles)


def draft_segments(plan: Plan, engines: Engines, cache: VectorCache, progress: Progress) -> Draft:
    """Settle the segments, cut what is new and find what must be embedded; only the tokenizer is needed for it."""
    stock = Stock(plan.stored.values(), engines.serves)
    layout = _lay_out(plan)
    articles, copied = _articles(plan, layout, engines, stock, progress)
    made = [one for language, found in articles.items() for one in found if (language, one.sha256) not in copied]
    wholes = {text for one in made for text in passages(one)[0]}
    needed = wholes | {text for one in made for text in passages(one)[1]}
    chunks, sentences = vectors_among(_sources(plan, stock), needed) if needed else ({}, {})
    lacking = (wholes - chunks.keys()) | (needed - chunks.keys() - sentences.keys())
    cached = cache.among(lacking)
    chunks = {**chunks, **cached}
    return Draft(
        layout=layout,
        contents=tuple(encode_segment(language, found) for language, found in sorted(articles.items())),
        copied=copied,
        identity=_identity(plan, stock, cache),
        chunk_vectors=chunks,
        sentence_vectors=sentences,
        fresh=tuple(sorted(lacking - cached.keys())),
        embedded_chunks=len(wholes - chunks.keys()),
        resumed=len(cached),
        stored=plan.stored,
    )


def prepare_segments(plan: Plan, engines: Engines, cache: VectorCache, progress: Progress) -> Draft:
    """Return the draft of the segments, with what others embedded of it where the engines know others."""
    draft = draft_segments(plan, engines, cache, progress)
    if engines.spread is None or not draft.fresh:
        return draft
    engines.spread(draft.fresh, draft.identity, cache, progress)
    made = cache.among(draft.fresh)
    return replace(
        draft,
        identity=draft.identity or cache.identity,
        chunk_vectors={**draft.chunk_vectors, **made},
        fresh=tuple(text for text in draft.fresh if text not in made),
    )


def _lay_out(plan: Plan) -> Layout:
    """Keep the segments that the previous generation has, unless they are damaged or were made in another way."""
    wanted: dict[str, set[str]] = defaultdict(set)
    for entry in plan.entries:
        wanted[entry.language].add(entry.sha256)
    if plan.previous is None or plan.anew:
        return lay_out((), {}, wanted, 0)
    living: dict[str, set[str]] = defaultdict(set)
    for entry in plan.previous.documents.values():
        living[entry.segment].add(entry.sha256)
    segments = [one for name, one in plan.previous.segments.items() if name in plan.stored]
    return lay_out(segments, living, wanted, plan.previous.manifest.embedding.dimension)


def _identity(plan: Plan, stock: Stock, cache: VectorCache) -> EmbeddingIdentity | None:
    serving = [one.manifest.embedding for one in stock.serving]
    if plan.previous is not None and plan.previous.manifest.embedding in serving:
        return plan.previous.manifest.embedding
    return serving[0] if serving else cache.identity


def _sources(plan: Plan, stock: Stock) -> Iterable[Place]:
    """Return where passages of new texts may have stood before: in what they replace, or where all is new anywhere."""
    if plan.previous is None or plan.anew or plan.damaged:
        return stock.everything()
    old = (plan.previous.documents[name] for name in (*plan.changed, *plan.removed))
    return [(plan.previous.segments[entry.segment], entry.sha256) for entry in old]


def _articles(
    plan: Plan, layout: Layout, engines: Engines, stock: Stock, progress: Progress
) -> tuple[dict[str, list[Article]], dict[tuple[str, str], Segment]]:
    """Return by language the articles of the new segments, and where those stand that are copied with their vectors."""
    entries = {(entry.language, entry.sha256): entry for entry in plan.entries}
    articles: dict[str, list[Article]] = defaultdict(list)
    copied: dict[tuple[str, str], Segment] = {}
    new = [(language, sha256) for language, hashes in layout.new.items() for sha256 in hashes]
    for done, key in enumerate(new, start=1):
        home = stock.article(*key, engines.chunking)
        if home is None:
            text = plan.texts.get(key[1])
            articles[key[0]].append(_split(entries[key], stock.text(key[1]) if text is None else text, engines))
        else:
            article = home.segment.article(key[1])
            articles[key[0]].append(replace(article, sketch=_sketch(article.text)) if plan.anew else article)
            if home in stock.serving:
                copied[key] = home.segment
        progress("splitting", done, len(new))
    return articles, copied


def _split(entry: DocumentEntry, text: str, engines: Engines) -> Article:
    # it brings LangChain, which an ingest without new articles can do without
    from citeglot.chunking import split_document

    document = Document(entry.name, entry.title, entry.language, entry.date, text)
    chunks = split_document(document, engines.count_tokens, engines.chunking.max_tokens)
    spans = tuple(ChunkSpans(Span(one.start, one.end), one.sentences) for one in chunks)
    return Article(entry.sha256, text, spans, _sketch(text))


def _sketch(text: str) -> bytes:
    return sketch_of(shingles_of(text))
