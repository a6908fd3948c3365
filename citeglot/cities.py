"""Which cities a text names, whatever the language: Tokio, टोक्यो and 東京 are one.

The names are GeoNames' (CC BY 4.0): `python -m eval.cities` made `cities.json` of them. Towns are not among them.
"""

import json
from collections.abc import Iterator, Sequence
from functools import cache
from itertools import pairwise
from pathlib import Path

import regex

from citeglot.language import folded, locale_of, script_of

FILE = Path(__file__).with_name("cities.json")
LONGEST = 3  # words of a name in letters that are written with spaces
_WORD = regex.compile(r"[[\p{L}\p{M}'’]--[\p{Han}\p{Hiragana}\p{Katakana}]]+", regex.V1)
_RUN = regex.compile(r"[\p{Han}\p{Hiragana}\p{Katakana}ー・]+")
_KANA = regex.compile(r"[\p{Katakana}ー・]+")
_GENITIVE = regex.compile(r"(?<=.{3})(?:['’]s|(?<!s)s|(?<=[sxz])['’])$")
_GAP = regex.compile(r"[\s\-‐‑–]+")
_LETTERS = {"Devanagari": (regex.compile(r"[\p{Devanagari} -]+"),), "CJK": (_KANA, regex.compile(r"\p{Han}+"))}


def key_of(name: str) -> str:
    """Return what two ways of writing a name have in common."""
    return _GAP.sub(" ", folded(name)).strip()


def cities_in(text: str) -> frozenset[str]:
    """Return the English names of the large cities that a text names in one of the page's five languages."""
    return frozenset(cities_named(text))


def cities_named(text: str) -> dict[str, str]:
    """Return the large cities that a text names, by their English names, each as it stands there."""
    return dict((*_among_words(text), *_among_runs(text)))


def said_city(city: str, language: str) -> str:
    """Return what a language calls a city of `cities_in`; its English name where that is not known."""
    zones = locale_of(language).time_zones.items()  # CLDR names them by a city
    known = (str(zone["city"]) for name, zone in zones if "city" in zone and _zone_city(name) == city)
    letters = _LETTERS.get(script_of(language), ())
    forms = (form for some in letters for form in sorted(_cities()[city], key=_has_gap) if some.fullmatch(form))
    return next(known, next((one for one in forms if language != "ja" or _is_japanese(one)), city))


def _has_gap(name: str) -> bool:
    return _GAP.search(name) is not None


def _zone_city(zone: str) -> str:
    return zone.rpartition("/")[2].replace("_", " ")


def _is_japanese(name: str) -> bool:
    """Tell whether letters are used in Japanese, and not in Chinese alone: 東 and not 东."""
    return name.encode("cp932", "ignore").decode("cp932") == name


def _among_words(text: str) -> Iterator[tuple[str, str]]:
    """Yield the cities named by words with spaces around them, of which the longest name counts."""
    words, start = list(_WORD.finditer(text)), 0
    while start < len(words):
        runs = (words[start : start + count] for count in range(LONGEST, 0, -1) if start + count <= len(words))
        found = next(((named, len(run)) for run in runs if (named := _city_of(text, run))), None)
        if found:
            yield found[0]
        start += found[1] if found else 1


def _city_of(text: str, words: Sequence["regex.Match[str]"]) -> tuple[str, str] | None:
    """Return the city that neighbouring words are the name of, in the genitive too, and the name as it stands there."""
    together = all(_GAP.fullmatch(text, one.end(), other.start()) for one, other in pairwise(words))
    if not together or words[0].group()[0].islower():
        return None
    written = text[words[0].start() : words[-1].end()]
    forms = (written, _GENITIVE.sub("", written))
    return next(((_keys()[key_of(form)], form) for form in forms if key_of(form) in _keys()), None)


def _among_runs(text: str) -> Iterator[tuple[str, str]]:
    """Yield the cities named in Japanese, without spaces: the longest name at each place, so 京都 not in 東京都."""
    keys = _keys()
    longest = max(map(len, keys))
    for run in _RUN.findall(folded(text)):
        start = 0
        while start < len(run):
            found = (run[start:end] for end in range(min(len(run), start + longest), start + 1, -1))
            name = next((one for one in found if one in keys and _is_whole(one, run, start)), "")
            if name:
                yield keys[name], name
            start += len(name) or 1


def _is_whole(name: str, run: str, start: int) -> bool:
    """Tell whether a name in Katakana is a whole word of it; other letters tell nothing of where a word ends."""
    if not _KANA.fullmatch(name):
        return True
    around = run[max(0, start - 1) : start] + run[start + len(name) : start + len(name) + 1]
    return not any(_KANA.fullmatch(one) and one != "・" for one in around)


@cache
def _cities() -> dict[str, list[str]]:
    rows = json.loads(FILE.read_text(encoding="utf-8"))["cities"]
    return {name: forms for name, *forms in rows}


@cache
def _keys() -> dict[str, str]:
    return {key_of(form): name for name, forms in _cities().items() for form in (name, *forms)}
