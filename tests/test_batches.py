"""What is read together is of like length."""

from hypothesis import given
from hypothesis import strategies as st

from citeglot.batches import buckets, together_on


@given(tokens=st.lists(st.integers(0, 512), max_size=80), together=st.integers(1, 2000))
def test_every_text_is_in_one_batch_that_is_not_too_large(tokens, together):
    """With its padding; one long text is a batch by itself. Those of like length are together."""
    found = buckets(tokens, together)
    assert sorted(row for rows in found for row in rows) == list(range(len(tokens)))
    for rows in found:
        assert len(rows) == 1 or len(rows) * max(tokens[row] for row in rows) <= together
    lengths = [tokens[row] for rows in found for row in rows]
    assert lengths == sorted(lengths, reverse=True)
    assert all(len(rows) > 0 for rows in found)


def test_a_card_reads_more_at_once():
    """A processor gains nothing from long batches."""
    assert together_on("cpu") < together_on("mps") == together_on("cuda:0")
