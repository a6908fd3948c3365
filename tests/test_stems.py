"""One term for all forms and spellings of a word, and the parts of compounds."""

import sys
from concurrent.futures import ThreadPoolExecutor
from importlib import import_module
from types import ModuleType

import pytest

from citeglot import stems
from citeglot.stems import known_parts, parts_of, stem_of


@pytest.mark.parametrize(
    ("language", "forms"),
    [
        ("de", ["vertrag", "vertrages", "verträge", "verträgen", "vertraege"]),
        ("de", ["straße".casefold(), "strasse", "strassen"]),
        ("en", ["exercise", "exercises", "exercised", "exercise's"]),
        ("hi", ["लड़का", "लड़के", "लड़कों"]),
        ("hi", ["हिन्दी", "हिंदी"]),
        ("hi", ["हज़ार", "हजार"]),
        ("hi", ["पाँच", "पांच"]),
        ("no", ["avtale", "avtalen", "avtaler", "avtalene"]),
        ("no", ["bodø", "bodo", "bodoe"]),
        ("no", ["håkon", "haakon", "hakon"]),
        ("no", ["sa\u030a", "så", "saa"]),
        ("ar", ["مُدَرِّسَة", "مدرسة"]),
        ("ru", ["ёлка", "елка"]),
        ("ja", ["são", "sao"]),
        ("und", ["łódź", "lodz"]),
    ],
)
def test_forms_and_spellings_of_a_word_meet(language, forms):
    """All ways to write a word, in all its cases, are one term."""
    assert len({stem_of(form, language) for form in forms}) == 1


@pytest.mark.parametrize(
    ("language", "one", "other"),
    [("de", "vertrag", "betrag"), ("hi", "भारत", "भार"), ("no", "avtale", "avgift"), ("ru", "йод", "иод")],
)
def test_other_words_stay_apart(language, one, other):
    """Only Latin letters lose their accents, and a stem is no more than a stem."""
    assert stem_of(one, language) != stem_of(other, language)


def test_every_stemmer_named_is_there():
    """Each language in the table has its stemmer in the library, under the name that is made for it."""
    for language in stems._STEMMERS:
        assert stem_of("a", language)


def test_a_word_without_end_is_not_stemmed():
    """A million letters without a space cost nothing, and are still found."""
    word = "ungs" * 250_000
    assert stem_of(word, "de") == word
    assert parts_of(word, "de") == []
    assert known_parts(word, "de", lambda term: True) == ()


def test_threads_do_not_mix_their_words():
    """The same stems come out when many threads ask at once."""
    words = [f"wort{number}ungen" for number in range(400)]
    stems._stem.cache_clear()
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda word: stem_of(word, "de"), words * 4))
    stems._stem.cache_clear()
    assert found == [stem_of(word, "de") for word in words] * 4


class OtherStemmer:
    """Stands for PyStemmer: the same interface, other rules."""

    def __init__(self, language):
        """Take any language."""

    def stemWord(self, word):
        """Return what no stemmer of ours returns."""
        return "#" + word


def test_another_stemmer_that_is_installed_changes_nothing(monkeypatch):
    """PyStemmer, which the library takes by itself where it is there, has no say: indexes stay comparable."""
    other = ModuleType("Stemmer")
    other.algorithms, other.Stemmer = list, OtherStemmer
    for name in [name for name in sys.modules if name.startswith("snowballstemmer")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "Stemmer", other)
    stems._stem.cache_clear()
    assert import_module("snowballstemmer").stemmer is OtherStemmer
    assert stem_of("verträge", "de") == "vertrag"


@pytest.mark.parametrize(
    ("language", "compound", "parts"),
    [
        ("de", "verteidigungsausrüstung", ["verteidigung", "ausrüstung"]),
        ("de", "sicherheitspolitik", ["sicherheit", "politik"]),
        ("no", "regjeringsforhandlinger", ["regjering", "forhandlinger"]),
        ("no", "sikkerhetspolitikk", ["sikkerhet", "politikk"]),
    ],
)
def test_a_compound_shows_its_parts(language, compound, parts):
    """The parts are the terms that the words would have by themselves."""
    assert parts_of(compound, language) == [stem_of(part, language) for part in parts]


@pytest.mark.parametrize(
    ("language", "word"), [("de", "ausrüstung"), ("de", "rüstungs"), ("en", "verteidigungsausrüstung"), ("hi", "सुरक्षा")]
)
def test_other_words_have_no_parts(language, word):
    """A plain word, and one of a language without such compounds, stays whole."""
    assert parts_of(word, language) == []


@pytest.mark.parametrize(
    ("language", "compound", "parts"),
    [
        ("de", "luftabwehrsystem", ("luftabwehr", "system")),
        ("de", "kampfflugzeuge", ("kampf", "flugzeuge")),
        ("de", "friedensvertrag", ("frieden", "vertrag")),
        ("no", "forsvarsminister", ("forsvar", "minister")),
        ("no", "jagerfly", ()),
    ],
)
def test_a_compound_is_cut_where_the_articles_have_both_parts(language, compound, parts):
    """A part that no article has is no part; one of three letters is none either."""
    terms = {stem_of(part, language) for part in parts} | {"fly"}
    found = known_parts(stem_of(compound, language), language, terms.__contains__)
    assert found == tuple(stem_of(part, language) for part in parts)
    assert known_parts(stem_of(compound, language), language, lambda term: False) == ()
