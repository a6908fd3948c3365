"""Numbers in five languages and every script of digits, and which numbers of a claim its evidence does not have."""

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

import regex

from citeglot.dates import DateMention, dates_in
from citeglot.number_words import (
    ERAS,
    KANJI_NUMERALS,
    ascii_digits,
    fold,
    kanji_value,
    read_digits,
    scale_value,
    stands_alone,
    word_value,
)
from citeglot.types import Span

_SPACE_GROUPS = ("de", "no", "sv", "da", "fr", "fi", "pl", "cs", "ru", "uk")

_URL = r"(?<url>(?:https?://|www\.)\S+|(?<![A-Za-z0-9.-])[A-Za-z0-9-]++(?:\.[A-Za-z0-9-]++)++/\S+)"
_CJK = (
    rf"(?<cjk>(?:\d[\d,，]*(?:[.．]\d+)?(?=[{KANJI_NUMERALS}]))?[{KANJI_NUMERALS}]+"
    rf"(?:\d[\d,，]*(?:[.．]\d+)?(?=[{KANJI_NUMERALS}])[{KANJI_NUMERALS}]+)*(?:\d[\d,，]*\d|\d)?)"
)
_DIGITS = r"(?<digits>\d+(?:[.,，．٫٬'’\u00a0\u202f]\d+)*(?<spaced>(?:[ ]\d{3}(?!\d))+)?)"
_TOKEN = regex.compile(
    rf"{_URL}|{_CJK}|{_DIGITS}|(?<fraction>[¼-¾⅐-⅞])|(?<word>[[\p{{L}}\p{{M}}\u200c\u200d]--\p{{Han}}]+)", regex.V1
)
_BETWEEN = regex.compile(r"[ \u00a0\u202f]?-?[ \u00a0\u202f]?")
_CONNECTORS = {"de": {"und"}, "en": {"and"}, "no": {"og"}}
_COUNTED = regex.compile(
    r"\s*(?:人|名|年|月|日|回|項|件|国|か国|カ国|ヶ国|ケ国|円|ドル|ユーロ|機|隻|艘|歳|時|秒|度|台|点|個|本|枚|倍|割|周|位|目|番|号"
    r"|世紀|週|社|校|市|県|州|種|段|層|トン|キロ|メートル|％|%|パーセント|个|條|条)"
)
_VAGUE = ("数", "何", "幾")
_NOT_COUNTED = regex.compile(r"一|十分|二国間|千葉|四国|九州|三重|八王子|百貨")
_ERA = regex.compile(rf"({'|'.join(ERAS)})\s*$")


@dataclass(frozen=True, slots=True)
class Numeral:
    """A number as written, and every value it may mean: "1.234" may be two, "令和6" is 6 and 2024."""

    span: Span
    text: str
    values: frozenset[Decimal]


@dataclass(frozen=True, slots=True)
class _Part:
    """A piece of a number: a value, or what it is multiplied by."""

    span: Span
    values: frozenset[Decimal]
    kind: str  # "digits", "word", "scale"
    alone: bool = True


def numbers_in(text: str, language: str) -> tuple[Numeral, ...]:
    """Return the numbers of a text in order, as digits or as words, with their scale ("330 milliarder" is one).

    Words that are articles as well (ein, one, en, एक, 一) are never numbers. Addresses of the web are left out.
    """
    numerals: list[Numeral] = []
    group: list[_Part] = []
    for part in _parts(text, language):
        if group and not _belongs(group, part, text, language):
            numerals.extend(_numeral(group, text))
            group = []
        group.append(part)
    return (*numerals, *_numeral(group, text))


def unsupported_numbers(claim: str, claim_language: str, evidence: str, evidence_language: str) -> tuple[str, ...]:
    """Return the numbers and dates of the claim, as written, that stand nowhere in the evidence in any notation.

    A day must stand with its month; the year of a date may stand elsewhere in the evidence.
    """
    there = dates_in(evidence, evidence_language)
    values = {value for numeral in numbers_in(evidence, evidence_language) for value in numeral.values}
    values.update(Decimal(date.year) for date in there if date.year)
    dates = [date for date in dates_in(claim, claim_language) if date.month]
    inside = {place for date in dates for place in range(*date.span)}
    missing = [date.span for date in dates if not _date_is_there(date, there, values)]
    for numeral in numbers_in(claim, claim_language):
        if numeral.span.start not in inside and not numeral.values & values:
            missing.append(numeral.span)
    return tuple(span.of(claim) for span in sorted(set(missing)))


