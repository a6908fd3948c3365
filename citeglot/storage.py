"""Files that can be trusted: written durably, described by block checksums, verified when first touched."""

import hashlib
import json
import mmap
import os
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from citeglot.errors import EnvironmentLacks, IndexDamaged

BLOCK = 1 << 20
ADVICE = (
    " Build it again with: python ingest.py (or serve the newest sound generation: python -m citeglot index repair)"
)
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class FileEntry:
    """What a manifest says of a file: `blocks` are the SHA-256 of each MiB in turn."""

    name: str
    size: int
    blocks: tuple[str, ...]


def damaged(path: Path, what: str) -> IndexDamaged:
    """Return the error for a file of the index that is not what its manifest says."""
    return IndexDamaged(f"The index is damaged: {path} {what}.{ADVICE}")


def canonical_json(value: object) -> bytes:
    """Return the one way this value is written: sorted keys, no spaces, UTF-8."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False).encode()


def temporary_name(name: str) -> str:
    """Return the name that a file or folder has until it is complete."""
    return f"{name}.tmp-{os.getpid()}"


def write_file(path: Path, pieces: Iterable[bytes | memoryview]) -> FileEntry:
    """Write `path` so that it is there completely or not at all, even after a power cut, and describe it."""
    temporary = path.with_name(temporary_name(path.name))
    digests = _BlockDigests()
    try:
        with temporary.open("wb") as file:
            for piece in pieces:
                file.write(piece)
                digests.update(memoryview(piece))
            file.flush()
            os.fsync(file.fileno())
        replace_file(temporary, path)
    except BaseException:
        with suppress(OSError):
            temporary.unlink(missing_ok=True)
        raise
    return FileEntry(path.name, digests.size, digests.finish())


def describe_bytes(name: str, content: bytes) -> FileEntry:
    """Return the entry of a file with this content."""
    digests = _BlockDigests()
    digests.update(memoryview(content))
    return FileEntry(name, digests.size, digests.finish())


def replace_file(source: Path, target: Path) -> None:
    """Rename over `target`."""
    patiently(lambda: source.replace(target))


def patiently(work: Callable[[], T]) -> T:
    """Do something with a file; on Windows wait a moment for a program that has it open."""
    for _ in range(20 if os.name == "nt" else 0):
        try:
            return work()
        except PermissionError:
            time.sleep(0.05)
    return work()


def sync_folder(folder: Path) -> None:
    """Make the names in `folder` survive a power cut, where the system can."""
    if os.name == "nt":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


@contextmanager
def explained(folder: Path) -> Iterator[None]:
    """Turn what a full, read-only or missing disk says into EnvironmentLacks; what was there before is unchanged."""
    try:
        yield
    except (OSError, NotImplementedError) as error:
        reason = getattr(error, "strerror", None) or error
        raise EnvironmentLacks(
            f"The index folder {folder} cannot be written ({reason}). What was there before is unchanged. "
            "Free some space on its disk or make it writable, or choose another folder with --index, and start again."
        ) from error


class VerifiedFile:
    """A read-only file in memory pages; no byte is handed out before the checksum of its block held."""

    def __init__(self, path: Path, entry: FileEntry) -> None:
        """Map the file; IndexDamaged when it is missing, cannot be read or has another size."""
        self.path = path
        self._entry = entry
        self._verified = bytearray(len(entry.blocks))
        try:
            with path.open("rb") as file:
                size = os.fstat(file.fileno()).st_size
                if size != entry.size:
                    raise damaged(path, f"has {size} bytes, not {entry.size}")
                self._data = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) if size else b""
        except FileNotFoundError:
            raise damaged(path, "is missing") from None
        except OSError as error:
            raise damaged(path, f"cannot be read ({error.strerror})") from error

    def verify(self, start: int = 0, end: int | None = None) -> None:
        """Check every block that the bytes `start:end` lie in; IndexDamaged when one is not as written."""
        last = self._entry.size if end is None else end
        for number in range(start // BLOCK, -(-last // BLOCK)):
            if self._verified[number]:
                continue
            block = self._data[number * BLOCK : (number + 1) * BLOCK]
            if hashlib.sha256(block).hexdigest() != self._entry.blocks[number]:
                raise damaged(self.path, f"is not what was written (block {number})")
            self._verified[number] = 1

    def read(self, start: int, end: int) -> bytes:
        """Return the verified bytes `start:end`."""
        self.verify(start, end)
        return self._data[start:end]

    def array(self, dtype: str, shape: tuple[int, ...]) -> NDArray[Any]:
        """Return all of the verified file as an array over its pages, without a copy."""
        self.verify()
        return np.frombuffer(self._data, dtype=dtype).reshape(shape)

    def table(self, dtype: str, width: int, numbers: NDArray[np.int64]) -> NDArray[Any]:
        """Return a table with `width` numbers in each row, over the file's pages; only these rows were checked."""
        size = width * np.dtype(dtype).itemsize
        unchecked = np.flatnonzero(np.frombuffer(self._verified, dtype=np.uint8) == 0)
        touched = [numbers * size // BLOCK, ((numbers + 1) * size - 1) // BLOCK] if len(unchecked) else []
        for number in np.intersect1d(unchecked, touched).tolist():
            self.verify(number * BLOCK, min((number + 1) * BLOCK, self._entry.size))
        return np.frombuffer(self._data, dtype=dtype).reshape(-1, width)

    def lines(self) -> Iterator[tuple[int, int]]:
        """Yield start and end of each line of the verified file, without its line end."""
        self.verify()
        start = 0
        while start < self._entry.size:
            end = self._data.find(b"\n", start)
            if end < 0:
                raise damaged(self.path, "ends within a line")
            yield start, end
            start = end + 1


class _BlockDigests:
    """Hashes a stream block by block while it is written."""

    def __init__(self) -> None:
        self.size = 0
        self._done: list[str] = []
        self._open = hashlib.sha256()

    def update(self, data: memoryview) -> None:
        while data:
            piece = data[: BLOCK - self.size % BLOCK]
            self._open.update(piece)
            self.size += len(piece)
            if self.size % BLOCK == 0:
                self._close()
            data = data[len(piece) :]

    def _close(self) -> None:
        self._done.append(self._open.hexdigest())
        self._open = hashlib.sha256()

    def finish(self) -> tuple[str, ...]:
        if self.size % BLOCK:
            self._close()
        return tuple(self._done)
