"""The benchmark of writing: which questions, which follow-ups, who is first, what a ratio is of."""

from itertools import pairwise
from types import SimpleNamespace

import pytest
from page_fakes import ITALIAN, ScriptedChatbot, cited_answer, passage, refused_answer

from citeglot.corpus import read_corpus
from citeglot.language import INTERFACE_LANGUAGES
from citeglot.progress import Progress
from citeglot.settings import ROOT
from citeglot.types import Turn
from eval.bench_base import QUESTIONS, Bench
from eval.bench_plain import Ours, Plain
from eval.bench_writing import STEPS, asked_figures, chosen, demands_of, follow_up, talk, writing
from eval.questions import read_questions

HITS = (passage(ITALIAN),)


@pytest.fixture(scope="module")
def questions():
    return read_questions(QUESTIONS)


class FakeLlama:
    """Replies in three pieces, of which the first holds no text, and keeps the messages."""

    def __init__(self, *parts):
        self.parts = parts
        self.asked = []

    def create_chat_completion(self, messages, stream, temperature, max_tokens):
        self.asked.append(messages)
        yield {"choices": [{"delta": {"role": "assistant"}}]}
        for part in self.parts:
            yield {"choices": [{"delta": {"content": part}}]}
        yield {"choices": [{"delta": {}}]}


def test_questions_are_of_the_dev_half_in_turn(questions):
    """Answerable without history; the language and the article change each time, and none comes twice."""
    asked = chosen(questions, 25)
    assert len({one.id for one in asked}) == 25
    assert all(one.split == "dev" and one.answerable and not one.history for one in asked)
    assert [one.language for one in asked[:5]] == list(INTERFACE_LANGUAGES)
    assert all(one.documents != other.documents for one, other in pairwise(asked[:5]))
    assert len({(one.language, one.documents) for one in asked}) == 25


def test_a_follow_up_is_another_question_that_the_passages_answer(questions):
    """Of the same language, with other evidence than the first one's where there is such a question."""
    texts = {one.name: one.text for one in read_corpus(ROOT / "corpus").documents}
    for first in chosen(questions, 25):
        passages = [texts[name] for name in first.documents]
        second = follow_up(first, passages, questions)
        assert second.language == first.language and second.id != first.id
        assert any(proof.quote in text for proof in second.evidence for text in passages)
    assert follow_up(first, [], questions).documents


def test_a_plain_chat_reads_its_passages_once():
    """What was asked before begins the next prompt, word for word; the first text that is not empty counts."""
    llama = FakeLlama("Olaf", " Scholz")
    plain = Plain(llama, ["eins", "zwei"])
    came, text, kind = plain.ask("Wer?", (), whole=True)
    assert came > 0 and (text, kind) == ("Olaf Scholz", "answer")
    plain.ask("Wann?", [Turn("user", "Wer?"), Turn("assistant", text)], whole=False)
    first, second = llama.asked
    assert second[: len(first)] == first
    assert first[1]["content"] == "[1] eins\n\n[2] zwei\n\nWer?"
    assert [one["role"] for one in second] == ["system", "user", "assistant", "user"]
    assert second[-1]["content"] == "Wann?"


def test_ours_says_when_the_first_draft_came():
    """A refusal has none; where the first token is all that is asked for, the rest is not waited for.

    An answer without a draft, one that is remembered, is there at once.
    """
    ours = Ours(ScriptedChatbot(lambda question: cited_answer(question, "Grassano.", ITALIAN, HITS)))
    came, text, kind = ours.ask("Wer?", (), whole=True)
    assert came > 0 and kind == "answer" and text.startswith("Grassano")
    came, text, kind = ours.ask("Wer?", (), whole=False)
    assert came > 0 and (text, kind) == ("", "")
    known = ScriptedChatbot(lambda question: cited_answer(question, "Grassano.", ITALIAN, HITS))
    known.words = 0
    assert Ours(known).ask("Wer?", (), whole=False)[0] > 0
    silent = ScriptedChatbot(lambda question: refused_answer(question, HITS))
    silent.words = 0
    assert Ours(silent).ask("Wer?", (), whole=True)[::2] == (None, "refusal")


@pytest.mark.parametrize("number", [0, 1])
def test_sides_take_turns_at_each_step(questions, number):
    """First, follow-up, first again; the follow-up is told the question and that side's own answer."""
    asked = []

    def side(name):
        def ask(question, history, whole):
            asked.append((name, question, [turn.text for turn in history], whole))
            return 8.0, f"{name} says", "answer"

        return SimpleNamespace(name=name, ask=ask)

    first, second = chosen(questions, 1)[0], chosen(questions, 6)[5]
    row = talk([side("ours"), side("plain")], first, second, number)
    order = ["ours", "plain"] if number else ["plain", "ours"]
    assert [name for name, *_ in asked] == order * 3
    assert [question for _, question, *_ in asked[::2]] == [first.question, second.question, first.question]
    assert all(told == [first.question, f"{name} says"] for name, _, told, _ in asked[2:4])
    assert [whole for *_, whole in asked] == [True, True, False, False, False, False]
    assert row["ours: right"] is False and row["plain: repeated (ms)"] == 8.0


def test_figures_and_demands():
    """Ratios are question by question and only where both are there; what was never measured does not hold."""
    times = {"ours": (100.0, 10.0, 5.0), "plain": (400.0, 50.0, None)}
    row = {f"{side}: {step} (ms)": times[side][place] for side in times for place, step in enumerate(STEPS)}
    other = dict.fromkeys(row)
    rows = [one | {"ours: right": True, "plain: right": False} for one in (row, other)]
    figures = asked_figures(rows)
    assert figures["first: times as fast"] == {"p50": 4.0, "p95": 4.0, "n": 1}
    assert figures["repeated: times as fast"]["p50"] is None
    assert (figures["ours: first / follow-up"]["p50"], figures["ours: first / repeated"]["p50"]) == (10.0, 20.0)
    assert (figures["ours: right"], figures["plain: right"]) == (2, 0)
    shares = {f"{name}, share of llama.cpp": {"p50": value} for name, value in (("reading", 0.9), ("writing", None))}
    assert list(demands_of(figures | shares).values()) == [True, False, True, True, True]


@pytest.mark.models
def test_it_runs_with_the_real_models(monkeypatch):
    """At its smallest: one prompt and one question of the small model."""
    monkeypatch.setenv("CITEGLOT_LANGUAGE_MODEL", "qwen2.5-coder-0.5b-instruct")
    monkeypatch.setattr("eval.bench_rates.PROMPT_TOKENS", 64)
    monkeypatch.setattr("eval.bench_rates.WRITTEN", 4)
    section = writing(Bench(1, Progress()))
    rates, asked = section.rows
    assert rates["reading, share of llama.cpp"] > 0 and rates["tokens"] > 64
    assert asked["plain: first (ms)"] > 0 and asked["plain: right"] in (True, False)
