"""A language model of two megabytes that llama.cpp runs: each byte it writes depends on the one before alone."""

import struct
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING
from unittest.mock import patch

import numpy as np

if TYPE_CHECKING:
    from citeglot.llm_llamacpp import LlamaGenerator

WIDTH, INNER, HEADS = 320, 32, 5
START, END = "<|im_start|>", "<|im_end|>"
TOKENS = ["<unk>", "<s>", "</s>", *(f"<0x{byte:02X}>" for byte in range(256)), START, END]
_KINDS = [2, 3, 3, *([6] * 256), 3, 3]  # unknown, control, byte
_FIRST_BYTE = 3


def token_of(sign: int | str) -> int:
    """Return the token of a byte, or of a control string."""
    return sign + _FIRST_BYTE if isinstance(sign, int) else TOKENS.index(sign)


def saying(*signs: int | str) -> dict[int, int]:
    """Return what follows what in a model that writes these bytes after the line end that a prompt ends in."""
    line = [token_of(0x0A), *map(token_of, signs)]
    return dict(pairwise(line))


def write_tiny_gguf(path: Path, following: dict[int, int], template: str | None = None) -> Path:
    """Write the model; after a token without a successor it ends its turn. `template` is the chat template in it."""
    facts: list[tuple[str, object]] = [
        ("general.architecture", "llama"),
        ("llama.context_length", 4096),
        ("llama.embedding_length", WIDTH),
        ("llama.block_count", 1),
        ("llama.feed_forward_length", INNER),
        ("llama.attention.head_count", HEADS),
        ("llama.attention.layer_norm_rms_epsilon", 1e-5),
        ("llama.vocab_size", len(TOKENS)),
        ("tokenizer.ggml.model", "llama"),
        ("tokenizer.ggml.tokens", TOKENS),
        ("tokenizer.ggml.scores", [0.0] * len(TOKENS)),
        ("tokenizer.ggml.token_type", _KINDS),
        ("tokenizer.ggml.bos_token_id", 1),
        ("tokenizer.ggml.eos_token_id", 2),
        ("tokenizer.ggml.add_space_prefix", False),
    ]
    if template is not None:
        facts.append(("tokenizer.chat_template", template))
    tensors = _tensors(following)
    head = b"GGUF" + struct.pack("<IQQ", 3, len(tensors), len(facts))
    head += b"".join(_text(name) + _value(value) for name, value in facts)
    body = b""
    for name, matrix in tensors.items():
        shape = matrix.shape[::-1]
        head += _text(name) + struct.pack(f"<I{len(shape)}QIQ", len(shape), *shape, 0, len(body))
        body += matrix.tobytes()
    path.write_bytes(head + bytes(-len(head) % 32) + body)
    return path


def _tensors(following: dict[int, int]) -> dict[str, np.ndarray]:
    words = np.eye(len(TOKENS), WIDTH, dtype="<f4")
    output = np.zeros_like(words)
    for token in range(len(TOKENS)):
        output[following.get(token, token_of(END)), token] = 1.0
    ones, square = np.ones(WIDTH, "<f4"), np.zeros((WIDTH, WIDTH), "<f4")
    block = {
        **{f"attn_{name}": square for name in ("q", "k", "v", "output")},
        "attn_norm": ones,
        "ffn_norm": ones,
        "ffn_down": np.zeros((WIDTH, INNER), "<f4"),
        **{f"ffn_{name}": np.zeros((INNER, WIDTH), "<f4") for name in ("gate", "up")},
    }
    ends = {"token_embd.weight": words, "output_norm.weight": ones, "output.weight": output}
    return ends | {f"blk.0.{name}.weight": tensor for name, tensor in block.items()}


def _text(text: str) -> bytes:
    raw = text.encode()
    return struct.pack("<Q", len(raw)) + raw


def _value(value: object) -> bytes:
    if isinstance(value, bool):
        return struct.pack("<I?", 7, value)
    if isinstance(value, int):
        return struct.pack("<II", 4, value)
    if isinstance(value, float):
        return struct.pack("<If", 6, value)
    if isinstance(value, str):
        return struct.pack("<I", 8) + _text(value)
    kind = {str: 8, float: 6, int: 5}[type(value[0])]
    pieces = (_text(one) if kind == 8 else struct.pack("<f" if kind == 6 else "<i", one) for one in value)
    return struct.pack("<IIQ", 9, kind, len(value)) + b"".join(pieces)


def tiny_generator(folder: Path, *signs: int | str, template: str | None = None) -> "LlamaGenerator":
    """Return a real model that writes these bytes and control strings, on one thread: for several it is too small."""
    from citeglot.chat_template import ChatTemplate
    from citeglot.llm_llamacpp import LlamaGenerator

    path = write_tiny_gguf(folder / "tiny.gguf", saying(*signs), template)
    with patch("citeglot.threads.usable_processors", lambda: 1):
        return LlamaGenerator(path, "tiny", ChatTemplate(START, END), 512)
