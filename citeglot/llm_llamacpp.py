"""The language model in this process, through llama-cpp-python: one context, one caller at a time."""

import codecs
import ctypes
import threading
import time
from collections.abc import Generator, Sequence
from functools import cached_property, partial
from itertools import pairwise
from pathlib import Path

import llama_cpp
import numpy as np
import regex
from numpy.typing import NDArray

from citeglot.chat_template import ChatTemplate
from citeglot.constraints import Vocabulary
from citeglot.errors import ModelFailed, WrongUse
from citeglot.llm_states import WORTH_KEEPING, ReadStates, shared
from citeglot.memory import available_memory, require_memory
from citeglot.models import CatalogueModel, find_model, require_model
from citeglot.protocols import Limits
from citeglot.settings import Settings
from citeglot.threads import machine_key, remembered_threads
from citeglot.types import Turn

READ_TOKENS = 256
TRIED = 4  # pieces that are read to measure how fast a number of threads is


class LlamaGenerator:
    """A `Generator` over a GGUF file: greedy, so that the same question gets the same answer.

    What was read is kept: a prompt that starts like an earlier one is read from where they differ.
    """

    def __init__(self, path: Path, name: str, template: ChatTemplate, context_tokens: int = 4096) -> None:
        self.name = name
        self.context_tokens = context_tokens
        self._template = template
        self._lock = threading.Lock()
        self._read: list[int] = []
        self._states = ReadStates()
        try:
            self._llama = llama_cpp.Llama(
                str(path),
                n_ctx=context_tokens,
                n_batch=READ_TOKENS,
                n_gpu_layers=-1,
                flash_attn=True,
                verbose=False,
            )
        except Exception as problem:  # whatever a library makes of a file that it was not made for
            raise ModelFailed(
                f"The language model {name} could not be loaded from {path}: {' '.join(str(problem).split())}. "
                "Expected a GGUF file that llama.cpp knows. Check it with: python -m citeglot models verify"
            ) from None
        key = machine_key(name, str(path.stat().st_size), llama_cpp.__version__)
        reading, writing = remembered_threads((partial(self._rate, 64), partial(self._rate, 1)), key)
        llama_cpp.llama_set_n_threads(self._llama.ctx, writing, reading)

    def _rate(self, piece: int, threads: int) -> float:
        llama_cpp.llama_set_n_threads(self._llama.ctx, threads, threads)
        self._llama.n_tokens, begun = 0, time.perf_counter()
        for _ in range(TRIED):
            self._llama.eval([0] * piece)
        llama_cpp.llama_synchronize(self._llama.ctx)
        return TRIED * piece / (time.perf_counter() - begun)

    def count_tokens(self, text: str) -> int:
        """Return how many tokens `text` has."""
        return len(self._tokens(text, special=False))

    def stream(self, turns: Sequence[Turn], limits: Limits) -> Generator[str, None, bool]:
        """Yield the reply piece by piece, last return whether it came to its end within the limits.

        Closing the iterator stops the model and frees it for the next caller.
        """
        deadline = time.monotonic() + limits.seconds
        decoder = codecs.getincrementaldecoder("utf-8")(errors="ignore")
        end = {self._llama.token_eos(), *self._tokens(self._template.turn_end, special=True)}
        with self._lock:
            tokens, text = self._prompt(turns), ""
            costs = self._vocabulary.of_script(limits.script)
            for written in range(min(limits.max_tokens, self.context_tokens - len(tokens) - 1)):
                logits = self._advance(tokens, deadline)
                if logits is None:
                    return False
                token = int(np.argmax(logits - costs - self._vocabulary.of_numbers(text, limits.numbers)))
                if token in end:
                    return True
                tokens.append(token)
                piece = decoder.decode(self._llama.detokenize([token], prev_tokens=tokens[:-1] if written else None))
                text += piece
                if piece:
                    yield piece
        return False

    def probability(self, turns: Sequence[Turn], yes: str, no: str) -> float:
        """Return P(yes) / (P(yes) + P(no)) for the first token of the reply."""
        with self._lock:
            logits = self._advance(self._prompt(turns), deadline=None)
        assert logits is not None
        first_yes, first_no = (self._tokens(word, special=False)[0] for word in (yes, no))
        return float(1.0 / (1.0 + np.exp(np.float64(logits[first_no]) - np.float64(logits[first_yes]))))

    @cached_property
    def _vocabulary(self) -> Vocabulary:
        pieces = (self._llama.detokenize([token]) for token in range(self._llama.n_vocab()))
        return Vocabulary([piece.decode("utf-8", errors="ignore") for piece in pieces])

    def _tokens(self, text: str, special: bool) -> list[int]:
        """Return the tokens of a text; unless `special`, none of them is more than letters."""
        parts = [text] if special else self._spelt_out(text)
        encoded = (part.encode("utf-8", errors="ignore") for part in parts)
        return [token for part in encoded for token in self._llama.tokenize(part, add_bos=False, special=special)]

    def _spelt_out(self, text: str) -> list[str]:
        """Cut a text within what the model file defines as one token, which llama.cpp finds in any text."""
        cuts = [(match.start() + match.end()) // 2 for match in self._defined.finditer(text)] if self._defined else []
        return [text[start:end] for start, end in pairwise([0, *cuts, len(text)])]

    @cached_property
    def _defined(self) -> "regex.Pattern[str] | None":
        vocabulary, wanted = self._llama._model.vocab, llama_cpp.LLAMA_TOKEN_ATTR_USER_DEFINED
        found = [
            llama_cpp.llama_vocab_get_text(vocabulary, token).decode("utf-8", errors="ignore")
            for token in range(self._llama.n_vocab())
            if llama_cpp.llama_vocab_get_attr(vocabulary, token) & wanted
        ]
        longer = sorted((regex.escape(one) for one in found if len(one) > 1), key=len, reverse=True)
        return regex.compile("|".join(longer)) if longer else None

    def _prompt(self, turns: Sequence[Turn]) -> list[int]:
        tokens = self._template.tokens(turns, self._tokens)
        if len(tokens) >= self.context_tokens:
            raise WrongUse(
                f"The question and its evidence are {len(tokens)} tokens long; the language model {self.name} takes "
                f"{self.context_tokens - 1}. Ask a shorter question."
            )
        return tokens

    def _advance(self, tokens: list[int], deadline: float | None) -> NDArray[np.float32] | None:
        """Read what of `tokens` was not read yet and return the next token's logits, or None past the deadline."""
        position = begun = min(self._recall(tokens), len(tokens) - 1)
        self._llama.n_tokens = position
        del self._read[position:]
        while position < len(tokens):
            if deadline is not None and time.monotonic() > deadline:
                return None
            piece = tokens[position : position + READ_TOKENS]
            self._eval(piece)
            self._read += piece
            position += len(piece)
        if position - begun >= WORTH_KEEPING:
            self._states.keep(self._read, self._state())
        logits = llama_cpp.llama_get_logits_ith(self._llama.ctx, -1)
        return np.ctypeslib.as_array(logits, shape=(self._llama.n_vocab(),)).copy()

    def _recall(self, tokens: list[int]) -> int:
        """Return how many of the tokens the context holds, an earlier state taken back where that is worth it."""
        now = shared(np.asarray(self._read, np.int32), np.asarray(tokens, np.int32))
        if len(tokens) < now + WORTH_KEEPING:  # as for every token that is written
            return now
        known, state = self._states.find(tokens)
        if known < now + WORTH_KEEPING:
            return now
        self._read.clear()
        data = (ctypes.c_uint8 * len(state)).from_buffer_copy(state)
        if not llama_cpp.llama_state_seq_set_data(self._llama.ctx, data, len(state), 0):
            self._llama._ctx.kv_cache_clear()
            return 0
        self._read += tokens[:known]
        return known

    def _state(self) -> bytes:
        """Return what the context holds, as bytes."""
        size = llama_cpp.llama_state_seq_get_size(self._llama.ctx, 0)
        data = (ctypes.c_uint8 * size)()
        return ctypes.string_at(data, llama_cpp.llama_state_seq_get_data(self._llama.ctx, data, size, 0))

    def _eval(self, tokens: list[int]) -> None:
        try:
            self._llama.eval(tokens)
        except RuntimeError as problem:
            self._read.clear()  # what the context holds now is not known
            raise ModelFailed(
                f"The language model {self.name} stopped while it worked: {problem}. Ask again; if that does not help, "
                "start the program again, or check the model with: python -m citeglot models verify"
            ) from None


def load_generator(settings: Settings) -> LlamaGenerator:
    """Load the language model of the settings; its file and the free memory are checked before anything reads it."""
    model: CatalogueModel = find_model(settings.language_model)
    path = require_model(model, settings.models)
    require_memory(model.name, model.memory, available_memory())
    template = ChatTemplate(model.turn_start, model.turn_end, model.reply_prefix)
    return LlamaGenerator(path, model.name, template, min(4096, model.context_tokens))
