"""A sentence for everything that can be wrong with a question file, and for what is merely odd."""

import json

import pytest
from eval_support import fake_door, row, unanswerable, write_lines


@pytest.fixture
def door(tmp_path, monkeypatch):
    """The door with fakes behind it."""
    return fake_door(tmp_path, monkeypatch)


def output(path):
    """Return an output."""
    return json.loads(path.read_text(encoding="utf-8"))


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "holds no question"),
        (b"\n\n", "holds no question"),
        (b"not json\n", "line 1"),
        (b'\xef\xbb\xbf{"id": "a"}\r\n{"id": "a"}\r\n[]\r\n', "line 3"),
        (b"\xff\xfe\x00", "not UTF-8"),
    ],
)
def test_question_files_that_are_none(door, tmp_path, capsys, content, said):
    """Empty, no JSON, a byte-order mark with bad lines, another encoding: a sentence and exit 2."""
    path = tmp_path / "bad.jsonl"
    path.write_bytes(content)
    assert door("--retrieval-only", questions=path) == 2
    assert said in capsys.readouterr().err


def test_all_problems_of_a_file_at_once(door, tmp_path, capsys):
    """Missing and unknown fields, wrong types, a double id, gold for an unanswerable question: all in one go."""
    rows = [
        {"id": "a", "language": "de"},
        row("de") | {"colour": "red"},
        row("de", facts="28"),
        unanswerable("en", "Why?") | {"facts": [["28"]]},
        row("de", documents=[], evidence=[]),
    ]
    path = write_lines(tmp_path / "bad.jsonl", rows)
    assert door("--retrieval-only", questions=path) == 2
    error = capsys.readouterr().err
    for said in ("line 1: the field 'question'", "line 2: the field 'colour'", "line 3: 'facts'", "line 3: the id"):
        assert said in error
    assert "line 4: the question is not answerable" in error and "line 5: the question is answerable" in error


def test_a_missing_question_file(door, tmp_path, capsys):
    """Exit 2 with the path."""
    assert door("--retrieval-only", questions=tmp_path / "none.jsonl") == 2
    assert "none.jsonl" in capsys.readouterr().err


def test_no_question_left_is_an_error(door, tmp_path, capsys):
    """A split without questions, or passages with retrieval only, is not 100 %."""
    assert door("--retrieval-only", "--split", "dev") == 2
    assert "'dev'" in capsys.readouterr().err
    path = write_lines(tmp_path / "p.jsonl", [row("en", passages=["A text."], documents=[], evidence=[])])
    assert door("--retrieval-only", questions=path) == 2
    assert "--retrieval-only" in capsys.readouterr().err


def test_missing_gold_is_counted_apart(door, tmp_path, capsys):
    """Gold that is not in the index is told with its number and is no failure of retrieval."""
    rows = [row("en"), row("de", "q3", documents=["gone.txt"], evidence=[])]
    path = write_lines(tmp_path / "m.jsonl", rows)
    assert door("--retrieval-only", "--output", tmp_path / "out.json", questions=path) == 0
    assert "gold missing: 1" in capsys.readouterr().out
    assert output(tmp_path / "out.json")["metrics"]["overall"]["recall@10"]["n"] == 1


def test_languages_and_forms_are_made_equal(door, tmp_path):
    """Nynorsk is Norwegian, and a decomposed question is the composed one."""
    rows = [row("no") | {"id": "q1-nn", "language": "nn", "question": "Na\u030ar kom ministeren?"}]
    path = write_lines(tmp_path / "n.jsonl", rows)
    assert door("--retrieval-only", "--output", tmp_path / "out.json", questions=path) == 0
    (found,) = output(tmp_path / "out.json")["questions"]
    assert (found["language"], found["question"], found["base"]) == ("no", "Når kom ministeren?", "q1")


def test_one_question_with_two_golds_is_told(door, tmp_path, capsys):
    """The same words with other facts are a warning that names both; the same words alone are none."""
    rows = [row("en"), row("en", "q3"), row("en", "q4", facts=[["May"]]), row("de")]
    path = write_lines(tmp_path / "twice.jsonl", rows)
    assert door("--retrieval-only", questions=path) == 0
    told = [line for line in capsys.readouterr().err.splitlines() if "different gold" in line]
    assert len(told) == 1 and "q1-en and q4-en" in told[0]


def test_an_error_in_a_question_is_exit_1(door, tmp_path, capsys):
    """A question that cannot be asked is named; the others are measured."""
    path = write_lines(tmp_path / "long.jsonl", [row("en"), row("en", "q3", question="why " * 2000)])
    assert door("--retrieval-only", questions=path) == 1
    shown = capsys.readouterr().out
    assert "errors: 1" in shown and "q3-en" in shown
