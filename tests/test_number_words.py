"""Words and Han numerals, one number at a time."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from citeglot.number_words import fold, kanji_value, word_value


@pytest.mark.parametrize("language", ["de", "en", "no"])
def test_all_words_below_a_hundred_differ(language):
    """Each number from 2 to 99 is read from its word, by words composed here by hand rules of the language."""
    units = {
        "de": ["null", "ein", "zwei", "drei", "vier", "fünf", "sechs", "sieben", "acht", "neun"],
        "en": ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"],
        "no": ["null", "en", "to", "tre", "fire", "fem", "seks", "sju", "åtte", "ni"],
    }[language]
    tens = {
        "de": ["zwanzig", "dreißig", "vierzig", "fünfzig", "sechzig", "siebzig", "achtzig", "neunzig"],
        "en": ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"],
        "no": ["tjue", "tretti", "førti", "femti", "seksti", "sytti", "åtti", "nitti"],
    }[language]
    for ten, name in enumerate(tens, start=2):
        assert word_value(fold(name), language) == 10 * ten
        for unit in range(1, 10):
            joined = {"de": f"{units[unit]}und{name}", "en": name + units[unit], "no": name + units[unit]}[language]
            assert word_value(fold(joined), language) == 10 * ten + unit


@pytest.mark.parametrize(
    ("language", "word", "value"),
    [
        ("de", "zwölf", 12),
        ("de", "siebzehn", 17),
        ("de", "dreiundachtzigsten", 83),
        ("de", "zweihundertfünfzig", 250),
        ("de", "hunderteins", 101),
        ("de", "Dreißig", 30),
        ("en", "twelfth", 12),
        ("en", "twentieth", 20),
        ("no", "trettende", 13),
        ("no", "tohundreogfemti", 250),
        ("no", "syvende", 7),
        ("hi", "निन्यानवे", 99),
        ("hi", "पांच", 5),
        ("hi", "अट्ठाईसवाँ", 28),
        ("hi", "तीसरी", 3),
    ],
)
def test_words_of_numbers(language, word, value):
    """Irregular and composed words, cardinal and ordinal, in their spellings."""
    assert word_value(fold(word), language) == value


@given(st.integers(1, 99_999_999))
def test_han_numerals_are_positional(number):
    """A number written out with 十, 百, 千 and 万 is read back."""

    def section(value):
        digits = "零一二三四五六七八九"
        return "".join(
            digits[value // size % 10] + unit
            for size, unit in ((1000, "千"), (100, "百"), (10, "十"), (1, ""))
            if value // size % 10
        )

    high, low = divmod(number, 10_000)
    assert kanji_value((section(high) + "万" if high else "") + section(low)) == number
