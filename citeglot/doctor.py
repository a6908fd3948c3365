"""Examines everything a person can mend, and says how."""

import os
import shutil
import sys
import tomllib
from collections.abc import Callable, Iterator
from importlib import metadata
from pathlib import Path

from packaging.requirements import Requirement

from citeglot.commit import generation_numbers, is_locked, lock_owner
from citeglot.corpus import read_corpus
from citeglot.doctor_servers import examine_language_servers, examine_vector_server
from citeglot.engines import is_made_by
from citeglot.errors import CorpusProblem, UserError
from citeglot.findings import Finding, State
from citeglot.generation import Generation
from citeglot.index import open_index, verify_generation
from citeglot.legacy import not_as_indexed
from citeglot.models import FETCH, find_model, list_models, verify_models
from citeglot.planning import plan_ingest
from citeglot.reuse import StoredSegment
from citeglot.settings import ROOT, Settings

INGEST = "python ingest.py"
REPAIR = "python -m citeglot index repair"
SCARCE_BYTES = 1 << 29


def examine(settings: Settings, deep: bool = False) -> list[Finding]:
    """Return what is well and what is not, most basic first; `deep` hashes the model files too.

    A person's problem is a finding, never an exception.
    """
    findings: list[Finding] = []
    areas: list[tuple[str, Callable[[], Iterator[Finding]]]] = [
        ("python", _examine_python),
        ("models", lambda: _examine_models(settings, deep)),
        ("index", lambda: _examine_index(settings)),
        ("vectors", lambda: _examine_vectors(settings)),
        ("corpus", lambda: _examine_corpus(settings)),
        ("disk", lambda: _examine_disk(settings)),
        ("lock", lambda: _examine_lock(settings)),
    ]
    for area, look in areas:
        try:
            findings += look()
        except (UserError, OSError) as error:
            findings.append(Finding(area, "error", str(error)))
    return findings


def _examine_python() -> Iterator[Finding]:
    version = ".".join(map(str, sys.version_info[:3]))
    yield Finding("python", "ok", f"Python {version} on {sys.platform}.")
    required = {one.name for one in _requirements() if one.marker is None or one.marker.evaluate()}
    missing = sorted(name for name in required if not _is_installed(name))
    if missing:
        remedy = "Install what the project needs: python citeglot/bootstrap.py"
        yield Finding("packages", "error", f"Packages are missing: {', '.join(missing)}.", remedy)
    else:
        yield Finding("packages", "ok", f"{len(required)} packages are installed.")


def _requirements() -> list[Requirement]:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    return [Requirement(text) for text in project["dependencies"]]


def _is_installed(name: str) -> bool:
    try:
        metadata.version(name)
    except metadata.PackageNotFoundError:
        return False
    return True


def _examine_models(settings: Settings, deep: bool) -> Iterator[Finding]:
    wanted = [find_model(settings.embedding_model)]
    if settings.deployment.language_model.urls:
        yield from examine_language_servers(settings)
    else:
        wanted.append(find_model(settings.language_model))
    for state in verify_models(settings.models) if deep else list_models(settings.models):
        if state.model in wanted:
            name = f"The {state.model.role} model {state.model.name}"
            if state.state == "present":
                checked = "every byte is right" if deep else "size is right"
                yield Finding("models", "ok", f"{name} is there ({checked}): {state.path}")
            else:
                because = f": {state.problem}" if state.problem else "."
                yield Finding("models", "error", f"{name} is {state.state}{because}", f"{FETCH} {state.model.name}")


