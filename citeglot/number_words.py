"""Numbers one by one: as words in German, English, Hindi and Norwegian, in Han characters, as digits by locale."""

import json
import unicodedata
from decimal import Decimal
from functools import cache
from importlib import resources

import regex

DATA = json.loads(resources.files("citeglot").joinpath("number_words.json").read_text("utf-8"))
ERAS = {"令和": 2018, "平成": 1988, "昭和": 1925, "大正": 1911, "明治": 1867}
_KANJI_DIGITS = {**{digit: place for place, digit in enumerate("〇一二三四五六七八九")}, "零": 0}
_KANJI_TENS = {"十": 10, "百": 100, "千": 1000}
_KANJI_SCALES = {"万": 10**4, "萬": 10**4, "億": 10**8, "亿": 10**8, "兆": 10**12}
KANJI_NUMERALS = "".join([*_KANJI_DIGITS, *_KANJI_TENS, *_KANJI_SCALES])
_POINT_IS_DECIMAL = ("en", "hi", "ja", "zh", "ko", "th", "he")
_COMMA_IS_DECIMAL = ("de", "no", "da", "sv", "nl", "fr", "es", "it", "pt", "pl", "cs", "ru", "uk", "tr", "id")
_JOINERS = {"de": "und", "no": "og"}
_HINDI_ORDINAL = regex.compile(r"(?:वां|वीं|वें|वा|वी|वे)$")
_GERMAN_ENDING = regex.compile(r"(?<=te)[nrsm]$")


def fold(word: str) -> str:
    """Return a word as the tables have it: no case, no nukta, one sign for nasal vowels."""
    decomposed = unicodedata.normalize("NFKC", word).casefold().replace("\u093c", "").replace("\u0901", "\u0902")
    return regex.sub(r"[\u200c\u200d]", "", decomposed)


def word_value(word: str, language: str) -> Decimal | None:
    """Return the number that one folded word names, ordinals from the third on included; None where it names none."""
    if language == "hi":
        return _hindi(word)
    if language not in DATA["units"]:
        return None
    if language == "de":
        word = _GERMAN_ENDING.sub("", word)
    found = _compound(word, language)
    return None if found is None else Decimal(found)


def scale_value(word: str, language: str) -> int | None:
    """Return what a folded word such as "million", "Mrd" or "लाख" multiplies by."""
    return _scales(language).get(word)


def stands_alone(word: str) -> bool:
    """Say whether a folded number word is a number without another: "million" is, "Arab" and an article are not."""
    return word not in _never_alone()


def kanji_value(text: str) -> Decimal:
    """Return the value of a Han numeral, in which digits may stand: 二十八, 二〇二四, 3300億."""
    total = section = Decimal(0)
    digits = ""
    for sign in unicodedata.normalize("NFKC", text).replace(",", ""):
        if sign in _KANJI_DIGITS or sign.isdecimal() or (sign == "." and sign not in digits):
            digits += str(_KANJI_DIGITS[sign]) if sign in _KANJI_DIGITS else sign
        elif sign == ".":
            continue  # a second point groups nothing
        elif sign in _KANJI_TENS:
            section += Decimal(digits or 1) * _KANJI_TENS[sign]
            digits = ""
        else:
            total += (section + Decimal(digits or 0) or 1) * _KANJI_SCALES[sign]
            section, digits = Decimal(0), ""
    return total + section + Decimal(digits or 0)


def ascii_digits(digits: str) -> str:
    """Return digits of any script as ASCII, marks as "," and ".", grouping marks that are nothing else as a space."""
    marks = {"，": ",", "．": ".", "٫": ".", "٬": " ", "'": " ", "’": " ", "\u00a0": " ", "\u202f": " "}
    return "".join(marks.get(sign, sign) if not sign.isdecimal() else str(unicodedata.decimal(sign)) for sign in digits)


