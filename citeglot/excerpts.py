"""The few words of the evidence that answer: what is left to say where no sentence could be written that holds.

Names, numbers, dates and countries are the same for every reader, or have a known form in each language.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence

import regex

from citeglot.agreement import Words, agreed_countries, names_the_same, stands_by
from citeglot.citations import Settled, numbered
from citeglot.cities import cities_in
from citeglot.claims import runs_in_circles
from citeglot.dates import dates_in, weekdays_in
from citeglot.evidence import Evidence
from citeglot.holders import holder
from citeglot.kinds import asked_countries
from citeglot.language import folded, script_of
from citeglot.measures import asked_measure, currency_of, numbers_beside_dates
from citeglot.names import OFFICES, names_in
from citeglot.numerals import Numeral, numbers_in, unsupported_numbers
from citeglot.places import countries_in
from citeglot.sayings import said_cities, said_countries, said_dates, said_numbers, said_weekdays
from citeglot.signals import Asking
from citeglot.sounds import sounds_as_in
from citeglot.spellings import stands_in
from citeglot.types import Span
from citeglot.verdicts import final_verdict
from citeglot.writing import AROUND

FRAMES = {
    "de": "Laut dem Artikel: {}.",
    "en": "According to the article: {}.",
    "hi": "लेख के अनुसार: {}।",
    "ja": "記事によると、{}です。",
    "no": "Ifølge artikkelen: {}.",
}
MOST_WORDS = 12
_WORD = regex.compile(r"[\p{L}\p{M}\p{N}'’-]+")
_CAPITALISED = regex.compile(r"\p{Lu}[\p{Ll}\p{M}'’-]{3,}(?:\s\p{Lu}[\p{Ll}\p{M}'’-]{3,})*")
NO_NOUN = regex.compile(r"[\s\p{N}-]|\p{Lu}{2}")
_CODE = regex.compile(r"(?=.*[\p{Lu}+/&])[[\p{Lu}&&\p{Latin}]\p{N}+/.&-]{1,12}", regex.V1)  # X, 2+2, GCAP


def excerpt(asking: Asking, draft: str, evidence: Evidence, found: Words, copy: Callable[[], str]) -> Settled | None:
    """Return an answer that is a sentence of the question's language around names, numbers, dates or countries.

    They are the only ones of the kind that was asked for, or what the cross-encoder `found` and the model's draft
    names too, in whatever language that is written, or words that the model copies; of a short draft that named
    countries, these are taken. None where what they name does not stand in one of the sentences, is in the question
    already, would have to be translated, is not all of the countries that the `draft` named, or is not what was found.
    """
    language, there = asking.language, evidence.chunk.language
    if language not in FRAMES:
        return None
    picked = evidence.picked.of(evidence.source)
    draft = "" if runs_in_circles(draft) else draft
    ways = (_only(asking, evidence), _asked_of_both(asking, draft, found), _heard(asking, draft, picked, there))
    if told := next((told for some in ways if (told := _said(asking, some, evidence, evidence.picked))), None):
        return told
    if told := _copied_words(asking, draft, evidence, found, copy):
        return told
    return _said(asking, _names_of_both(asking, draft, found), evidence, evidence.picked)


def _copied_words(
    asking: Asking, draft: str, evidence: Evidence, found: Words, copy: Callable[[], str]
) -> Settled | None:
    there = evidence.chunk.language
    named = countries_in(draft) - countries_in(asking.question)
    words = draft if named and _is_short(draft) else copy()
    if not words or not _is_short(words) or not named <= countries_in(words):
        return None
    if not stands_by(asking, found, Words(words, words, there)):
        return None
    for span in sorted(evidence.sentences, key=lambda span: span != evidence.picked):
        if told := _said(asking, _sayable(asking, words, span.of(evidence.source), there), evidence, span):
            return told
    return None


def _said(asking: Asking, words: Iterable[str], evidence: Evidence, span: Span) -> Settled | None:
    said, language = list(dict.fromkeys(words)), asking.language
    answer = FRAMES[language].format(("、" if language == "ja" else ", ").join(said))
    verdict = final_verdict(asking, answer, "supported", [(evidence, span)])
    return numbered("answer", [(answer, verdict, [(evidence, span)])]) if said else None


def _only(asking: Asking, evidence: Evidence) -> Iterator[str]:
    """Yield the one date, day, number or holder of an office in the picked sentence, where that is asked for."""
    text, language = evidence.picked.of(evidence.source), evidence.chunk.language
    dates, days = dates_in(text, language), weekdays_in(text, language)
    numbers = numbers_beside_dates(text, language)
    if asking.kind == "date" and len(dates) + len(days) == 1:
        yield from said_dates(text, language, asking.language)
        yield from said_weekdays(text, language, asking.language)
    elif asking.kind == "number" and len(numbers) == 1 and asking.is_met_by(text, language):
        yield from _amounts(asking, numbers, text, language)
    elif name := holder(asking, text, language):
        yield name


def _amounts(asking: Asking, numbers: Sequence[Numeral], there: str, of_there: str) -> Iterator[str]:
    """Yield numbers of a text as the question's language writes them, with their currency where money is asked for."""
    is_money = asked_measure(asking.last, asking.language) == "money"
    for number in numbers:
        unit = currency_of(number, there, of_there, asking.language) if is_money else ""
        gap = "" if asking.language == "ja" else " "
        yield from (f"{said}{gap}{unit}".strip() for said in said_numbers([number], of_there, asking.language))


