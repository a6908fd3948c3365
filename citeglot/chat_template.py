"""How turns become the tokens that a language model was trained on."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from citeglot.types import Turn


@dataclass(frozen=True, slots=True)
class ChatTemplate:
    """The control strings around a turn. Ours, and not the file's: a model file could carry a hostile one."""

    turn_start: str
    turn_end: str
    reply_prefix: str = ""

    def tokens(self, turns: Sequence[Turn], tokenize: Callable[[str, bool], list[int]]) -> list[int]:
        """Return the tokens of the turns and of the beginning of the reply.

        `tokenize` is told whether control strings become control tokens: only those of this scaffold may.
        """
        found: list[int] = []
        for turn in turns:
            found += tokenize(f"{self.turn_start}{turn.role}\n", True)
            found += tokenize(turn.text, False)
            found += tokenize(f"{self.turn_end}\n", True)
        return found + tokenize(f"{self.turn_start}assistant\n{self.reply_prefix}", True)
