"""How fast the language model reads and writes: against llama.cpp itself, and against a plain chat completion."""

from collections.abc import Mapping, Sequence
from typing import Any

from citeglot.language import INTERFACE_LANGUAGES
from citeglot.types import Turn
from eval.bench_base import Bench, Section, ratio, spread
from eval.bench_plain import Ours, Plain, Side, plain_chat
from eval.bench_rates import rate_figures, rate_rows
from eval.facts import facts_right
from eval.questions import Question
from eval.rows import Row
from eval.runner import is_right

PASSAGES = 4
MOST_QUESTIONS = 10
SPEED, FOLLOW_UP, REPEATED, SHARE = 3.0, 8.0, 20.0, 0.9
STEPS = ("first", "follow-up", "repeated")


def writing(bench: Bench) -> Section:
    """Measure our rates as shares of llama.cpp's, and how much sooner than a plain chat our first token comes."""
    with plain_chat() as plain:
        rows = rate_rows(bench, plain)
        figures = rate_figures(rows)
        asked = asked_rows(bench, plain)
    figures |= asked_figures(asked)
    return Section(figures, [*rows, *asked], demands_of(figures))


def demands_of(figures: Mapping[str, Any]) -> dict[str, bool]:
    """Return which demands hold; what could not be measured does not."""
    least = {
        f"reading at least {SHARE} of llama.cpp's rate": (figures["reading, share of llama.cpp"], SHARE),
        f"writing at least {SHARE} of llama.cpp's rate": (figures["writing, share of llama.cpp"], SHARE),
        f"first token at least {SPEED:g} times as fast as a plain chat": (figures["first: times as fast"], SPEED),
        f"a follow-up at least {FOLLOW_UP:g} times as fast as its first": (
            figures["ours: first / follow-up"],
            FOLLOW_UP,
        ),
        f"a repeated one at least {REPEATED:g} times as fast as its first": (
            figures["ours: first / repeated"],
            REPEATED,
        ),
    }
    return {name: (figure["p50"] or 0) >= wanted for name, (figure, wanted) in least.items()}


def asked_rows(bench: Bench, plain: Any) -> list[Row]:  # noqa: ANN401 - untyped library
    """Return a row of first tokens for each question, both sides taking turns in being first.

    A question before the first is not counted: it pays for what is loaded when it is needed.
    """
    rows: list[Row] = []
    questions = list(bench.questions.values())
    count = min(bench.repeats, MOST_QUESTIONS)
    for number, first in enumerate(chosen(questions, count + 1)):
        passages = [hit.chunk.text for hit in bench.system.chatbot.search(first.question, PASSAGES).hits]
        second = follow_up(first, passages, questions)
        with bench.system.over(passages) as chatbot:
            sides: list[Side] = [Ours(chatbot), Plain(plain, passages)]
            row = talk(sides, first, second, number)
        names = {"id": first.id, "language": first.language, "follow-up": second.id}
        rows += [names | row] if number else []
        bench.progress("asking", number, count)
    return rows


def talk(sides: Sequence[Side], first: Question, second: Question, number: int) -> Row:
    """Return when each side's first tokens came, in milliseconds, and whether its first answer was right."""
    row: Row = {}
    answers: dict[str, str] = {}
    for step, question in zip(STEPS, (first, second, first), strict=True):
        for side in sides if number % 2 else reversed(sides):
            told = [Turn("user", first.question), Turn("assistant", answers[side.name])] if step == STEPS[1] else []
            came, text, kind = side.ask(question.question, told, whole=step == STEPS[0])
            row[f"{side.name}: {step} (ms)"] = came
            if step == STEPS[0]:
                answers[side.name] = text
                right = is_right(first, kind, text) if side.name == "ours" else facts_right(text, first.facts)
                row |= {f"{side.name}: right": right, f"{side.name}: kind": kind}
    return row


def chosen(questions: Sequence[Question], count: int) -> list[Question]:
    """Return answerable questions of the dev half: the language changes each time, and so does the article."""
    known = {(one.id.rpartition("-")[0], one.language): one for one in questions if _is_plain(one)}
    bases = {one.documents: base for (base, _), one in reversed(known.items())}  # of each article the first one
    names = sorted(bases.values())
    found = []
    for number in range(count):
        turn, place = divmod(number, len(INTERFACE_LANGUAGES))
        name = names[(place + turn) % len(names)], INTERFACE_LANGUAGES[place]
        if name in known:
            found.append(known[name])
    return found


def follow_up(first: Question, passages: Sequence[str], questions: Sequence[Question]) -> Question:
    """Return another question of the same language that the passages answer, or one on the same article."""
    others = [one for one in questions if _is_plain(one) and one.language == first.language and one.id != first.id]
    own = [one for one in others if set(one.documents) & set(first.documents)]
    told = [one for one in own if any(proof.quote in text for proof in one.evidence for text in passages)]
    fresh = [one for one in told if not set(one.evidence) & set(first.evidence)]
    return (fresh or told or own or others)[0]


def _is_plain(question: Question) -> bool:
    return question.split == "dev" and question.answerable and not question.history and not question.passages


def asked_figures(rows: Sequence[Row]) -> dict[str, Any]:
    """Return the spreads of times and of their ratios, question by question where both are there."""
    figures: dict[str, Any] = {"questions": len(rows)}
    for step in STEPS:
        for side in ("ours", "plain"):
            figures[f"{side}: {step} (ms)"] = spread(_values(rows, f"{side}: {step} (ms)"))
        figures[f"{step}: times as fast"] = quotients(rows, f"plain: {step} (ms)", f"ours: {step} (ms)")
    for side in ("ours", "plain"):
        for step in STEPS[1:]:
            figures[f"{side}: first / {step}"] = quotients(rows, f"{side}: first (ms)", f"{side}: {step} (ms)")
        figures[f"{side}: right"] = sum(bool(row[f"{side}: right"]) for row in rows)
    return figures


def quotients(rows: Sequence[Row], over: str, under: str) -> dict[str, Any]:
    """Return the spread of one value of each row over another one."""
    return spread([value for row in rows if (value := ratio(row[over], row[under])) is not None])


def _values(rows: Sequence[Row], name: str) -> list[float]:
    return [row[name] for row in rows if row[name] is not None]
