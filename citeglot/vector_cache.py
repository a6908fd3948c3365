"""The vectors that an ingest has made so far, beside the index: killed and started again, it goes on from there.

The file `embedded.cache` begins with a line of JSON that names the embedding model; then each vector has a record of
the same size: the SHA-256 of its text, its numbers (float32), and 16 bytes of BLAKE2b over both and the first line. It
is only ever appended to, and removed when the ingest is done. What is cut off or not as written is made again. Files
of the same form in the folder `shards` hold what others embedded for the ingest (see shards.py); they go with it.
"""

import hashlib
import json
import os
import shutil
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, fields
from pathlib import Path

import numpy as np

from citeglot.protocols import EmbeddingIdentity
from citeglot.storage import canonical_json, explained, write_file
from citeglot.types import Matrix, Vector

NAME = "embedded.cache"
SHARDS, VECTORS = "shards", ".vectors"
_KEY, _CHECK = 32, 16
_LONGEST_HEAD = 10_000


class VectorCache:
    """The files in an index folder; `identity` is that of the vectors in them, None where there are none that serve.

    `shards` is the folder of those that others write.
    """

    def __init__(self, folder: Path, serves: Callable[[EmbeddingIdentity], bool]) -> None:
        """Read what is there; nothing is written before `add`."""
        self._path = folder / NAME
        self.shards = folder / SHARDS
        self.identity: EmbeddingIdentity | None = None
        self._serves = serves
        self._rows: dict[bytes, Vector] = {}
        self._appended = self._take(_content(self._path))
        for path in sorted(self.shards.glob(f"*{VECTORS}")):
            self._take(_content(path))

    def _take(self, content: bytes) -> EmbeddingIdentity | None:
        """Take in the vectors of a file and return their identity, if they serve."""
        identity, rows = decode_vectors(content)
        if identity is None or not self._serves(identity):
            return None
        self.identity = self.identity or identity
        self._rows |= rows
        return identity

    def among(self, texts: Iterable[str]) -> Mapping[str, Vector]:
        """Return the vectors there are of these texts."""
        found = ((text, self._rows.get(text_key(text))) for text in texts)
        return {text: vector for text, vector in found if vector is not None}

    def add(self, texts: Sequence[str], vectors: Matrix, identity: EmbeddingIdentity) -> None:
        """Append vectors, so that they are there even if the process is killed the moment after."""
        head = canonical_json(asdict(identity))
        size = _size(identity.dimension)
        with explained(self._path.parent), self._path.open("r+b" if self._appended == identity else "w+b") as file:
            end = file.seek(0, os.SEEK_END)
            if end == 0:
                end = file.write(head + b"\n")
            # half a record at the end would shift those after it
            file.truncate(end - (end - len(head) - 1) % size)
            file.seek(0, os.SEEK_END)
            file.write(b"".join(_record(head, text, row) for text, row in zip(texts, vectors, strict=True)))
        self.identity = self._appended = identity

    def keep(self, key: str, content: bytes) -> None:
        """Write what `encode_vectors` made of a shard to a file of its own, and take it in if it serves."""
        with explained(self._path.parent):
            self.shards.mkdir(exist_ok=True)
            write_file(self.shards / f"{key}{VECTORS}", [content])
        self._take(content)

    def remove(self) -> None:
        """Remove the files, if there are any."""
        self._path.unlink(missing_ok=True)
        # what another machine still has open stays right, and goes after the next ingest
        shutil.rmtree(self.shards, ignore_errors=True)


def encode_vectors(identity: EmbeddingIdentity, texts: Sequence[str], vectors: Matrix) -> bytes:
    """Return the content of a file with these vectors."""
    head = canonical_json(asdict(identity))
    records = (_record(head, text, row) for text, row in zip(texts, vectors, strict=True))
    return b"".join([head, b"\n", *records])


def decode_vectors(content: bytes) -> tuple[EmbeddingIdentity | None, dict[bytes, Vector]]:
    """Return the identity and, by `text_key`, the vectors that are as they were written; None where it has no head."""
    head, _, records = content.partition(b"\n")
    identity = _identity(head) if len(head) < _LONGEST_HEAD else None
    return (identity, _read(head, records, identity.dimension)) if identity else (None, {})


def text_key(text: str) -> bytes:
    """Return what stands for a text in these files."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()


def _content(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError:
        return b""


def _identity(head: bytes) -> EmbeddingIdentity | None:
    try:
        content = json.loads(head)
        identity = EmbeddingIdentity(**{field.name: content[field.name] for field in fields(EmbeddingIdentity)})
    except (KeyError, TypeError, ValueError, RecursionError):
        return None
    return identity if type(identity.dimension) is int and identity.dimension > 0 else None


def _read(head: bytes, records: bytes, dimension: int) -> dict[bytes, Vector]:
    rows, size = {}, _size(dimension)
    for start in range(0, len(records) - size + 1, size):
        record = records[start : start + size]
        if _check(head, record[:-_CHECK]) == record[-_CHECK:]:
            rows[record[:_KEY]] = np.frombuffer(record[_KEY:-_CHECK], dtype="<f4")
    return rows


def _record(head: bytes, text: str, vector: Vector) -> bytes:
    content = text_key(text) + np.ascontiguousarray(vector, dtype="<f4").tobytes()
    return content + _check(head, content)


def _check(head: bytes, content: bytes) -> bytes:
    return hashlib.blake2b(head + content, digest_size=_CHECK).digest()


def _size(dimension: int) -> int:
    return _KEY + 4 * dimension + _CHECK
