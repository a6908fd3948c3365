"""The 4-bit e5 weights, turned once into an ordinary sentence-transformers folder."""

import itertools
from collections.abc import Mapping
from pathlib import Path

import numpy as np

from citeglot.e5_folder import E5, Array, Shape, Vocabulary, tensor_names, write_folder
from citeglot.errors import ModelDamaged

LAYOUT = 1  # raised when the unpacked files change, so that folders of an older version are unpacked again
UNPACKED_BYTES = 500_000_000
BLOCK = 32
BLOCK_BYTES = 18


class _Reader:
    """Reads one value after the other and never past the end."""

    def __init__(self, source: Path) -> None:
        self.source = source
        self.data = source.read_bytes()
        self.position = 0

    def array(self, kind: str, count: int) -> Array:
        """Return `count` little-endian values of a numpy type, and move past them."""
        values = self.array_at(self.position, kind, count)
        self.position += values.nbytes
        return values

    def array_at(self, offset: int, kind: str, count: int) -> Array:
        """Return `count` values from `offset` bytes after the start of the file."""
        size = count * np.dtype(kind).itemsize
        if count < 0 or offset < 0 or offset + size > len(self.data):
            raise self.damaged(f"{size} bytes at {offset} reach past its {len(self.data)} bytes")
        return np.frombuffer(self.data, kind, count, offset)

    def number(self, kind: str) -> int:
        """Return one whole number."""
        return int(self.array(kind, 1)[0])

    def damaged(self, problem: str) -> ModelDamaged:
        """Return the error that names the file and what was found."""
        return ModelDamaged(
            f"The model file {self.source} is not a file of 4-bit e5 weights: {problem}. "
            "Get it again with: python -m citeglot models fetch"
        )


def unpack_e5(source: Path, target: Path, prompts: Mapping[str, str]) -> None:
    """Write `target`, a sentence-transformers folder in float32, from the 4-bit weights in `source`.

    `prompts` has the keys query and passage. `ModelDamaged` where the file does not have its layout.
    """
    reader = _Reader(source)
    shape = _read_shape(reader)
    vocabulary = _read_vocabulary(reader)
    tensors = _read_tensors(reader, shape)
    write_folder(target, E5(shape, vocabulary, tensors), prompts)


def _read_shape(reader: _Reader) -> Shape:
    magic = reader.array("<u1", 4).tobytes()
    version = reader.number("<u4")
    if magic != b"E5S1" or version != 1:
        raise reader.damaged(f"it starts with {magic!r}, version {version}; expected b'E5S1', version 1")
    hidden, layers, heads, inner, vocabulary, positions, types = (int(value) for value in reader.array("<i4", 7))
    epsilon = float(reader.array("<f4", 1)[0])
    block = reader.number("<i4")
    sizes = (hidden, layers, heads, inner, vocabulary, positions, types)
    whole = block == BLOCK and min(sizes) > 0 and hidden % BLOCK == inner % BLOCK == hidden % heads == 0
    if not whole or layers > 100 or max(sizes) > 10_000_000:
        raise reader.damaged(f"its sizes are {sizes} in blocks of {block}")
    # The source keeps 1e-12 as the nearest float32; the model's own configuration says 1e-12.
    return Shape(hidden, layers, heads, inner, vocabulary, positions, types, float(f"{epsilon:.6g}"))


def _read_vocabulary(reader: _Reader) -> Vocabulary:
    count, *special = (int(value) for value in reader.array("<i4", 5))
    blob_size = reader.number("<u8")
    ends = reader.array("<u4", count + 1).astype(np.int64)
    scores = reader.array("<f4", count)
    blob = reader.array("<u1", blob_size).tobytes()
    if special != [0, 2, 1, 3] or np.any(np.diff(ends) < 0) or ends[-1] > blob_size:
        raise reader.damaged(f"its pieces do not lie in order, or its special tokens {special} are not [0, 2, 1, 3]")
    try:
        pieces = [blob[start:end].decode() for start, end in itertools.pairwise(ends)]
        replacements = _read_replacements(reader)
    except (ValueError, OverflowError) as problem:
        raise reader.damaged(f"its pieces are not text ({problem})") from None
    return Vocabulary(list(zip(pieces, scores.astype(float).tolist(), strict=True)), special[3], replacements)


def _read_replacements(reader: _Reader) -> dict[str, str]:
    rows = reader.number("<i4")
    end = reader.number("<u4") + reader.position
    replacements = {}
    for _ in range(rows):
        character = chr(reader.number("<u4"))
        replacements[character] = "".join(map(chr, reader.array("<u4", reader.number("<u1")).tolist()))
    if reader.position != end:
        raise reader.damaged(f"its normalisation rows end at {reader.position}; expected {end}")
    return replacements


def _read_tensors(reader: _Reader, shape: Shape) -> dict[str, Array]:
    entries: dict[str, tuple[int, int, int]] = {}
    for _ in range(reader.number("<i4")):
        name = reader.array("<u1", reader.number("<u2")).tobytes().decode("utf-8", "replace")
        packed = reader.number("<u1")
        count = reader.number("<u4")
        entries[name] = (packed, count, reader.number("<u8"))
        reader.number("<u8")
    tensors: dict[str, Array] = {}
    for name, (ours, rows, columns) in tensor_names(shape).items():
        packed, count, offset = entries.get(name, (-1, 0, 0))
        if packed not in (0, 1) or count != rows * columns:
            raise reader.damaged(f"tensor {name!r} has {count} weights of kind {packed}; expected {rows * columns}")
        flat = _dequantised(reader, offset, count) if packed else reader.array_at(offset, "<f4", count)
        tensors[ours] = flat.reshape(rows, columns) if rows > 1 else flat
    # sentence-transformers never uses the pooler; without it the model class would make up a random one.
    tensors["pooler.dense.weight"] = np.zeros((shape.hidden, shape.hidden), np.float32)
    tensors["pooler.dense.bias"] = np.zeros(shape.hidden, np.float32)
    return tensors


def _dequantised(reader: _Reader, offset: int, count: int) -> Array:
    """Return Q4_0 blocks as float32: 2 bytes of scale, 16 bytes whose low nibbles come before their high ones."""
    blocks = reader.array_at(offset, "<u1", count // BLOCK * BLOCK_BYTES).reshape(-1, BLOCK_BYTES)
    scales = np.ascontiguousarray(blocks[:, :2]).view("<f2").astype(np.float32)
    nibbles = np.concatenate((blocks[:, 2:] & 0x0F, blocks[:, 2:] >> 4), axis=1)
    return ((nibbles.astype(np.float32) - 8) * scales).reshape(-1)