def _cities(asking: Asking, words: str, of_words: str) -> Iterator[str]:
    """Yield the cities of some words that the question has not, as its language names them."""
    known = cities_in(asking.question)
    yield from (name for city, name in said_cities(words, of_words, asking.language) if city not in known)


def _asked_of_both(asking: Asking, draft: str, found: Words) -> Iterator[str]:
    """Yield the countries, city, number or date that were asked for, where cross-encoder and draft name the same.

    The draft may name no city at all: names of cities are the same for both readers, and seldom another's.
    """
    told = Words(draft, draft, asking.language)
    if many := asked_countries(asking.last, asking.language):
        yield from said_countries(agreed_countries(asking, found, told, many == "many"), asking.language)
    elif asking.kind in ("number", "date") and names_the_same(found, told):
        yield from _sayable(asking, found.text, found.sentence, found.language)
    elif asking.kind == "city" and cities_in(draft) <= cities_in(f"{found.text}\n{asking.question}"):
        yield from _cities(asking, found.text, found.language)


def _names_of_both(asking: Asking, draft: str, found: Words) -> Iterator[str]:
    """Yield the code or the names that the cross-encoder found, where the draft has them and no other of the sentence.

    Where a person is asked for and one was found, the draft may name nobody.
    """
    code = found.text.strip(AROUND)
    if asking.kind not in ("person", "city", "other") or script_of(found.language) != "Latin":
        return
    if _CODE.fullmatch(code) and not _holds(asking.question, code):
        yield from (code,) if _holds(draft, code) else ()
        return
    names = list(_names(asking, found.text, found.language))
    told = [name for name in _names(asking, found.sentence, found.language) if stands_in(name, draft)]
    if set(told) == set(names) or (asking.kind == "person" and len(names) == 1 and not told):
        yield from names


def _holds(text: str, code: str) -> bool:
    return regex.search(rf"(?<![\p{{Latin}}\p{{N}}]){regex.escape(code)}(?![\p{{Latin}}\p{{N}}])", text) is not None


def _is_short(words: str) -> bool:
    return len(_WORD.findall(words)) <= MOST_WORDS


def _sayable(asking: Asking, words: str, there: str, of_there: str) -> Iterator[str]:
    """Yield what of some words stands in a sentence and answers the kind of question, as its language writes it."""
    if unsupported_numbers(words, of_there, there, of_there):
        return
    countries = countries_in(words) - countries_in(asking.question)
    if asking.kind == "city" and (cities := cities_in(words)):
        yield from _cities(asking, words, of_there) if cities <= cities_in(there) else ()
    elif asking.kind == "date" and dates_in(words, of_there):
        yield from said_dates(words, of_there, asking.language)
    elif asking.kind in ("date", "number"):
        numbers = numbers_in(words, of_there)
        met = asking.kind == "date" or asking.is_met_by(there, of_there)
        yield from _amounts(asking, numbers, there, of_there) if met and len(numbers) == 1 else ()
    elif countries and asking.kind != "person":
        known = countries <= countries_in(there, of_there)
        yield from said_countries(countries, asking.language) if known else ()
    elif script_of(of_there) == "Latin":
        names = _names(asking, words, of_there)
        yield from (name for name in names if _flat(name) in _flat(there))
    else:
        yield from _heard(asking, words, there, of_there)


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
        known = f"{asking.question} {OFFICES}"
        heard = [one for one in names.split() if sounds_as_in(one, there) and not sounds_as_in(one, known)]
        if heard:
            yield " ".join(heard)


def _flat(text: str) -> str:
    return " ".join(folded(text).split())