def read_digits(digits: str, language: str) -> set[Decimal]:
    """Return what ASCII digits with marks may mean; nothing where they are not one number."""
    values = set()
    if language not in _COMMA_IS_DECIMAL:
        values |= _with_marks(digits, group=",", point=".")
    if language not in _POINT_IS_DECIMAL:
        values |= _with_marks(digits, group=".", point=",")
    if not values:  # the mark of the other convention, where it cannot mean a group: "3.5" in a German text
        values = _with_marks(digits, group=",", point=".") | _with_marks(digits, group=".", point=",")
    return values


def _with_marks(digits: str, group: str, point: str) -> set[Decimal]:
    whole, _, rest = digits.partition(point)
    grouped = rf"\d{{1,3}}(?:[{group} ]\d{{3}})+" + (r"|\d{1,2}(?:,\d{2})*,\d{3}" if group == "," else "")
    if not regex.fullmatch(rf"\d+|{grouped}", whole) or not regex.fullmatch(r"\d*", rest):
        return set()
    return {Decimal(regex.sub(r"\D", "", whole) + (f".{rest}" if rest else ""))}


def _hindi(word: str) -> Decimal | None:
    words = _hindi_words()
    return words.get(word, words.get(_HINDI_ORDINAL.sub("", word)))


def _compound(word: str, language: str) -> int | None:
    """Read thousands and hundreds written in one word: zweitausendvierundzwanzig, tohundreogfemti."""
    total, rest = 0, word
    for scale, name in ((1000, _name(language, 1000)), (100, _name(language, 100))):
        head, found, tail = rest.partition(name)
        if not found:
            continue
        read = _compound if scale == 1000 else _below_ten
        times = 1 if head in ("", "ein") else read(head, language)
        if times is None or not 0 < times < 1000:
            return None
        total, rest = total + times * scale, tail.removeprefix(_JOINERS.get(language, "")) if tail else ""
    if not rest:
        return total or None
    below = _below_hundred(language).get(rest)
    return None if below is None else total + below


def _below_ten(word: str, language: str) -> int | None:
    value = _below_hundred(language).get(word)
    return value if value is not None and value < 10 else None


def _name(language: str, scale: int) -> str:
    return next(word for word, value in _scales(language).items() if value == scale)


@cache
def _below_hundred(language: str) -> dict[str, int]:
    """Build the words for 0 to 99, cardinal and ordinal, as they are written in one word."""
    units = [one.split("|") for one in DATA["units"][language].split()]
    tens = [one.split("|") for one in DATA["tens"][language].split()]
    ordinals = [one.split("|") for one in DATA["ordinals"][language].split()]
    table = {word: value for value, words in enumerate(units) for word in words}
    table.update({word: value for value, words in enumerate(ordinals) for word in words if word != "-"})
    for value in range(len(ordinals), 20):
        table.update({word + ("te" if language == "de" else "th"): value for word in units[value]})
    for ten, names in enumerate(tens, start=2):
        for name in names:
            table.update({name: 10 * ten, _ordinal_ten(name, language): 10 * ten})
            for unit in range(1, 10):
                table.update(dict.fromkeys(_joined(name, units[unit], ordinals[unit], language), 10 * ten + unit))
    return {fold(word): value for word, value in table.items()}


def _joined(ten: str, units: list[str], ordinals: list[str], language: str) -> list[str]:
    if language == "de":
        whole = [("ein" if unit == "eins" else unit) + "und" + ten for unit in units]
        return [*whole, *(word + "ste" for word in whole)]
    if language == "no":
        return [form for unit in units for form in (ten + unit, unit + "og" + ten)] + [ten + one for one in ordinals]
    return [ten + unit for unit in units + ordinals]


def _ordinal_ten(name: str, language: str) -> str:
    if language == "en":
        return name[:-1] + "ieth"
    return name + ("ste" if language == "de" else "ende")


@cache
def _scales(language: str) -> dict[str, int]:
    return {fold(word): value for word, value in DATA["scales"].get(language, {}).items()}


@cache
def _hindi_words() -> dict[str, Decimal]:
    return {fold(word): Decimal(value) for word, value in DATA["words"]["hi"].items()}


@cache
def _never_alone() -> frozenset[str]:
    return frozenset(fold(word) for word in DATA["never_alone"].split())
