"""One writer makes a new generation: beside the old one, checked, and switched to in one step."""

import os
import re
import shutil
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

from filelock import FileLock, Timeout

from citeglot.current import glimpse, read_current, set_current
from citeglot.documents import DocumentEntry
from citeglot.errors import EnvironmentLacks, IndexBusy, IndexDamaged, IndexMismatch
from citeglot.generation import Generation, generation_name, open_generation
from citeglot.manifest import Manifest, read_manifest
from citeglot.self_check import check_written
from citeglot.storage import explained, sync_folder, temporary_name, write_file

SEGMENTS = "segments"
EARLIER = 2  # generations kept beside the one that is served
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
    """Hold the folder for an ingest, and leave it tidy where that ends well."""
    with locked(folder):
        before, names = glimpse(folder), set(_parts(folder))
        try:
            yield
        except EnvironmentLacks as error:
            if isinstance(error.__cause__, OSError) and glimpse(folder) == before:  # a full disk stays full otherwise
                for path in sorted(set(_parts(folder)) - names):
                    _remove(path)
            raise
        with explained(folder):
            _tidy(folder)


@contextmanager
def locked(folder: Path) -> Iterator[list[str]]:
    """Hold the folder, cleared of what dead ingests left, whose names are given; IndexBusy names who else holds it."""
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
            removed = remove_leftovers(folder)
        yield removed
    finally:
        with suppress(OSError):
            remove_leftovers(folder)
        lock.release()


def _parts(folder: Path) -> list[Path]:
    """Return the folders of the generations and the files of the segments."""
    generations = [folder / generation_name(number) for number in generation_numbers(folder)]
    return [*generations, *(folder / SEGMENTS).iterdir()]


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
    except Timeout:
        return True
    except (OSError, NotImplementedError):  # who may not write there cannot ask
        return False
    lock.release()
    return False


def remove_leftovers(folder: Path) -> list[str]:
    """Remove unfinished files and folders and return their names; only the holder of the lock may do so."""
    found = [path for path in (*folder.iterdir(), *(folder / SEGMENTS).iterdir()) if _TEMPORARY.fullmatch(path.name)]
    for path in found:
        _remove(path)
    return [path.name for path in found]


def commit_generation(
    folder: Path, manifest: Manifest, documents: Sequence[DocumentEntry], publish: Callable[[Generation], None]
) -> None:
    """Write, check and switch to a generation whose segments are there already; `publish` is called before that.

    Whatever happens, the index is either the old one or the new one.
    """
    sync_folder(folder / SEGMENTS)
    name = generation_name(manifest.generation)
    temporary = folder / temporary_name(name)
    temporary.mkdir()
    write_file(temporary / "documents.jsonl", [entry.to_line() for entry in documents])
    write_file(temporary / "manifest.json", [manifest.to_bytes()])
    sync_folder(temporary)
    served = _served(folder)
    generation = Generation(temporary, read_manifest(temporary / "manifest.json"))
    check_written(generation, served.segments if served else ())
    publish(generation)
    temporary.rename(folder / name)
    sync_folder(folder)
    set_current(folder, manifest)
    _collect_garbage(folder, manifest, served.generation if served else manifest.generation - 1)


def _served(folder: Path) -> Manifest | None:
    with suppress(IndexDamaged, IndexMismatch):
        if named := read_current(folder):
            return _manifest(folder, named.number)
    return None


def _collect_garbage(folder: Path, newest: Manifest, highest: int) -> None:
    """Remove all but this generation and the newest sound ones up to the `highest`, with files that they do not name.

    A reader goes on with what it has opened. What another process has open on Windows stays until the next ingest.
    """
    kept = [newest]
    for number in reversed(generation_numbers(folder)):
        if number <= highest and number < newest.generation and len(kept) <= EARLIER:
            with suppress(IndexDamaged, IndexMismatch):
                generation = open_generation(folder, number)
                check_written(generation, [entry for one in kept for entry in one.segments])
                kept.append(generation.manifest)
    keep_only(folder, kept)


def _tidy(folder: Path) -> None:
    """Remove what ingests left that were killed late: a generation that was not switched to, segments of none."""
    if served := _served(folder):
        kept = [served]
        for number in generation_numbers(folder):
            if number < served.generation:
                with suppress(IndexDamaged, IndexMismatch):
                    kept.append(_manifest(folder, number))
        keep_only(folder, kept)


def keep_only(folder: Path, keep: Collection[Manifest]) -> list[str]:
    """Remove every generation but these, and every file among the segments that they do not name; return the names."""
    files = {file.name for manifest in keep for segment in manifest.segments for file in segment.files}
    names = files | {generation_name(manifest.generation) for manifest in keep}
    rest = [path for path in _parts(folder) if path.name not in names]
    for path in rest:
        _remove(path)
    return [path.name for path in rest]


def _manifest(folder: Path, number: int) -> Manifest:
    return read_manifest(folder / generation_name(number) / "manifest.json")


def _remove(path: Path) -> None:
    with suppress(OSError):
        if not path.is_dir() or path.is_symlink():
            path.unlink()
            return
        if not _TEMPORARY.fullmatch(path.name):  # half of a generation would be a damaged one
            path = path.rename(path.with_name(temporary_name(path.name)))
        shutil.rmtree(path, ignore_errors=True)
