"""Which language a text is in, and a question without characters that hide something."""

import json
import math
import unicodedata
from collections import Counter
from collections.abc import Sequence
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING

import regex
from babel import Locale

from citeglot.errors import WrongUse
from citeglot.types import UNKNOWN_LANGUAGE

if TYPE_CHECKING:
    from lingua import LanguageDetector

INTERFACE_LANGUAGES = ("de", "en", "hi", "ja", "no")
UNSPACED = ("ja", "zh", "th")  # nothing stands between their words

# by_script: languages that share a script and are told apart by letters; any other script has one language.
# function_words: words of grammar; in a short question they say more than the letters of the names around them.
_DATA = json.loads(resources.files("citeglot").joinpath("languages.json").read_text("utf-8"))
_BY_SCRIPT: dict[str, str] = _DATA["by_script"]
_ONE_LANGUAGE: dict[str, str] = _DATA["one_language"]
_KNOWS = {language: frozenset(words.split()) for language, words in _DATA["function_words"].items()}
_ANY_FUNCTION_WORD = frozenset().union(*_KNOWS.values())
_SCRIPTS = ("Han", "Hiragana", "Katakana", *_BY_SCRIPT, *_ONE_LANGUAGE)
_SCRIPT_LETTER = regex.compile("|".join(rf"(?P<{name}>[\p{{{name}}}&&\p{{L}}\p{{M}}]+)" for name in _SCRIPTS), regex.V1)
_LATIN_WORD = regex.compile(r"\p{Latin}[\p{Latin}\p{M}]*(?:['’]\p{Latin}[\p{Latin}\p{M}]*)*")
_WORD = regex.compile(r"[\p{L}\p{M}]+(?:['’][\p{L}\p{M}]+)*")

SHORT_LETTERS = 120
_FUNCTION_WORD_EVIDENCE = 3.0
_LIKELY_EVIDENCE = 3.0
_LEAST_PROBABILITY = 1e-2

_HIDDEN = regex.compile(
    r"[\p{Cc}\p{Cs}--\t\n]|[\u202A-\u202E\u2066-\u2069\u200B\u2060-\u2064\uFEFF]|[\U000E0000-\U000E007F]", regex.V1
)
_STRAY_JOINER = regex.compile(r"(?<![\p{L}\p{M}\p{Extended_Pictographic}\p{Emoji_Modifier}])[\u200C\u200D]+")


def detect_language(text: str, likely: Sequence[str] = ()) -> str:
    """Return the ISO 639-1 code of the language most of `text` is in; "no" for bokmål and nynorsk.

    The script decides first, by its share of the letters. `likely` are languages to prefer in a text of
    less than 120 letters, where letters alone cannot decide. "und" where there is no letter, or none of a known script.
    """
    weights = _script_weights(text)
    if not weights:
        return UNKNOWN_LANGUAGE
    script = max(weights, key=lambda name: weights[name])
    if script == "CJK":
        return _chinese_or_japanese(text, likely)
    if script in _BY_SCRIPT:
        return _by_letters(text, script, likely)
    return _ONE_LANGUAGE[script]


def normalise_code(code: str) -> str:
    """Return the ISO 639-1 code that `code` means: "nb", "nno" and "no" are "no", "de-AT" is "de"."""
    primary = code.strip().casefold().replace("_", "-").partition("-")[0]
    known: str = {"nb": "no", "nn": "no", **_DATA["three_letters"]}.get(primary, primary)
    if known not in _DATA["iso_639_1"].split():
        raise WrongUse(
            f"{code!r} is not a language code that is known here. Expected is an ISO 639-1 code such as "
            f"{', '.join(INTERFACE_LANGUAGES)}. Use the two letters of the language."
        )
    return known


def script_of(language: str) -> str:
    """Return the script a language is written in: "Latin", "CJK" for Japanese and Chinese, or a code of its own."""
    if language in ("ja", "zh"):
        return "CJK"
    code = "nb" if language == "no" else language
    return next((script for script, codes in _BY_SCRIPT.items() if code in codes.split()), language)


