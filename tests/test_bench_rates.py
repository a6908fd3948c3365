"""The rates of reading and writing, over a real model of two megabytes and a scripted one."""

from contextlib import closing

import pytest
from fakes import ScriptedGenerator
from tiny_gguf import END, START, saying, tiny_generator, write_tiny_gguf

from citeglot.chat_template import ChatTemplate
from citeglot.protocols import Limits
from eval.bench_rates import beginning, pair, prompt, rate_figures
from eval.bench_raw import RawContext, loaded


def test_the_same_tokens_go_to_both(tmp_path):
    """Our generator reads as many tokens as llama.cpp is given, and writes; both have rates, whoever is first."""
    generator = tiny_generator(tmp_path, *b"bcdefghi")
    read = []
    evaluate = generator._eval
    generator._eval = lambda tokens: (read.append(len(tokens)), evaluate(tokens))
    path = write_tiny_gguf(tmp_path / "raw.gguf", saying(0x41))
    template = ChatTemplate(START, END)
    with loaded(path) as llama, closing(RawContext(llama.model, 512, 256, 1)) as raw:
        for number in (1, 2):
            turns = prompt(number, "Größe, संघ, 防衛")
            tokens = template.tokens(
                turns, lambda text, special: llama.tokenize(text.encode(), add_bos=False, special=special)
            )
            read.clear()
            row = pair(raw, tokens, generator, turns, Limits(4), number == 1)
            assert row["tokens"] == len(tokens)
            shared = len(f"{START}system\n") - len(START) + 1
            assert sum(read[:-4]) in (len(tokens), len(tokens) - shared)
            assert read[-4:] == [1, 1, 1, 1]
            assert min(row.values()) > 0
    assert "writing, share of llama.cpp" in rate_figures([row])


def test_no_prompt_begins_like_another():
    """But for the name of the role."""
    systems = [prompt(number, "text")[0].text for number in range(1, 12)]
    assert len({one.split(":")[0] for one in systems}) == 11


@pytest.mark.parametrize("tokens", [3, 30, 300])
def test_the_beginning_of_a_text_has_about_so_many_tokens(tokens):
    """Whole lines where one fits, a part of the first one where none does, all of a text that is short."""
    generator = ScriptedGenerator()
    text = "\n\n".join(["第一の行です。" * 6, "दूसरी पंक्ति " * 8, "Die dritte Zeile. " * 9])
    kept = beginning(text, generator, tokens)
    assert kept and generator.count_tokens(kept) <= tokens + 1
    assert text.startswith(kept[:5])


def test_of_no_rows_there_are_no_figures():
    """As where nothing could be asked."""
    assert rate_figures([]) == {}
