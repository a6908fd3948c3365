"""Rows are written down as they come, and a run goes on where it stopped."""

import json

import pytest
from eval_support import ASKED, questions_of, row, system_over

from citeglot.errors import ModelFailed
from eval.rows import RowLog
from eval.runner import run_questions
from eval.summary import summarise


def silent(step, done, total):
    """Show nothing."""


def log(tmp_path, key="a"):
    return RowLog(tmp_path / "out.json.partial", {"key": key})


@pytest.fixture(scope="module")
def searching(tmp_path_factory):
    return system_over(tmp_path_factory.mktemp("index"))


def test_one_broken_question_costs_no_other(searching, tmp_path, monkeypatch):
    """A question that raises becomes a row with its error, counted as a failure; the others are measured."""
    asked = questions_of(tmp_path, [row("de"), row("en"), row("hi")])
    search = type(searching.chatbot).search

    def broken(self, question, k=10, **more):
        if question == ASKED["en"]:
            raise ModelFailed("The model stopped.")
        if question == ASKED["hi"]:
            raise ZeroDivisionError("by zero")
        return search(self, question, k, **more)

    monkeypatch.setattr(type(searching.chatbot), "search", broken)
    rows = run_questions(asked, searching, log(tmp_path), silent)
    assert [one.get("error") for one in rows] == [None, "The model stopped.", "ZeroDivisionError: by zero"]
    metrics = summarise(rows)
    assert metrics["errors"] == 2
    assert metrics["overall"]["recall@10"]["count"] == 1
    assert metrics["overall"]["recall@10"]["n"] == 3


def test_a_run_goes_on_where_it_stopped(searching, tmp_path, monkeypatch):
    """Killed in the third question, a run asks the rest once, and its metrics are those of a run in one go."""
    asked = questions_of(tmp_path, [row(language) for language in sorted(ASKED)])
    searched = []
    search = type(searching.chatbot).search

    def counted(self, question, k=10, **more):
        if len(searched) == 2 and "stop" not in searched:
            searched.append("stop")
            raise KeyboardInterrupt
        searched.append(question)
        return search(self, question, k, **more)

    monkeypatch.setattr(type(searching.chatbot), "search", counted)
    with pytest.raises(KeyboardInterrupt):
        run_questions(asked, searching, log(tmp_path), silent)
    partial = tmp_path / "out.json.partial"
    partial.write_bytes(partial.read_bytes() + b'{"id": "q1-hi", "langu')
    resumed = log(tmp_path)
    assert list(resumed.rows) == ["q1-de", "q1-en"]
    rows = run_questions(asked, searching, resumed, silent)
    searched.remove("stop")
    assert sorted(searched) == sorted(ASKED.values())
    again = run_questions(asked, searching, RowLog(None, {}), silent)
    first, second = summarise(rows), summarise(again)
    assert {**first, "timings": 0} == {**second, "timings": 0}
    assert len(partial.read_text("ascii").splitlines()) == 6


def test_rows_of_another_run_are_forgotten(tmp_path):
    """Another fingerprint, a torn first line or a foreign file start anew; a row with an error is asked again."""
    first = log(tmp_path)
    first.add({"id": "a", "answer": "ü\u2028"})
    first.add({"id": "b", "error": "It broke."})
    assert log(tmp_path).rows == {"a": {"id": "a", "answer": "ü\u2028"}}
    assert log(tmp_path, "another").rows == {}
    path = tmp_path / "out.json.partial"
    for content in ('{"finger', '{"id": "a"}\n{"id": "b"}\n', "[1]\n", "\xff\xfe"):
        path.write_bytes(content.encode("latin-1"))
        assert log(tmp_path).rows == {}
    assert json.loads(path.read_text("ascii").splitlines()[0]).keys() == {"fingerprint"}
    log(tmp_path).forget()
    assert not path.exists()
