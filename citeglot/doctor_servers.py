"""Examines the servers that the settings name; without one, nothing of them is imported."""

from collections.abc import Iterator

from citeglot.errors import EnvironmentLacks
from citeglot.findings import Finding
from citeglot.generation import Generation
from citeglot.settings import Settings

OUT = "or take its address out of citeglot.toml and the environment."


def examine_language_servers(settings: Settings) -> Iterator[Finding]:
    """Yield which servers of language models answer, and with which model."""
    from citeglot.llm_openai import load_server_generator

    generator = load_server_generator(settings)
    well = [one for one in generator.pool.members if one.looked]
    for one in well:
        yield Finding("models", "ok", f"The server {one.server.url} answers, with the language model {generator.name}.")
    for problem in generator.pool.problems:
        yield Finding("models", "warning" if well else "error", problem, f"Start that server, {OUT}")


def examine_vector_server(settings: Settings, generation: Generation | None) -> Iterator[Finding]:
    """Yield whether the server of vectors answers, and whether it has every row of a generation, if there is one."""
    from citeglot.milvus_store import open_store

    address = settings.deployment.vectors.milvus
    store = open_store(settings.deployment.vectors, settings.index)
    try:
        yield Finding("vectors", "ok", f"The Milvus server {address} answers, with version {store.version()}.")
        lacking = store.lacking(generation) if generation else ""
    except EnvironmentLacks as problem:
        yield Finding("vectors", "error", str(problem), f"Do so, {OUT}")
        return
    if generation is None:
        return
    number = f"Generation {generation.number}"
    if lacking:
        message = f"{number} is not whole there, so that questions find less than they should. {lacking}"
        yield Finding("vectors", "error", message, "python ingest.py")
    else:
        rows = sum(one.chunks for one in generation.manifest.segments)
        yield Finding("vectors", "ok", f"{number} is whole there: {rows} rows, one for each chunk that is stored.")
