"""Numbers and dates in five languages, and numbers of a claim that its evidence does not have."""

from decimal import Decimal

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from citeglot.numerals import numbers_in, unsupported_numbers

LANGUAGES = ("de", "en", "hi", "ja", "no")
TEXT = st.text(alphabet="0123 .,-/%年月日万億十二三一第数28２८٣½²aeno'’\u00a0tp:\n🙂é", max_size=30)
MILLION, MILLIARD = 10**6, 10**9


def values(text, language):
    """Return the sets of values in order, as sets of floats for short tests."""
    return [{float(value) for value in numeral.values} for numeral in numbers_in(text, language)]


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [
        ("de", "Am 10. - 11. Januar 2024 die 8. Ausgabe", [{10}, {11}, {2024}, {8}]),
        ("de", "1.234,5 und 1.234 und 3.5 und 12.01.24", [{1234.5}, {1234}, {3.5}, {12}, {1}, {24}]),
        ("de", "330 Mrd. Dollar, eine Million, zwei Millionen", [{330 * MILLIARD}, {MILLION}, {2 * MILLION}]),
        ("de", "ein 2,5-Milliarden-Plan; zweitausendvierundzwanzig", [{2.5 * MILLIARD}, {2024}]),
        ("de", "die achte Ausgabe, ein Mann, eine Frau, einer", [{8}]),
        ("en", "1,234.5 and 1.234 and 1,23,456", [{1234.5}, {1.234}, {123456}]),
        ("en", "two hundred and five, twenty-eight, the twenty-first", [{205}, {28}, {21}]),
        ("en", "330 billion, a million, one million, $5bn", [{330 * MILLIARD}, {MILLION}, {MILLION}, {5 * MILLIARD}]),
        ("en", "August 26–27, the 5+1 format, 2nd and 3rd, 10%", [{26}, {27}, {5}, {1}, {2}, {3}, {10}]),
        ("en", "one of the first, one by one; twelve, thirteen", [{12}, {13}]),
        ("no", "330 milliarder, tjueåtte, åtteogtyve, 10 000", [{330 * MILLIARD}, {28}, {28}, {10000}]),
        ("no", "en fregatt, ett land, et tall, 1,5 mill. til sju", [{1.5 * MILLION}, {7}]),
        ("no", "to hundre og femti, i 2024 100 folk", [{250}, {2024}, {100}]),
        ("hi", "अट्ठाईस २८ 28 एक दोनों", [{28}, {28}, {28}]),
        ("hi", "1,00,000 और पाँच लाख पचास हज़ार, ढाई करोड़", [{100000}, {550000}, {25 * MILLION}]),
        ("hi", "आठवें संस्करण में दो सौ पचास, अरब देश", [{8}, {250}]),
        ("ja", "二十八の項目、十一、3300億ドル、１２、１．５倍", [{28}, {11}, {330 * MILLIARD}, {12}, {1.5}]),
        ("ja", "一般に三浦は十分、二国間、数十、何百万、一部、千葉", []),
        ("ja", "令和6年、第八回、八回、三か国、1億2000万", [{6, 2024}, {8}, {8}, {3}, {120 * MILLION}]),
        ("ja", "二〇二四年", [{2024}]),
        ("und", "1.234 ١٢٫٥ 12’345", [{1.234, 1234}, {12.5}, {12345}]),
        ("en", "https://t.co/RSec85SgdW pic.twitter.com/uPZN0Gj765 G7", [{7}]),
    ],
)
def test_numbers_are_read_by_locale(language, text, expected):
    """Digits, marks, words and scales mean what they mean in the language; articles are no numbers."""
    assert values(text, language) == expected


@given(st.integers(0, 10**12), st.sampled_from(LANGUAGES), st.sampled_from(["0", "०", "０", "٠"]))
def test_digits_of_every_script_are_one_number(number, language, zero):
    """Digits mean the same in every script, and grouping as the locale writes it changes nothing."""
    mark = "." if language in ("de", "no") else ","
    for written in (str(number), f"{number:,}".replace(",", mark)):
        digits = "".join(chr(ord(zero) + int(sign)) if sign.isdecimal() else sign for sign in written)
        (numeral,) = numbers_in(f"x: {digits};", language)
        assert numeral.values == {Decimal(number)}
        assert numeral.text == digits


