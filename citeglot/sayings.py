"""How numbers, dates, countries and cities are said in a reader's language, whatever language they were read in."""

import datetime
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from typing import Literal

from babel.dates import format_date, format_skeleton, get_day_names
from babel.numbers import format_compact_decimal

from citeglot.cities import cities_named, said_city
from citeglot.dates import dates_in, weekdays_in
from citeglot.language import locale_of
from citeglot.numerals import Numeral, numbers_in

WITH_WORD = 1_000_000
LEAP_YEAR = 2024  # has every day that a date without a year may name


def said_numbers(numbers: Sequence[Numeral], of_them: str, language: str) -> Iterator[str]:
    """Yield numbers of one language as another writes them; none that may mean two. In their own they stay."""
    for one in numbers:
        if of_them == language:
            yield one.text
        elif len(one.values) == 1:
            yield _number(min(one.values), language)


def _number(value: Decimal, language: str) -> str:
    """Return a number in digits, a large one with its word (330 billion) where that says it exactly."""
    locale = locale_of(language)
    size: Literal["short", "long"] = "long" if "long" in locale.compact_decimal_formats else "short"
    text = format_compact_decimal(value, format_type=size, locale=locale, fraction_digits=3)
    exact = value >= WITH_WORD and any(value in one.values for one in numbers_in(text, language))
    return text if exact else f"{value.normalize():f}"


def said_dates(text: str, of_text: str, language: str) -> Iterator[str]:
    """Yield the dates of a text in one language as another writes them; a day that no calendar has is left out."""
    locale = locale_of(language)
    for one in dates_in(text, of_text):
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


def said_weekdays(text: str, of_text: str, language: str) -> Iterator[str]:
    """Yield the weekdays that a text in one language names as another names them."""
    yield from (str(get_day_names("wide", locale=locale_of(language))[day]) for day in weekdays_in(text, of_text))


def said_countries(codes: Iterable[str], language: str) -> list[str]:
    """Return the names of countries in a language, in its order of letters."""
    return sorted(locale_of(language).territories[code] for code in codes)


def said_cities(text: str, of_text: str, language: str) -> Iterator[tuple[str, str]]:
    """Yield the cities that a text in one language names, by their English names, each as another language names it."""
    for city, name in cities_named(text).items():
        yield city, name if of_text == language else said_city(city, language)
