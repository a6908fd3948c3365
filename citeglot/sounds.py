"""How a word sounds, in any script, as far as letters tell: what two spellings of one name have in common."""

import json
import unicodedata
from functools import cache, lru_cache
from importlib import resources

import regex
from anyascii import anyascii

# A sound is one character. Capitals are consonants, those that a spelling leaves open among them: Q is ch, X is kh,
# U is c before e, E is g before e, J is j, W is v and w, V is the Japanese r and l, I the Japanese b and v. Small
# letters are vowels. What may be silent: x the vowel that Hindi does not write, * the one that Japanese adds, : a long
# vowel, g in ng, r that no vowel follows.
_TABLES = json.loads(resources.files("citeglot").joinpath("sounds.json").read_text("utf-8"))
_COMMON: dict[str, str] = dict(pair.split("=") for pair in _TABLES["common"].split())
_LATIN = _COMMON | dict(pair.split("=") for pair in _TABLES["latin"].split())
_JAPANESE = {**_COMMON, "r": "V", "b": "I"}
_SPELLING = regex.compile("|".join(map(regex.escape, sorted(_LATIN, key=len, reverse=True))))
_LATIN_LETTER = regex.compile(r"\p{Latin}")
_SILENT_E = regex.compile("(?<=[a-z]{3}[^aeiou])e$")
_RULES = (
    (regex.compile("[ae]y(?![aeiou#*])"), "e"),
    (regex.compile("oe$"), "o"),
    (regex.compile(r"y(?=[aeiou#*])"), "Y"),
    (regex.compile("y"), "i"),
    (regex.compile("i(?=[aou])|i?Y"), "Y"),
    (regex.compile("H(?![aeioux*:Y])"), ""),
    (regex.compile("M(?=[PBFWI])"), "N"),
    (regex.compile("NG(?![aeiou:RLV])"), "Ng"),
    (regex.compile(r"([A-Zaeioux*])\1+"), r"\1"),
    (regex.compile("R(?![aeioux*:Y])"), "r"),
)
_KANA = regex.compile(r"[\p{Katakana}\p{Hiragana}ー]")
_DEVANAGARI = regex.compile(r"\p{Devanagari}")
_DEVANAGARI_LETTER = regex.compile(
    r"(?P<consonant>[\u0915-\u0939]\u093c?)(?P<bare>(?![\u093e-\u094d]|$))?|.", regex.DOTALL
)
_NUKTA = {"\u091c\u093c": "z", "\u0921\u093c": "r", "\u0922\u093c": "r", "\u092b\u093c": "f"}
_HINDI_VOWELS = {"ऐ": "e", "\u0948": "e", "औ": "o", "\u094c": "o"}
_YO = {0x451: "йо", 0x401: "йо"}  # Cyrillic ё, which the library reads as e
_SMALL_KANA = "ァィゥェォャュョヮぁぃぅぇぉゃゅょゎ"
_LETTER_NAMES: dict[str, str] = dict(pair.split("=") for pair in _TABLES["letter_names"].split())

_WORD = regex.compile(r"[\p{L}\p{M}\u200c\u200d]+")
_SAME = 0.3  # what a spelling leaves open: the vowel that Hindi does not write, the g of Singh
_STRONG = regex.compile("[A-XZr]")

# what a sound costs where another spelling has that one: nothing to half; what stands in no pair costs 1
_ALIKE = {
    0.0: "QC XK US EG JZ JY VL VR Vr Rr gG gE r: *u BI xa",
    0.1: "QX QS UC EZ EJ ra i: u: iY W* IW *o",
    0.3: "QK QH XH XF SZ FW FH Wu Wi FP CT CZ CS UK ZE JS XG Lr YZ X* GH BW IF",
    0.5: "BP IP TD KG LR FB TS DZ DR KH XC gK",
}
_COSTS = {frozenset(pair): cost for cost, pairs in _ALIKE.items() for pair in pairs.split()}
_SILENT = {"*": 0.05, "x": 0.05, ":": 0.02, "g": 0.1, "r": 0.6, "Y": 0.15, "J": 0.4, "H": 0.5, "W": 0.6}
_VOWELS = "aeioux*"
_VOWEL_STEPS = {frozenset(pair): 0.4 for pair in ("ei", "ou")}
_VOWEL_STEPS |= {frozenset(pair): 0.5 for pair in ("ao", "xe", "xo", "xu", "x*")} | {frozenset("ae"): 0.7}


