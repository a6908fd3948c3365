"""Items of refusals: asked through the program, counted beside GPT-4."""

import json

import pytest
from calibration_support import the_word_decides  # noqa: F401 - a fixture for all
from eval_support import system_over, write_lines
from fakes import ScriptedGenerator
from refusal_support import PASSAGES, UNKNOWN, item, line

from citeglot.console import run_door
from citeglot.types import Turn
from eval import refusals
from eval.refusal_figures import figures, summarise
from eval.refusal_items import split_of
from eval.refusals import Recorder, main, measured, plain_probability


class Reader(ScriptedGenerator):
    """Says Yes to a text that speaks of 28, and fails where a text says so."""

    def probability(self, turns, yes, no):
        super().probability(turns, yes, no)
        text = turns[-1].text
        if "broken" in text:
            raise RuntimeError("the model broke")
        return 0.99 if "28" in text or "２８" in text else 0.01

    def stream(self, turns, limits):
        self.replies.append("28 [1]")
        return super().stream(turns, limits)


def judged(name, answerable, kind, gpt4_refused=None, **changes):
    """Return a row as a run leaves it."""
    given = {"id": name, "language": "en", "answerable": answerable, "kind": kind, "gpt4_refused": gpt4_refused}
    return given | {"confidence": 0.5, "plain": 0.5} | changes


@pytest.fixture
def door(tmp_path, monkeypatch):
    """The door over a folder of items in five languages, with a generator that can be looked at."""
    folder = tmp_path / "sets"
    folder.mkdir()
    for language in PASSAGES:
        rows = [line(f"{number}#0", language, number % 2 == 0, UNKNOWN) for number in range(20)]
        write_lines(folder / f"nomiracl.{language}.jsonl", rows)
    generator = Reader()
    system = system_over(tmp_path / "index", generator)
    monkeypatch.setattr(refusals, "open_system", lambda *given, **more: system)

    def call(*options):
        return run_door(main, [str(folder), *map(str, options)])

    call.generator, call.folder = generator, folder
    return call


def test_the_plain_probability_is_of_the_first_prompt():
    """What is asked with another prompt is another signal; nothing asked is 0."""
    assert plain_probability([("judge", 0.2), ("judge", 0.7), ("check", 0.9)]) == 0.7
    assert plain_probability([]) == 0.0


def test_a_recorder_is_the_generator():
    """It answers as the generator does and remembers what it judged."""
    inner = Reader(["Hello, world"])
    recorder = Recorder(inner)
    turns = [Turn("system", "judge"), Turn("user", "28")]
    assert recorder.probability(turns, "Yes", "No") == 0.99
    assert recorder.calls == [("judge", 0.99)]
    assert (recorder.name, recorder.context_tokens, recorder.count_tokens("abcdef")) == ("scripted", 4096, 2)
    assert "".join(recorder.stream(turns, None)) == "Hello, world" and inner.asked == [tuple(turns)]


@pytest.mark.parametrize("language", sorted(PASSAGES))
def test_an_item_is_asked_through_the_program(tmp_path, language):
    """In each language an answerable item is answered from its passages and the other one refused."""
    system = system_over(tmp_path / "index", Reader())
    right, wrong = (measured(item(language=language, answerable=kind), system) for kind in (True, False))
    assert right["kind"] in ("answer", "quotation") and wrong["kind"] == "refusal"
    assert (right["plain"], wrong["plain"]) == (0.99, 0.01)
    assert right["confidence"] > wrong["confidence"]
    assert max(right["judged"]) == 0.99 and len(right["judged"]) >= 2


def test_figures():
    """Shares, areas and their differences, by hand; a verdict that says neither is left out."""
    rows = [
        judged("a", True, "answer", False, confidence=0.9, plain=0.4),
        judged("b", True, "refusal", True, confidence=0.6, plain=0.6),
        judged("c", False, "refusal", False, confidence=0.2, plain=0.5),
        judged("d", False, "quotation", None, confidence=0.7, plain=0.1),
    ]
    found = {name: (one["value"], one["n"]) for name, one in figures(rows).items()}
    assert found == {
        "right_refusals": (0.5, 2),
        "recognised_answers": (0.5, 2),
        "mean_of_both": (0.5, 4),
        "confidence_auc": (0.75, 4),
        "plain_auc": (0.75, 4),
        "confidence_auc_less_plain": (0.0, 4),
        "gpt4_right_refusals": (0.0, 1),
        "gpt4_recognised_answers": (0.5, 2),
        "gpt4_mean_of_both": (0.25, 3),
        "mean_of_both_less_gpt4": (0.5, 3),
    }


