"""The index folder: which generation is served, which others there are, and the way back."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from citeglot.commit import generation_numbers, locked
from citeglot.current import Named, glimpse, open_named, read_current, set_current
from citeglot.errors import IndexDamaged, IndexMismatch, NoIndex, WrongUse
from citeglot.generation import Generation, open_generation
from citeglot.storage import damaged, explained

__all__ = ["Generation", "GenerationInfo", "list_generations", "open_index", "rollback", "verify_generation"]


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


def find_current(folder: Path) -> Named | None:
    """Return what CURRENT names; None when there is no index; IndexDamaged when it names nothing."""
    named = read_current(folder)
    # after the first generation only: that ingest was killed before its last step
    if named is None and generation_numbers(folder) not in ((), (1,)):
        raise damaged(folder / "CURRENT", "is missing")
    return named


def current_number(folder: Path) -> int | None:
    """Return the number that CURRENT names, None when it names none."""
    try:
        named = find_current(folder)
    except IndexDamaged:
        return None
    return named.number if named else None


def no_index(folder: Path) -> NoIndex:
    """Return the error for a folder without an index."""
    return NoIndex(f"There is no index in {folder} yet. Build it with: python ingest.py")


def open_index(folder: Path) -> Generation:
    """Open the current generation, or the newest sound one besides it with a warning that says so.

    NoIndex when there is none; IndexDamaged names the damaged file when no generation is sound; IndexMismatch when
    the current one has a format of another version.
    """
    while True:
        seen = glimpse(folder)
        try:
            named = find_current(folder)
            if named is None:
                raise no_index(folder)
            return open_named(folder, named)
        except IndexDamaged as error:
            if glimpse(folder) == seen:  # else it was removed because a newer one is there
                return open_other(folder, error)


def open_other(folder: Path, error: IndexDamaged, but: int | None = None) -> Generation:
    """Open the newest generation of which every block is sound, `but` for one, with a warning; else raise the error."""
    for number in reversed(generation_numbers(folder)):
        try:
            generation = open_generation(folder, number, (f"{error} Until then generation {number} is served.",))
        except (IndexDamaged, IndexMismatch):
            continue
        if number != but and not generation.verify():
            return generation
    raise error


def list_generations(folder: Path) -> tuple[GenerationInfo, ...]:
    """Return the generations, oldest first; one that does not open says why in `damage`."""
    try:
        named = find_current(folder)
    except IndexDamaged:
        named = None
    found = [_describe(folder, number, named) for number in generation_numbers(folder)]
    there = generation_numbers(folder)  # an ingest may have removed one meanwhile
    return tuple(one for one in found if one.number in there)


def _describe(folder: Path, number: int, named: Named | None) -> GenerationInfo:
    current = named is not None and named.number == number
    try:
        generation = open_named(folder, named) if named and current else open_generation(folder, number)
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
    return max(current_number(folder) or 0, *generation_numbers(folder), 0) + 1


def rollback(folder: Path) -> int:
    """Serve the newest sound generation before the current one, and return its number."""
    if not generation_numbers(folder):
        raise no_index(folder)
    with locked(folder), explained(folder):
        current = current_number(folder)
        for number in reversed(generation_numbers(folder)):
            if (current is None or number < current) and not problems_of(folder, number):
                set_current(folder, open_generation(folder, number).manifest)
                return number
    raise WrongUse(
        f"There is no earlier generation in {folder} to go back to: two are kept, and only a sound one is served. "
        "The index is unchanged."
    )


def verify_generation(folder: Path, number: int | None = None) -> tuple[str, ...]:
    """Check every block of a generation, by default of all and CURRENT; return what is wrong, in sentences."""
    if number is None:
        return tuple(dict.fromkeys(_problems_of_all(folder)))
    if number not in generation_numbers(folder):
        known = ", ".join(map(str, generation_numbers(folder))) or "none"
        raise WrongUse(f"There is no generation {number} in {folder}. Generations there: {known}")
    return problems_of(folder, number)


def _problems_of_all(folder: Path) -> Iterator[str]:
    try:
        named = find_current(folder)
        if named is None:
            raise no_index(folder)
        open_named(folder, named)
    except (IndexDamaged, IndexMismatch) as error:
        yield str(error)
    for number in reversed(generation_numbers(folder)):
        problems = problems_of(folder, number)
        if number in generation_numbers(folder):  # else an ingest has removed it meanwhile
            yield from problems


def problems_of(folder: Path, number: int) -> tuple[str, ...]:
    """Return what is wrong with a generation after reading all of it, in sentences."""
    try:
        return open_generation(folder, number).verify()
    except (IndexDamaged, IndexMismatch) as error:
        return (str(error),)
