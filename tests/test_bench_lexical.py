"""The benchmark of words at a small size: the same questions go to each side, in the language of the texts."""

import json

import pytest

from citeglot.progress import Progress
from eval import bench_lexical
from eval.bench_base import Bench
from eval.bench_lexical import by_language, figures_of, language_rows, lexical

SENTENCES = {
    "de": "Der Minister eröffnete die alte Brücke über den Rhein im Frühling.",
    "hi": "मंत्री ने वसंत में नदी पर बने पुराने पुल का उद्घाटन किया था।",
    "ja": "大臣は春に古い橋の開通式に出席しました。橋は川の上にあります。",
}


@pytest.fixture
def folder(tmp_path):
    """A folder with a small question set in three languages."""
    for language, text in SENTENCES.items():
        row = {"id": "q1", "lang": language, "context_id": "c1", "question": text[:25], "context": f"{text}\n{text}"}
        path = tmp_path / f"small.{language}.jsonl"
        path.write_text(json.dumps(row | {"answers": [text[:4]]}, ensure_ascii=False), encoding="utf-8")
    return tmp_path


def test_every_side_is_asked_in_every_language(folder, monkeypatch, capsys):
    """A peer that is not installed is told and has no figure; ours finds what it looks for in each language."""
    monkeypatch.setattr(bench_lexical, "find_spec", lambda name: None)
    section = lexical(Bench(1, Progress(), folder))
    assert "bm25s is not installed" in capsys.readouterr().err
    assert {row["language"] for row in section.rows} == set(SENTENCES)
    assert all(row["ours: found"] > 0 for row in section.rows)
    assert not any("bm25s" in name for name in section.figures)
    assert section.figures["all, ours (ms)"]["n"] == len(section.rows) == 3


def test_sides_take_turns_and_the_first_question_is_not_counted():
    """Two sides and two questions: a row for each, the first one asked once more before."""
    asked = []

    def side(name):
        return lambda texts, language: lambda question: asked.append((name, question)) or [0]

    rows = language_rows({"one": side("one"), "two": side("two")}, ["a"], ["x", "y"], "de")
    assert [name for name, _ in asked] == ["one", "two", "two", "one", "one", "two"]
    assert [question for _, question in asked] == ["x", "x", "x", "x", "y", "y"]
    assert len(rows) == 2


def test_figures_are_of_each_language_and_of_all():
    """Ratios are question by question: their median is not the ratio of the medians. Indexing counts once each."""
    rows = [
        {"language": "de", "ours: question (ms)": 1.0, "peer: question (ms)": 2.0},
        {"language": "de", "ours: question (ms)": 2.0, "peer: question (ms)": 8.0},
        {"language": "hi", "ours: question (ms)": 9.0, "peer: question (ms)": 9.0},
    ]
    rows = [row | {"ours: indexing (s)": 1.0, "peer: indexing (s)": 0.5} for row in rows]
    figures = figures_of(rows, ["ours", "peer"])
    assert (figures["all, times peer"]["p50"], figures["de, times peer"]["p50"], figures["hi, ours (ms)"]["p50"]) == (
        2.0,
        3.0,
        9.0,
    )
    assert figures["peer: indexing (s)"] == 1.0


def test_texts_keep_their_order():
    """By language."""
    assert by_language([("de", "a"), ("hi", "b"), ("de", "c")]) == {"de": ["a", "c"], "hi": ["b"]}
