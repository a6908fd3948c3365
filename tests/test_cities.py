"""The large cities that a text names, in any of the five languages, and what each language calls them."""

import unicodedata

import pytest

from citeglot.cities import cities_in, cities_named, said_city
from citeglot.language import INTERFACE_LANGUAGES


@pytest.mark.parametrize(
    ("text", "cities"),
    [
        ("Sie trafen sich in Neu-Delhi.", {"New Delhi"}),
        ("Neu Delhis Straßen, Tokios Türme und Paris’ Brücken", {"New Delhi", "Tokyo", "Paris"}),
        ("They met in New Delhi, not in New York City.", {"New Delhi", "New York City"}),
        ("Tashkent's mayor went to San Francisco", {"Tashkent", "San Francisco"}),
        ("बैठक नई दिल्ली में, फिर टोक्यो में हुई।", {"New Delhi", "Tokyo"}),
        ("会談はニューデリーで、次は東京都内で開かれた。", {"New Delhi", "Tokyo"}),
        ("京都で会った。", {"Kyoto"}),
        ("Møtet var i Tasjkent og i København.", {"Tashkent", "Copenhagen"}),
        ("ﾄｳｷｮｳではなく、ﾓｽｸﾜで", {"Moscow"}),
        ("the reading of a bath, an orange and a mobile", set()),
        ("Norwegen, norsk, ノルウェー, नॉर्वे", set()),
        ("ニューデリーゲート", set()),
        ("New  and Delhi", {"Delhi"}),
        ("", set()),
    ],
)
def test_cities_are_found_in_any_language(text, cities):
    """However they are inflected or composed; what only begins with a name, or begins small, is none."""
    assert cities_in(text) == cities
    assert cities_in(unicodedata.normalize("NFD", text)) == cities


def test_a_city_is_given_as_it_stands():
    """Without its genitive, which belongs to the sentence; an s of its own stays."""
    assert cities_named("Neu-Delhis Rat und der von Paris") == {"New Delhi": "Neu-Delhi", "Paris": "Paris"}


@pytest.mark.parametrize(
    ("city", "names"),
    [
        ("Tokyo", ("Tokio", "Tokyo", "टोक्यो", "東京", "Tokyo")),
        ("New Delhi", ("New Delhi", "New Delhi", "नई दिल्ली", "ニューデリー", "New Delhi")),
        ("Moscow", ("Moskau", "Moscow", "मॉस्को", "モスクワ", "Moskva")),
        ("Beijing", ("Beijing", "Beijing", "बीजिंग", "北京", "Beijing")),
    ],
)
def test_each_language_has_its_own_name(city, names):
    """That of Unicode's CLDR, else one in its script, else the English one; and each is found again."""
    said = dict(zip(("de", "en", "hi", "ja", "no"), names, strict=True))
    assert {language: said_city(city, language) for language in INTERFACE_LANGUAGES} == said
    assert all(cities_in(name) == {city} for name in names)