def locale_of(language: str) -> Locale:
    """Return what Unicode's CLDR knows of a language, through Babel, which raises its own errors for unknown ones."""
    return Locale.parse("nb" if language == "no" else language)


def is_function_word(word: str, language: str) -> bool:
    """Say whether `word` is grammar rather than content in `language`, as far as the short lists here know."""
    return word.casefold() in _KNOWS.get(language, ())


def folded(text: str) -> str:
    """Return a text as it is compared with others: of one form, width and case."""
    return unicodedata.normalize("NFKC", text).casefold()


def clean(text: str) -> str:
    """Return a question without control, direction and invisible characters and without outer white space.

    Joiners (ZWJ, ZWNJ) stay where they follow a letter or a picture: Hindi and emoji need them.
    """
    return _STRAY_JOINER.sub("", _HIDDEN.sub("", text)).strip()


def _script_weights(text: str) -> Counter[str]:
    """Weigh scripts by letters: a Han, Kana or Hangul letter counts twice, a Latin name nearly nothing."""
    weights: Counter[str] = Counter()
    for run in _SCRIPT_LETTER.finditer(text):
        name = run.lastgroup or ""
        if name in ("Han", "Hiragana", "Katakana"):
            weights["CJK"] += 8 * len(run[0])
        elif name != "Latin":
            weights[name] += (8 if name == "Hangul" else 4) * len(run[0])
    weights["Latin"] += sum(_latin_weight(word) for word in _LATIN_WORD.findall(text))
    return +weights


def _latin_weight(word: str) -> int:
    """Weigh a Latin word: names are written in Latin letters in every language, grammar is not."""
    if word.casefold() in _ANY_FUNCTION_WORD:
        return 8 * len(word)
    return 2 if word[0].isupper() else 4 * len(word)


def _chinese_or_japanese(text: str, likely: Sequence[str]) -> str:
    kana = len(regex.findall(r"[\p{Hiragana}\p{Katakana}]", text))
    han = len(regex.findall(r"\p{Han}", text))
    if kana > 0.04 * (kana + han):
        return "ja"
    return "ja" if "ja" in likely and "zh" not in likely else "zh"


def _by_letters(text: str, script: str, likely: Sequence[str]) -> str:
    """Tell the languages of one script apart; words of other scripts are left out."""
    letters = " ".join(regex.findall(rf"[\p{{{script}}}\p{{M}}'’]+", text))
    probabilities = _probabilities(letters, script)
    if len(letters) >= SHORT_LETTERS:
        return max(probabilities, key=lambda language: probabilities[language])
    words = _WORD.findall(letters)

    def score(language: str) -> float:
        hits = sum(is_function_word(word, language) for word in words)
        evidence = _FUNCTION_WORD_EVIDENCE * hits + _LIKELY_EVIDENCE * (language in likely)
        return math.log(max(probabilities[language], _LEAST_PROBABILITY)) + evidence

    return max(probabilities, key=score)


def _probabilities(text: str, script: str) -> Counter[str]:
    """Ask lingua; both Norwegian forms count as one."""
    found: Counter[str] = Counter()
    for one in _detector(script).compute_language_confidence_values(text):
        code = one.language.iso_code_639_1.name.lower()
        found["no" if code in ("nb", "nn") else code] += one.value  # type: ignore[assignment]
    return found


@cache
def _detector(script: str) -> "LanguageDetector":
    """Build the detector of one script: trigrams only, 40 MB instead of 600 for the Latin ones."""
    from lingua import IsoCode639_1, LanguageDetectorBuilder

    codes = [getattr(IsoCode639_1, code.upper()) for code in _BY_SCRIPT[script].split()]
    return LanguageDetectorBuilder.from_iso_codes_639_1(*codes).with_low_accuracy_mode().build()
