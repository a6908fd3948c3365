"""Whether a name stands in a text, in whatever script either of them is written.

Names that are translated rather than spelled (Germany, Deutschland, ドイツ) and the readings of Han letters (木原,
Kihara) are beyond what sounds can tell: for these the answer is no.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import regex

from citeglot.language import folded, is_function_word
from citeglot.sounds import distance, sounds_of, spelled_out, strong_sounds

_TOKEN = regex.compile(
    r"(?<Katakana>[\p{Katakana}ー]+)|(?<Hiragana>\p{Hiragana}+)"
    r"|(?<other>[[\p{L}\p{M}\p{N}\u200c\u200d'’]--[\p{Han}\p{Katakana}\p{Hiragana}ー]]+)",
    regex.V1,
)
_HAN = regex.compile(r"[\p{Han}々]")
_WRITTEN = regex.compile(r"\p{N}+|[\p{L}\p{M}\u200c\u200d]+")
_GAP = regex.compile(r"[\s\-‐‑–・･=＝.]{0,2}")
_PARTICLE = regex.compile(r"(?<=..)(?:[はがをにのとでもへや]|から|まで|より)$")
_ENDING = regex.compile(r"(?<=\p{Latin}{3})(?:['’]s|(?<=[sxzß])['’]|e?s|(?:ien)?isch(?:e[mnrs]?)?|ese|i?ske?)$")
_ACRONYM = regex.compile(r"(?=.*\p{Lu})[\p{Lu}\d]{1,6}")
_LONG_ACRONYM = 4  # shorter ones are never read as a word
_GRAMMAR_OF = {"Devanagari": "hi", "Hiragana": "ja"}
_SHORTEST = 3  # sounds
_ROMAN_NUMERAL = regex.compile("[IVX]{2,}")
# the most two spellings may differ by, where the shorter has 0, 1, 2 … consonants; and the price of a vowel then
_ALLOWED = (0.1, 0.2, 0.25, 0.5, 0.75, 0.9, 1.0)
_VOWEL = (1.0, 0.6, 0.5, 0.35, 0.3, 0.2)
# what is left of that in one script, in Hiragana, which is mostly grammar, and in words run together; in an acronym
_STRICT = 0.6
_STRICTEST = 0.3
_LENIENT = 1.4  # where another word of the name has to stand beside it
_JOINED_FROM = 3  # consonants of a name that may be cut into words differently


@dataclass(frozen=True, slots=True)
class _Word:
    """A word of a text: how it may sound, how it sounds letter by letter if it is an acronym, if it is grammar in the
    language of its script, and if nothing parts it from the word before."""

    script: str
    text: str
    sounds: tuple[str, ...]
    letters: str
    grammar: bool
    follows: bool


def stands_in(name: str, text: str) -> bool:
    """Say whether a name stands in a text: as written, inflected, or spelled in another script.

    The words of the name may stand in any rotation (Kihara Minoru, Minoru Kihara), or be cut apart differently
    (New Delhi, ニューデリー).
    """
    if _WRITTEN.search(name) is None:
        return False
    if _literal(name).search(folded(text)):
        return True
    wanted, words = _words(name), _words(text)
    if not wanted or _HAN.search(name):
        return False
    return _stands_word_by_word(wanted, words) or _stands_in_one(wanted, text)


@lru_cache(maxsize=1 << 10)
def _literal(name: str) -> "regex.Pattern[str]":
    """Match the name as written, between the ends of words of its script, with or without a genitive's s."""
    written = r"[\s\-‐‑–・'’.]{0,2}".join(regex.escape(part) for part in _WRITTEN.findall(folded(name)))
    if regex.search(r"[\p{Han}\p{Hiragana}]", name):
        return regex.compile(written)
    edge = (
        r"\p{Katakana}ー"
        if regex.search(r"\p{Katakana}", name)
        else r"[\p{L}\p{M}\p{N}]--[\p{Han}\p{Katakana}\p{Hiragana}]"
    )
    return regex.compile(rf"(?<![{edge}]){written}(?:['’]?s|['’])?(?![{edge}])", regex.V1)


def _stands_word_by_word(name: Sequence[_Word], words: Sequence[_Word]) -> bool:
    size = len(name)
    share = _LENIENT if size > 1 else 1.0
    alike = [
        {place for place, word in enumerate(words) if _may_be(one, word, size) and _sound_alike(one, word, share)}
        for one in name
    ]
    return any(
        all(first + step in alike[(turn + step) % size] for step in range(size))
        for turn in range(size)
        for first in alike[turn]
        if all(word.follows for word in words[first + 1 : first + size])
    )


