"""Writes small true files in the layout of the 4-bit e5 weights, and says what they must unpack to."""

import hashlib
import struct
from pathlib import Path

import numpy as np

from citeglot.models import CatalogueModel

HIDDEN, INNER, LAYERS, POSITIONS = 32, 64, 1, 16
PIECES = ["<s>", "<pad>", "</s>", "<unk>", "▁", "a", "b", "▁ab", "क", "ा", "日", "本", "ø", "～", "<mask>"]
ROWS = {0x9: " ", 0xA: " ", 0x200D: " ", 0x7F: "", 0xFF21: "A", 0x30: "0"}
EXTRA = 2  # rows of the word matrix that no piece uses


def _matrices():
    yield "emb.word", len(PIECES) + EXTRA, HIDDEN
    for short, rows, columns in [
        ("q", HIDDEN, HIDDEN),
        ("k", HIDDEN, HIDDEN),
        ("v", HIDDEN, HIDDEN),
        ("ao", HIDDEN, HIDDEN),
        ("fi", INNER, HIDDEN),
        ("fo", HIDDEN, INNER),
    ]:
        yield f"l0.{short}.w", rows, columns


def _vectors():
    yield from [("emb.pos", POSITIONS * HIDDEN), ("emb.type", 2 * HIDDEN), ("emb.ln.w", HIDDEN), ("emb.ln.b", HIDDEN)]
    for short in ("q", "k", "v", "ao", "fo"):
        yield f"l0.{short}.b", HIDDEN
    yield "l0.fi.b", INNER
    for short in ("aln", "oln"):
        yield from [(f"l0.{short}.w", HIDDEN), (f"l0.{short}.b", HIDDEN)]


def write_tiny_e5(path: Path) -> dict[str, np.ndarray]:
    """Write the file and return each tensor, flat, as the slow plain reading of the layout gives it."""
    random = np.random.default_rng(7)
    blob = "".join(PIECES).encode()
    ends = np.cumsum([0] + [len(piece.encode()) for piece in PIECES]).astype("<u4")
    scores = np.array([0, 0, 0, 0] + [-float(n) for n in range(4, len(PIECES) - 1)] + [0], dtype="<f4")
    head = b"E5S1" + struct.pack("<I7ifi", 1, HIDDEN, LAYERS, 2, INNER, len(PIECES) + EXTRA, POSITIONS, 2, 1e-12, 32)
    head += struct.pack("<5iQ", len(PIECES), 0, 2, 1, 3, len(blob)) + ends.tobytes() + scores.tobytes() + blob
    rows = b"".join(
        struct.pack(f"<IB{len(to)}I", character, len(to), *map(ord, to)) for character, to in sorted(ROWS.items())
    )
    head += struct.pack("<iI", len(ROWS), len(rows)) + rows
    expected: dict[str, np.ndarray] = {}
    bodies: dict[str, tuple[int, int, bytes]] = {}
    for name, height, width in _matrices():
        packed, plain = b"", []
        for _ in range(height * width // 32):
            scale, nibbles = np.float16(random.uniform(0.01, 0.1)), random.integers(0, 16, 32)
            packed += scale.tobytes() + bytes(int(nibbles[j] | nibbles[j + 16] << 4) for j in range(16))
            plain += [(int(nibble) - 8) * float(scale) for nibble in nibbles]
        expected[name], bodies[name] = np.array(plain, np.float32), (1, height * width, packed)
    for name, count in _vectors():
        expected[name] = random.normal(size=count).astype(np.float32)
        bodies[name] = (0, count, expected[name].astype("<f4").tobytes())
    offset = len(head) + 4 + sum(2 + len(name) + 21 for name in bodies)
    directory, data = struct.pack("<i", len(bodies)), b""
    for name, (kind, count, body) in bodies.items():
        directory += struct.pack("<H", len(name)) + name.encode()
        directory += struct.pack("<BIQQ", kind, count, offset + len(data), len(body))
        data += body
    path.write_bytes(head + directory + data)
    return expected


def tiny_model(path: Path) -> CatalogueModel:
    """Return a catalogue entry for the file at `path`."""
    content = path.read_bytes()
    return CatalogueModel(
        name="tiny",
        role="embedding",
        file=path.name,
        size=len(content),
        sha256=hashlib.sha256(content).hexdigest(),
        licence="MIT",
        context_tokens=POSITIONS,
        languages=("en",),
        memory=1,
        question_prompt="query: ",
        passage_prompt="passage: ",
    )


def flip_a_byte(path):
    """Change one byte in the middle and leave the size."""
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)
