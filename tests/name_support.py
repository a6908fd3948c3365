"""Names in three scripts, and how well a comparison tells them apart."""

from collections.abc import Callable
from itertools import permutations, product
from pathlib import Path

Row = tuple[str, ...]
LISTED = Path(__file__).with_name("names_in_three_scripts.txt")


def rows() -> tuple[list[Row], list[Row]]:
    """Return the names that the costs were fitted on, and those that they were not."""
    parts: list[list[Row]] = []
    for line in LISTED.read_text(encoding="utf-8").splitlines():
        if line.startswith("#"):
            parts.append([])
        else:
            parts[-1].append(tuple(line.split("|")))
    fitted, held_out = parts
    return fitted, held_out


def measure(names: list[Row], same: Callable[[str, str], bool]) -> tuple[float, float]:
    """Return recall and precision over all pairs of forms in two scripts: of one name, and of two."""
    found = wrong = wanted = 0
    for one, other in product(names, repeat=2):
        pairs = [(one[here], other[there]) for here, there in permutations(range(3), 2)]
        hits = sum(same(*pair) for pair in pairs)
        if one is other:
            found, wanted = found + hits, wanted + len(pairs)
        else:
            wrong += hits
    return found / wanted, found / (found + wrong)
