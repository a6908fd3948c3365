"""The most memory that a process has taken is known on every system that says it."""

import numpy as np

from citeglot.peak import peak_memory


def test_the_peak_stays_when_the_memory_is_given_back(tmp_path):
    """A hundred megabytes are seen although they are free again; without /proc another source is asked."""
    first = peak_memory()
    other = peak_memory(tmp_path / "none")
    assert first and other
    taken = np.ones(max(first, other) + 100_000_000, dtype=np.uint8)
    assert taken[-1] == 1
    del taken
    assert peak_memory() > first + 50_000_000
    assert peak_memory(tmp_path / "none") > other + 50_000_000
