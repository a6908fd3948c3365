"""The index folder: which generation is served, which others there are, and the way back."""

import re
from dataclasses import dataclass
from pathlib import Path

from citeglot.commit import explained, generation_numbers, set_current, writing
from citeglot.errors import IndexDamaged, IndexMismatch, NoIndex, WrongUse
from citeglot.generation import Generation, open_generation

__all__ = ["Generation", "GenerationInfo", "list_generations", "open_index", "rollback", "verify_generation"]

_REMEDY = "Build it again with: python ingest.py"
_CURRENT = re.compile(r"gen-(\d{6,9})\n")


@dataclass(frozen=True, slots=True)
class GenerationInfo:
    """What the list of generations shows; `damage` is None for one that opens, and counts are 0 where one does not."""

    number: int
    current: bool
    created: str
    documents: int
    chunks: int
    languages: tuple[str, ...]
    embedding: str
    damage: str | None


def current_number(folder: Path) -> int | None:
    """Return the number that CURRENT names; None when there is no index; IndexDamaged when it names nothing."""
    path = folder / "CURRENT"
    try:
        match = _CURRENT.fullmatch(path.read_bytes()[:64].decode("ascii", "replace"))
    except (FileNotFoundError, NotADirectoryError):
        if generation_numbers(folder):
            raise IndexDamaged(f"The index is damaged: {path} is missing. {_REMEDY}") from None
        return None
    except OSError as error:
        raise IndexDamaged(f"The index is damaged: {path} cannot be read ({error.strerror}). {_REMEDY}") from error
    if match is None:
        raise IndexDamaged(f"The index is damaged: {path} names no generation. {_REMEDY}")
    return int(match[1])


def no_index(folder: Path) -> NoIndex:
    """Return the error for a folder without an index."""
    return NoIndex(f"There is no index in {folder} yet. Build it with: python ingest.py")


def open_index(folder: Path) -> Generation:
    """Open the current generation, or the newest sound one before it with a warning that says so.

    NoIndex when there is none; IndexDamaged names the damaged file when no generation is sound; IndexMismatch when
    the current one has a format of another version.
    """
    try:
        current = current_number(folder)
        if current is None:
            raise no_index(folder)
        return open_generation(folder, current)
    except IndexDamaged as error:
        return _open_another(folder, error)


def _open_another(folder: Path, error: IndexDamaged) -> Generation:
    for number in reversed(generation_numbers(folder)):
        try:
            return open_generation(folder, number, (f"{error} Until then generation {number} is served.",))
        except (IndexDamaged, IndexMismatch):
            continue
    raise error


def list_generations(folder: Path) -> tuple[GenerationInfo, ...]:
    """Return the generations, oldest first; one that does not open says why in `damage`."""
    try:
        current = current_number(folder)
    except IndexDamaged:
        current = None
    return tuple(_describe(folder, number, number == current) for number in generation_numbers(folder))


def _describe(folder: Path, number: int, current: bool) -> GenerationInfo:
    try:
        generation = open_generation(folder, number)
    except (IndexDamaged, IndexMismatch) as error:
        return GenerationInfo(number, current, "", 0, 0, (), "", str(error))
    manifest = generation.manifest
    chunks = sum(segment.chunks for segment in manifest.segments)
    documents = len(generation.documents)
    return GenerationInfo(
        number, current, manifest.created, documents, chunks, generation.languages, manifest.embedding.name, None
    )


def next_number(folder: Path) -> int:
    """Return a number above that of every generation there is or was said to be."""
    try:
        current = current_number(folder) or 0
    except IndexDamaged:
        current = 0
    return max(current, *generation_numbers(folder), 0) + 1


def rollback(folder: Path) -> int:
    """Serve the newest sound generation before the current one, and return its number."""
    if not generation_numbers(folder):
        raise no_index(folder)
    with writing(folder), explained(folder):
        try:
            current = current_number(folder)
        except IndexDamaged:
            current = None
        for number in reversed(generation_numbers(folder)):
            if (current is None or number < current) and not _problems(folder, number):
                set_current(folder, number)
                return number
    raise WrongUse(
        f"There is no earlier generation in {folder} to go back to: one is kept, and only while it is sound. "
        "The index is unchanged."
    )


def verify_generation(folder: Path, number: int | None = None) -> tuple[str, ...]:
    """Check every block of a generation, by default the current one; return what is wrong, in sentences."""
    try:
        chosen = current_number(folder) if number is None else number
    except IndexDamaged as error:
        return (str(error),)
    if chosen is None:
        raise no_index(folder)
    if number is not None and number not in generation_numbers(folder):
        known = ", ".join(map(str, generation_numbers(folder))) or "none"
        raise WrongUse(f"There is no generation {number} in {folder}. Generations there: {known}")
    return _problems(folder, chosen)


def _problems(folder: Path, number: int) -> tuple[str, ...]:
    try:
        return open_generation(folder, number).verify()
    except (IndexDamaged, IndexMismatch) as error:
        return (str(error),)
