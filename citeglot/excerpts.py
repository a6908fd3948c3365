"""The few words of the evidence that answer: what is left to say where no sentence could be written that holds.

Names, numbers, dates and countries are the same for every reader, or have a known form in each language.
"""

import datetime
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from pathlib import Path

import regex
from babel import Locale
from babel.dates import format_date, format_skeleton, get_day_names

from citeglot.citations import Settled, numbered
from citeglot.claims import runs_in_circles
from citeglot.dates import dates_in, weekdays_in
from citeglot.evidence import SCAFFOLD, Evidence, turns_that_fit
from citeglot.language import folded, locale_of, script_of
from citeglot.names import names_in
from citeglot.numerals import Numeral, numbers_in, unsupported_numbers
from citeglot.places import countries_in
from citeglot.prompts import load_prompt
from citeglot.protocols import Generator, Limits
from citeglot.signals import Asking
from citeglot.spellings import stands_in
from citeglot.types import Span

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
_CAPITALISED = regex.compile(r"\p{Lu}[\p{Ll}\p{M}'’-]{3,}(?:\s\p{Lu}[\p{Ll}\p{M}'’-]{3,})*")
NO_NOUN = regex.compile(r"[\s\p{N}-]|\p{Lu}{2}")
_AROUND = " \t\"'“”„«»「」『』*.,;:。、।"


def excerpt(asking: Asking, draft: str, evidence: Evidence, generator: Generator, prompts: Path) -> Settled | None:
    """Return an answer that is a sentence of the question's language around names, numbers, dates or countries.

    The model copies words of the evidence; None where what they name does not stand in one of its sentences, is in the
    question already, would have to be translated, or is not all of the countries that its `draft` named. Of a short
    draft that named some, they are taken themselves.
    """
    language = asking.language
    if language not in FRAMES:
        return None
    picked = evidence.picked.of(evidence.source)
    for found in (_only(asking, evidence), _heard(asking, draft, picked, evidence.chunk.language)):
        if told := _said(language, found, evidence, evidence.picked):
            return told
    named = frozenset() if runs_in_circles(draft) else countries_in(draft) - countries_in(asking.question)
    words = draft if named and _is_short(draft) else _copied(asking.question, evidence, generator, prompts)
    if not words or not _is_short(words) or not named <= countries_in(words):
        return None
    for span in sorted(evidence.sentences, key=lambda span: span != evidence.picked):
        text = span.of(evidence.source)
        if told := _said(language, _sayable(asking, words, text, evidence.chunk.language), evidence, span):
            return told
    return None


def _said(language: str, words: Iterable[str], evidence: Evidence, span: Span) -> Settled | None:
    said = list(dict.fromkeys(words))
    answer = FRAMES[language].format(("、" if language == "ja" else ", ").join(said))
    return numbered("answer", [(answer, "supported", [(evidence, span)])]) if said else None


def _only(asking: Asking, evidence: Evidence) -> Iterator[str]:
    """Yield the one date, day or number of the picked sentence, where that is what is asked for and there is one."""
    text, language, locale = evidence.picked.of(evidence.source), evidence.chunk.language, locale_of(asking.language)
    dates, days = dates_in(text, language), weekdays_in(text, language)
    numbers = [one for one in numbers_in(text, language) if not any(_overlap(one.span, date.span) for date in dates)]
    if asking.kind == "date" and len(dates) + len(days) == 1:
        yield from _dates(text, language, locale)
        yield from (str(get_day_names("wide", locale=locale)[day]) for day in days)
    elif asking.kind == "number" and len(numbers) == 1:
        yield from _plain(numbers)


def _overlap(one: Span, other: Span) -> bool:
    return one.start < other.end and other.start < one.end


def _plain(numbers: Sequence[Numeral]) -> Iterator[str]:
    """Yield numbers in plain digits; none that may mean two."""
    yield from (f"{min(one.values).normalize():f}" for one in numbers if len(one.values) == 1)


def _is_short(words: str) -> bool:
    return len(_WORD.findall(words)) <= MOST_WORDS


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


def _sayable(asking: Asking, words: str, there: str, of_there: str) -> Iterator[str]:
    """Yield what of some words stands in a sentence and answers the kind of question, as its language writes it."""
    if unsupported_numbers(words, of_there, there, of_there):
        return
    locale = locale_of(asking.language)
    countries = countries_in(words) - countries_in(asking.question)
    if asking.kind == "date" and dates_in(words, of_there):
        yield from _dates(words, of_there, locale)
    elif asking.kind in ("date", "number"):
        numbers = numbers_in(words, of_there)
        yield from _plain(numbers) if len(numbers) == 1 else ()
    elif countries and asking.kind != "person":
        known = countries <= countries_in(there, of_there)
        yield from sorted(locale.territories[code] for code in countries if known)
    elif script_of(of_there) == "Latin":
        names = _names(asking, words, of_there)
        yield from (name for name in names if _flat(name) in _flat(there))
    else:
        yield from _heard(asking, words, there, of_there)


def _dates(words: str, of_words: str, locale: Locale) -> Iterator[str]:
    for one in dates_in(words, of_words):
        try:
            when = datetime.date(one.year or LEAP_YEAR, one.month or 1, one.day or 1)
        except ValueError:  # an article may speak of 31 June
            continue
        if one.year and one.month and one.day:
            yield format_date(when, "long", locale)
        elif one.month and one.day:
            yield format_skeleton("MMMMd", when, locale=locale)
        else:
            yield format_date(when, f"{'MMMM ' * bool(one.month)}{'y' * bool(one.year)}".strip(), locale)


def _names(asking: Asking, words: str, of_words: str) -> Iterator[str]:
    """Yield names that the question has not; of German, whose nouns look like names, only those that are no noun."""
    for name in names_in(words, of_words):
        doubtful = countries_in(name.text, of_words) or (of_words == "de" and not NO_NOUN.search(name.text))
        if (asking.kind == "person" or not doubtful) and not stands_in(name.text, asking.question):
            yield name.text


def _heard(asking: Asking, words: str, there: str, of_there: str) -> Iterator[str]:
    """Yield what is asked for of a person: words of names that sound like one of a sentence in another script."""
    if asking.kind != "person" or script_of(of_there) == "Latin":
        return
    for names in _CAPITALISED.findall(words):
        heard = [name for name in names.split() if stands_in(name, there) and not stands_in(name, asking.question)]
        if heard:
            yield " ".join(heard)


def _flat(text: str) -> str:
    return " ".join(folded(text).split())
