"""Real texts for benchmarks of search: sentences of public question sets, windows of several, and their clauses."""

import random
from collections.abc import Iterator, Sequence

import regex

from citeglot.sentences import split_sentences
from eval.reading_sets import Reading

WINDOWS = (1, 2, 3)  # consecutive sentences
SHORTEST = 12  # characters of a clause
_CLAUSE = regex.compile(r"(?<=[,;:、，；：—–])\s*")


def real_texts(readings: Sequence[Reading], count: int) -> list[tuple[str, str]]:
    """Return up to `count` different (language, text) in an order that is the same each time and has no other sense.

    A smaller count gives the beginning of what a larger one gives. Questions are not among them.
    """
    found = list(dict.fromkeys(_texts(readings)))
    random.Random(0).shuffle(found)
    return found[:count]


def real_questions(readings: Sequence[Reading], count: int) -> list[tuple[str, str]]:
    """Return up to `count` different (language, question) of the sets, in an order as that of the texts."""
    found = list(dict.fromkeys((one.language, one.question) for one in readings))
    random.Random(0).shuffle(found)
    return found[:count]


def _texts(readings: Sequence[Reading]) -> Iterator[tuple[str, str]]:
    wholes = dict.fromkeys((one.language, text) for one in readings for text in (one.context, *one.passages))
    for language, text in wholes:
        spans = split_sentences(text, language)
        for width in WINDOWS:
            for first, last in zip(spans, spans[width - 1 :], strict=False):
                yield language, text[first.start : last.end].strip()
        for span in spans:
            clauses = [one for one in _CLAUSE.split(span.of(text).strip()) if len(one) >= SHORTEST]
            yield from ((language, clause) for clause in clauses)
