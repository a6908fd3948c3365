"""How many tokens the embedding model reads in a text, without loading it."""

from collections.abc import Callable
from pathlib import Path

from citeglot.errors import ModelDamaged


def load_token_counter(folder: Path) -> Callable[[str], int]:
    """Return a function that counts the tokens of a text, without torch: at least 1 for a text that is not empty."""
    from tokenizers import Tokenizer

    try:
        tokenizer = Tokenizer.from_buffer((folder / "tokenizer.json").read_bytes())
    except (OSError, ValueError) as problem:
        raise ModelDamaged(
            f"The tokenizer in {folder} could not be read: {problem}. Remove the folder and start again: it is "
            "unpacked anew."
        ) from None

    def count(text: str) -> int:
        return max(bool(text), len(tokenizer.encode(encodable(text), add_special_tokens=False).ids))

    return count


def encodable(text: str) -> str:
    """Return a text as long as it was, with lone surrogates, which no tokenizer takes, replaced."""
    return text.encode("utf-8", "replace").decode()
