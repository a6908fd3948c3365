"""Which countries a text speaks of, whatever the language: Norwegen, norsk, नॉर्वे and ノルウェー are one.

The names are those of Unicode's CLDR, through Babel; `places.json` adds adjectives, short forms and other spellings,
and names that have a country's in them and mean none: the South China Sea.
"""

import json
from functools import cache
from pathlib import Path

import regex
from babel import UnknownLocaleError

from citeglot.language import INTERFACE_LANGUAGES, folded, locale_of
from citeglot.types import UNKNOWN_LANGUAGE, Span

MORE = Path(__file__).with_name("places.json")
UNIONS = frozenset({"EU", "UN"})  # CLDR has them among the territories
_NO_COUNTRY = {"EZ", "QO", "XA", "XB", "ZZ"}
_NONE = "none"  # what the file calls names that mean no country
_SHORT_NAME, _SHORT_FORM = 5, 3  # letters: Mali is not in malicious, nor UK in Ukraine
# Latin forms are beginnings of words; Hindi ones may take an ending; Katakana ones are whole runs.
_BOUNDS = (
    (regex.compile(r"\p{Latin}"), r"(?<!\p{L})", ""),
    (regex.compile(r"\p{Katakana}"), r"(?<![\p{Katakana}ー])", r"(?![\p{Katakana}ー]|太平洋|洋)"),
    (regex.compile(r"\p{Devanagari}"), r"(?<![\p{L}\p{M}])", r"(?![\p{L}\p{M}]{3})"),
)
_DOTTED = regex.compile("[कखगजडढफय]")  # may be written with a dot below or without, and nasal vowels with two signs
_DOT, _NASAL = "\u093c", str.maketrans("ँ", "ं")


def countries_in(text: str, *languages: str) -> frozenset[str]:
    """Return the ISO 3166 codes of the countries that a text names in these languages, or in any of the page's five."""
    return frozenset(code for _, code in country_spans(folded(text), *languages))


def country_spans(plain: str, *languages: str) -> list[tuple[Span, str]]:
    """Return where a text in folded case names countries, with their codes, in these languages as `countries_in`.

    A name within a longer one is none: Papua New Guinea is not Guinea.
    """
    key = _key(plain)
    forms = _forms(tuple(one for one in languages if one != UNKNOWN_LANGUAGE and _of_language(one)))
    found = {
        (Span(*place.span()), code)
        for form, pattern, code in forms
        if form in key
        for place in _compiled(pattern).finditer(plain)
    }
    named, widest = [], Span(0, 0)
    for span, code in sorted(found, key=lambda one: (one[0].start, -one[0].end, one[1])):
        if span.end > widest.end:
            widest = span
        if span == widest and code != _NONE:
            named.append((span, code))
    return named


@cache
def _forms(languages: tuple[str, ...]) -> tuple[tuple[str, str, str], ...]:
    """Return the forms in some languages, each with the pattern that finds it and whose it is."""
    found = {}
    for code, name, is_name in (one for language in languages or INTERFACE_LANGUAGES for one in _of_language(language)):
        key = _key(folded(name))
        if is_name:
            end = r"(?!\p{L}{2})" if len(key) <= _SHORT_NAME else ""
        else:
            end = r"(?!\p{L})" if len(key) <= _SHORT_FORM else ""
        found[key, end, code] = _pattern(key, end)
    return tuple((key, pattern, code) for (key, _, code), pattern in found.items())


@cache
def _compiled(pattern: str) -> "regex.Pattern[str]":
    """Return a pattern ready for use: only of the few forms that stand in a text, as there are thousands."""
    return regex.compile(pattern)


@cache
def _of_language(language: str) -> tuple[tuple[str, str, bool], ...]:
    """Return codes and their forms, and whether that is the country's name; none for a language that CLDR has not."""
    try:
        territories = locale_of(language).territories
    except (UnknownLocaleError, ValueError):
        return ()
    names = [(code, name, True) for code, name in territories.items() if len(code) == 2 and code.isalpha()]
    known = [one for one in names if one[0] not in _NO_COUNTRY]
    return (*known, *((code, form, False) for code, forms in _more().items() for form in forms)) if known else ()


def _key(form: str) -> str:
    return form.replace(_DOT, "").translate(_NASAL)


def _pattern(key: str, end: str) -> str:
    """Return a pattern for a form where it is a word of its own or begins one; `end` is what a short one needs."""
    before, after = next(((before, after) for script, before, after in _BOUNDS if script.match(key)), ("", ""))
    written = _DOTTED.sub(rf"\g<0>{_DOT}?", regex.escape(key)).replace("ं", "[ंँ]")
    return f"{before}{written}{after}{end if key.isascii() else ''}"


@cache
def _more() -> dict[str, list[str]]:
    content = json.loads(MORE.read_text(encoding="utf-8"))
    return {code: forms for code, forms in content.items() if code != "comment"}