def sounds_of(word: str) -> str:
    """Return the sounds of a word, one character each; digits stand for themselves."""
    word = unicodedata.normalize("NFKC", word).translate(_YO)
    if _KANA.search(word):
        return _sounded(_from_kana(word), _JAPANESE)
    if _DEVANAGARI.search(word):
        return _sounded(_from_devanagari(word), _COMMON)
    return _sounded(_SILENT_E.sub("*", anyascii(word).lower()), _LATIN if _LATIN_LETTER.search(word) else _COMMON)


def sounds_as_in(word: str, text: str) -> bool:
    """Tell whether a word of a text, in whatever script, sounds as this one in all its sounds."""
    sounds = sounds_of(word)
    return any(distance(sounds, sounds_of(one), 1.0, _SAME) <= _SAME for one in _WORD.findall(text))


def spelled_out(acronym: str) -> str:
    """Return the sounds of the English names of the letters of an acronym, as Hindi and Japanese write it."""
    names = "".join(_LETTER_NAMES.get(letter, letter) for letter in acronym.casefold())
    return _sounded(names, _COMMON)


@lru_cache(maxsize=1 << 16)
def strong_sounds(sounds: str) -> int:
    """Count the consonants that every spelling of a name has."""
    return len(_STRONG.findall(sounds))


def distance(one: str, other: str, vowel: float, limit: float) -> float:
    """Return what it costs to turn the sounds of one word into those of the other, or something above the limit.

    A consonant costs up to 1, a vowel up to `vowel`.
    """
    row = [0.0]
    for sound in other:
        row.append(row[-1] + _silence(sound, vowel))
    for sound in one:
        silence = _silence(sound, vowel)
        before, row = row, [row[0] + silence]
        for place, heard in enumerate(other):
            exchanged = before[place] + _exchange(sound, heard, vowel)
            row.append(min(exchanged, before[place + 1] + silence, row[place] + _silence(heard, vowel)))
        if min(row) > limit:
            return min(row)
    return row[-1]


@cache
def _silence(sound: str, vowel: float) -> float:
    return _SILENT.get(sound, vowel if sound in _VOWELS else 1.0)


@cache
def _exchange(sound: str, heard: str, vowel: float) -> float:
    pair = frozenset((sound, heard))
    if sound == heard:
        return 0.0
    if sound in _VOWELS and heard in _VOWELS:
        return _COSTS.get(pair, vowel * _VOWEL_STEPS.get(pair, 1.0))
    return _COSTS.get(pair, 1.0)


def _sounded(written: str, letters: dict[str, str]) -> str:
    sounds = _SPELLING.sub(lambda found: letters.get(found[0]) or _each(found[0], letters), written)
    sounds = regex.sub("[^A-Za-z0-9*:]", "", sounds.replace("#", "x"))
    for rule, sound in _RULES:
        sounds = rule.sub(sound, sounds)
    return sounds


def _each(written: str, letters: dict[str, str]) -> str:
    return "".join(letters.get(letter, letter) for letter in written)


def _from_devanagari(word: str) -> str:
    """Write the vowel that no letter shows as #, but for the last one, which Hindi has lost."""
    written = ""
    for found in _DEVANAGARI_LETTER.finditer(word):
        letter = found[0]
        if letter in "ँं":
            written += "n"
        elif found["consonant"]:
            written += _NUKTA.get(letter, anyascii(letter[0])) + ("#" if found["bare"] is not None else "")
        else:
            written += _HINDI_VOWELS.get(letter) or anyascii(letter)
    return written


def _from_kana(word: str) -> str:
    """Join small kana to the syllable before; write as * the vowels that Japanese adds after a consonant."""
    written = ""
    for kana in word:
        syllable = ":" if kana == "ー" else "" if kana in "ッっ" else anyascii(kana)
        if kana in _SMALL_KANA:
            written = _joined(written, syllable)
        elif syllable in ("u", "i") and written[-1:] in ("o", "e") and (written[-1], syllable) != ("o", "i"):
            written += ":"
        else:
            written += syllable
    return regex.sub("(?<=[bdfghkmnprstvz])u|(?<=[td])o", "*", written)


def _joined(written: str, small: str) -> str:
    """Return fe for フ and ェ, sho for シ and ョ, wi for ウ and ィ, ye for イ and ェ."""
    before, vowel = written[:-1], written[-1:]
    if not before[-1:].isalpha() or before[-1:] in _VOWELS:
        return before + {"u": "w", "i": "y"}.get(vowel, vowel) + small
    return before + (small[-1] if regex.search("(?:sh|ch|j)$", before) else small)
