"""Which language model answers: the one in this process, or the servers that the settings name."""

from citeglot.protocols import Generator
from citeglot.settings import Settings


def load_generator(settings: Settings) -> Generator:
    """Load the language model of the settings; only the libraries of the one that is chosen are imported.

    EnvironmentLacks where a model in this process is not there. Servers that do not answer yet are asked again later.
    """
    if settings.deployment.language_model.urls:
        from citeglot.llm_openai import load_server_generator

        return load_server_generator(settings)
    from citeglot import llm_llamacpp

    return llm_llamacpp.load_generator(settings)
