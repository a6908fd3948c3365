"""Countries are told in every language, declined and as adjectives, and are told apart."""

import unicodedata
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from citeglot.places import countries_in, country_spans

NAMED = {
    "NO": {
        "de": ("Norwegens Regierung", "die norwegische Armee", "norwegisch", "ein Norweger"),
        "en": ("Norway's army", "the Norwegian army", "Norwegians"),
        "hi": ("नॉर्वे की सेना", "नार्वे", "नॉर्वेजियन सेना"),
        "ja": ("ノルウェー軍", "ノルウェーの軍隊"),
        "no": ("Norges hær", "den norske hæren", "norsk", "i Norge"),
    },
    "JP": {
        "de": ("Japans Minister", "der japanische Minister", "Japanerinnen"),
        "en": ("Japan’s minister", "the Japanese minister"),
        "hi": ("जापान के मंत्री", "जापानी मंत्री"),
        "ja": ("日本の大臣", "日本人"),
        "no": ("Japans statsråd", "den japanske statsråden"),
    },
    "DE": {
        "de": ("Deutschlands Züge", "die deutschen Züge"),
        "en": ("Germany", "German trains"),
        "hi": ("जर्मनी की रेल", "जर्मन रेल"),
        "ja": ("ドイツの列車",),
        "no": ("Tysklands tog", "de tyske togene"),
    },
    "GB": {
        "de": ("Großbritanniens Häfen", "GROSSBRITANNIEN", "britische Häfen"),
        "en": ("Britain", "British ports", "the United Kingdom"),
        "hi": ("ब्रिटेन के बंदरगाह", "ब्रिटिश बंदरगाह"),
        "ja": ("イギリスの港", "英国の港"),
        "no": ("Storbritannias havner", "de britiske havnene"),
    },
    "CH": {
        "de": ("die Schweizer Berge", "schweizerische Berge"),
        "en": ("Switzerland", "Swiss mountains"),
        "hi": ("स्विट्ज़रलैंड के पहाड़",),
        "ja": ("スイスの山", "ｽｲｽの山"),
        "no": ("Sveits' fjell", "sveitsiske fjell"),
    },
}
PHRASES = [
    (code, language, phrase)
    for code, languages in NAMED.items()
    for language, phrases in languages.items()
    for phrase in phrases
]
SOME = st.lists(st.sampled_from([phrase for *_, phrase in PHRASES] + ["", "x", "28", "…", "und dann"]), max_size=4)


@pytest.mark.parametrize(("code", "language", "phrase"), PHRASES)
def test_a_country_is_the_same_in_every_language(code, language, phrase):
    """Declined, as an adjective and as a people, whatever language is said to be asked in."""
    assert countries_in(phrase) == countries_in(phrase, language) == countries_in(phrase, "und") == {code}


@pytest.mark.parametrize(("code", "language", "phrase"), PHRASES)
def test_the_way_it_is_written_does_not_matter(code, language, phrase):
    """In capitals, decomposed, between signs, with text on both sides."""
    for written in (phrase.upper(), unicodedata.normalize("NFD", phrase), f"({phrase})", f"28, {phrase}. x"):
        assert countries_in(written, language) == {code}, written


