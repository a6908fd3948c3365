"""What was made lately is not made again."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from citeglot.lately import Lately


@given(calls=st.lists(st.lists(st.text(max_size=2), max_size=12), max_size=12), most=st.integers(0, 9))
def test_every_key_gets_its_own_value(calls, most):
    """Whatever was dropped before; and nothing is made twice in one call."""
    lately = Lately(most)
    for keys in calls:
        made = []
        assert lately.of(keys, lambda new, made=made: [made.append(one) or one * 2 for one in new]) == [
            one * 2 for one in keys
        ]
        assert len(made) == len(set(made)) and set(made) <= set(keys)


def test_what_was_asked_for_longest_ago_goes_first():
    """A key that is asked for again stays."""
    made, lately = [], Lately(2)

    def make(new):
        made.extend(new)
        return [one.upper() for one in new]

    for keys in (["ä"], ["क्षि"], ["ä"], ["日"], ["ä"], ["क्षि"]):
        assert lately.of(keys, make) == [keys[0].upper()]
    assert made == ["ä", "क्षि", "日", "क्षि"]


def test_a_failure_leaves_nothing_behind():
    """What could not be made is tried again."""
    lately = Lately(3)
    with pytest.raises(OSError, match="no"):
        lately.of(["å"], lambda _: (_ for _ in ()).throw(OSError("no")))
    assert lately.of(["å"], lambda new: [1 for _ in new]) == [1]
    assert lately.of([], lambda _: []) == []


def test_values_are_kept_one_by_one():
    """Whoever makes them elsewhere puts them in; what was looked up again stays longest."""
    lately = Lately(2)
    assert lately.get("ä") is None
    for key in ("ä", "क्षि"):
        lately.keep(key, key * 2)
    assert lately.get("ä") == "ää"
    lately.keep("日", "日日")
    assert [lately.get(key) for key in ("ä", "क्षि", "日")] == ["ää", None, "日日"]
