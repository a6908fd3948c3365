"""Which countries a text speaks of, whatever the language: Norwegen, norsk, नॉर्वे and ノルウェー are one.

The names are those of Unicode's CLDR, through Babel; `places.json` adds adjectives and short forms.
"""

import json
from collections.abc import Sequence
from functools import cache
from pathlib import Path

import regex
from babel import UnknownLocaleError

from citeglot.language import INTERFACE_LANGUAGES, folded, locale_of
from citeglot.types import UNKNOWN_LANGUAGE, Span

MORE = Path(__file__).with_name("places.json")
UNIONS = frozenset({"EU", "UN"})  # CLDR has them among the territories
_NO_COUNTRY = {"EZ", "QO", "XA", "XB", "ZZ"}
_SHORT_NAME, _SHORT_FORM = 5, 3  # letters: Mali is not in malicious, nor UK in Ukraine
# Latin forms are beginnings of words; Hindi ones may take an ending; Katakana ones are whole runs.
_BOUNDS = (
    (regex.compile(r"\p{Latin}"), r"(?<!\p{L})", ""),
    (regex.compile(r"\p{Katakana}"), r"(?<![\p{Katakana}ー])", r"(?![\p{Katakana}ー]|太平洋|洋)"),
    (regex.compile(r"\p{Devanagari}"), r"(?<![\p{L}\p{M}])", r"(?![\p{L}\p{M}]{3})"),
)


def countries_in(text: str, *languages: str) -> frozenset[str]:
    """Return the ISO 3166 codes of the countries that a text names in these languages, or in any of the page's five."""
    plain = folded(text)
    return frozenset(code for one in _known(languages) for code, form in _forms(one) if form.search(plain))


def country_spans(plain: str, *languages: str) -> list[tuple[Span, str]]:
    """Return where a text in folded case names countries, with their codes, in these languages as `countries_in`."""
    forms = (some for one in _known(languages) for some in _forms(one))
    return sorted((Span(*found.span()), code) for code, form in forms for found in form.finditer(plain))


def _known(languages: Sequence[str]) -> Sequence[str]:
    return [one for one in languages if one != UNKNOWN_LANGUAGE and _forms(one)] or INTERFACE_LANGUAGES


@cache
def _forms(language: str) -> tuple[tuple[str, "regex.Pattern[str]"], ...]:
    """Return a pattern for each country that a language has a name for; none for a language that CLDR has not."""
    try:
        territories = locale_of(language).territories
    except (UnknownLocaleError, ValueError):
        return ()
    patterns = {
        code: [_pattern(folded(name), r"(?!\p{L}{2})" if len(name) <= _SHORT_NAME else "")]
        for code, name in territories.items()
        if len(code) == 2 and code.isalpha() and code not in _NO_COUNTRY
    }
    for code, more in _more().items():
        added = (_pattern(folded(form), r"(?!\p{L})" if len(form) <= _SHORT_FORM else "") for form in more)
        patterns.setdefault(code, []).extend(added)
    return tuple((code, regex.compile("|".join(some))) for code, some in sorted(patterns.items()))


def _pattern(form: str, end: str) -> str:
    """Return a pattern for a form where it is a word of its own or begins one; `end` is what a short one needs."""
    before, after = next(((before, after) for script, before, after in _BOUNDS if script.match(form)), ("", ""))
    return f"{before}{regex.escape(form)}{after}{end if form.isascii() else ''}"


@cache
def _more() -> dict[str, list[str]]:
    content = json.loads(MORE.read_text(encoding="utf-8"))
    return {code: forms for code, forms in content.items() if code != "comment"}