def _examine_index(settings: Settings) -> Iterator[Finding]:
    generation = _open(settings.index)
    if isinstance(generation, UserError):
        yield Finding("index", "error", str(generation), INGEST)
        return
    for warning in generation.warnings:
        yield Finding("index", "warning", warning, INGEST)
    problems = verify_generation(settings.index, generation.number)
    for problem in problems:
        yield Finding("index", "error", problem, INGEST)
    for number in generation_numbers(settings.index):
        found = set(verify_generation(settings.index, number)) - set(problems) if number != generation.number else ()
        for problem in found:
            yield Finding("index", "warning", f"Generation {number}, which is not served: {problem}", REPAIR)
    identity, model = generation.manifest.embedding, find_model(settings.embedding_model)
    if not is_made_by(identity, model, settings.models / model.name):
        message = f"The index was built with the embedding model {identity.name}; the settings ask for {model.name}."
        yield Finding("index", "error", message, INGEST)
    if not problems:
        counts = generation.manifest.counts
        yield Finding(
            "index",
            "ok",
            f"Generation {generation.number} holds {counts['documents']} articles in {counts['chunks']} chunks "
            f"({', '.join(generation.languages)}); every block is as written.",
        )


def _examine_vectors(settings: Settings) -> Iterator[Finding]:
    if settings.deployment.vectors.milvus:
        generation = _open(settings.index)
        yield from examine_vector_server(settings, generation if isinstance(generation, Generation) else None)


def _open(folder: Path) -> Generation | UserError:
    try:
        return open_index(folder)
    except UserError as error:
        return error


def _examine_corpus(settings: Settings) -> Iterator[Finding]:
    try:
        corpus = read_corpus(settings.corpus)
    except CorpusProblem as error:
        yield Finding("corpus", "error", str(error), f"Put articles into {settings.corpus}")
        return
    generation = _open(settings.index)
    skipped = corpus.skipped
    if isinstance(generation, Generation):
        skipped = tuple(not_as_indexed(settings.corpus, skipped, generation))
        if old := len(corpus.skipped) - len(skipped):
            yield Finding("corpus", "ok", f"{old} articles that are not Unicode are indexed as they are.")
    for one in skipped:
        yield Finding("corpus", "warning", f"{one.path} is not read: {one.reason}", "Mend or remove the file.")
    if isinstance(generation, UserError):
        yield Finding("corpus", "ok", f"{len(corpus.documents)} articles can be read.")
        return
    manifest = generation.manifest
    stored = {name: StoredSegment(segment, manifest) for name, segment in generation.segments.items()}
    plan = plan_ingest(corpus, generation, stored, manifest.chunking, same_model=True)
    parts = {"added": plan.added, "changed": plan.changed, "renamed": plan.renamed, "removed": plan.removed}
    differences = ", ".join(f"{len(names)} {verb}" for verb, names in parts.items() if names)
    if differences:
        yield Finding("corpus", "warning", f"The corpus is not what is indexed: {differences}.", INGEST)
    else:
        message = f"{len(corpus.documents)} articles can be read, and their texts are those that the index counts in."
        yield Finding("corpus", "ok", message)


def _examine_disk(settings: Settings) -> Iterator[Finding]:
    for folder in (settings.index, settings.models):
        there = next(parent for parent in (folder.absolute(), *folder.absolute().parents) if parent.exists())
        free = shutil.disk_usage(there).free
        state: State = "warning" if free < SCARCE_BYTES else "ok"
        remedy = "Free some space." if state == "warning" else ""
        yield Finding("disk", state, f"{free / 2**30:.1f} GiB are free for {folder}.", remedy)


def _examine_lock(settings: Settings) -> Iterator[Finding]:
    if settings.index.exists() and not os.access(settings.index, os.W_OK | os.X_OK):
        message = f"The index folder {settings.index} cannot be written: questions are answered, an ingest is not."
        yield Finding("lock", "warning", message, "Make it writable for yourself before the next ingest.")
        return
    if is_locked(settings.index):
        message = f"An ingest is writing to {settings.index} ({lock_owner(settings.index)})."
        yield Finding("lock", "warning", message, "Wait until it is done.")
    else:
        yield Finding("lock", "ok", "No ingest is running.")
