"""What is said to a server, so that no text in it acts; and how long it is there, at most about."""

from collections.abc import Sequence
from typing import Any

import regex

from citeglot.types import Turn

# names in angle brackets: <|im_end|>, <tool_call>, </s>, <｜User｜>; and those in square ones that templates know
_ANGLES = regex.compile(r"<(?=[^\s>]{1,64}>)")
_SQUARES = regex.compile(
    r"\[(?=/?(?:INST|SYSTEM_PROMPT|AVAILABLE_TOOLS|TOOL_(?:CALLS?|RESULTS?|CONTENT)|CALL_ID|ARGS|MODEL_SETTINGS|"
    r"IMG(?:_BREAK|_END)?|(?:BEGIN_)?AUDIO|TRANSCRIBE|THINK|PREFIX|MIDDLE|SUFFIX|[gs]?MASK|CLS|SEP|PAD|UNK|BOS|EOS)\])"
)
_PIPES = regex.compile(r"(?<=<)(?=[|｜])|(?<=[|｜])(?=>)")
_ASCII_WORDS = regex.compile(r"[A-Za-z ]+")


def defused(text: str) -> str:
    """Return a text in which nothing can become a control token of a model, whatever its server does with it.

    Servers read control tokens in any text. What looks like one gets a look-alike for its opening bracket, which no
    normalisation turns back; halves of letters are dropped.
    """
    whole = text.encode("utf-8", "ignore").decode("utf-8")
    return _PIPES.sub("\u2060", _SQUARES.sub("⟦", _ANGLES.sub("‹", whole)))


def messages(turns: Sequence[Turn]) -> list[dict[str, Any]]:
    """Return the turns as servers take them."""
    return [{"role": turn.role, "content": defused(turn.text)} for turn in turns]


def most_tokens(text: str) -> int:
    """Return about how many tokens a text without halves of letters has at most, for models of many languages.

    Of articles in five languages it was 1.8 to 2.6 times what the default model counts.
    """
    words = sum((len(run) + 1) // 2 for run in _ASCII_WORDS.findall(text))
    others = _ASCII_WORDS.sub("", text)
    return words + sum(1 if one.isascii() else len(one.encode()) - (not one.isdecimal()) for one in others)
