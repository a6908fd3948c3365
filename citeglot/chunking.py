"""Chunks: consecutive whole sentences, packed by LangChain between our boundaries."""

import hashlib
from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache
from itertools import accumulate, pairwise

import regex
from langchain_text_splitters import RecursiveCharacterTextSplitter, TextSplitter

from citeglot.sentences import LINE_BREAK, is_heading, split_sentences, trim
from citeglot.types import Chunk, Document, Span

_SEPARATORS = ["。", "।", "；", "; ", "：", ": ", "，", "、", ", ", "،", "\u3000", " "]
# Sentences on each side that decide where a long paragraph is cut, so that an edit is not felt farther away.
_NEIGHBOURS = 2
MOST_OF_A_TOKEN = 8  # characters: a run of letters that the model does not know is one token, however long


def split_document(document: Document, count_tokens: Callable[[str], int], max_tokens: int) -> tuple[Chunk, ...]:
    """Return the chunks of a document: together they are its text; blank text has none.

    A chunk has at most `max_tokens`, counted sentence by sentence; only a sentence that is longer is cut, between
    clauses, words or, at the last, what a reader sees as one character. Chunks begin anew at each paragraph.
    """
    text, sentences = document.text, split_sentences(document.text, document.language)
    if not sentences:
        return ()
    pieces = SentencePacker(document.language, count_tokens, max_tokens).split_text(text)
    ends = list(accumulate(map(len, pieces)))
    spans = [Span(start, end) for start, end in pairwise([0, *ends])]
    return tuple(
        _chunk(document, span, inside) for span, inside in zip(spans, _inside(sentences, spans, text), strict=True)
    )


class SentencePacker(TextSplitter):  # type: ignore[misc]
    """LangChain's packing of pieces into chunks, over the sentences of a text; the chunks joined are the text."""

    def __init__(self, language: str, count_tokens: Callable[[str], int], max_tokens: int) -> None:
        @lru_cache(maxsize=4096)
        def length(piece: str) -> int:
            return max(1, count_tokens(piece.strip()), len(piece.strip()) // MOST_OF_A_TOKEN) if piece else 0

        options = {"chunk_size": max_tokens, "chunk_overlap": 0, "length_function": length, "strip_whitespace": False}
        super().__init__(keep_separator="end", **options)
        self._by_clause = RecursiveCharacterTextSplitter(separators=_SEPARATORS, keep_separator="end", **options)
        self._language = language

    def split_text(self, text: str) -> list[str]:
        """Return the chunks of a text; what packs together depends on the paragraph only, in long ones on less."""
        return [
            chunk
            for paragraph in _paragraphs(text, self._language)
            for stretch in self._stretches(paragraph)
            for chunk in self._merge_splits([part for piece in stretch for part in self._parts(piece)], "")
        ]

    def _stretches(self, pieces: list[str]) -> Iterator[list[str]]:
        """Cut a paragraph of more than a chunk and a half before sentences whose hash tops their neighbours'."""
        if 2 * sum(map(self._length_function, pieces)) <= 3 * self._chunk_size:
            yield pieces
            return
        ranks = [_rank(piece) for piece in pieces]
        starts = [place for place in range(len(pieces)) if place == 0 or _is_peak(ranks, place)]
        for start, end in pairwise([*starts, len(pieces)]):
            yield pieces[start:end]

    def _parts(self, piece: str) -> list[str]:
        """Return a sentence whole, or cut where it is longer than a chunk."""
        if self._length_function(piece) <= self._chunk_size:
            return [piece]
        parts: list[str] = []
        for part in _glue(self._by_clause.split_text(piece), piece):
            too_long = self._length_function(part) > self._chunk_size
            parts.extend(self._merge_splits(regex.findall(r"\X", part), "") if too_long else [part])
        return _glue(parts, piece)


def _paragraphs(text: str, language: str) -> Iterator[list[str]]:
    """Group sentences, with the white space after them, by line; a heading goes with the line that follows."""
    sentences = split_sentences(text, language)
    starts = [0, *(span.start for span in sentences[1:]), len(text)]
    group: list[str] = []
    begins_line = True
    for span, (start, end) in zip(sentences, pairwise(starts), strict=True):
        group.append(text[start:end])
        ends_line = bool(LINE_BREAK.search(text, span.end, end))
        if ends_line and not (begins_line and is_heading(span.of(text))):
            yield group
            group = []
        begins_line = ends_line
    if group:
        yield group


def _rank(piece: str) -> bytes:
    return hashlib.blake2b(piece.strip().encode("utf-8", "surrogatepass"), digest_size=8).digest()


def _is_peak(ranks: Sequence[bytes], place: int) -> bool:
    before = ranks[max(0, place - _NEIGHBOURS) : place]
    after = ranks[place + 1 : place + 1 + _NEIGHBOURS]
    return all(ranks[place] > rank for rank in before) and all(ranks[place] >= rank for rank in after)


def _glue(parts: Sequence[str], text: str) -> list[str]:
    """Join to the part before it what is only white space, or begins inside what a reader sees as one character."""
    whole = set(accumulate(map(len, regex.findall(r"\X", text)), initial=0))
    glued: list[str] = []
    for start, part in zip(accumulate(map(len, parts), initial=0), parts, strict=False):
        if glued and (not part.strip() or not glued[-1].strip() or start not in whole):
            glued[-1] += part
        else:
            glued.append(part)
    return glued


def _inside(sentences: Sequence[Span], chunks: Sequence[Span], text: str) -> Iterator[tuple[Span, ...]]:
    """Yield for each chunk the sentences in it; of a sentence that was cut, the part."""
    first = 0
    for chunk in chunks:
        while sentences[first].end <= chunk.start:
            first += 1
        last = first
        while last < len(sentences) and sentences[last].start < chunk.end:
            last += 1
        cut = (Span(max(one.start, chunk.start), min(one.end, chunk.end)) for one in sentences[first:last])
        yield tuple(trim(text, one) for one in cut)


def _chunk(document: Document, span: Span, sentences: tuple[Span, ...]) -> Chunk:
    return Chunk(
        document=document.name,
        title=document.title,
        language=document.language,
        date=document.date,
        start=span.start,
        end=span.end,
        text=span.of(document.text),
        sentences=sentences,
    )
