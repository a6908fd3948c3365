"""Which texts a model reads together: what it computes for padding is lost."""

from collections.abc import Sequence

TOGETHER, TOGETHER_ON_A_CARD = 512, 16_384  # tokens


def together_on(device: str) -> int:
    """Return how many tokens are best read at once on cpu, cuda:0 or mps."""
    return TOGETHER if device == "cpu" else TOGETHER_ON_A_CARD


def buckets(tokens: Sequence[int], together: int) -> list[list[int]]:
    """Return the rows of texts that are read together: of like length, `together` tokens with padding.

    The longest come first; a text that is longer than `together` stands alone.
    """
    order = sorted(range(len(tokens)), key=lambda row: (-tokens[row], row))
    found = []
    while order:
        count = max(1, together // max(1, tokens[order[0]]))
        found.append(order[:count])
        order = order[count:]
    return found
