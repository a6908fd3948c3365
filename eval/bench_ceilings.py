"""What this machine can do at all, measured in the run that is held against it: memory, matrices, llama.cpp itself."""

import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from typing import Any

import numpy as np

from citeglot.models import find_model, require_model
from citeglot.settings import load_settings
from citeglot.threads import usable_processors
from eval.bench_base import Bench, Section, ratio, spread
from eval.bench_raw import RawContext, loaded
from eval.rows import Row

ROUNDS = 5
ARRAY = 64 * 2**20  # float32 numbers, 256 MiB: far more than a cache holds
SIDE = 2048  # of square matrices
READ, WRITTEN = 512, 32  # tokens
BATCHES = (256, 512)  # ours, and llama.cpp's default
DRAFTED = (2, 4, 8, 16)  # tokens that are checked at once
ANY_TOKEN = 100
TRIES = 3
Probe = Callable[[], float]  # what it returns is a rate


def ceilings(bench: Bench) -> Section:
    """Measure rates of memory and of matrices, and the rates at which llama.cpp reads and writes with the model."""
    settings = load_settings()
    path = require_model(find_model(settings.language_model), settings.models)
    rounds = min(bench.repeats, ROUNDS)
    rows = measured(memory_probes(ARRAY) | matrix_probes(SIDE), rounds, bench.progress)
    with loaded(path) as llama:
        some = [READ, WRITTEN]
        rows += measured(llama_probes(llama.model, *some), rounds, bench.progress)
        used = weights_used(llama.metadata, llama.n_vocab())
        whole = _parameters(llama)
    figures = figures_of(rows)
    return Section(figures | shares(figures, path.stat().st_size, used, whole), rows, {})


def measured(probes: Mapping[str, Probe], rounds: int, progress: Callable[[str, int, int], None]) -> list[Row]:
    """Return a row of rates for each round, the probes taking turns; a round before the first is not counted."""
    rows = []
    for number in range(rounds + 1):
        row = {name: round(probe(), 3) for name, probe in probes.items()}
        rows += [row] if number else []
        progress("measuring the machine", number, rounds)
    return rows


def memory_probes(size: int) -> dict[str, Probe]:
    """Return probes of memory in GB a second, of one thread (numpy) and of all (torch); a copy reads and writes."""
    import torch

    source, target = np.ones(size, np.float32), np.empty(size, np.float32)
    from_here, to_there = torch.from_numpy(source), torch.from_numpy(target)
    gigabytes = source.nbytes / 1e9
    return {
        "memory, one thread, copy (GB/s)": _rate(lambda: np.copyto(target, source), 2 * gigabytes),
        "memory, one thread, sum (GB/s)": _rate(source.sum, gigabytes),
        "memory, all threads, copy (GB/s)": _rate(lambda: to_there.copy_(from_here), 2 * gigabytes),
        "memory, all threads, sum (GB/s)": _rate(from_here.sum, gigabytes),
    }


def matrix_probes(side: int) -> dict[str, Probe]:
    """Return probes of multiplying square matrices in billions of additions and multiplications a second."""
    import torch

    work = 2 * side**3 / 1e9
    chance = torch.Generator().manual_seed(0)
    floats = torch.randn(side, side, generator=chance)
    halves, whole = floats.to(torch.bfloat16), (floats * 30).clamp(-127, 127).to(torch.int8)
    probes = {
        "float32 (GFLOP/s)": _rate(lambda: torch.mm(floats, floats), work),
        "bfloat16 (GFLOP/s)": _rate(lambda: torch.mm(halves, halves), work),
    }
    try:
        torch._int_mm(whole, whole)
    except (AttributeError, RuntimeError):  # no part of what torch promises
        return probes
    return probes | {"int8 (GOP/s)": _rate(lambda: torch._int_mm(whole, whole), work)}


