"""Items of refusals: asked through the program, counted beside GPT-4."""

import json
from dataclasses import replace

import pytest
from calibration_support import answers_decide  # noqa: F401 - a fixture for all
from eval_support import system_over, write_lines
from fakes import HashEmbedder, ScriptedGenerator
from refusal_support import PASSAGES, UNKNOWN, item, line

from citeglot.console import run_door
from eval import refusals
from eval.refusal_items import split_of
from eval.refusals import READ, ask_model, best_sentences, main, measured


class Knowing(HashEmbedder):
    """Finds an answer in what speaks of 28."""

    def answer_logits(self, question, sentences):
        super().answer_logits(question, sentences)
        return [3.0 if "28" in one.text or "２８" in one.text else -3.0 for one in sentences]


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


@pytest.fixture
def door(tmp_path, monkeypatch):
    """The door over a folder of items in five languages, with a generator that can be looked at."""
    folder = tmp_path / "sets"
    folder.mkdir()
    for language in PASSAGES:
        rows = [line(f"{number}#0", language, number % 2 == 0, UNKNOWN) for number in range(20)]
        write_lines(folder / f"nomiracl.{language}.jsonl", rows)
    generator = Reader()
    system = system_over(tmp_path / "index", generator, embedder=Knowing())
    monkeypatch.setattr(refusals, "open_system", lambda *given, **more: system)

    def call(*options):
        return run_door(main, [str(folder), *map(str, options)])

    call.generator, call.folder = generator, folder
    return call


@pytest.mark.parametrize("language", sorted(PASSAGES))
def test_the_question_stands_before_the_text(language):
    """What the model has read of the question serves every text: prompts differ only from the text on."""
    generator = Reader()
    asked, *texts = PASSAGES[language]
    assert [ask_model(asked, text, generator) for text in texts] == [0.99, 0.01]
    beginnings = set()
    for turns, text in zip(generator.judged, texts, strict=True):
        assert [turn.role for turn in turns] == ["system", "user"]
        assert text not in turns[0].text and asked not in turns[0].text
        before, after = turns[1].text.split(text)
        assert asked in before and asked not in after
        beginnings.add((turns[0], before))
    assert len(beginnings) == 1


def test_a_text_that_looks_like_a_placeholder_is_text():
    """A question about "$evidence" is read as it was asked, and so is a text."""
    generator = Reader()
    ask_model("What is $evidence or ${x} or $$?", "It is $question.", generator)
    assert all(one in generator.judged[0][1].text for one in ("What is $evidence or ${x} or $$?", "It is $question."))


def test_a_text_that_the_model_cannot_hold_is_cut():
    """Its end is left out; the question is whole."""
    generator = Reader()
    assert ask_model("How tall?", f"It is 28. {'Roses grow. ' * 5000}", generator) == 0.99
    (turns,) = generator.judged
    assert "How tall?" in turns[1].text and sum(map(generator.count_tokens, (one.text for one in turns))) <= 4096


@pytest.mark.parametrize("language", sorted(PASSAGES))
def test_the_model_reads_what_the_program_is_surest_of(tmp_path, language):
    """As many sentences as are read, the best first; of fewer all."""
    system = system_over(tmp_path / "index", Reader(), embedder=Knowing())
    one = item(language=language)
    with system.over(one.passages) as chatbot:
        found = [each.text for each in best_sentences(one, chatbot, system)]
    assert found[0] == one.passages[0] and sorted(found) == sorted(one.passages)
    more = replace(one, passages=tuple(f"{one.passages[1]} ({number})" for number in range(9)) + one.passages[:1])
    with system.over(more.passages) as chatbot:
        found = [each.text for each in best_sentences(more, chatbot, system)]
    assert len(found) == READ and found[0] == one.passages[0]


@pytest.mark.parametrize("language", sorted(PASSAGES))
def test_an_item_is_asked_through_the_program(tmp_path, language):
    """In each language an answerable item is answered from its passages and the other one refused."""
    system = system_over(tmp_path / "index", Reader(), embedder=Knowing())
    right, wrong = (measured(item(language=language, answerable=kind), system) for kind in (True, False))
    assert right["kind"] in ("answer", "quotation") and wrong["kind"] == "refusal"
    assert (right["plain"], wrong["plain"]) == (0.99, 0.01)
    assert right["confidence"] > wrong["confidence"]
    assert max(right["judged"]) == 0.99 and len(right["judged"]) >= 2


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
    assert {split_of(one["id"]) for one in report["items"]} == {"test"}
    shown = capsys.readouterr()
    assert report["metrics"]["counted"] == 0 and "drawn" not in shown.out
    assert "mean_of_both" in shown.out and "asking" in shown.err and "asking" not in shown.out
    assert not (tmp_path / "out.json.partial").exists()


def test_chances_that_are_counted_are_told(door, tmp_path, capsys):
    """Where a server gave none, each item says so, and so does the report."""
    door.generator.is_sampled = True
    assert door("--items", "4", "--language", "hi", "--output", tmp_path / "out.json") == 0
    report = json.loads((tmp_path / "out.json").read_text(encoding="utf-8"))
    assert [one["counted"] for one in report["items"]] == [True] * 4 and report["metrics"]["counted"] == 4
    assert "of 4 items are counted in a few replies that were drawn" in capsys.readouterr().out


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
