"""The door: the contract's output, and a sentence for everything that can go wrong with a question file."""

import json
import subprocess
import sys
from pathlib import Path

import jsonschema
import pytest
from eval_support import ASKED, fake_door, row, write_lines

import citeglot.llm_llamacpp
from citeglot.errors import ModelMissing

ROOT = Path(__file__).resolve().parent.parent
VALUE = {"type": ["number", "null"]}
FLAG = {"type": ["boolean", "null"]}
QUESTION = {
    "id": {"type": "string"},
    "language": {"type": "string"},
    "kind": {"enum": ["answer", "quotation", "refusal", "error", None]},
    "right": FLAG,
    "language_right": FLAG,
    "citations_right": VALUE,
    "documents": {"type": "array", "items": {"type": "string"}},
    "confidence": VALUE,
    "timings": {"type": "object", "additionalProperties": VALUE},
}
OUTPUT = {
    "type": "object",
    "properties": {
        "models": {"type": "object"},
        "generation": {"type": "integer", "minimum": 1},
        "questions": {
            "type": "array",
            "items": {"type": "object", "properties": QUESTION, "required": list(QUESTION)},
        },
        "metrics": {"type": "object", "required": ["overall", "cells"]},
    },
    "required": ["models", "generation", "questions", "metrics"],
}


@pytest.fixture
def door(tmp_path, monkeypatch):
    """The door with fakes behind it."""
    return fake_door(tmp_path, monkeypatch)


def output(path):
    """Return an output, checked against the contract."""
    report = json.loads(path.read_text(encoding="utf-8"))
    jsonschema.validate(report, OUTPUT)
    return report


def test_output_is_the_contract(door, tmp_path, capsys):
    """Answers in five languages: the JSON, the page and the table; nothing is left behind."""
    assert door("--output", tmp_path / "out.json", "--html", tmp_path / "out.html") == 0
    report = output(tmp_path / "out.json")
    assert [one["id"] for one in report["questions"]] == [*(f"q1-{one}" for one in sorted(ASKED)), "q2-en"]
    assert all(one["confidence"] is not None and one["kind"] for one in report["questions"])
    assert report["models"] == {"embedding": "hash", "language": "scripted"}
    assert (tmp_path / "out.html").read_text(encoding="utf-8").startswith("<!doctype html>")
    shown = capsys.readouterr()
    assert "answers_right" in shown.out and "asking" in shown.err
    assert not [
        path.name for path in tmp_path.iterdir() if "out" in path.name and path.suffix not in (".json", ".html")
    ]


def test_retrieval_only_loads_no_language_model(door, tmp_path, monkeypatch):
    """Without a language model retrieval is measured all the same."""
    monkeypatch.setattr(citeglot.llm_llamacpp, "load_generator", None)
    assert door("--retrieval-only", "--output", tmp_path / "out.json") == 0
    report = output(tmp_path / "out.json")
    assert report["models"]["language"] is None
    assert {one["kind"] for one in report["questions"]} == {None}
    assert report["metrics"]["overall"]["recall@10"]["n"] == 5
    assert report["metrics"]["overall"]["answers_right"]["value"] is None


def test_the_same_run_twice_gives_the_same_metrics(door, tmp_path):
    """Equal but for the times."""
    figures = []
    for name in ("a.json", "b.json"):
        assert door("--retrieval-only", "--output", tmp_path / name) == 0
        figures.append({**output(tmp_path / name)["metrics"], "timings": 0})
    assert figures[0] == figures[1]


def test_a_missing_language_model_is_told_with_the_way_out(door, tmp_path, monkeypatch, capsys):
    """Exit 3, and the sentence says that retrieval can be measured without; nothing was asked."""

    def missing(settings):
        raise ModelMissing("The model m is not there.")

    monkeypatch.setattr(citeglot.llm_llamacpp, "load_generator", missing)
    assert door("--output", tmp_path / "out.json") == 3
    error = capsys.readouterr().err
    assert "The model m is not there." in error and "--retrieval-only" in error
    assert not (tmp_path / "cache").exists() and not (tmp_path / "out.json").exists()


def test_a_loss_against_the_baseline_is_exit_1(door, tmp_path, capsys):
    """The same run is 0; with a better baseline it is 1, and the lost questions are named."""
    before = tmp_path / "before.json"
    assert door("--retrieval-only", "--output", before) == 0
    assert door("--retrieval-only", "--baseline", before, "--output", tmp_path / "after.json") == 0
    assert "comparison" in output(tmp_path / "after.json")
    rows = [row("en", f"q{one}", documents=["de.txt"], evidence=[]) for one in range(8)]
    worse = write_lines(tmp_path / "w.jsonl", rows)
    assert door("--retrieval-only", "--output", before, questions=worse) == 0
    report = output(before)
    for one in report["questions"]:
        one["gold"][0]["rank"] = 1
    before.write_text(json.dumps(report), encoding="utf-8")
    kept = before.read_bytes()
    found = door("--retrieval-only", "--baseline", before, questions=worse)
    changed = output(tmp_path / "after.json")["metrics"] is not None and "LOSS" in capsys.readouterr().out
    assert (found, changed) == (1, True)
    assert before.read_bytes() == kept


def test_outputs_are_looked_at_before_anything_runs(door, tmp_path, capsys):
    """A folder, a file in the way, the baseline, the questions, one name twice: exit 2 and no index was built."""
    baseline = tmp_path / "before.json"
    baseline.write_text("{}", encoding="utf-8")
    (tmp_path / "file").write_text("", encoding="utf-8")
    wrong = [
        ["--output", tmp_path],
        ["--output", tmp_path / "file" / "out.json"],
        ["--html", tmp_path / "corpus"],
        ["--output", baseline, "--baseline", baseline],
        ["--html", tmp_path / "sub" / ".." / "before.json", "--baseline", baseline],
        ["--output", tmp_path / "q.jsonl"],
        ["--output", tmp_path / "x", "--html", tmp_path / "x"],
    ]
    for options in wrong:
        assert door("--retrieval-only", *options) == 2, options
        assert "Error: " in capsys.readouterr().err
    assert baseline.read_text(encoding="utf-8") == "{}"
    assert not (tmp_path / "cache").exists()


def test_an_output_that_is_there_is_replaced_with_a_word(door, tmp_path, capsys):
    """An earlier output is no baseline; it is replaced whole, and that is said before."""
    out = tmp_path / "out.json"
    out.write_text("old", encoding="utf-8")
    assert door("--retrieval-only", "--output", out) == 0
    assert "will be replaced" in capsys.readouterr().err
    output(out)


def test_limit(door, tmp_path):
    """The first questions only."""
    assert door("--retrieval-only", "--limit", "2", "--output", tmp_path / "out.json") == 0
    assert [one["id"] for one in output(tmp_path / "out.json")["questions"]] == ["q1-de", "q1-en"]


@pytest.mark.parametrize("options", [["--limit", "0"], ["--limit", "x"], ["--split", "all"], ["--unknown"]])
def test_wrong_options(options):
    """Exit 2 in a process of its own, without a traceback."""
    done = subprocess.run(
        [sys.executable, "-m", "eval", *options],
        cwd=ROOT,
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 2
    assert "usage: python -m eval" in done.stderr and "Traceback" not in done.stderr
