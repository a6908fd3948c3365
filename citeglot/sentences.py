"""Where sentences begin and end, as spans of the text."""

import json
from collections.abc import Iterator
from importlib import resources

import regex

from citeglot.language import is_function_word
from citeglot.types import Span

_NEAR = 60  # code points looked at on each side of a stop, so that a very long line costs no more per stop
_HEADING_LENGTH = 120
LINE_BREAK = regex.compile(r"[\n\v\f\r\x1c-\x1e\x85\u2028\u2029]")
_LINE = regex.compile(r"[^\n\v\f\r\x1c-\x1e\x85\u2028\u2029]+")
_CLOSERS = r"[\"'”’“‘»«›‹)\]）］」』】〉》〕]*+"
_REFERENCES = r"(?:[ \u00a0]?\[\d{1,3}\])*+"
_LINK = r"!?\[[^\[\]\n]{0,200}\]\(\S{1,500}?\)|<a\s[^<>\n]{0,500}>[^<>\n]{0,200}</a>|https?://\S++"
_STOP = regex.compile(
    rf"(?:(?P<link>[:：]\s?(?:{_LINK})(?=\s))|(?P<wide>[。！？｡]++)|(?P<danda>[।॥]++)|(?P<point>[.!?…‽؟۔]++))"
    rf"(?P<closers>{_CLOSERS}){_REFERENCES}"
)
_BEFORE = regex.compile(r"[\p{L}\p{M}\p{N}\u200c\u200d.'’-]*$")
_NEXT_WORD = regex.compile(r"\s*[\"'„“”‘«»(\[「『—–-]*\s*(?P<word>[\p{L}\p{M}\u200c\u200d]+)")
_MONTH = regex.compile(r"\s+(?P<word>\p{L}+)(?=\s+\d{4}|\s*(?:$|[.,;)]))")  # of a date: 11. Januar 2024
_GOES_ON = regex.compile(r"\s*(?:[,;:、，)\]]|[。！？।॥]|[.!?](?!\S))")
_INSIDE_CLUSTER = regex.compile(r"\s?[\p{M}\u200c\u200d\p{Emoji_Modifier}]")
_LOWER = regex.compile(r"\s*[\"'„“”‘«»(\[—–-]*\s*\p{Ll}")
_QUOTED_AND_GOES_ON = regex.compile(r"\s*(?:と|って|という|との|など|、|,|，|を|が|は|に|の|で|も)")
_SHORT_QUOTE = regex.compile(r"「[^「」]{0,150}」|『[^『』]{0,150}』")
_INITIALS = regex.compile(r"\p{L}\p{M}*(?:\.-?\p{L}\p{M}*)*")
_ORDINAL = regex.compile(r"\d{1,3}|[IVX]{1,5}")
_ENUMERATION = regex.compile(r"[\[(]?(?:\d{1,3}|\p{L})")

# Without the last point and without spaces. continues: always followed by more of the sentence; before_number: only
# where a number follows ("No. 5"); may_end: may end a sentence, if a word of `starts` or of grammar follows.
_DATA = json.loads(resources.files("citeglot").joinpath("abbreviations.json").read_text("utf-8"))
_TABLES = {
    kind: {language: frozenset(words.split()) for language, words in table.items()} for kind, table in _DATA.items()
}


def split_sentences(text: str, language: str) -> tuple[Span, ...]:
    """Return the sentences of `text`: trimmed, in order, not overlapping, together every character but white space.

    The end of a line ends a sentence. An unknown language is split by what all languages share.
    """
    spans = (span for line in _LINE.finditer(text) for span in _line_spans(text, Span(*line.span()), language))
    return tuple(trimmed for span in spans if (trimmed := trim(text, span)).end > trimmed.start)


def trim(text: str, span: Span) -> Span:
    """Return `span` without the white space at both of its ends."""
    piece = span.of(text)
    start = span.start + len(piece) - len(piece.lstrip())
    return Span(start, max(start, span.start + len(piece.rstrip())))