def _date_is_there(date: DateMention, there: tuple[DateMention, ...], values: set[Decimal]) -> bool:
    if date.year and Decimal(date.year) not in values:
        return False
    return date.month is None or any(date.month == other.month and date.day in (None, other.day) for other in there)


def _parts(text: str, language: str) -> Iterator[_Part]:
    for token in _TOKEN.finditer(text):
        span = Span(*token.span())
        if token["digits"]:
            yield from _digits(text, token, language)
        elif token["cjk"]:
            yield from _kanji(text, span)
        elif token["fraction"]:
            yield _Part(span, frozenset([Decimal(str(unicodedata.numeric(token[0])))]), "digits")
        elif token["word"]:
            word = fold(token[0])
            scale, value = scale_value(word, language), word_value(word, language)
            if scale:
                yield _Part(span, frozenset([Decimal(scale)]), "scale", stands_alone(word))
            elif value is not None:
                yield _Part(span, frozenset([value]), "word", stands_alone(word))


def _belongs(group: list[_Part], part: _Part, text: str, language: str) -> bool:
    """Say whether a part continues the number before it: 330 milliarder, two hundred and five, दो लाख पचास हज़ार."""
    last = group[-1]
    between = text[last.span.end : part.span.start]
    if between.strip().casefold() in _CONNECTORS.get(language, ()):
        return last.kind == "scale" and part.kind == "word" and last.values == {Decimal(100)}
    if not _BETWEEN.fullmatch(between) or part.kind == "digits":
        return False
    if part.kind == "scale":
        return True
    if last.kind == "scale":
        return max(part.values) < max(last.values)
    return last.kind == "word" and max(last.values) % 10 == 0 and 20 <= max(last.values) < 100 > 10 * max(part.values)


def _numeral(group: list[_Part], text: str) -> Iterator[Numeral]:
    """Add and multiply the parts of one number; an article alone is none."""
    if not group or (len(group) == 1 and not group[0].alone):
        return
    span = Span(group[0].span.start, group[-1].span.end)
    values = set()
    for first in group[0].values:
        total, current = Decimal(0), first
        for part in group[1:]:
            value = max(part.values)
            if part.kind != "scale":
                current += value
            elif value == 100:
                current = (current % 1000 or 1) * value + current // 1000 * 1000
            else:
                total, current = total + (current or 1) * value, Decimal(0)
        values.add(total + current)
    yield Numeral(span, span.of(text), frozenset(values))


def _kanji(text: str, span: Span) -> Iterator[_Part]:
    """Yield a Han numeral unless it is part of a word: 一般, 三浦, 数十, 十分."""
    written = span.of(text)
    before, after = text[max(0, span.start - 3) : span.start], text[span.end : span.end + 6]
    if before.endswith(_VAGUE) or after.startswith(_VAGUE):
        return
    plain = not regex.search(r"\d", written)
    if plain and written[0] in "万億兆萬亿":
        return
    if plain and not before.endswith("第"):
        if (
            _NOT_COUNTED.match(written + after)
            and len(written) <= 2
            and written not in ("一億", "一万", "一兆", "一千")
        ):
            return
        if len(written) == 1 and not _COUNTED.match(after):
            return
    values = {kanji_value(written)}
    if era := _ERA.search(before):
        values.add(kanji_value(written) + ERAS[era[1]])
    yield _Part(span, frozenset(values), "digits")


def _digits(text: str, token: "regex.Match[str]", language: str) -> Iterator[_Part]:
    start, written = token.start(), token[0]
    if token["spaced"] and not (language in _SPACE_GROUPS and regex.fullmatch(r"\d{1,3}(?: \d{3})+", written)):
        for piece in regex.finditer(r"[^ ]+", written):
            yield from _digit_values(text, Span(start + piece.start(), start + piece.end()), language)
    else:
        yield from _digit_values(text, Span(*token.span()), language)


def _digit_values(text: str, span: Span, language: str) -> Iterator[_Part]:
    """Yield a number, or one for each group of digits where the marks between them group nothing (12.01.24)."""
    values = read_digits(ascii_digits(span.of(text)), language)
    if not values:
        for piece in regex.finditer(r"\d+", text, pos=span.start, endpos=span.end):
            yield _Part(Span(*piece.span()), frozenset([Decimal(ascii_digits(piece[0]))]), "digits")
        return
    if era := _ERA.search(text[max(0, span.start - 4) : span.start]):
        values |= {value + ERAS[era[1]] for value in values}
    yield _Part(span, frozenset(values), "digits")
