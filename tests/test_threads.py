"""Threads: the fastest number is found whatever the machine looks like, measured once, and never worth an error."""

import json
import os

import pytest
from hypothesis import given
from hypothesis import strategies as st

from citeglot import threads
from citeglot.threads import FILE, fastest, machine_key, remembered_threads, usable_processors


def peaked(best):
    """Return rates that rise to a number of threads and fall after it, and the list of what was tried."""
    tried = []

    def rate(count):
        tried.append(count)
        return min(count / best, best / count)

    return rate, tried


@pytest.fixture
def processors(monkeypatch):
    """Set how many processors there are."""
    return lambda count: monkeypatch.setattr(threads, "usable_processors", lambda: count)


@pytest.mark.parametrize(
    ("most", "best", "found"), [(16, 8, 8), (16, 16, 16), (64, 2, 2), (6, 3, 3), (3, 1, 1), (24, 8, 6)]
)
def test_the_fastest_of_all_half_a_quarter_is_taken(most, best, found):
    """Two threads on each core, slow cores, a container that may use less than it sees."""
    rate, _ = peaked(best)
    assert fastest(rate, most) == found


def test_the_search_ends_where_fewer_are_slower():
    """A machine whose all processors are best tries two numbers, each twice, and no more."""
    rate, tried = peaked(32)
    assert fastest(rate, 32) == 32
    assert tried == [32, 32, 16, 16]


def test_a_little_faster_is_not_enough():
    """What differs by chance does not halve the threads."""
    assert fastest({8: 1.0, 4: 1.02, 2: 0.5}.__getitem__, 8) == 8
    assert fastest({8: 1.0, 4: 1.04, 2: 0.5}.__getitem__, 8) == 4


@given(rates=st.lists(st.floats(0, 1e6), min_size=8, max_size=8), most=st.integers(1, 128))
def test_it_ends_within_what_there_is(rates, most):
    """Whatever the rates are, zero too."""
    assert 1 <= fastest(lambda count: rates[count % 8], most) <= most


def test_what_was_measured_is_not_measured_again(processors, tmp_path):
    """By its key; another model or machine has its own, and both stay."""
    processors(8)
    (reading, tried), (writing, _) = peaked(8), peaked(2)
    assert remembered_threads([reading, writing], "one", tmp_path) == (8, 2)
    count = len(tried)
    assert remembered_threads([reading, writing], "one", tmp_path) == (8, 2)
    assert len(tried) == count
    assert remembered_threads([writing, writing], "two", tmp_path) == (2, 2)
    assert json.loads((tmp_path / FILE).read_text(encoding="utf-8")) == {"one": [8, 2], "two": [2, 2]}
    assert [path.name for path in tmp_path.iterdir()] == [FILE]


@pytest.mark.parametrize("count", [1, 2])
def test_one_or_two_processors_are_not_measured(processors, tmp_path, count):
    """All of them work, and nothing is written."""
    processors(count)
    rate, tried = peaked(1)
    assert remembered_threads([rate, rate], "key", tmp_path / "new") == (count, count)
    assert tried == [] and not (tmp_path / "new").exists()


@pytest.mark.parametrize("content", ["{", "[]", '{"key": "8"}', '{"key": [9, 1]}', '{"key": [0, 1]}', '{"key": [4]}'])
def test_what_does_not_fit_is_measured_again(processors, tmp_path, content):
    """Not JSON, another shape, more processors than there are now, fewer kinds of work."""
    processors(8)
    (tmp_path / FILE).write_text(content, encoding="utf-8")
    rate, _ = peaked(4)
    assert remembered_threads([rate, rate], "key", tmp_path) == (4, 4)
    assert json.loads((tmp_path / FILE).read_text(encoding="utf-8"))["key"] == [4, 4]


def test_a_folder_that_takes_nothing_is_no_matter(processors, tmp_path):
    """It is measured each time."""
    processors(4)
    blocked = tmp_path / "file"
    blocked.write_text("no folder", encoding="utf-8")
    rate, tried = peaked(4)
    assert remembered_threads([rate], "key", blocked / "below") == (4,)
    assert remembered_threads([rate], "key", blocked / "below") == (4,)
    assert len(tried) == 8


def test_the_key_is_of_machine_and_model(processors):
    """Equal for equal ones; another model, and other processors, have another."""
    processors(8)
    key = machine_key("qwen", "0.3.36")
    assert machine_key("qwen", "0.3.36") == key != machine_key("qwen 2", "0.3.36")
    processors(4)
    assert machine_key("qwen", "0.3.36") != key


@pytest.mark.skipif(not hasattr(os, "sched_setaffinity"), reason="only Linux has sched_setaffinity")
def test_only_what_may_be_used_counts():
    """A process that is bound to one processor has one."""
    before = os.sched_getaffinity(0)
    try:
        os.sched_setaffinity(0, {min(before)})
        assert usable_processors() == 1
    finally:
        os.sched_setaffinity(0, before)
    assert usable_processors() == len(before)
