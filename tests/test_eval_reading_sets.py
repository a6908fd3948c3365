"""Files of question sets: their names, their lines, and what is wrong with them."""

import json

import pytest

from citeglot.errors import WrongUse
from eval.reading_sets import named, read_sets, tidy


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("xquad.de.json", ("xquad", "de")),
        ("xquad-r.nb.jsonl", ("xquad-r", "no")),
        ("dev-v2.0.json", ("dev-v2.0", None)),
        ("questions.jsonl", ("questions", None)),
        ("a.b.hi.jsonl", ("a.b", "hi")),
    ],
)
def test_name_and_language_of_a_file(tmp_path, name, expected):
    """The last part of the name is the language where it is one."""
    assert named(tmp_path / name) == expected


def test_a_position_counts_in_the_tidied_text(tmp_path):
    """Carriage returns and control characters before the answer are gone, and the position with them."""
    context = "a\r\nb\x07c 28 d"
    row = {"id": 1, "question": "?", "answers": "28", "context": context, "start": context.index("28")}
    path = tmp_path / "t.ja.jsonl"
    path.write_text(json.dumps(row), encoding="utf-8")
    (reading,) = read_sets([path])
    assert reading.context == tidy(context) == "a\nbc 28 d"
    assert reading.start is not None and reading.context[reading.start :].startswith("28")
    assert (reading.id, reading.answers, reading.language) == ("1", ("28",), "ja")


def test_all_problems_at_once(tmp_path):
    """Bad lines and files of all sets are named with their numbers in one error."""
    good = {"id": "a", "lang": "de", "question": "Wer?", "answers": ["Anna"], "context": "Anna kam.", "start": 0}
    rows = [good, {"id": "x", "question": "?"}, good | {"question": " "}, good | {"answers": [3]}]
    lines = "\n".join(map(json.dumps, [*rows, good | {"lang": "klingon"}]))
    contents = {"a.de.jsonl": lines, "b.json": '{"data": [{}]}', "c.jsonl": "no json\n[1]\n"}
    for name, content in contents.items():
        (tmp_path / name).write_text(content, encoding="utf-8")
    (tmp_path / "d.jsonl").write_bytes(b"\xff")
    with pytest.raises(WrongUse) as raised:
        read_sets(sorted(tmp_path.iterdir()))
    error = str(raised.value)
    for said in ("line 2: the field 'context' is missing", "line 3", "line 4", "line 5", "b.json", "c.jsonl, line 1"):
        assert said in error
    assert "c.jsonl, line 2: this is not an object" in error and "d.jsonl: cannot be read" in error
    assert "problems (8)" in error
