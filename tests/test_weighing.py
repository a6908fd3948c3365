"""Signals of questions on reports: which sentences are right where several reports are searched together."""

import random

import pytest
from eval_support import system_over
from fitting_support import Reader, fitting_door, written

from citeglot.signals import NAMES
from eval import calibrate
from eval.training_twins import WRITTEN, parted, read_twins
from eval.weighing import TOGETHER, weigh_reports


@pytest.fixture(scope="module")
def twins():
    return parted(read_twins(WRITTEN))[1][: TOGETHER + 1]


@pytest.fixture
def rows(twins, tmp_path):
    return list(weigh_reports(twins, system_over(tmp_path / "index", embedder=Reader()), random.Random(1)))


def test_every_question_is_asked_once(twins, rows):
    """In one language; translations and neighbours are fitted or held out with their pair."""
    assert len(rows) == sum(len(one.questions) for one in twins)
    assert [row["base"] for row in rows] == [str(place) for place, one in enumerate(twins) for _ in one.questions]
    assert len({row["id"].rpartition("-")[2] for row in rows}) == 5
    told = [question.report is not None for one in twins for question in one.questions]
    assert [row["answerable"] for row in rows] == told


def test_the_sentence_that_answers_is_right(rows):
    """One of those that are considered at most, and none where nothing answers."""
    assert all(set(signals) == set(NAMES) for row in rows for signals in row["signals"])
    assert all(len(row["right"]) == len(row["signals"]) for row in rows)
    assert not any(any(row["right"]) for row in rows if not row["answerable"])
    found = [sum(row["right"]) for row in rows if row["answerable"]]
    assert max(found) == 1 and sum(found) >= 3


def test_some_pairs_are_kept_from_learning():
    """Every tenth, and they stay the same when more are written behind them."""
    twins = read_twins(WRITTEN)
    learnt, kept = parted(twins)
    assert len(learnt) + len(kept) == len(twins) and not any(one in learnt for one in kept)
    assert parted(twins[:100])[1] == kept[:10]


def test_reports_are_fitted_on_too(tmp_path, monkeypatch, twins):
    """With figures of their own."""
    door = fitting_door(tmp_path, monkeypatch)
    monkeypatch.setattr(calibrate, "parted", lambda _: ([], twins[:1]))
    assert door("--risk", "0.5") == 0
    before = written(door)
    assert door("--reports", "--risk", "0.5") == 0
    content = written(door)
    assert content["reports"]["questions"] == len(twins[0].questions)
    assert content["dev"]["questions"] == before["dev"]["questions"] and content["weights"] != before["weights"]
