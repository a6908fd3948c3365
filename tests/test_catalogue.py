"""The catalogue of bad input in README.md is complete, and what it names is there."""

import ast
import re
from collections import Counter
from functools import cache
from pathlib import Path

HERE = Path(__file__).resolve().parent
SIZES = {"I": 40, "P": 12, "X": 13, "M": 9, "Q": 14, "U": 10, "E": 12}
WRITTEN = {"I", "P", "X", "M", "Q", "U", "E"}  # the other groups may still be empty, but not half written
_ROW = re.compile(r"^\|\s*(?P<id>[A-Z]\d\d)\s*\|(?P<cells>.*)\|\s*$", re.MULTILINE)
_TEST = re.compile(r"`(test_\w+\.py)::(test_\w+)`")


def rows():
    """Return identifiers with the cells of their rows, in the order of the page."""
    text = (HERE / "README.md").read_text(encoding="utf-8")
    return [(found["id"], [cell.strip() for cell in found["cells"].split("|")]) for found in _ROW.finditer(text)]


@cache
def functions(name):
    """Return the names of the test functions of a file; none where there is no such file."""
    path = HERE / name
    tree = ast.parse(path.read_text(encoding="utf-8")) if path.is_file() else ast.Module([], [])
    return {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}


def test_every_identifier_has_one_row():
    """A group is written with all of its identifiers, in order, or not yet at all."""
    found = [identifier for identifier, _ in rows()]
    assert [identifier for identifier, count in Counter(found).items() if count > 1] == []
    for group, size in SIZES.items():
        named = [identifier for identifier in found if identifier[0] == group]
        assert named == [f"{group}{number:02}" for number in range(1, size + 1)] or (not named and group not in WRITTEN)


def test_every_row_has_a_test_or_a_reason():
    """What comes in, what must happen, and the tests; or why the row does not apply."""
    for identifier, cells in rows():
        assert len(cells) == 3 and all(cells), identifier
        assert _TEST.search(cells[2]) or re.match(r"not applicable: \w+ \w+", cells[2]), identifier


def test_every_named_test_exists():
    """Neither a file nor a function is named that is gone or was renamed."""
    named = {test for _, cells in rows() for test in _TEST.findall(cells[2])}
    assert len(named) > 50
    assert sorted(f"{file}::{function}" for file, function in named if function not in functions(file)) == []