@given(TEXT, st.sampled_from([*LANGUAGES, "und", "zh"]))
@example("0..一", "de")
@example("1.5一1.5万", "ja")
@example("二５．．一", "ja")
def test_every_text_is_read(text, language):
    """No text fails; spans are in order, slice the text, and a text supports its own numbers and dates."""
    end = 0
    for numeral in numbers_in(text, language):
        assert end <= numeral.span.start < numeral.span.end
        assert numeral.text == text[numeral.span.start : numeral.span.end]
        assert numeral.values
        end = numeral.span.end
    assert unsupported_numbers(text, language, text, language) == ()


@pytest.mark.parametrize(
    "evidence",
    [("en", "28 activities"), ("de", "achtundzwanzig Aktivitäten"), ("ja", "２８の活動"), ("hi", "२८ गतिविधियाँ"),
     ("hi", "अट्ठाईस गतिविधियाँ"), ("no", "tjueåtte aktiviteter"), ("ja", "二十八の活動")],
)  # fmt: skip
@pytest.mark.parametrize(
    "claim", [("de", "Es sind 28."), ("no", "Det er tjueåtte."), ("ja", "28項目です。"), ("hi", "वे २८ हैं।")]
)
def test_a_number_is_found_in_every_notation(claim, evidence):
    """28 is 28 in every script and language, and 29 is not."""
    assert unsupported_numbers(claim[1], claim[0], evidence[1], evidence[0]) == ()
    assert unsupported_numbers("29", "en", evidence[1], evidence[0]) == ("29",)


@pytest.mark.parametrize(
    "evidence",
    [("de", "Am 10. - 11. Januar 2024"), ("en", "10–11 January 2024"), ("no", "10. og 11. januar 2024"),
     ("ja", "2024年1月11日"), ("hi", "११ जनवरी २०२४"), ("ja", "令和6年1月11日"), ("de", "11/01/24")],
)  # fmt: skip
@pytest.mark.parametrize(
    "claim",
    [
        ("de", "am 11. Januar 2024"),
        ("en", "on January 11, 2024"),
        ("ja", "2024年1月11日に"),
        ("hi", "11 जनवरी को"),
        ("no", "i januar"),
    ],
)
def test_a_date_is_found_in_every_notation(claim, evidence):
    """A day with its month is the same date in every language; another month is not."""
    assert unsupported_numbers(claim[1], claim[0], evidence[1], evidence[0]) == ()
    assert unsupported_numbers("am 11. Februar", "de", evidence[1], evidence[0]) == ("11. Februar",)
    assert unsupported_numbers("12. Januar", "de", evidence[1], evidence[0]) == ("12. Januar",)
    assert unsupported_numbers("11. Januar 2023", "de", evidence[1], evidence[0]) == ("11. Januar 2023",)


def test_scales_are_part_of_the_number():
    """330 milliarder, 330 billion and 3300億 are one amount; 330 millions and 330 alone are others."""
    evidence = ("investeringer på hele 330 milliarder dollar over de neste fire årene", "no")
    claims = [("330 Milliarden Dollar in vier Jahren", "de"), ("$330 billion over four years", "en"),
              ("4年間で3300億ドル", "ja"), ("330 अरब डॉलर, चार साल", "hi"), ("330 milliardar", "no")]  # fmt: skip
    for claim, language in claims:
        assert unsupported_numbers(claim, language, *evidence) == ()
    assert unsupported_numbers("330 Millionen, 330, fünf Jahre", "de", *evidence) == ("330 Millionen", "330", "fünf")
    assert unsupported_numbers("330億", "ja", *evidence) == ("330億",)


def test_unsure_is_unsupported():
    """A number in a web address or inside another number supports nothing."""
    assert unsupported_numbers("85", "en", "https://t.co/RSec85SgdW", "en") == ("85",)
    assert unsupported_numbers("28 and 3", "en", "128 talks, 28.5 tons, 3,000 men", "en") == ("28", "3")
    assert unsupported_numbers("12. Januar 2024", "de", "12/01/24", "en") == ("12. Januar 2024",)
    assert unsupported_numbers("no numbers here", "en", "", "en") == ()
