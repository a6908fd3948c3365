"""What of an answer may be called supported: that code could look up what was asked for.

What relates to what in a sentence no code here can tell: a small model writes sentences that are near to the evidence,
with its names and numbers, and say another thing. So an answer to why or how is weak at best.
"""

from collections.abc import Sequence

import regex

from citeglot.cities import cities_in
from citeglot.claims import SHORT_ANSWER
from citeglot.dates import dates_in, weekdays_in
from citeglot.evidence import Evidence
from citeglot.kinds import asked_countries
from citeglot.language import folded, script_of
from citeglot.names import names_in
from citeglot.places import countries_in
from citeglot.signals import Asking
from citeglot.spellings import stands_in
from citeglot.types import Span, Verdict

_YEAR = regex.compile(r"(?<!\p{N})\p{Nd}{4}(?!\p{N})")
_WORD = regex.compile(r"[\p{L}\p{M}\p{N}\u200c\u200d]+")


def final_verdict(asking: Asking, told: str, verdict: Verdict, sources: Sequence[tuple[Evidence, Span]]) -> Verdict:
    """Return a verdict on what is told, held against the question: weak where code cannot tell that it answers.

    What stands in a cited sentence word for word needs no telling. Else it can where a number, a date, a person, a city
    or a country is asked for and told, and all countries of the question are named in the evidence or its title.
    """
    if verdict != "supported" or any(_is_part(told, span.of(one.source)) for one, span in sources):
        return verdict
    definite = asking.kind != "other" or asked_countries(asking.last, asking.language)
    there = any(
        asking.countries <= countries_in(f"{one.chunk.title}\n{one.text}", one.chunk.language) for one, _ in sources
    )
    return "supported" if definite and there and _has_it(asking, told) else "weak"


def _is_part(told: str, sentence: str) -> bool:
    """Tell whether all of a sentence is told, or more than a word or two of it, as it stands there."""
    words, there = (_WORD.findall(folded(text)) for text in (told, sentence))
    is_long = sum(map(len, words)) > SHORT_ANSWER
    return words == there or (is_long and f" {' '.join(words)} " in f" {' '.join(there)} ")


def _has_it(asking: Asking, told: str) -> bool:
    language = asking.language
    if asked_countries(asking.last, language):
        return bool(countries_in(told, language) - asking.countries)
    if asking.kind == "person" and script_of(language) == "Latin":
        return any(_may_be_person(name.text, asking) for name in names_in(told, language))
    if asking.kind == "date":  # the 5 of "5+1" is no day
        return bool(dates_in(told, language) or weekdays_in(told, language) or _YEAR.search(told))
    return asking.is_met_by(told, language) is not False


def _may_be_person(name: str, asking: Asking) -> bool:
    is_place = countries_in(name, asking.language) or cities_in(name)
    return not is_place and not stands_in(name, asking.question)