def llama_probes(model: Any, read: int, written: int) -> dict[str, Probe]:  # noqa: ANN401 - a C pointer
    """Return probes of llama.cpp in tokens a second: reading in batches of each size, writing and checking after it."""
    return {
        **{f"reading, batches of {size} (tokens/s)": _reading(model, read, size) for size in BATCHES},
        "writing (tokens/s)": _writing(model, read, written),
        **{f"checking {count} (tokens/s)": _checking(model, read // 4, count) for count in DRAFTED},
    }


def _reading(model: Any, count: int, batch: int) -> Probe:  # noqa: ANN401
    def probe() -> float:
        with closing(RawContext(model, count + 64, batch, usable_processors())) as raw:
            return count / raw.read([ANY_TOKEN + place % 50 for place in range(count)])

    return probe


def _writing(model: Any, before: int, count: int) -> Probe:  # noqa: ANN401
    def probe() -> float:
        with closing(RawContext(model, before + count + 64, BATCHES[0], usable_processors())) as raw:
            raw.read([ANY_TOKEN] * before)
            return count / raw.write([ANY_TOKEN + place % 50 for place in range(count)])

    return probe


def _checking(model: Any, before: int, count: int) -> Probe:  # noqa: ANN401
    def probe() -> float:
        with closing(RawContext(model, before + count + 64, BATCHES[0], usable_processors())) as raw:
            raw.read([ANY_TOKEN] * before)
            return count / min(raw.check([ANY_TOKEN + place for place in range(count)]) for _ in range(TRIES))

    return probe


def _rate(work: Callable[[], object], amount: float) -> Probe:
    def probe() -> float:
        begun = time.perf_counter()
        work()
        return amount / (time.perf_counter() - begun)

    return probe


def _parameters(llama: Any) -> int:  # noqa: ANN401
    import llama_cpp

    return int(llama_cpp.llama_model_n_params(llama.model))


def weights_used(metadata: Mapping[str, str], vocabulary: int) -> tuple[int, int]:
    """Return how many weights a token is multiplied with that is read, and one that is written.

    From the sizes in a model file of the kind of Llama and Qwen; a token that is read is not held against all words.
    """

    def size(name: str, otherwise: int = 0) -> int:
        return int(metadata.get(f"{metadata['general.architecture']}.{name}", otherwise))

    width, heads = size("embedding_length"), size("attention.head_count")
    of_head = size("attention.key_length", width // heads)
    attention = 2 * width * of_head * (heads + size("attention.head_count_kv", heads))
    blocks = size("block_count") * (attention + 3 * width * size("feed_forward_length"))
    return blocks, blocks + vocabulary * width


def figures_of(rows: Sequence[Row]) -> dict[str, Any]:
    """Return the spread of each rate."""
    names = dict.fromkeys(name for row in rows for name in row)
    return {name: spread([row[name] for row in rows if name in row]) for name in names}


def shares(figures: Mapping[str, Any], file: int, used: tuple[int, int], whole: int) -> dict[str, Any]:
    """Return what llama.cpp makes of the machine: of its memory while it writes, of its int8 rate while it reads.

    `file` is the size of the model file in bytes, `whole` the number of its weights. Checking so many tokens at once
    pays where it costs less than writing as many of them as are right.
    """
    memory = max(one["p50"] for name, one in figures.items() if name.startswith("memory"))
    writing, reading = figures["writing (tokens/s)"]["p50"], figures[f"reading, batches of {BATCHES[0]} (tokens/s)"]
    int8 = figures.get("int8 (GOP/s)", {"p50": None})["p50"]
    checking = {count: figures[f"checking {count} (tokens/s)"]["p50"] for count in DRAFTED}
    return {
        "memory (GB/s)": memory,
        **{f"checking {count}, in tokens written": ratio(count * writing, rate) for count, rate in checking.items()},
        "writing, share of memory": ratio(writing * file * used[1] / whole / 1e9, memory),
        "reading, share of int8": ratio(reading["p50"] * 2 * used[0] / 1e9, int8),
    }
