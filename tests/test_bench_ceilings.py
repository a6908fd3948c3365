"""The benchmark of the machine: what it counts, and llama.cpp over a real model of two megabytes."""

from contextlib import closing

import numpy as np
import pytest
from tiny_gguf import saying, token_of, write_tiny_gguf

from citeglot.progress import Progress
from eval.bench_base import Bench
from eval.bench_ceilings import (
    DRAFTED,
    ceilings,
    figures_of,
    llama_probes,
    matrix_probes,
    measured,
    memory_probes,
    shares,
    weights_used,
)
from eval.bench_raw import RawContext, loaded


@pytest.fixture(scope="module")
def llama(tmp_path_factory):
    """Load a model that writes A after a line end."""
    with loaded(write_tiny_gguf(tmp_path_factory.mktemp("raw") / "tiny.gguf", saying(0x41))) as llama:
        yield llama


def best(raw):
    """Return the likeliest next token of a raw context."""
    import llama_cpp

    return int(np.argmax(np.ctypeslib.as_array(llama_cpp.llama_get_logits_ith(raw._context, -1), shape=(261,))))


@pytest.mark.parametrize("count", [1, 7, 8, 9, 30])
def test_raw_reading_reads_all(llama, count):
    """Whole batches and what is left of one: after it stand the logits of the last token."""
    with closing(RawContext(llama.model, 64, 8, 1)) as raw:
        assert raw.read([token_of(0x42)] * (count - 1) + [token_of(0x0A)]) > 0
        assert best(raw) == token_of(0x41)


def test_raw_writing_goes_on_and_reading_begins_anew(llama):
    """Writing adds to what was read; a second reading would not fit the context if the first one were still there."""
    with closing(RawContext(llama.model, 256, 64, 1)) as raw:
        for _ in range(3):
            raw.read([token_of(0x42)] * 200)
            assert raw.write([token_of(0x43), token_of(0x0A)]) > 0
            assert best(raw) == token_of(0x41)


def test_checking_leaves_nothing_behind(llama):
    """There are logits after each token, and what is written then follows on what was read before."""
    import llama_cpp

    with closing(RawContext(llama.model, 256, 64, 1)) as raw:
        raw.read([token_of(0x42)] * 200)
        for _ in range(30):
            assert raw.check([token_of(0x0A), token_of(0x42), token_of(0x43)]) > 0
            first = np.ctypeslib.as_array(llama_cpp.llama_get_logits_ith(raw._context, 0), shape=(261,))
            assert int(np.argmax(first)) == token_of(0x41)
        raw.write([token_of(0x0A)])
        assert best(raw) == token_of(0x41)


def test_a_context_that_is_full_is_an_error(llama):
    """What could not be decoded is not timed."""
    with closing(RawContext(llama.model, 256, 64, 1)) as raw, pytest.raises(RuntimeError, match="context"):
        raw.read([token_of(0x42)] * 300)


def test_every_probe_has_a_rate(llama):
    """Of memory, matrices and llama.cpp: above zero in each round, and the round before the first is left out."""
    probes = memory_probes(1 << 12) | matrix_probes(64) | llama_probes(llama.model, 16, 2)
    rows = measured({name: lambda probe=probe: 1e6 * probe() for name, probe in probes.items()}, 2, Progress())
    assert len(rows) == 2
    assert all(value > 0 for row in rows for value in row.values())
    assert {"float32 (GFLOP/s)", "bfloat16 (GFLOP/s)", "writing (tokens/s)"} <= figures_of(rows).keys()


def test_weights_of_the_model_of_the_catalogue():
    """Qwen2.5 1.5B has 1.31 billion weights beside its tables of words, by its authors' own count."""
    sizes = {
        "embedding_length": "1536",
        "feed_forward_length": "8960",
        "block_count": "28",
        "attention.head_count": "12",
        "attention.head_count_kv": "2",
    }
    facts = {"general.architecture": "qwen2"} | {f"qwen2.{name}": value for name, value in sizes.items()}
    read, written = weights_used(facts, 151_936)
    assert read == pytest.approx(1.31e9, rel=0.005)
    assert written - read == 151_936 * 1536
    wide = facts | {"qwen2.attention.key_length": "256"}
    assert weights_used(wide, 151_936)[0] > read


def test_shares_by_hand():
    """20 tokens a second over half of a GB are 10 GB/s of 40; 100 tokens of 1e9 weights are 200 GOP/s of 800."""
    rates = {
        "memory, one thread, sum (GB/s)": 25.0,
        "memory, all threads, sum (GB/s)": 40.0,
        "int8 (GOP/s)": 800.0,
        "reading, batches of 256 (tokens/s)": 100.0,
        "writing (tokens/s)": 20.0,
        **{f"checking {count} (tokens/s)": 10.0 * count for count in DRAFTED},
    }
    figures = figures_of([rates])
    found = shares(figures, 10**9, (10**9, 10**9), 2 * 10**9)
    assert found == pytest.approx(
        {
            "memory (GB/s)": 40.0,
            "writing, share of memory": 0.25,
            "reading, share of int8": 0.25,
            **{f"checking {count}, in tokens written": 2.0 for count in DRAFTED},
        }
    )
    del figures["int8 (GOP/s)"]
    assert shares(figures, 10**9, (10**9, 10**9), 2 * 10**9)["reading, share of int8"] is None


@pytest.mark.models
def test_it_runs_with_the_real_model(monkeypatch):
    """At its smallest: one round, small arrays, few tokens."""
    monkeypatch.setenv("CITEGLOT_LANGUAGE_MODEL", "qwen2.5-coder-0.5b-instruct")
    for name, value in {"ARRAY": 1 << 16, "SIDE": 128, "READ": 32, "WRITTEN": 2}.items():
        monkeypatch.setattr(f"eval.bench_ceilings.{name}", value)
    section = ceilings(Bench(1, Progress()))
    assert section.figures["writing (tokens/s)"]["n"] == 1
    assert section.figures["reading, share of int8"] > 0
