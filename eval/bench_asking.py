"""How long a person waits for the passages, for the first word and for the answer."""

import time
from collections.abc import Iterator, Sequence
from contextlib import closing
from typing import Any

from citeglot.chatbot import Chatbot
from citeglot.language import INTERFACE_LANGUAGES
from citeglot.types import Answer, Draft, Found
from eval.bench_base import Bench, Section, ratio, spread
from eval.questions import Question
from eval.rows import Row

ASKED = ("q001", "q013", "q025", "q037")  # an article each; every one is asked in every language
WARM_UP = "q003"
SHARE = 0.1  # of the time to the first token, in which the passages are to stand on the page


def first_words(bench: Bench) -> Section:
    """Measure how long a person looks at nothing: until the passages come, until the first token, until the end.

    Each is the time at which the event reaches the page. A question before the first is not counted, only shown.
    """
    chatbot = bench.system.chatbot
    languages = INTERFACE_LANGUAGES
    before = time_answer(chatbot, bench.questions[f"{WARM_UP}-{languages[0]}"])
    rows = []
    for name in names_asked(bench.repeats, languages):
        rows.append(time_answer(chatbot, bench.questions[name]))
        bench.progress("asking", len(rows), bench.repeats)
    written = [row for row in rows if row["first_token_ms"] is not None]
    figures: dict[str, Any] = {"before the first": before}
    for name in ("passages_ms", "first_token_ms", "total_ms"):
        figures[name] = spread([row[name] for row in written])
    figures["ratio"] = spread([row["passages_ms"] / row["first_token_ms"] for row in written])
    figures["ratio of medians"] = ratio(figures["passages_ms"]["p50"], figures["first_token_ms"]["p50"])
    figures["asked"], figures["wrote"] = len(rows), len(written)
    share = figures["ratio of medians"]
    return Section(figures, rows, {f"passages within {SHARE} of the first token": share is not None and share <= SHARE})


def names_asked(count: int, languages: Sequence[str]) -> Iterator[str]:
    """Yield ids of questions: the language changes each time, the article too, and all pairs come before any again."""
    for number in range(count):
        turn, place = divmod(number, len(languages))
        yield f"{ASKED[(place + turn) % len(ASKED)]}-{languages[place]}"


def time_answer(chatbot: Chatbot, question: Question) -> Row:
    """Return when the first passages, the first token and the answer came, in milliseconds; no token is None."""
    came: dict[type, float] = {}
    begun = time.perf_counter()
    kind = ""
    with closing(chatbot.ask(question.question, question.history)) as events:
        for event in events:
            came.setdefault(type(event), (time.perf_counter() - begun) * 1000)
            kind = event.kind if isinstance(event, Answer) else kind
    times = {"passages_ms": came.get(Found), "first_token_ms": came.get(Draft), "total_ms": came.get(Answer)}
    rounded = {name: None if value is None else round(value, 2) for name, value in times.items()}
    return {"id": question.id, "language": question.language, "kind": kind, **rounded}
