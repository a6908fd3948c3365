"""Fitting on questions over other articles too."""

import json
from dataclasses import replace

import pytest
from eval_support import system_over, write_lines
from fitting_support import Reader, fitting_door, written
from refusal_support import PASSAGES, line

from eval.refusal_items import Item, split_of
from eval.weighing import weigh_item


@pytest.fixture
def door(tmp_path, monkeypatch):
    return fitting_door(tmp_path, monkeypatch)


def lines_of(folder):
    """Return the lines of every file of a folder."""
    return [one for path in folder.iterdir() for one in path.read_text(encoding="utf-8").splitlines()]


@pytest.fixture
def items(tmp_path):
    """A folder of items in five languages, half of them answered by one of their passages."""
    folder = tmp_path / "sets"
    folder.mkdir()
    for language in PASSAGES:
        rows = [line(f"{number}#0", language, number % 2 == 0) for number in range(20)]
        write_lines(folder / f"nomiracl.{language}.jsonl", rows)
    return folder


def test_other_articles_are_fitted_on_too(door, items):
    """Their dev half alone, with figures of its own; the bound holds on both."""
    assert door("--risk", "0.5") == 0
    before, alone = written(door), door.embedder.judged[:]
    assert door("--items", items, "--risk", "0.5") == 0
    content = written(door)
    assert content["items"]["questions"] > 10 and content["dev"]["questions"] == before["dev"]["questions"]
    assert content["items"]["wrong_answers"] <= 0.5 and content["weights"] != before["weights"]
    assert content["enough_same"] != content["enough"]
    read = door.embedder.judged[len(alone) :]
    assert len(read) <= content["items"]["questions"]  # what asks for a number is read where there is one
    names = {f"{one['lang']}:{one['id']}" for one in map(json.loads, lines_of(items)) if one["question"]}
    dev = sum(split_of(name) == "dev" for name in names)
    assert 0 < len(read) <= dev < len(names)


def test_of_an_item_any_sentence_may_be_right(tmp_path):
    """Where it is answered somewhere; where it is not, none is."""
    system = system_over(tmp_path / "index", embedder=Reader())
    passages = ("It was in January.", "It rained.", "They sang.")
    one = Item("1", "en", "What did they do?", True, passages, "")
    assert weigh_item(one, system)["right"] == [True] * 3
    assert weigh_item(replace(one, answerable=False), system)["right"] == [False] * 3
