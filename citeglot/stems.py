"""The one term that stands for all forms and spellings of a word."""

import unicodedata
from collections.abc import Callable
from functools import lru_cache
from importlib import import_module

import regex

_SNOWBALL = """
ar=arabic ca=catalan cs=czech da=danish de=german el=greek en=english eo=esperanto es=spanish et=estonian eu=basque
fa=persian fi=finnish fr=french ga=irish hi=hindi hu=hungarian hy=armenian id=indonesian it=italian lt=lithuanian
ne=nepali nl=dutch no=norwegian pl=polish pt=portuguese ro=romanian ru=russian sr=serbian st=sesotho sv=swedish ta=tamil
tr=turkish yi=yiddish
"""
_STEMMERS = dict(pair.split("=") for pair in _SNOWBALL.split())
_SCANDINAVIAN = ("da", "no", "sv")

_NUKTA_AND_CANDRABINDU = str.maketrans({"\u093c": None, "\u0901": "\u0902"})
_HALF_NASAL = regex.compile("[ङञणनम]\u094d(?=[क-ह])")
_LATIN_LETTERS = str.maketrans({"ø": "o", "æ": "ae", "œ": "oe", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ı": "i"})
_ASCII_VOWELS = regex.compile("aa|ae|oe")

# after these endings an s joins the parts of a compound
_JOINT = {
    "de": regex.compile(r"(?<=\p{L}{2}(?:ung|heit|keit|schaft|ion|tät|ling|tum))s(?=\p{L}{4})"),
    "no": regex.compile(r"(?<=\p{L}{2}(?:ing|sjon|het|tet|skap|dom|ment))s(?=\p{L}{4})"),
}
_JOINING_LETTERS = ("", "s", "e", "n", "en", "es", "er")
_LEAST_PART = 4
_LONGEST_WORD = 64


def stem_of(word: str, language: str) -> str:
    """Return the term for a word in NFKC and folded case; without a stemmer for the language only spellings meet."""
    if language == "hi":
        word = _HALF_NASAL.sub("\u0902", word.translate(_NUKTA_AND_CANDRABINDU))
    bare = word.removesuffix("'s")
    return _without_accents(_stem(bare, language) if len(bare) <= _LONGEST_WORD else bare, language)


def parts_of(word: str, language: str) -> list[str]:
    """Return the terms of the parts of a compound that its own letters show: verteidigung-s-ausrüstung."""
    parts = _JOINT[language].split(word) if language in _JOINT and len(word) <= _LONGEST_WORD else []
    return [stem_of(part, language) for part in parts] if len(parts) > 1 else []


def known_parts(term: str, language: str, known: Callable[[str], bool]) -> tuple[str, ...]:
    """Return the two parts of a compound where both are `known` terms: luftabwehrsystem gives luftabwehr, system."""
    if language not in _JOINT or not term.isalpha() or len(term) > _LONGEST_WORD:
        return ()
    for cut in range(_LEAST_PART, len(term) - _LEAST_PART + 1):
        head, tail = term[:cut], term[cut:]
        if known(tail):
            for joint in _JOINING_LETTERS:
                part = stem_of(head.removesuffix(joint), language) if head.endswith(joint) else ""
                if len(part) >= _LEAST_PART and known(part):
                    return part, tail
    return ()


@lru_cache(maxsize=1 << 16)
def _stem(word: str, language: str) -> str:
    name = _STEMMERS.get(language)
    if name is None:
        return word
    # not snowballstemmer.stemmer, which takes PyStemmer and its rules where that is installed; and a new one
    # each time, because a stemmer keeps its word inside and threads would mix theirs
    stemmer = getattr(import_module(f"snowballstemmer.{name}_stemmer"), f"{name.title()}Stemmer")
    return str(stemmer().stemWord(word))


def _without_accents(word: str, language: str) -> str:
    """Return bodo for bodø, and in Scandinavian languages for bodoe too; only Latin letters lose anything."""
    if language not in _SCANDINAVIAN and (word.isascii() or not regex.match(r"\p{Latin}", word)):
        return word
    bare = regex.sub(r"(?<=\p{Latin})\p{M}+", "", unicodedata.normalize("NFD", word)).translate(_LATIN_LETTERS)
    bare = unicodedata.normalize("NFC", bare)
    return _ASCII_VOWELS.sub(lambda vowels: vowels[0][0], bare) if language in _SCANDINAVIAN else bare