def is_heading(line: str) -> bool:
    """Say whether a line looks like a heading, a dateline or an item: short, and not closed by a stop."""
    stops = list(_STOP.finditer(line))
    return len(line) <= _HEADING_LENGTH and not (stops and stops[-1].end() == len(line))


def _line_spans(text: str, line: Span, language: str) -> Iterator[Span]:
    start = line.start
    quoted = _quoted(text, line)
    for stop in _STOP.finditer(text, *line):
        if stop.end() - 1 in quoted:
            continue
        before = text[max(start, stop.start() - _NEAR) : stop.start()]
        if _is_end(before, stop, text[stop.end() : min(line.end, stop.end() + _NEAR)], language):
            yield Span(start, stop.end())
            start = stop.end()
    yield Span(start, line.end)


def _quoted(text: str, line: Span) -> frozenset[int]:
    """Return the positions inside short Japanese quotations, which are not taken apart."""
    quotes = _SHORT_QUOTE.finditer(text, *line)
    return frozenset(position for quote in quotes for position in range(quote.start(), quote.end() - 1))


def _is_end(before: str, stop: "regex.Match[str]", after: str, language: str) -> bool:
    """Decide whether a sentence ends at `stop`; `before` is what the sentence has so far."""
    if not after.strip():
        return True
    if _GOES_ON.match(after) or _INSIDE_CLUSTER.match(after):
        return False
    if stop["wide"]:
        return not (stop["closers"] and _QUOTED_AND_GOES_ON.match(after))
    if stop["danda"]:
        return True
    if not after[0].isspace() or _LOWER.match(after):
        return False
    if stop["link"]:  # "Read more: LINK" is all of it
        return True
    if stop["point"] in ("…", "...") and (not before or before[-1].isspace()):
        return False
    return stop["point"] != "." or bool(stop["closers"]) or not _point_goes_on(before, after, language)


def _point_goes_on(before: str, after: str, language: str) -> bool:
    """Decide whether a single full stop belongs to an abbreviation, an initial or an ordinal number."""
    found = _BEFORE.search(before)
    token = found[0].strip("'’-") if found else ""
    word = token.casefold()
    if _ENUMERATION.fullmatch(before.strip()):
        return True
    if word in _listed("continues", language):
        return True
    if word in _listed("before_number", language) and regex.match(r"\s*\p{N}", after):
        return True
    may_end = word in _listed("may_end", language) or _INITIALS.fullmatch(token)
    if may_end and not _is_cjk(token):
        return not _starts_sentence(after, language)
    return bool(_ORDINAL.fullmatch(token)) and _ordinal_goes_on(after, language)


def _ordinal_goes_on(after: str, language: str) -> bool:
    """Decide whether the number before a full stop is an ordinal: nearly always in German, before a dash or month."""
    if regex.match(r"\s*[-–—]\s*\d", after):
        return True
    month = _MONTH.match(after)
    if month and month["word"].casefold() in _listed("months", language):
        return True
    return language in ("de", "da", "no") and (
        bool(regex.match(r"\s*\d", after)) or (language == "de" and not _starts_sentence(after, language))
    )


def _starts_sentence(after: str, language: str) -> bool:
    """Say whether what follows begins with a word that is capital only because a sentence begins there."""
    found = _NEXT_WORD.match(after)
    if not found:
        return False
    word = found["word"]
    return is_function_word(word, language) or word.casefold() in _listed("starts", language)


def _listed(kind: str, language: str) -> frozenset[str]:
    """Return the words of one kind; a language without a list of its own is read like English."""
    return _TABLES[kind].get(language, _TABLES[kind]["en"])


def _is_cjk(token: str) -> bool:
    return bool(regex.search(r"[\p{Han}\p{Hiragana}\p{Katakana}\p{Hangul}]", token))
