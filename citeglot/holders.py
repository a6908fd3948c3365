"""Which of the persons of a sentence a question asks for: the one that stands beside the country that it names.

A sentence about a meeting names a minister of each side. Two readers of few languages easily agree on the wrong one of
them, and what they agree on would be given.
"""

from collections.abc import Iterable, Sequence, Set
from dataclasses import dataclass

import regex

from citeglot.evidence import Evidence
from citeglot.kinds import asks_for
from citeglot.language import folded, is_function_word, script_of
from citeglot.names import OFFICES, names_in
from citeglot.offices import offices_in
from citeglot.places import countries_in, country_spans
from citeglot.signals import Asking
from citeglot.spellings import stands_in

BESIDE = 4  # words that may stand between a country and the name of its minister
_SHORTEST = 2  # letters
_TOKEN = regex.compile(
    r"[\p{Han}々]+|[\p{Katakana}ー]+|[[\p{L}\p{M}\p{N}\u200c\u200d'’]--[\p{Han}\p{Katakana}\p{Hiragana}ー]]+", regex.V1
)
_HAN = regex.compile(r"[\p{Han}々]{2}")
_NOT_NOW = regex.compile(  # who held an office before, will hold it, or stands in for its holder
    r"\b(ex|former|previous|late|then|deputy|vice|acting|designate|frühere|ehemalig|damalig|stellvertret|designiert|vize"
    r"|tidligere|daværende|avdøde|påtroppende|vise)"
)
_COUNTERPART = regex.compile(r"amtskolleg|kolleg|counterpart|समकक्ष|カウンターパート|motpart")


@dataclass(frozen=True, slots=True)
class _Read:
    """A sentence as words in folded case, the countries by the words that name them, and which words are of names."""

    words: tuple[str, ...]
    countries: dict[int, frozenset[str]]
    names: frozenset[int]

    def country_before(self, place: int, persons: Iterable[int]) -> frozenset[str]:
        """Return the country that is named nearest before a word, where no word of other persons is between."""
        for earlier in range(place - 1, max(-1, place - BESIDE - 2), -1):
            if earlier in self.countries:
                return self.countries[earlier]
            if earlier in self.names and earlier not in persons:
                break
        return frozenset()

    def name_after(self, place: int) -> int | None:
        """Return the first word of a name that follows a word, where no other country is between."""
        for later in range(place + 1, min(len(self.words), place + BESIDE + 2)):
            if later in self.countries:
                break
            if later in self.names:
                return later
        return None


def is_holder(asking: Asking, told: str, sentence: str, language: str) -> bool | None:
    """Tell whether who is told of is the one whom a sentence names beside the country that the question asks about.

    None where the question does not ask who holds an office or speaks for a country, or the sentence does not show it.
    """
    countries = countries_in(_asked(asking), asking.language)
    if not countries:
        return None
    read = _read(sentence, language)
    persons = _told_in(asking, told, read, language)
    owners = frozenset[str]().union(*(read.country_before(place, persons) for place in persons))
    if not persons or owners:
        return bool(owners & countries) if owners else None
    beside = [read.name_after(place) for place, some in read.countries.items() if some & countries]
    others = [place for place in beside if place is not None and place not in persons]
    return False if others else None


def names_another(asking: Asking, told: str, evidence: Sequence[Evidence]) -> bool:
    """Tell whether some evidence shows that who is told of is another than who was asked for, and none that it is.

    Who is told of is another, too, where the evidence names the office nowhere, and where the question asks whom its
    holder met.
    """
    if asks_for("partner", asking.last, asking.language):
        return any(_is_asker(asking, told, one, span.of(one.source)) for one in evidence for span in one.sentences)
    named = offices_in("\n".join(f"{one.chunk.title}\n{one.text}" for one in evidence))
    if not offices_in(_asked(asking)) <= named:
        return True
    shown = {
        is_holder(asking, told, span.of(one.source), one.chunk.language) for one in evidence for span in one.sentences
    }
    return False in shown and True not in shown


def holder(asking: Asking, sentence: str, language: str) -> str | None:
    """Return the name that stands after the country and the office that a question asks for, with nothing else between.

    None in a language without capital letters, where names cannot be told.
    """
    return _beside(asking, _asked(asking), sentence, language)


def _beside(asking: Asking, asked: str, sentence: str, language: str) -> str | None:
    wanted, countries = offices_in(asked), countries_in(asked, asking.language)
    if len(wanted) != 1 or len(countries) != 1 or script_of(language) != "Latin":
        return None
    read, named = _read(sentence, language), names_in(sentence, language)
    for place, some in sorted(read.countries.items()):
        after = read.name_after(place)
        if some != countries or after is None or _NOT_NOW.search(" ".join(read.words[max(0, place - 1) : after])):
            continue
        between = read.words[place + 1 : after]
        if _is_office(between, wanted, sentence) and not _is_office(between[1:], wanted, sentence):
            return next((one.text for one in named if _words(one.text)[:1] == read.words[after : after + 1]), None)
    return None


def _is_office(words: Sequence[str], wanted: Set[str], sentence: str) -> bool:
    """Tell whether words of a sentence name an office, or a counterpart where it names no other."""
    text = " ".join(words)
    return offices_in(text) == wanted or (bool(_COUNTERPART.search(text)) and offices_in(sentence) == wanted)


def _asked(asking: Asking) -> str:
    """Return what says whom a question asks for: "which president", or all of it; nothing where it is no such question.

    Of two offices nobody knows which is asked for.
    """
    words = asks_for("holder", asking.last, asking.language)
    if offices_in(words):
        return words
    return asking.question if words and len(offices_in(asking.question)) < 2 else ""


def _is_asker(asking: Asking, told: str, evidence: Evidence, sentence: str) -> bool:
    """Tell whether nobody but the holder of the office, whose partner is asked for, is told of."""
    language = evidence.chunk.language
    name = _beside(asking, asking.question, sentence, language)
    read = _read(sentence, language)
    words = {read.words[place] for place in _told_in(asking, told, read, language)}
    return name is not None and bool(words) and words <= set(_words(name))


def _read(sentence: str, language: str) -> _Read:
    plain = folded(sentence)
    tokens = list(_TOKEN.finditer(plain))
    countries: dict[int, frozenset[str]] = {}
    for span, code in country_spans(plain, language):
        # what follows a name of several words is counted from its last
        last = max((row for row, token in enumerate(tokens) if token.start() < span.end), default=0)
        countries[last] = countries.get(last, frozenset()) | {code}
    words = tuple(token[0] for token in tokens)
    named = {word for one in names_in(sentence, language) for word in _words(one.text)}
    names = frozenset(row for row, word in enumerate(words) if row not in countries and _is_of(word, named))
    return _Read(words, countries, names)


def _words(text: str) -> tuple[str, ...]:
    return tuple(_TOKEN.findall(folded(text)))


def _is_of(word: str, named: Set[str]) -> bool:
    """Tell whether a word is one of the words of names; in Han letters a name runs on into its office."""
    return word in named or any(_HAN.match(one) and one in word for one in named)


def _told_in(asking: Asking, told: str, read: _Read, language: str) -> frozenset[int]:
    """Return the words of a sentence that are of a name and stand in what is told, but not in the question."""
    likely = read.names if script_of(language) != "Devanagari" else range(len(read.words))
    known = f"{asking.question} {OFFICES}"
    return frozenset(
        row
        for row in likely
        if row not in read.countries
        and len(read.words[row]) >= _SHORTEST
        and not is_function_word(read.words[row], language)
        and stands_in(read.words[row], told)
        and not stands_in(read.words[row], known)
    )
