"""What was read is found again by its beginning, and takes no more room than it may."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from citeglot.llm_states import WORTH_KEEPING, ReadStates, shared

PROMPTS = st.lists(st.lists(st.integers(0, 2), max_size=12).map(lambda tail: [7] * WORTH_KEEPING + tail), max_size=12)


@given(st.lists(st.integers(0, 3), max_size=20), st.lists(st.integers(0, 3), max_size=20))
def test_shared_counts_the_equal_beginning(one, other):
    """As a loop over the tokens does."""
    naive = 0
    while naive < min(len(one), len(other)) and one[naive] == other[naive]:
        naive += 1
    assert shared(np.array(one, np.int32), np.array(other, np.int32)) == naive


@given(PROMPTS, st.lists(st.integers(0, 2), max_size=14))
def test_the_longest_known_beginning_is_found(prompts, tail):
    """No prompt that was kept shares more with the one asked for, whichever were dropped as beginnings of others."""
    states = ReadStates(10_000)
    for prompt in prompts:
        states.keep(prompt, repr(prompt).encode()[:100])
    asked = [7] * WORTH_KEEPING + tail
    known, data = states.find(asked)
    assert known == max((shared(np.array(one), np.array(asked)) for one in prompts), default=0)
    assert bool(data) == bool(known)


def prompt(number, length=40):
    return [number] * length


def test_what_was_used_longest_ago_goes_first():
    """Two of three fit: the one that was neither kept nor found of late is gone."""
    states = ReadStates(most_bytes=200)
    states.keep(prompt(1), b"a" * 100)
    states.keep(prompt(2), b"b" * 100)
    assert states.find(prompt(1)) == (40, b"a" * 100)
    states.keep(prompt(3), b"c" * 100)
    assert states.size == 200
    assert states.find(prompt(2)) == (0, b"")
    assert states.find(prompt(1))[0] == states.find(prompt(3))[0] == 40


def test_a_beginning_gives_way_to_what_goes_on_from_it():
    """The longer state serves both."""
    states = ReadStates(most_bytes=1000)
    states.keep(prompt(1, 40), b"short")
    states.keep([*prompt(1, 40), 2, 3], b"longer")
    assert states.size == len(b"longer")
    assert states.find(prompt(1, 40)) == (40, b"longer")


def test_what_is_too_short_or_too_large_is_not_kept():
    """A few tokens are read faster than found, and nothing may take more than all room."""
    states = ReadStates(most_bytes=10)
    states.keep(prompt(1, WORTH_KEEPING - 1), b"small")
    states.keep(prompt(2), b"much too large")
    assert states.size == 0
    assert states.find(prompt(2)) == (0, b"")
