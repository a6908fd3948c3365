"""Where an index is searched: in this process, or on a server that holds what its segments hold."""

from typing import Protocol

from citeglot.generation import Generation
from citeglot.parts import LOCAL, SearchEngine
from citeglot.settings import Settings


class Store(Protocol):
    """Holds the generations of an index folder for searching; EngineGone from `publish` alone."""

    def publish(self, generation: Generation) -> None:
        """Take in a generation that readers are about to be switched to; part of it or all may be there already."""
        ...

    def tidy(self) -> tuple[str, ...]:
        """Remove what no generation of the folder needs; return in sentences why that could not be."""
        ...

    def problems(self, generation: Generation) -> tuple[str, ...]:
        """Return what is wrong with a generation that was taken in, in sentences."""
        ...

    def search_of(self, generation: Generation) -> SearchEngine:
        """Return what searches a generation."""
        ...


class Files:
    """The files of the segments are all that is needed."""

    def publish(self, generation: Generation) -> None:
        """Do nothing: the files are there."""

    def tidy(self) -> tuple[str, ...]:
        """Do nothing."""
        return ()

    def problems(self, generation: Generation) -> tuple[str, ...]:
        """Return nothing: what is wrong with the files, the index itself says."""
        return ()

    def search_of(self, generation: Generation) -> SearchEngine:
        """Return the engine of this process."""
        return LOCAL


FILES = Files()


def store_of(settings: Settings) -> Store:
    """Return the server that the settings name for searching, and without one the files."""
    server = settings.deployment.vectors
    if not server.milvus:
        return FILES
    from citeglot.milvus_store import open_store  # it brings a library that one machine alone does not need

    return open_store(server, settings.index)
