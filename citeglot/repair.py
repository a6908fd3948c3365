"""Makes a damaged index sound again from what is left of it, without the corpus."""

from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from citeglot.commit import SEGMENTS, generation_numbers, keep_only, locked
from citeglot.current import current_line, glimpse, open_named, set_current
from citeglot.errors import IndexDamaged, IndexMismatch, NoIndex
from citeglot.generation import Generation, generation_name, open_generation
from citeglot.index import find_current, no_index, open_index, problems_of
from citeglot.manifest import CODES, read_manifest
from citeglot.segment_content import mend_codes
from citeglot.storage import ADVICE, explained


@dataclass(frozen=True, slots=True)
class Repair:
    """What was done, in sentences; `generation` is served now, `remedy` is "" where nothing was lost."""

    generation: int
    done: tuple[str, ...]
    remedy: str


def repair(folder: Path) -> Repair:
    """Serve the current generation if it is sound, else the newest sound one, and remove what is not sound.

    Removed is what `python ingest.py` makes again from the corpus. Where no generation is sound nothing is removed,
    because an ingest takes from it what still is: IndexDamaged. NoIndex and IndexMismatch as `open_index`.
    """
    if not generation_numbers(folder):
        raise no_index(folder)
    with suppress(IndexDamaged, NoIndex):
        open_index(folder)
    with locked(folder) as leftovers, explained(folder):
        mended = _mended(folder)
        problems = {number: problems_of(folder, number) for number in generation_numbers(folder)}
        sound = [number for number, found in problems.items() if not found]
        current = _current(folder)
        if current not in sound:
            current = _newest(folder, sound, problems)
        served = open_generation(folder, current)
        done = [f"{name} was left by an ingest that did not end, and was removed." for name in leftovers]
        done += mended + _point_to(folder, served)
        done += [
            f"Generation {number} was removed. {found[0].removesuffix(ADVICE)}"
            for number, found in problems.items()
            if found
        ]
        gone = keep_only(folder, [open_generation(folder, number).manifest for number in sound])
        if files := sum(not name.startswith("gen-") for name in gone):
            done.append(f"{files} files that no sound generation needs were removed.")
    lost = [number for number, found in problems.items() if found and number > current]
    remedy = "To bring in again what came after it, run: python ingest.py" if lost else ""
    return Repair(current, tuple(done), remedy)


def _mended(folder: Path) -> list[str]:
    """Make again what follows from the vectors of a segment; say where that was needed."""
    done = []
    for number in generation_numbers(folder):
        with suppress(IndexDamaged, IndexMismatch):
            manifest = read_manifest(folder / generation_name(number) / "manifest.json")
            for entry in manifest.segments:
                if mend_codes(folder / SEGMENTS, entry, manifest.embedding.dimension):
                    done.append(f"{entry.file(CODES).name} was damaged, and was made again.")
    return done


def _current(folder: Path) -> int | None:
    """Return the number that CURRENT names, where its checksum says that this is the one that was meant."""
    with suppress(IndexDamaged):
        if named := find_current(folder):
            return open_named(folder, named).number
    return None


def _newest(folder: Path, sound: list[int], problems: dict[int, tuple[str, ...]]) -> int:
    if sound:
        return sound[-1]
    first = problems[max(problems)][0]
    raise IndexDamaged(
        f"No generation in {folder} is sound, so nothing was removed. To make again what is damaged and keep the rest, "
        f"run: python ingest.py (the newest one: {first})"
    )


def _point_to(folder: Path, served: Generation) -> list[str]:
    """Make CURRENT name this generation; say so where it did not."""
    if glimpse(folder) == current_line(served.manifest):
        return []
    set_current(folder, served.manifest)
    return [f"CURRENT names generation {served.number} now."]
