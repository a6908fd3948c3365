"""Benchmarks: what is timed, what is left out, what is asked of it, and how the report grows."""

import json
from dataclasses import replace
from itertools import pairwise
from types import SimpleNamespace

import pytest
from page_fakes import ITALIAN, ScriptedChatbot, cited_answer, passage, refused_answer

from citeglot.console import run_door
from citeglot.language import INTERFACE_LANGUAGES
from citeglot.progress import Progress
from eval import bench, bench_asking, bench_base
from eval.bench_asking import ASKED, WARM_UP, first_words, names_asked, time_answer
from eval.bench_base import Bench, Section, ratio, spread
from eval.questions import read_questions

HITS = (passage(ITALIAN),)


def answering(question):
    """Answer all but questions about Delhi and Indian ministers."""
    if "Singh" in question:
        return refused_answer(question, HITS)
    return cited_answer(question, "Grassano leitete sie.", ITALIAN, HITS)


class Silent(ScriptedChatbot):
    """Writes nothing where it refuses, as the real one."""

    @property
    def models(self):
        return {"embedding": "hash", "language": "scripted"}

    def ask(self, question, history=(), filters=None):
        words, self.words = self.words, 1 if self.answer(question).kind == "refusal" else self.words
        yield from super().ask(question, history, filters)
        self.words = words


@pytest.fixture
def chatbot(monkeypatch):
    """Put a fake in the place of the models."""
    chatbot = Silent(answering)
    system = SimpleNamespace(chatbot=chatbot, notices=(), generation=SimpleNamespace(number=3))
    monkeypatch.setattr(bench_base, "open_system", lambda *given, **more: system)
    return chatbot


def test_the_questions_are_there_in_five_languages():
    """Each is answerable, needs no history, and has an article of its own."""
    questions = {one.id: one for one in read_questions(bench_base.QUESTIONS)}
    asked = [questions[f"{base}-{language}"] for base in (*ASKED, WARM_UP) for language in INTERFACE_LANGUAGES]
    assert all(one.answerable and not one.history and not one.passages for one in asked)
    assert len({questions[f"{base}-de"].documents for base in ASKED}) == len(ASKED)


def test_twenty_questions_are_all_pairs_and_no_language_follows_itself():
    """So that nothing of one prompt serves the next one, and three are three languages."""
    names = list(names_asked(20, INTERFACE_LANGUAGES))
    assert len(set(names)) == 20 == len(ASKED) * len(INTERFACE_LANGUAGES)
    assert names[:3] == ["q001-de", "q013-en", "q025-hi"]
    parts = [name.split("-") for name in list(names_asked(41, INTERFACE_LANGUAGES))]
    assert all(one[1] != other[1] for one, other in pairwise(parts))
    assert parts[20:40] == parts[:20]


def test_the_first_of_each_event_is_timed(monkeypatch):
    """The first token is the first draft, not the last; times are since the question."""
    clock = iter(range(100))
    monkeypatch.setattr(bench_asking.time, "perf_counter", lambda: next(clock) / 1000)
    question = read_questions(bench_base.QUESTIONS)[0]
    row = time_answer(Silent(answering), replace(question, question="Wer?"))
    assert row == {
        "id": question.id,
        "language": "de",
        "kind": "answer",
        "passages_ms": 1.0,
        "first_token_ms": 3.0,
        "total_ms": 6.0,
    }


def test_what_wrote_nothing_has_no_first_token_and_is_counted(chatbot):
    """Medians are of the questions that were written to; the one before the first is in none of them."""
    section = first_words(Bench(5, Progress()))
    assert [row["id"] for row in section.rows] == list(names_asked(5, INTERFACE_LANGUAGES))
    wrote = [row for row in section.rows if row["first_token_ms"] is not None]
    assert (section.figures["asked"], section.figures["wrote"]) == (5, len(wrote))
    assert [row["kind"] for row in section.rows if row not in wrote] == ["refusal"] * (5 - len(wrote))
    assert 0 < len(wrote) < 5
    assert section.figures["passages_ms"]["n"] == len(wrote)
    assert section.figures["before the first"]["id"] == f"{WARM_UP}-de"
    assert len(chatbot.asked) == 6


@pytest.mark.parametrize(
    ("passages", "token", "holds"), [(10.0, 100.0, True), (11.0, 100.0, False), (1.0, None, False)]
)
def test_the_passages_must_come_in_a_tenth(chatbot, monkeypatch, passages, token, holds):
    """Exactly a tenth is enough; where nothing was written, nothing holds."""
    row = {"id": "q", "language": "de", "kind": "answer", "passages_ms": passages, "first_token_ms": token}
    monkeypatch.setattr(bench_asking, "time_answer", lambda *given: row | {"total_ms": 1000.0})
    section = first_words(Bench(3, Progress()))
    assert list(section.demands.values()) == [holds]


def test_figures():
    """Median and 95th percentile lie between neighbours; of nothing there is nothing."""
    assert spread([4.0, 1.0, 2.0, 3.0]) == {"p50": 2.5, "p95": pytest.approx(3.85), "n": 4}
    assert spread([]) == {"p50": None, "p95": None, "n": 0}
    assert (ratio(1.0, 4.0), ratio(None, 4.0), ratio(1.0, None), ratio(1.0, 0.0)) == (0.25, None, None, None)


def test_table_and_file(chatbot, monkeypatch, tmp_path, capsys):
    """Every benchmark of the table is a section; the code is 1 where a demand is not met."""
    more = Section({"speed": spread([2.0]), "share": 0.5}, [], {"fast": False})
    monkeypatch.setattr(bench, "BENCHMARKS", {"first-words": first_words, "more": lambda one: more})
    output = tmp_path / "bench.json"
    assert run_door(bench.main, ["--repeats", "4", "--output", str(output)]) == 1
    text = capsys.readouterr().out
    report = json.loads(output.read_text(encoding="utf-8"))
    assert list(report["benchmarks"]) == ["first-words", "more"]
    assert report["models"] == chatbot.models and report["generation"] == 3
    assert report["options"]["repeats"] == 4 and len(report["benchmarks"]["first-words"]["rows"]) == 4
    assert "DOES NOT HOLD: fast" in text and "share: 0.5" in text and "passages_ms" in text


def test_one_benchmark_alone_loads_what_it_needs(monkeypatch, capsys):
    """Names choose; one that needs no model loads none."""
    monkeypatch.setattr(bench_base, "open_system", None)
    monkeypatch.setattr(bench, "BENCHMARKS", {**bench.BENCHMARKS, "more": lambda one: Section({"a": 1.0}, [], {})})
    assert run_door(bench.main, ["more"]) == 0
    assert "first-words" not in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "word"),
    [(["slow"], "first-words"), (["--output", str(bench_base.QUESTIONS)], "never written over")],
)
def test_wrong_use_is_a_sentence(arguments, word, capsys):
    """Before anything is loaded."""
    assert run_door(bench.main, arguments) == 2
    assert word in capsys.readouterr().err
