"""A folder made from one source file, with a record of the SHA-256 of everything in it."""

import hashlib
import json
from pathlib import Path

RECORD = "unpacked.json"


def file_sha256(path: Path) -> str:
    """Return the SHA-256 of a whole file in hexadecimal."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def write_record(folder: Path, source_sha256: str, layout: int) -> None:
    """Record what `folder` was made from and the hash of every file in it."""
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    hashes = {path.relative_to(folder).as_posix(): file_sha256(path) for path in files}
    record = {"source_sha256": source_sha256, "layout": layout, "files": hashes}
    (folder / RECORD).write_text(json.dumps(record, indent=1), encoding="utf-8")


def folder_problem(folder: Path, source_sha256: str, layout: int) -> str:
    """Return what is wrong with a recorded folder after hashing every file, or nothing where all is right."""
    try:
        record = json.loads((folder / RECORD).read_text(encoding="utf-8"))
        if (record["source_sha256"], record["layout"]) != (source_sha256, layout):
            return f"The folder {folder} was made from another file or by another version."
        files = dict(record["files"])
        for name, expected in files.items():
            if (found := file_sha256(folder / name)) != expected:
                return f"The file {folder / name} has the SHA-256 {found}; expected {expected}."
        found_names = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
    except OSError as problem:
        return f"The folder {folder} cannot be read: {problem.strerror} ({problem.filename})."
    except (ValueError, KeyError, TypeError) as problem:
        return f"The record {folder / RECORD} is damaged: {problem!r}."
    if foreign := found_names - files.keys() - {RECORD}:
        return f"The folder {folder} holds files that do not belong there: {', '.join(sorted(foreign))}."
    return ""
