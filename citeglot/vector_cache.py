"""The vectors that an ingest has made so far, beside the index: killed and started again, it goes on from there.

The file `embedded.cache` begins with a line of JSON that names the embedding model; then each vector has a record of
the same size: the SHA-256 of its text, its numbers (float32), and 16 bytes of BLAKE2b over both and the first line. It
is only ever appended to, and removed when the ingest is done. What is cut off or not as written is made again.
"""

import hashlib
import json
import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, fields
from pathlib import Path

import numpy as np

from citeglot.protocols import EmbeddingIdentity
from citeglot.storage import canonical_json, explained
from citeglot.types import Matrix, Vector

NAME = "embedded.cache"
_KEY, _CHECK = 32, 16
_LONGEST_HEAD = 10_000


class VectorCache:
    """The file in an index folder; `identity` is that of the vectors in it, None where there are none that serve."""

    def __init__(self, folder: Path, serves: Callable[[EmbeddingIdentity], bool]) -> None:
        """Read what is there; nothing is written before `add`."""
        self._path = folder / NAME
        self.identity: EmbeddingIdentity | None = None
        self._rows: dict[bytes, Vector] = {}
        try:
            content = self._path.read_bytes()
        except OSError:
            return
        head, _, records = content.partition(b"\n")
        identity = _identity(head) if len(head) < _LONGEST_HEAD else None
        if identity and serves(identity):
            self.identity = identity
            self._rows = _read(head, records, identity.dimension)

    def among(self, texts: Iterable[str]) -> Mapping[str, Vector]:
        """Return the vectors there are of these texts."""
        found = ((text, self._rows.get(_key(text))) for text in texts)
        return {text: vector for text, vector in found if vector is not None}

    def add(self, texts: Sequence[str], vectors: Matrix, identity: EmbeddingIdentity) -> None:
        """Append vectors, so that they are there even if the process is killed the moment after."""
        head = canonical_json(asdict(identity))
        size = _size(identity.dimension)
        with explained(self._path.parent), self._path.open("r+b" if self.identity == identity else "w+b") as file:
            end = file.seek(0, os.SEEK_END)
            if end == 0:
                end = file.write(head + b"\n")
            # half a record at the end would shift those after it
            file.truncate(end - (end - len(head) - 1) % size)
            file.seek(0, os.SEEK_END)
            file.write(b"".join(_record(head, text, row) for text, row in zip(texts, vectors, strict=True)))
        self.identity = identity

    def remove(self) -> None:
        """Remove the file, if there is one."""
        self._path.unlink(missing_ok=True)


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
    content = _key(text) + np.ascontiguousarray(vector, dtype="<f4").tobytes()
    return content + _check(head, content)


def _key(text: str) -> bytes:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()


def _check(head: bytes, content: bytes) -> bytes:
    return hashlib.blake2b(head + content, digest_size=_CHECK).digest()


def _size(dimension: int) -> int:
    return _KEY + 4 * dimension + _CHECK
