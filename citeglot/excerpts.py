"""The few words of the evidence that answer: what is left to say where no sentence could be written that holds.

Names, numbers, dates and countries are the same for every reader, or have a known form in each language.
"""

import datetime
import unicodedata
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import regex
from babel import Locale
from babel.dates import format_date, format_skeleton

from citeglot.citations import Settled, numbered
from citeglot.dates import dates_in
from citeglot.evidence import SCAFFOLD, Evidence, turns_that_fit
from citeglot.kinds import asked_kind
from citeglot.language import script_of
from citeglot.names import names_in
from citeglot.numerals import numbers_in
from citeglot.places import countries_in
from citeglot.prompts import load_prompt
from citeglot.protocols import Generator, Limits
from citeglot.spellings import stands_in

FRAMES = {
    "de": "Laut dem Artikel: {}.",
    "en": "According to the article: {}.",
    "hi": "लेख के अनुसार: {}।",
    "ja": "記事によると、{}です。",
    "no": "Ifølge artikkelen: {}.",
}
LIMITS = Limits(max_tokens=40, seconds=30.0)
MOST_WORDS = 12
LEAP_YEAR = 2024  # has every day that a date without a year may name
_WORD = regex.compile(r"[\p{L}\p{M}\p{N}'’-]+")
NO_NOUN = regex.compile(r"[\s\p{N}-]|\p{Lu}{2}")
_AROUND = " \t\"'“”„«»「」『』*.,;:。、।"


def excerpt(question: str, language: str, evidence: Evidence, generator: Generator, prompts: Path) -> Settled | None:
    """Return an answer that is a sentence of the question's language around names, numbers, dates or countries.

    The model copies words of the evidence; None where they do not stand in one of its sentences, where they say what
    the question says already, or where they would have to be translated.
    """
    frame = FRAMES.get(language)
    words = _copied(question, evidence, generator, prompts) if frame else ""
    span = next((one for one in evidence.sentences if _flat(words) in _flat(one.of(evidence.source))), None)
    if not frame or not words or span is None or len(_WORD.findall(words)) > MOST_WORDS:
        return None
    said = list(dict.fromkeys(_sayable(question, language, words, evidence.chunk.language)))
    text = frame.format(("、" if language == "ja" else ", ").join(said))
    return numbered("answer", [(text, "supported", [(evidence, span)])]) if said else None


def _copied(question: str, evidence: Evidence, generator: Generator, prompts: Path) -> str:
    prompt = load_prompt(prompts, "words", "")
    turns = turns_that_fit(
        lambda text: prompt.fill(question=question, evidence=text),
        evidence.text,
        generator,
        SCAFFOLD + LIMITS.max_tokens,
    )
    with closing(generator.stream(turns, LIMITS)) as pieces:
        return "".join(pieces).strip().partition("\n")[0].strip(_AROUND)


def _sayable(question: str, language: str, words: str, of_words: str) -> Iterator[str]:
    """Yield what of some words answers the kind of question, as the question's language writes it."""
    kind = asked_kind(question.rpartition("\n")[2], language)
    locale = Locale.parse("nb" if language == "no" else language)
    if kind == "date" and dates_in(words, of_words):
        yield from _dates(words, of_words, locale)
    elif kind in ("date", "number"):
        numbers = numbers_in(words, of_words)
        yield from (str(min(one.values)) for one in numbers if len(numbers) == len(one.values) == 1)
    else:
        countries = countries_in(words, of_words) - countries_in(question, language)
        if countries and kind != "person":
            yield from sorted(locale.territories[code] for code in countries)
        elif script_of(of_words) == "Latin":
            yield from _names(question, words, of_words, surely=kind == "person")


def _dates(words: str, of_words: str, locale: Locale) -> Iterator[str]:
    for one in dates_in(words, of_words):
        when = datetime.date(one.year or LEAP_YEAR, one.month or 1, one.day or 1)
        if one.year and one.month and one.day:
            yield format_date(when, "long", locale)
        elif one.month and one.day:
            yield format_skeleton("MMMMd", when, locale=locale)
        else:
            yield format_date(when, f"{'MMMM ' * bool(one.month)}{'y' * bool(one.year)}".strip(), locale)


def _names(question: str, words: str, of_words: str, surely: bool) -> Iterator[str]:
    """Yield names that the question has not; of German, whose nouns look like names, only those that are no noun."""
    for name in names_in(words, of_words):
        doubtful = countries_in(name.text, of_words) or (of_words == "de" and not NO_NOUN.search(name.text))
        if (surely or not doubtful) and not stands_in(name.text, question):
            yield name.text


def _flat(text: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())