def _may_be(one: _Word, word: _Word, size: int) -> bool:
    """Say whether the word may be part of a name of that size: alone, neither grammar nor two sounds mean anything."""
    if size > 1 or one.letters or word.letters:
        return True
    return not word.grammar and len(max((*word.sounds, *one.sounds), key=len)) >= _SHORTEST


def _stands_in_one(name: Sequence[_Word], text: str) -> bool:
    """Compare the name with runs of more or fewer words in another script, each said as one."""
    size = len(name)
    if not all(word.sounds for word in name):
        return False
    turns = [_as_one((*name[turn:], *name[:turn])) for turn in range(size)]
    if strong_sounds(turns[0].sounds[0]) < _JOINED_FROM:
        return False
    return any(
        _sound_alike(turn, run, _STRICT)
        for length in range(1, size + 3)
        if length != size
        for run in _joined(text, length)
        if run.script != turns[0].script
        for turn in turns
    )


@lru_cache(maxsize=512)
def _joined(text: str, length: int) -> tuple[_Word, ...]:
    """Return each run of so many neighbouring words as one."""
    words = _words(text)
    runs = (words[first : first + length] for first in range(len(words) - length + 1))
    return tuple(
        _as_one(run)
        for run in runs
        if all(word.follows for word in run[1:]) and not any(word.grammar or word.script == "Hiragana" for word in run)
    )


def _as_one(words: Sequence[_Word]) -> _Word:
    before = "".join((*word.sounds, word.letters)[0] for word in words[:-1])
    sounds = tuple(before + ending for ending in words[-1].sounds)
    return _Word(words[0].script, "".join(word.text for word in words), sounds, "", False, words[0].follows)


def _sound_alike(one: _Word, other: _Word, share: float = 1.0) -> bool:
    if one.text == other.text:
        return True
    if one.script == other.script or "Hiragana" in (one.script, other.script):
        share *= _STRICT
    if one.letters or other.letters:
        spelled = [(one.letters, heard) for heard in other.sounds] + [(other.letters, sounds) for sounds in one.sounds]
        if any(letters and _near(letters, heard, _STRICTEST) for letters, heard in spelled):
            return True
    return any(_near(sounds, heard, share) for sounds in one.sounds for heard in other.sounds)


@lru_cache(maxsize=1 << 16)
def _near(one: str, other: str, share: float) -> bool:
    fewest, most = sorted((strong_sounds(one), strong_sounds(other)))
    if most - fewest > 2 or one.count("N") + one.count("M") != other.count("N") + other.count("M"):
        return False
    limit = share * _ALLOWED[min(fewest, len(_ALLOWED) - 1)]
    return distance(one, other, _VOWEL[min(fewest, len(_VOWEL) - 1)], limit) <= limit


@lru_cache(maxsize=256)
def _words(text: str) -> tuple[_Word, ...]:
    words = []
    end = -1
    for token in _TOKEN.finditer(text):
        kind = token.lastgroup or ""
        script = kind if kind != "other" else _script(token[0])
        sounds, letters = _ways_to_say(token[0], script)
        if sounds or letters:
            grammar = is_function_word(token[0], _GRAMMAR_OF.get(script, ""))
            follows = end >= 0 and _GAP.fullmatch(text, end, token.start()) is not None
            words.append(_Word(script, folded(token[0]), sounds, letters, grammar, follows))
            end = token.end()
    return tuple(words)


def _script(word: str) -> str:
    return next((name for name in ("Latin", "Devanagari") if regex.search(rf"\p{{{name}}}", word)), "other")


@lru_cache(maxsize=1 << 15)
def _ways_to_say(word: str, script: str) -> tuple[tuple[str, ...], str]:
    """Return how a word may sound with its ending and without, and letter by letter if it is an acronym."""
    if _ROMAN_NUMERAL.fullmatch(word):
        return (), ""
    if script == "Latin" and _ACRONYM.fullmatch(word):
        return ((sounds_of(word),) if len(word) >= _LONG_ACRONYM else (), spelled_out(word))
    ways = [sounds_of(word)]
    if script == "Latin":
        ways.append(sounds_of(_ENDING.sub("", word)))
    elif script == "Hiragana":
        ways.append(sounds_of(_PARTICLE.sub("", word)))
    return tuple(dict.fromkeys(way for way in ways if way)), ""
