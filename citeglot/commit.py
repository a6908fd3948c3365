"""One writer makes a new generation: beside the old one, checked, and switched to in one step."""

import os
import re
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

import numpy as np
from filelock import FileLock, Timeout

from citeglot.documents import DocumentEntry
from citeglot.errors import EnvironmentLacks, IndexBusy
from citeglot.generation import Generation, generation_name
from citeglot.manifest import Manifest, read_manifest
from citeglot.storage import damaged, sync_folder, temporary_name, write_file
from citeglot.vectors_faiss import top_rows

SEGMENTS = "segments"
_GENERATION = re.compile(r"gen-(\d{6,9})")
_TEMPORARY = re.compile(r".+\.tmp-\d+")


def generation_numbers(folder: Path) -> tuple[int, ...]:
    """Return the numbers of the generations in the folder, oldest first."""
    try:
        names = [path.name for path in folder.iterdir()]
    except OSError:
        return ()
    return tuple(sorted(int(match[1]) for match in map(_GENERATION.fullmatch, names) if match))


@contextmanager
def writing(folder: Path) -> Iterator[None]:
    """Hold the folder for writing, cleared of what dead ingests left; IndexBusy names who else holds it."""
    lock = FileLock(folder / ".lock", timeout=0, fallback_to_soft=False)
    with explained(folder):
        (folder / SEGMENTS).mkdir(parents=True, exist_ok=True)
        try:
            lock.acquire()
        except Timeout:
            raise IndexBusy(
                f"Another ingest is writing to {folder} ({lock_owner(folder)}). "
                "Wait until it is done, or end it, and start again."
            ) from None
    try:
        with explained(folder):
            (folder / ".lock.owner").write_text(f"{os.getpid()}\n", encoding="ascii")
            remove_leftovers(folder)
        yield
    finally:
        with suppress(OSError):
            remove_leftovers(folder)
        lock.release()


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


def lock_owner(folder: Path) -> str:
    """Return the process that took the lock last, in words."""
    try:
        return f"process {int((folder / '.lock.owner').read_text(encoding='ascii'))}"
    except (OSError, ValueError):
        return "of an unknown process"


def is_locked(folder: Path) -> bool:
    """Return whether an ingest is writing to the folder now."""
    if not (folder / ".lock").exists():
        return False
    lock = FileLock(folder / ".lock", timeout=0, fallback_to_soft=False)
    try:
        lock.acquire()
    except (Timeout, OSError, NotImplementedError):
        return True
    lock.release()
    return False


def remove_leftovers(folder: Path) -> None:
    """Remove unfinished files and folders; only the holder of the lock may do so."""
    for path in (*folder.iterdir(), *(folder / SEGMENTS).iterdir()):
        if _TEMPORARY.fullmatch(path.name):
            _remove(path)


def commit_generation(folder: Path, manifest: Manifest, documents: Sequence[DocumentEntry]) -> None:
    """Write, check and switch to a generation whose segments are there already.

    Whatever happens, the index is either the old one or the new one.
    """
    sync_folder(folder / SEGMENTS)
    name = generation_name(manifest.generation)
    temporary = folder / temporary_name(name)
    temporary.mkdir()
    write_file(temporary / "documents.jsonl", [entry.to_line() for entry in documents])
    write_file(temporary / "manifest.json", [manifest.to_bytes()])
    sync_folder(temporary)
    _check(Generation(temporary, read_manifest(temporary / "manifest.json")))
    temporary.rename(folder / name)
    sync_folder(folder)
    set_current(folder, manifest.generation)


def set_current(folder: Path, number: int) -> None:
    """Switch readers to a generation that is complete."""
    write_file(folder / "CURRENT", [f"{generation_name(number)}\n".encode()])
    sync_folder(folder)


def _check(generation: Generation) -> None:
    """Raise IndexDamaged unless what was written can be read back and chunks find themselves."""
    for problem in generation.verify():
        raise damaged(generation.folder, f"did not come back from the disk as written: {problem}")
    for segment in generation.segments.values():
        for row in {0, segment.entry.chunks // 2, segment.entry.chunks - 1} if segment.entry.chunks else set():
            vector = segment.vectors[row]
            _, best = top_rows(segment.vectors, vector, 1)[0]
            if not np.isclose(best, vector @ vector, atol=1e-4):
                raise damaged(generation.folder, f"chunk {row} of segment {segment.entry.id} does not find itself")


def collect_garbage(folder: Path, keep: Sequence[Manifest]) -> None:
    """Remove every generation but these, and the segment files that none of these names.

    What another process still has open on Windows stays until the next ingest.
    """
    numbers = {manifest.generation for manifest in keep}
    files = {file.name for manifest in keep for segment in manifest.segments for file in segment.files}
    for number in generation_numbers(folder):
        if number not in numbers:
            _remove(folder / generation_name(number))
    for path in (folder / SEGMENTS).iterdir():
        if path.name not in files:
            _remove(path)


def _remove(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path, ignore_errors=True)
    else:
        with suppress(OSError):
            path.unlink()