@pytest.mark.parametrize(
    "text",
    [
        "",
        "28",
        "Brücken und Straßen",
        "Usability and usage",  # not USA
        "Norman Mailer in Normandie",
        "Denmead, Denmoor",
        "Poles and polls",
        "Die Transnorwegische fährt.",
        "Das Himmelreich ist ein Reich, das Neuland ein Land.",
        "Et rike og et land i nordøst.",
        "एक देश और एक राज्य",
        "国と地域",
    ],
)
def test_other_words_name_no_country(text):
    """Words that only begin like one, have one inside, or say kingdom and land."""
    assert countries_in(text) == frozenset()


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("North Korea and not the other", {"KP"}),
        ("Südkoreas Minister", {"KR"}),
        ("उत्तर कोरिया", {"KP"}),
        ("韓国と北朝鮮", {"KR", "KP"}),
        ("Iran, Irak", {"IR", "IQ"}),
        ("ईरान और इराक", {"IR", "IQ"}),
        ("Slowakei oder Slowenien", {"SK", "SI"}),
        ("オーストラリア", {"AU"}),
        ("オーストリア", {"AT"}),
        ("Die Niederlande und Neuseeland", {"NL", "NZ"}),
        ("Schweden, Schweiz", {"SE", "CH"}),
        ("Kasachstan und Usbekistan", {"KZ", "UZ"}),
        ("Kazakh and Uzbek ministers", {"KZ", "UZ"}),
        ("カザフスタンとウズベキスタン", {"KZ", "UZ"}),
        ("Japan og Norge, Tyskland og Sverige", {"JP", "NO", "DE", "SE"}),
    ],
)
def test_countries_of_like_names_are_told_apart(text, codes):
    """North and south, neighbours in the alphabet, and every one of a list."""
    assert countries_in(text) == codes


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("Papua New Guinea, not the other one", {"PG"}),
        ("Papua Ny-Guinea og Guinea", {"PG", "GN"}),
        ("पापुआ न्यू गिनी", {"PG"}),
        ("南スーダンとスーダン", {"SS", "SD"}),
        ("Der Südsudan und die Dominikanische Republik", {"SS", "DO"}),
        ("patrols in the South China Sea and the Indian Ocean", set()),
        ("Im Südchinesischen Meer üben chinesische Schiffe.", {"CN"}),
        ("i Sør-Kinahavet og i Guineabukta", set()),
        ("दक्षिण चीन सागर में", set()),
        ("日本海の演習", set()),
        ("日本海で日本と", {"JP"}),
        ("South American and American ships", {"US"}),
    ],
)
def test_a_name_within_another_is_not_the_country(text, codes):
    """Neither of a longer country's name nor of a sea's."""
    assert countries_in(text) == codes


@pytest.mark.parametrize(
    ("code", "spellings"),
    [
        ("MZ", ("मोज़ांबिक", "मोज़ाम्बिक", "मोजाम्बिक")),
        ("KG", ("किर्गिज़स्तान", "किर्गिज रक्षा मंत्रालय", "किर्गिज़")),
        ("KZ", ("कज़ाखस्तान", "कजाख सेना")),
        ("VU", ("वनुआतू", "वानुअतु", "वानुआतु")),
        ("FR", ("फ़्रांस", "फ्रांसीसी")),
        ("IT", ("इटली", "इतालवी प्रतिनिधिमंडल")),
    ],
)
def test_hindi_is_spelled_in_many_ways(code, spellings):
    """With the dot below and without, with the moon, with a nasal letter, as an adjective."""
    for spelling in spellings:
        assert countries_in(spelling, "hi") == {code}, spelling


def test_a_text_of_another_language_is_read_in_it():
    """What only a Frenchman calls so is told where the text is French."""
    assert countries_in("la Norvège et l'Allemagne", "fr") == {"NO", "DE"}
    assert countries_in("l'Allemagne") == frozenset()


@pytest.mark.parametrize("language", ["", "und", "xx", "no", "zz-ZZ-zz", "deutsch", "_"])
def test_a_language_that_nobody_knows_adds_nothing(language):
    """The page's five are always read."""
    assert countries_in("Norwegen", language) == {"NO"}


@settings(max_examples=30, deadline=None)
@given(SOME)
def test_a_text_names_what_its_lines_name(lines):
    """No more and no less, in any order."""
    whole = countries_in("\n".join(lines))
    assert whole == frozenset().union(*map(countries_in, lines)) == countries_in("\n".join(reversed(lines)))


def test_a_text_of_many_names_is_read_to_its_end():
    """A hundred thousand names are found in order, none twice; comparing each with each would take minutes."""
    plain = "india, papua new guinea, " * 50_000
    found = country_spans(plain, "en")
    assert [code for _, code in found] == ["IN", "PG"] * 50_000
    assert all(one.end <= other.start for (one, _), (other, _) in pairwise(found))
