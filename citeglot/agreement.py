"""Whether two readers find the same answer in a sentence: the language model, which wrote it, and the cross-encoder.

A small model writes sentences that are near to the evidence and yet say another thing of it, or nothing. What both find
is rarely wrong; where they differ, one of them is.
"""

from dataclasses import dataclass

import regex

from citeglot.balance import centred, language_offsets
from citeglot.cities import cities_in
from citeglot.constraints import plain_digits
from citeglot.kinds import has_kind
from citeglot.numerals import numbers_in, unsupported_numbers
from citeglot.places import UNIONS, countries_in
from citeglot.protocols import Embedder, InContext
from citeglot.signals import Asking, in_context
from citeglot.spellings import stands_in
from citeglot.types import Chunk, Span

SAME_FROM = 0.6  # cosine of what is left of two vectors without the means of their languages
_DIGITS = regex.compile(r"\p{Nd}+")
_WORD = regex.compile(r"[\p{L}\p{M}\p{N}][\p{L}\p{M}\p{N}\u200c\u200d'’-]+")


@dataclass(frozen=True, slots=True)
class Words:
    """Words of a sentence with the sentence and its language."""

    text: str
    sentence: str
    language: str


def answering_words(asking: Asking, chunk: Chunk, span: Span, embedder: Embedder) -> Words:
    """Return the words of a sentence of a passage that answer the question, by the cross-encoder."""
    sentence = in_context(chunk, span)
    found = embedder.find_answer(asking.last, sentence)
    return Words(found.words.of(sentence.text), sentence.text, chunk.language)


def told_words(asking: Asking, claim: str, embedder: Embedder) -> Words:
    """Return the words of a sentence that a language model wrote that answer the question, by the cross-encoder."""
    found = embedder.find_answer(asking.last, InContext(claim))
    return Words(found.words.of(claim), claim, asking.language)


def agree(asking: Asking, found: Words, told: Words, embedder: Embedder) -> bool:
    """Tell whether what was found in the evidence is what a language model told.

    It stands in the sentence that tells, or what answers in the one is near in meaning to what answers in the other.
    """
    known = stands_by(asking, found, told)
    return nearness(told, found, embedder) >= SAME_FROM if known is None else known


def stands_by(asking: Asking, found: Words, told: Words) -> bool | None:
    """Tell whether what was found is told too, as far as code can look it up; None where it cannot.

    The numbers, countries, the city asked for, or at least half of the other words that were found stand in the
    sentence that tells. What is of another kind than was asked for (a number, a date, a person) contradicts nothing
    that is of it.
    """
    if asking.kind != "other" and has_kind(asking.kind, found.text, found.language) is False:
        return has_kind(asking.kind, told.text, told.language) is True
    if numbers_in(found.text, found.language):
        return not unsupported_numbers(found.text, found.language, told.sentence, told.language)
    if countries := countries_in(found.text, found.language) - countries_in(asking.question):
        named = countries_in(told.sentence, told.language) - countries_in(asking.question)
        return countries <= named <= countries_in(found.sentence, found.language)
    cities = cities_in(found.text) - cities_in(asking.question)
    if asking.kind == "city" and cities and cities <= cities_in(told.sentence):
        return True
    words = [word for word in _WORD.findall(found.text) if not stands_in(word, asking.question)]
    half = words and 2 * sum(stands_in(word, told.sentence) for word in words) >= len(words)
    return True if half else None


def names_the_same(found: Words, told: Words) -> bool:
    """Tell whether the numbers that were found are told too: their values, or the digits that they are written in.

    A small model writes the digits right and the word after them wrong (330億 for 330 billion).
    """
    if not numbers_in(found.text, found.language):
        return False
    if not unsupported_numbers(found.text, found.language, told.sentence, told.language):
        return True
    runs = [set(map(plain_digits, _DIGITS.findall(one))) for one in (found.text, told.sentence)]
    return bool(runs[0]) and runs[0] <= runs[1]


def agreed_countries(asking: Asking, found: Words, told: Words, many: bool) -> frozenset[str]:
    """Return the countries that answer, where what was found and what was told do not contradict each other.

    What tells of a country that the sentence does not name counts as telling of none; then all that the sentence names
    have to be found. Of one country that was asked for both have to name it; of many, one may name more of them.
    """
    asked = countries_in(asking.question) | UNIONS
    here = countries_in(found.sentence, found.language) - asked
    first, second = countries_in(found.text, found.language) - asked, countries_in(told.sentence) - asked
    second = second if second <= here else frozenset()
    more = max(first, second, key=len)
    if many:
        known = len(more) > 1 and first | second == more
    else:
        more = first & second if second else first
        known = len(more) == 1
    return more if first and known and (second or first == here) else frozenset()


def nearness(one: Words, other: Words, embedder: Embedder) -> float:
    """Return the cosine of two runs of words, without what all texts of their languages have in common."""
    means = language_offsets(embedder.identity, [one.language, other.language])
    vectors = embedder.embed_passages([one.text, other.text])
    first, second = (
        centred(vector, means.get(words.language)) for vector, words in zip(vectors, (one, other), strict=True)
    )
    return float(first @ second)
