"""The bench of the words alone measures what it says, on files that anybody may bring."""

import json
import math
import sqlite3

import pytest

from citeglot.errors import WrongUse
from citeglot.stems import stem_of
from eval.lexical_bench import ABLATIONS, bench, gains, has_fts5, interval, main, measure, read_set, replaced

ROWS = [
    ("q1", "c1", "Welche Brücken sind alt?", "Die alte Brücke steht in Köln."),
    ("q2", "c2", "Wohin reiste der Minister?", "Der Minister reiste nach Bonn."),
    ("q3", "c2", "Wer reiste?", "Der Minister reiste nach Bonn."),
]


@pytest.fixture
def folder(tmp_path):
    """A folder with one reading set and one file of another kind."""
    keys = ("id", "context_id", "question", "context")
    lines = [json.dumps({"lang": "de", **dict(zip(keys, row, strict=True))}, ensure_ascii=False) for row in ROWS]
    (tmp_path / "small.de.jsonl").write_text("\n".join(lines), encoding="utf-8")
    (tmp_path / "other.de.jsonl").write_text('{"id": "1", "passages": []}', encoding="utf-8")
    return tmp_path


def test_measures_by_hand():
    """A first, a fourth and a missing place give these numbers."""
    assert measure([1, 4, None]) == pytest.approx(
        {"recall@1": 1 / 3, "recall@5": 2 / 3, "recall@10": 2 / 3, "nDCG@10": (1 + 1 / math.log2(5)) / 3}
    )


def test_an_interval_holds_the_difference_and_only_that():
    """Equal lists differ by nothing; a difference that is always there is the whole interval."""
    assert interval(gains([1, 2]), gains([1, 2])) == (0.0, 0.0)
    assert interval([1.0, 1.0], [0.5, 0.5]) == (0.5, 0.5)


def test_a_set_is_cut_in_two_by_its_ids(folder):
    """Both halves see all contexts, and no question is in both."""
    path = folder / "small.de.jsonl"
    even, odd, everything = (read_set(path, half) for half in ("even", "odd", "all"))
    assert even.contexts == odd.contexts == everything.contexts
    assert [question for question, _ in odd.questions] == ["Welche Brücken sind alt?", "Wer reiste?"]
    assert {*even.questions, *odd.questions} == {*everything.questions}
    assert everything.contexts[dict(everything.questions)["Wer reiste?"]].startswith("Der Minister")


def test_what_is_measured_is_there(folder):
    """Ours finds all of them, every method is in the table, and a rule that was taken out is back."""
    report = bench(read_set(folder / "small.de.jsonl", "all"))
    assert report["ours"]["recall@1"] == 1.0
    assert {*ABLATIONS} <= {*report}
    assert ("FTS5, defaults" in report) == has_fts5()
    assert stem_of("brücken", "de") == "bruck"


def test_a_rule_taken_out_is_out():
    """Inside, the word stays as it is."""
    with replaced(ABLATIONS["without stems"]):
        assert stem_of("avtalen", "no") == "avtalen"


def test_fts5_is_said_to_be_there_where_it_works():
    """The compile options tell what a table would."""
    try:
        sqlite3.connect(":memory:").execute("CREATE VIRTUAL TABLE t USING fts5(x)")
        works = True
    except sqlite3.OperationalError:
        works = False
    assert has_fts5() == works


def test_the_command_prints_a_table_and_writes_the_numbers(folder, tmp_path, capsys):
    """One table for each reading set; the numbers are those of the file."""
    output = tmp_path / "report.json"
    assert main([str(folder), "--half", "all", "--output", str(output)]) == 0
    assert "small.de.jsonl: 3 questions, 2 contexts" in capsys.readouterr().out
    assert json.loads(output.read_text("utf-8"))["small.de.jsonl"]["ours"]["recall@1"] == 1.0


@pytest.mark.parametrize("content", [None, "{", '{"context": "a"}', ""])
def test_a_folder_without_a_reading_set_is_a_mistake(tmp_path, content):
    """It is said which file or folder, and nothing is measured."""
    if content is not None:
        (tmp_path / "a.de.jsonl").write_text(content, encoding="utf-8")
    with pytest.raises(WrongUse, match=r"a\.de\.jsonl|holds no reading set"):
        main([str(tmp_path)])
