"""The rates at which our generator reads and writes, as shares of llama.cpp's own on the same tokens."""

import time
from collections.abc import Sequence
from contextlib import closing
from itertools import accumulate
from typing import Any

from citeglot.chat_template import ChatTemplate
from citeglot.constraints import digits_of
from citeglot.models import find_model
from citeglot.protocols import Generator, Limits
from citeglot.settings import load_settings
from citeglot.threads import usable_processors
from citeglot.types import Turn
from eval.bench_base import Bench, spread
from eval.bench_ceilings import BATCHES
from eval.bench_raw import RawContext
from eval.rows import Row

MOST_PROMPTS = 10
PROMPT_TOKENS = 480
WRITTEN = 32
TASK = "Write this text again, word for word, and go on until its end."


def rate_rows(bench: Bench, llama: Any) -> list[Row]:  # noqa: ANN401 - untyped library
    """Return a row of rates for each prompt, ours and llama.cpp's taking turns in being first."""
    model, system = find_model(load_settings().language_model), bench.system
    generator, template = system.generator, ChatTemplate(model.turn_start, model.turn_end, model.reply_prefix)
    assert generator is not None
    documents = [system.generation.document(name) for name in sorted(system.generation.documents)]
    rows: list[Row] = []

    def tokenize(text: str, special: bool) -> list[int]:
        return list(llama.tokenize(text.encode(), add_bos=False, special=special))

    count = min(bench.repeats, MOST_PROMPTS)
    with closing(RawContext(llama.model, PROMPT_TOKENS + 512, BATCHES[0], usable_processors())) as raw:
        for number in range(count + 1):
            document = documents[number % len(documents)]
            turns = prompt(number, beginning(document.text, generator, PROMPT_TOKENS))
            tokens = template.tokens(turns, tokenize)
            limits = Limits(WRITTEN, numbers=digits_of(document.text, document.language))
            row = pair(raw, tokens, generator, turns, limits, number % 2 == 0)
            rows += [{"language": document.language, **row}] if number else []
            bench.progress("reading and writing", number, count)
    return rows


def prompt(number: int, text: str) -> list[Turn]:
    """Return turns that begin like those of no other number: nothing that was read before serves."""
    return [Turn("system", f"{number}: you copy texts."), Turn("user", f"{text}\n\n{TASK}")]


def beginning(text: str, generator: Generator, tokens: int) -> str:
    """Return the beginning of a text with about so many tokens, at least a line."""
    lines = [line for line in text.splitlines() if line.strip()]
    sizes = accumulate(generator.count_tokens(line) + 1 for line in lines)
    whole = sum(size <= tokens for size in sizes)
    kept = "\n".join(lines[: max(1, whole)])
    return kept if whole else kept[: tokens * len(kept) // max(tokens, generator.count_tokens(kept))]


def pair(
    raw: RawContext, tokens: Sequence[int], generator: Generator, turns: Sequence[Turn], limits: Limits, ours: bool
) -> Row:
    """Return rates in tokens a second, and ours over llama.cpp's; `ours` says who is first."""
    row: Row = {"tokens": len(tokens)}
    for is_ours in (ours, not ours):
        read, written, count = _ours(generator, turns, limits) if is_ours else _raw(raw, tokens, limits.max_tokens)
        name = "ours" if is_ours else "llama.cpp"
        row |= {f"{name}: reading (tokens/s)": round(len(tokens) / read, 2)}
        row |= {f"{name}: writing (tokens/s)": round(count / written, 2)}
    for what in ("reading", "writing"):
        row[f"{what}, share of llama.cpp"] = round(
            row[f"ours: {what} (tokens/s)"] / row[f"llama.cpp: {what} (tokens/s)"], 4
        )
    return row


def _raw(raw: RawContext, tokens: Sequence[int], count: int) -> tuple[float, float, int]:
    return raw.read(tokens), raw.write(tokens[:count]), min(count, len(tokens))


def _ours(generator: Generator, turns: Sequence[Turn], limits: Limits) -> tuple[float, float, int]:
    """Return seconds of reading and of writing, and how many tokens were written.

    A judgement reads a prompt and no more. Writing after it begins with the logits of the last token again, so that
    each token that is written costs one step, as llama.cpp's own does.
    """
    begun = time.perf_counter()
    generator.probability(turns, "Yes", "No")
    read = time.perf_counter()
    text, ended = "", False
    stream = generator.stream(turns, limits)
    while True:
        try:
            text += next(stream)
        except StopIteration as last:
            ended = bool(last.value)
            break
    written = time.perf_counter() - read
    return read - begun, written, generator.count_tokens(text) + 1 if ended else limits.max_tokens


def rate_figures(rows: Sequence[Row]) -> dict[str, Any]:
    """Return the spread of each rate and share."""
    names = [name for name in (rows[0] if rows else {}) if name not in ("language", "tokens")]
    return {name: spread([row[name] for row in rows]) for name in names}