def test_the_difference_of_areas_is_paired():
    """The same signal twice differs by nothing in every resample; a better one by an interval above 0."""
    rows = [judged(str(n), n % 2 == 0, "answer", confidence=n % 2 == 0, plain=(n * 7919 % 40) / 40) for n in range(80)]
    better = figures(rows)["confidence_auc_less_plain"]
    same = figures([row | {"confidence": row["plain"]} for row in rows])["confidence_auc_less_plain"]
    assert 0.3 < better["low"] < better["value"] < better["high"]
    assert (same["value"], same["low"], same["high"]) == (0.0, 0.0, 0.0)


def test_an_error_is_a_failure():
    """It is neither a right refusal nor an answer, has no confidence, and is counted."""
    broken = {"kind": "error", "error": "no", "confidence": None, "plain": None}
    rows = [judged("a", True, "answer") | broken, judged("b", False, "refusal") | broken]
    found = summarise(rows)
    assert found["errors"] == 2
    assert found["overall"]["right_refusals"]["count"] == found["overall"]["recognised_answers"]["count"] == 0
    assert found["overall"]["confidence_auc"]["value"] is None


def test_the_door(door, tmp_path, capsys):
    """Items in five languages: figures for each and together, GPT-4's beside, progress on standard error alone."""
    assert door("--items", "4", "--output", tmp_path / "out.json") == 0
    report = json.loads((tmp_path / "out.json").read_text(encoding="utf-8"))
    assert sorted(report["metrics"]["languages"]) == sorted(PASSAGES)
    overall = report["metrics"]["overall"]
    assert (overall["right_refusals"]["count"], overall["right_refusals"]["n"]) == (10, 10)
    assert (overall["recognised_answers"]["count"], overall["recognised_answers"]["n"]) == (10, 10)
    assert (overall["mean_of_both"]["value"], overall["confidence_auc"]["value"]) == (1.0, 1.0)
    assert overall["gpt4_right_refusals"]["value"] == 1.0 and overall["gpt4_recognised_answers"]["value"] == 0.0
    assert {split_of(one["id"].partition(":")[2]) for one in report["items"]} == {"test"}
    shown = capsys.readouterr()
    assert "mean_of_both" in shown.out and "asking" in shown.err and "asking" not in shown.out
    assert not (tmp_path / "out.json.partial").exists()


def test_an_interrupted_run_goes_on(door, tmp_path, monkeypatch, capsys):
    """What was asked before the stop is not asked again, and the report is the same."""
    options = ["--items", "4", "--language", "hi", "ja"]
    assert door(*options, "--output", tmp_path / "whole.json") == 0
    asked = len(door.generator.judged)
    kept = refusals.measured
    done = []

    def stop(one, system):
        if len(done) == 5:
            raise KeyboardInterrupt
        done.append(one)
        return kept(one, system)

    monkeypatch.setattr(refusals, "measured", stop)
    assert door(*options, "--output", tmp_path / "out.json") == 130
    monkeypatch.setattr(refusals, "measured", kept)
    door.generator.judged.clear()
    assert door(*options, "--output", tmp_path / "out.json") == 0
    assert 0 < len(door.generator.judged) < asked
    assert "5 questions were asked before" in capsys.readouterr().err
    whole, resumed = (json.loads((tmp_path / name).read_text(encoding="utf-8")) for name in ("whole.json", "out.json"))
    assert whole["metrics"] == resumed["metrics"]


def test_a_broken_item_costs_no_other(door, tmp_path, capsys):
    """Exit 1, the error is named, and the other items are measured."""
    rows = [line(f"{number}#0", answerable=number % 2 == 0) for number in range(20)]
    rows += [line(f"b{number}#0", passages=["This is broken, all 28 of it."]) for number in range(20)]
    write_lines(door.folder / "nomiracl.en.jsonl", rows)
    assert door("--items", "40", "--language", "en", "--output", tmp_path / "out.json") == 1
    report = json.loads((tmp_path / "out.json").read_text(encoding="utf-8"))
    assert 0 < report["metrics"]["errors"] < len(report["items"])
    assert "the model broke" in capsys.readouterr().out


@pytest.mark.parametrize("options", [["--items", "0"], ["--split", "all"], ["--language", "klingon"]])
def test_wrong_use(door, options, capsys):
    """Exit 2 and a sentence."""
    try:
        code = door(*options)
    except SystemExit as stop:
        code = stop.code
    assert code == 2
    assert capsys.readouterr().err


def test_a_folder_without_items(tmp_path, capsys):
    """A folder that holds no such file is wrong use."""
    assert run_door(main, [str(tmp_path)]) == 2
    assert "nomiracl" in capsys.readouterr().err
