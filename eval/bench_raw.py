"""llama.cpp itself, without anything of ours between its calls."""

import time
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any


class RawContext:
    """llama.cpp over a loaded model, called with batches of our own; nothing else is done between two calls.

    `model` is llama.cpp's pointer. Flash attention is on, as in the program.
    """

    def __init__(self, model: Any, tokens: int, batch: int, threads: int) -> None:  # noqa: ANN401 - a C pointer
        import llama_cpp

        self._library: Any = llama_cpp
        parameters = llama_cpp.llama_context_default_params()
        parameters.n_ctx, parameters.n_batch, parameters.n_ubatch = tokens, batch, batch
        parameters.n_threads = parameters.n_threads_batch = threads
        parameters.flash_attn_type = llama_cpp.LLAMA_FLASH_ATTN_TYPE_ENABLED
        self._context = llama_cpp.llama_init_from_model(model, parameters)
        self._batch = llama_cpp.llama_batch_init(batch, 0, 1)
        self._most = batch
        self._held = 0

    def read(self, tokens: Sequence[int]) -> float:
        """Forget everything, read these tokens, and return the seconds until the logits of the last are there."""
        self._library.llama_memory_clear(self._library.llama_get_memory(self._context), False)
        self._held = 0
        begun = time.perf_counter()
        for start in range(0, len(tokens), self._most):
            self._decode(tokens[start : start + self._most])
        return time.perf_counter() - begun

    def write(self, tokens: Sequence[int]) -> float:
        """Return the seconds of going on with these tokens one by one, as writing does; none of them is chosen."""
        begun = time.perf_counter()
        for token in tokens:
            self._decode([token])
        return time.perf_counter() - begun

    def check(self, tokens: Sequence[int]) -> float:
        """Return the seconds until the logits after each of these tokens are there, and forget the tokens again.

        So much it costs to look whether the model would write what was drafted for it.
        """
        held = self._held
        begun = time.perf_counter()
        self._decode(tokens, each=True)
        spent = time.perf_counter() - begun
        self._library.llama_memory_seq_rm(self._library.llama_get_memory(self._context), 0, held, -1)
        self._held = held
        return spent

    def _decode(self, tokens: Sequence[int], each: bool = False) -> None:
        batch = self._batch
        batch.n_tokens = len(tokens)
        for place, token in enumerate(tokens):
            batch.token[place], batch.pos[place] = token, self._held + place
            batch.n_seq_id[place], batch.seq_id[place][0] = 1, 0
            batch.logits[place] = each or place == len(tokens) - 1
        if self._library.llama_decode(self._context, batch):
            raise RuntimeError("llama_decode failed: is the context large enough?")
        self._library.llama_synchronize(self._context)
        self._held += len(tokens)

    def close(self) -> None:
        """Free what llama.cpp holds, but for the model."""
        self._library.llama_batch_free(self._batch)
        self._library.llama_free(self._context)


@contextmanager
def loaded(path: Path) -> Iterator[Any]:
    """Give llama-cpp-python's own object over a model file, with the smallest context of its own."""
    import llama_cpp

    with closing(llama_cpp.Llama(str(path), n_ctx=64, n_batch=64, n_gpu_layers=-1, verbose=False)) as llama:
        yield llama
