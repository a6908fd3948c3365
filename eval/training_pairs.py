"""What the cross-encoder is trained on: questions with sentences that answer them and sentences that do not."""

import math
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
from eval.refusal_items import Item
from eval.refusal_items import split_of as item_split

# "pick": the first answers and no other does; "some": at least one does; "none": none does
Kind = Literal["pick", "some", "none"]
SENTENCES = 4  # of a group
SWAPPED, FOREIGN = 0.4, 0.3  # shares of the questions that are asked once more with a word changed, or elsewhere
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
    """Return groups of each reading's question, with its context in any language that the set has it in."""
    translations: dict[tuple[str, str], list[Gold]] = defaultdict(list)
    neighbours: dict[tuple[str, str], list[Gold]] = defaultdict(list)
    for one in golds:
        translations[one.reading.collection, one.reading.id].append(one)
        neighbours[one.reading.collection, one.reading.language].append(one)
    words = rare_words(one.reading for one in golds)
    groups = []
    for one in golds:
        asked, told = one.reading.question, chance.choice(translations[one.reading.collection, one.reading.id])
        elsewhere = chance.choice(neighbours[told.reading.collection, told.reading.language])
        right = Pair(asked, told.at(told.place), told.answer)
        wrong = [Pair(asked, sentence) for sentence in _without_answer(told, elsewhere, chance)]
        groups.append(Group("pick", (right, *wrong)))
        changed = swapped(asked, words[one.reading.language], chance) if chance.random() < SWAPPED else None
        if changed:
            groups.append(Group("pick", (right, Pair(changed, right.sentence))))
        if chance.random() < FOREIGN and elsewhere.reading.context_id != told.reading.context_id:
            silent = _silent(elsewhere, told)
            places = chance.sample(silent, min(2, len(silent)))
            if places:
                groups.append(Group("none", tuple(Pair(asked, elsewhere.at(place)) for place in places)))
    return groups


def _without_answer(told: Gold, elsewhere: Gold, chance: random.Random) -> list[InContext]:
    """Return sentences that do not hold the answer: the nearest one, others of the context, else of another one."""
    places = [place for place in _silent(told, told) if place != told.place]
    places.sort(key=lambda place: abs(place - told.place))
    rest = places[1:]
    chosen = places[:1] + chance.sample(rest, min(SENTENCES - 2, len(rest)))
    foreign = _silent(elsewhere, told) if elsewhere.reading.context_id != told.reading.context_id else []
    more = chance.sample(foreign, min(SENTENCES - 1 - len(chosen), len(foreign)))
    return [*(told.at(place) for place in chosen), *(elsewhere.at(place) for place in more)]


def _silent(one: Gold, told: Gold) -> list[int]:
    """Return the places of the sentences that hold none of the answers of a reading."""
    answers = [answer.casefold() for answer in told.reading.answers]
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


def item_groups(items: Iterable[Item]) -> list[Group]:
    """Return a group of each of NoMIRACL's dev items: the sentences of its passages most like the question."""
    groups = []
    for item in items:
        if item_split(item.name) == "dev":
            pairs = tuple(Pair(item.question, sentence) for sentence in _most_alike(item))
            groups.append(Group("some" if item.answerable else "none", pairs))
    return groups


def _most_alike(item: Item) -> list[InContext]:
    """Return the sentences that share most with the question, by runs of three letters and how rare these are."""
    told: list[InContext] = []
    for passage in item.passages:
        title, _, text = passage.partition(": ")
        spans = split_sentences(text, item.language)
        texts = [found for span in spans if (found := span.of(text).strip())]
        told += [in_context(texts, place, title) for place in range(len(texts))]
    runs = [_runs(f"{one.text} {one.title}") for one in told]
    counts = Counter(run for some in runs for run in some)
    asked = _runs(item.question)

    def alike(place: int) -> float:
        weight = sum(math.log(1 + len(told) / counts[run]) for run in asked & runs[place])
        return weight / math.sqrt(len(runs[place]) + 20)

    return [told[place] for place in sorted(range(len(told)), key=lambda place: -alike(place))[:SENTENCES]]


def _runs(text: str) -> set[str]:
    folded = text.casefold()
    return {folded[start : start + 3] for start in range(len(folded) - 2)}
