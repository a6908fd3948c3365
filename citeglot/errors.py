"""Errors a person can mend. Each message says what happened, what was expected and what to do."""


class UserError(Exception):
    """Something the person at the keyboard can mend; shown without a traceback.

    `exit_code` follows the contract: 2 for wrong use, 3 where the environment lacks something.
    """

    exit_code = 2


class WrongUse(UserError):
    """An argument, a question or a file that was given is not one that can be used."""


class CorpusProblem(UserError):
    """The corpus folder is missing, is not a folder, or holds no article."""


class EnvironmentLacks(UserError):
    """Something that must be there first is missing or damaged: an index, a model, a library, disk space."""

    exit_code = 3


class NoIndex(EnvironmentLacks):
    """There is no index yet."""


class IndexDamaged(EnvironmentLacks):
    """A file of the index is missing or is not what its manifest says."""


class IndexMismatch(EnvironmentLacks):
    """The index was built with another embedding model, or by another version of the format."""


class IndexBusy(EnvironmentLacks):
    """Another ingest holds the lock."""


class ModelMissing(EnvironmentLacks):
    """A model of the catalogue is not in the cache folder."""


class ModelDamaged(EnvironmentLacks):
    """A model file is there, and its content is not what the catalogue says."""


class ModelFailed(EnvironmentLacks):
    """A model could not be loaded or stopped while it worked."""


class EngineGone(EnvironmentLacks):
    """A server that the vectors lie on does not answer, or not as it should."""
