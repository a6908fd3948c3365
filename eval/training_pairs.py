"""What the cross-encoder is trained on: questions with sentences that answer them and sentences that do not."""

import random
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

import regex

from citeglot.protocols import InContext
from citeglot.sentences import split_sentences
from citeglot.types import Span
from eval.datasets import split_of
from eval.reading_sets import Reading

# "pick": the first answers and no other does; "some": at least one does; "none": none does
Kind = Literal["pick", "some", "none"]
SENTENCES = 4  # of a group
SWAPPED, FOREIGN = 0.4, 0.3  # shares of the questions that are asked once more with a word changed, or elsewhere
NEAR = 25  # readings
RARE = 4  # questions that a word is in
_WORD = regex.compile(
    r"\p{N}[\p{N}.,:]*\p{N}|\p{N}|[\p{Katakana}ー・]{2,}|\p{Han}{2,}|[\p{Latin}\p{M}'’-]{3,}|[\p{Devanagari}]{3,}"
)


@dataclass(frozen=True, slots=True)
class Pair:
    """A question and a sentence; `answer` is where the answer stands in the sentence, if that is known."""

    question: str
    sentence: InContext
    answer: Span | None = None


@dataclass(frozen=True, slots=True)
class Group:
    """Pairs that are learnt from together."""

    kind: Kind
    pairs: tuple[Pair, ...]


@dataclass(frozen=True, slots=True)
class Gold:
    """A reading of which it is known which of the sentences of its context answers."""

    reading: Reading
    sentences: tuple[str, ...]
    place: int
    answer: Span | None

    def at(self, place: int) -> InContext:
        """Return one of the sentences as the cross-encoder reads it."""
        return in_context(self.sentences, place)


def in_context(sentences: Sequence[str], place: int, title: str = "") -> InContext:
    """Return one of the sentences of a text with what stands before it, or after the first one."""
    before = sentences[place - 1] if place else next(iter(sentences[1:2]), "")
    return InContext(sentences[place], title, before)


def gold_of(readings: Iterable[Reading]) -> list[Gold]:
    """Return the readings of the dev half whose answer stands in one sentence of their context."""
    found = []
    for one in readings:
        if one.passages or not one.answers or one.start is None or split_of(one) != "dev":
            continue
        spans = [span for span in split_sentences(one.context, one.language) if span.of(one.context).strip()]
        place = next((number for number, span in enumerate(spans) if span.start <= one.start < span.end), None)
        if place is not None:
            texts = tuple(span.of(one.context).strip() for span in spans)
            start = texts[place].find(one.answers[0])
            answer = Span(start, start + len(one.answers[0])) if start >= 0 else None
            found.append(Gold(one, texts, place, answer))
    return found


def reading_groups(golds: Sequence[Gold], chance: random.Random) -> list[Group]:
    """Return groups of each reading's question, with its context in any language that the set has it in.

    What does not answer is in other languages too: a sentence is not the answer for being in the question's language.
    """
    sets: dict[str, dict[str, list[Gold]]] = defaultdict(lambda: defaultdict(list))  # translations by reading
    for one in golds:
        sets[one.reading.collection][one.reading.id].append(one)
    rows = {name: list(readings.values()) for name, readings in sets.items()}
    places = {(name, key): place for name, readings in sets.items() for place, key in enumerate(readings)}
    words = rare_words(one.reading for one in golds)
    groups = []
    for one in golds:
        name = one.reading.collection
        asked, same = one.reading.question, sets[name][one.reading.id]
        told = chance.choice(same)
        near = _near(places[name, one.reading.id], len(rows[name]), chance)
        elsewhere = chance.choice(rows[name][near])
        foreign = _silent(elsewhere, same) if elsewhere.reading.context_id != told.reading.context_id else []
        right = Pair(asked, told.at(told.place), told.answer)
        wrong = _without_answer(told, one, [elsewhere.at(place) for place in foreign], chance)
        groups.append(Group("pick", (right, *(Pair(asked, sentence) for sentence in wrong))))
        changed = swapped(asked, words[one.reading.language], chance) if chance.random() < SWAPPED else None
        if changed:
            groups.append(Group("pick", (right, Pair(changed, right.sentence))))
        if foreign and chance.random() < FOREIGN:
            found = chance.sample(foreign, min(2, len(foreign)))
            groups.append(Group("none", tuple(Pair(asked, elsewhere.at(place)) for place in found)))
    return groups


def _near(place: int, count: int, chance: random.Random) -> int:
    """Return the place of a reading not far from another: sets go by article, so it is mostly of the same matter."""
    return min(max(place + chance.choice((-1, 1)) * chance.randint(1, NEAR), 0), count - 1)


def _without_answer(told: Gold, asked: Gold, foreign: Sequence[InContext], chance: random.Random) -> list[InContext]:
    """Return sentences that do not hold the answer, no more than `SENTENCES` - 1.

    The nearest one, one of the context in the question's own language, and others of the context or of another one.
    """
    silent = sorted(_silent(told, [told]), key=lambda place: abs(place - told.place))
    own = _silent(asked, [asked]) if asked is not told else []
    chosen = [told.at(place) for place in silent[:1]] + [
        asked.at(place) for place in chance.sample(own, min(1, len(own)))
    ]
    more = [told.at(place) for place in silent[1:]] + list(foreign)
    return chosen + chance.sample(more, min(SENTENCES - 1 - len(chosen), len(more)))


def _silent(one: Gold, told: Sequence[Gold]) -> list[int]:
    """Return the places of the sentences that hold none of the answers of a reading, in any of its languages."""
    answers = [answer.casefold() for some in told for answer in some.reading.answers]
    texts = enumerate(one.sentences)
    return [place for place, text in texts if not any(answer in text.casefold() for answer in answers)]


def shape(word: str) -> str:
    """Return what a word looks like: only words that look alike stand in for each other."""
    for name in ("N", "Katakana", "Han", "Devanagari"):
        if regex.match(rf"\p{{{name}}}", word):
            return name
    return "Name" if word[:1].isupper() else "Word"


def rare_words(readings: Iterable[Reading]) -> dict[str, dict[str, int]]:
    """Return for each language in how many questions each word is."""
    found: dict[str, Counter[str]] = defaultdict(Counter)
    for one in readings:
        found[one.language].update(set(_WORD.findall(one.question)))
    return {language: dict(counts) for language, counts in found.items()}


def swapped(question: str, words: dict[str, int], chance: random.Random) -> str | None:
    """Return a question with its rarest word changed for another: nothing that answered it does any longer.

    A digit of a number changes; a word gives way to a rare one of other questions that looks like it.
    """
    places = [one for one in _WORD.finditer(question) if one.start() or shape(one.group()) != "Name"]
    places = [one for one in places if shape(one.group()) != "Word" or len(one.group()) > 6]
    if not places:
        return None
    places.sort(key=lambda one: (shape(one.group()) == "Word", words.get(one.group(), 0) + chance.random()))
    place = places[0] if chance.random() < 0.7 else places[min(1, len(places) - 1)]
    old, looks = place.group(), shape(place.group())
    if looks == "N":
        at = chance.choice([number for number, letter in enumerate(old) if letter.isdigit()])
        new = f"{old[:at]}{(int(old[at]) + chance.randint(1, 9)) % 10}{old[at + 1 :]}"
    else:
        others = sorted(word for word, count in words.items() if count <= RARE and shape(word) == looks and word != old)
        if not others:
            return None
        new = chance.choice(others)
    return question[: place.start()] + new + question[place.end() :]
