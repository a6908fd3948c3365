"""Whether a sentence that the model wrote holds against the evidence: its numbers, names, language and sense.

The model's word is not taken for anything; code looks it up.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

import numpy as np
import regex

from citeglot.cities import cities_in
from citeglot.dates import weekdays_in
from citeglot.evidence import Evidence
from citeglot.language import detect_language, script_of
from citeglot.names import names_in
from citeglot.numerals import numbers_in, unsupported_numbers
from citeglot.places import countries_in
from citeglot.sentences import split_sentences
from citeglot.spellings import stands_in
from citeglot.types import UNKNOWN_LANGUAGE, Matrix, Span, Vector, Verdict

SUPPORTED_FROM = 0.35
RESPELLED_FROM = 0.8
STOPS = " .。।"
SHORT_ANSWER = 10  # letters and digits
NAME = regex.compile(r"\p{Lu}[\p{L}\p{M}'’-]{3,}")
WORD = regex.compile(r"[\p{L}\p{M}\p{N}]+")
_NAME_OR_NUMBER = r"(?:\p{Lu}[\p{Latin}\p{M}'’.-]*|[\p{N}\p{P}]+)"
NAMES_ALONE = regex.compile(rf"{_NAME_OR_NUMBER}(?:[\s\p{{P}}]+{_NAME_OR_NUMBER})*")
JAPANESE = regex.compile(r"[\p{Hiragana}\p{Katakana}]")
CONTENT = regex.compile(r"[\p{Han}々]+|[\p{Katakana}ー]{2,}|\p{Latin}+|\p{N}+")
REPEATED = regex.compile(r"(.{4,}?)\1{3,}", regex.DOTALL)
INVENTED_SOURCE = regex.compile(  # numbers, files and addresses that a model gives as its sources; markup
    r"\s*(?:!?[\[［【](?:[^\[\]［］【】\n]{0,80}[\]］】])[(\[][^()\[\]\n]*[)\]]"
    r"|[\[［【]\s*\^?\p{Nd}+(?:\s*[,、]\s*\p{Nd}+)*\s*[\]］】](?::.*)?|[\[［【][^\[\]\s]+\.\p{L}{2,5}[\]］】]"
    r"|</?\p{Latin}[^<>\n]*>|(?<![\p{N}m])[¹²³⁰⁴-⁹]+)"
)
ADDRESS = regex.compile(r"(?:https?://|www\.)\S+", regex.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Claim:
    """One sentence of a draft with its language, and its vector less the mean of that language."""

    text: str
    language: str
    vector: Vector


@dataclass(frozen=True, slots=True)
class Check:
    """How well some evidence holds a claim, and the fewest sentences of it that do.

    `is_likely`: near in meaning, with something that code can look up, and it names nobody who stands in neither the
    evidence nor the question.
    """

    verdict: Verdict
    spans: tuple[Span, ...] = ()
    is_likely: bool = False


def split_claims(draft: str, language: str) -> list[str]:
    """Return the sentences of a draft, without numbers, addresses and markup that the model gives as its sources."""
    text = INVENTED_SOURCE.sub("", draft)
    return [span.of(text) for span in split_sentences(text, language)]


def check_claim(claim: Claim, evidence: Evidence, vectors: Matrix, question: str) -> Check:
    """Return how well the evidence holds a claim that answers a question.

    `vectors` has a row for each sentence of the evidence, centred like the claim's.
    """
    cosines = vectors @ claim.vector
    order = [evidence.sentences[row] for row in np.argsort(-cosines, kind="stable")]
    cited = [order[0]]
    missing = _missing(claim, evidence, cited)
    for span in order[1:]:
        if missing and len(_missing(claim, evidence, [*cited, span])) < len(missing):
            cited.append(span)
            missing = _missing(claim, evidence, cited)
    invented = any(one not in evidence.text for one in ADDRESS.findall(claim.text))
    days = set(weekdays_in(claim.text, claim.language)) - set(weekdays_in(evidence.text, evidence.chunk.language))
    if missing or invented or days or respelled_names(claim, evidence):
        return Check("unsupported")
    strange, seen = _not_there(claim, evidence), _can_be_looked_up(claim, evidence)
    near = float(cosines.max()) >= SUPPORTED_FROM or _is_word_of(claim, evidence)
    sure = near and seen and not strange
    likely = near and seen and all(stands_in(name, question) for name in strange)
    cited = _with_names(claim, evidence, cited, question)
    return Check("supported" if sure else "weak", tuple(sorted(cited)), likely)


def _missing(claim: Claim, evidence: Evidence, cited: Sequence[Span]) -> tuple[str, ...]:
    text = "\n".join(span.of(evidence.source) for span in sorted(cited))
    return unsupported_numbers(claim.text, claim.language, text, evidence.chunk.language)


def _with_names(claim: Claim, evidence: Evidence, cited: Sequence[Span], question: str) -> list[Span]:
    """Return the sentences cited, and those that have a person of the claim whom neither they nor the question name."""
    found, language = list(cited), evidence.chunk.language
    for span in evidence.sentences:
        there = "\n".join(one.of(evidence.source) for one in found)
        words = (word for name in names_in(span.of(evidence.source), language) for word in NAME.findall(name.text))
        new = (word for word in words if stands_in(word, claim.text) and not stands_in(word, f"{there}\n{question}"))
        if any(not countries_in(word, language) and not cities_in(word) for word in new):
            found.append(span)
    return found


def _is_word_of(claim: Claim, evidence: Evidence) -> bool:
    """Tell whether a claim is no more than a number or a word of the evidence: its few letters are near to nothing."""
    short = sum(map(len, WORD.findall(claim.text))) <= SHORT_ANSWER
    return short and (bool(numbers_in(claim.text, claim.language)) or stands_in(claim.text.strip(STOPS), evidence.text))


def _not_there(claim: Claim, evidence: Evidence) -> list[str]:
    """Return the names of the claim that stand neither in the evidence nor in its title."""
    there = f"{evidence.chunk.title}\n{evidence.text}"
    names = [name.text for name in names_in(claim.text, claim.language)]
    return [name for name in names if not _is_there(name, claim.language, there, evidence.chunk.language)]


def _can_be_looked_up(claim: Claim, evidence: Evidence) -> bool:
    """Tell whether there is something in the claim that code can find in the evidence.

    Across scripts that must be a name or a number: what is said of nobody may be said of anybody.
    """
    if script_of(claim.language) == script_of(evidence.chunk.language):
        return True
    return bool(names_in(claim.text, claim.language) or numbers_in(claim.text, claim.language))


def _is_there(name: str, language: str, text: str, of_text: str) -> bool:
    """Tell whether a name stands in a text of any script, or is a place that the text names in its own way."""
    return stands_in(name, text) or _is_place_in(name, language, text, of_text)


def _is_place_in(name: str, language: str, text: str, of_text: str) -> bool:
    countries, cities = countries_in(name, language), cities_in(name)
    known = (countries and countries <= countries_in(text, of_text)) or (cities and cities <= cities_in(text))
    return bool(known)


def respelled_names(claim: Claim, evidence: Evidence) -> tuple[str, ...]:
    """Return capitalised words of the claim that are nearly, but not quite, a word of the evidence.

    A word that begins the other is an inflection (Norwegen, Norwegens), and a country or a city has its name in every
    language (Usbekistan, Uzbekistan; Tokio, Tokyo): neither is a respelling.
    """
    folded = {word.casefold() for word in NAME.findall(evidence.text)}
    near = [
        word
        for word in NAME.findall(claim.text)
        if word.casefold() not in folded and any(_is_respelling(word.casefold(), one) for one in folded)
    ]
    there = evidence.chunk.language
    return tuple(word for word in near if not _is_place_in(word, claim.language, evidence.text, there))


def _is_respelling(word: str, known: str) -> bool:
    if word.startswith(known) or known.startswith(word):
        return False
    return SequenceMatcher(None, word, known, autojunk=False).ratio() >= RESPELLED_FROM


def is_in_language(text: str, language: str) -> bool:
    """Tell whether an answer is in the language it was asked for; numbers, and names in its script, are in any."""
    if detect_language(text, likely=(language,)) in (language, UNKNOWN_LANGUAGE):
        return True
    return script_of(language) == "Latin" and NAMES_ALONE.fullmatch(text.strip()) is not None


def echoes(claim: str, told: str) -> bool:
    """Tell whether a claim only says again what the model was told; a word or two may be an answer all the same."""
    words, folded = set(WORD.findall(claim.casefold())), told.casefold()
    if sum(map(len, words)) > SHORT_ANSWER and words <= set(WORD.findall(folded)):
        return True
    # Japanese is written without spaces: its content words are compared
    content = set(CONTENT.findall(claim.casefold())) if JAPANESE.search(claim) else set()
    return sum(map(len, content)) > SHORT_ANSWER and all(word in folded for word in content)


def runs_in_circles(text: str) -> bool:
    """Tell whether a stretch of the text stands four times in a row, as when a small model is lost."""
    return REPEATED.search(text) is not None
