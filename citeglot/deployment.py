"""What lies beyond one machine: servers that `citeglot.toml` or the environment names. By default there are none.

Each section of the file is a frozen value below; a field's default says its type, its metadata the line that was
expected and the environment variable that goes before the file. Keys and passwords are in neither: code that needs
one takes it from the environment itself.
"""

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from urllib.parse import urlsplit

from citeglot.errors import WrongUse
from citeglot.sections import read_tables, section_values

FILE = "citeglot.toml"


@dataclass(frozen=True, slots=True)
class LanguageServers:
    """OpenAI-compatible servers in the order in which they are asked, and what they do not tell themselves.

    Without `urls` the language model runs in this process. `context_tokens` 0: the server is asked.
    """

    urls: tuple[str, ...] = field(
        default=(), metadata={"variable": "CITEGLOT_LLM_URL", "line": 'urls = ["http://127.0.0.1:8080/v1"]'}
    )
    model: str = field(default="", metadata={"variable": "CITEGLOT_LLM_MODEL", "line": 'model = "qwen3-4b"'})
    context_tokens: int = field(
        default=0, metadata={"variable": "CITEGLOT_LLM_CONTEXT", "line": "context_tokens = 4096"}
    )

    def __post_init__(self) -> None:
        for url in self.urls:
            check_address(url)


@dataclass(frozen=True, slots=True)
class VectorServer:
    """The Milvus server that is searched, and how; without an address FAISS searches in this process.

    `collection` is what the names of all that is stored there begin with. `index` FLAT compares with every vector,
    HNSW with few of them and misses some; it counts for what is built from then on. `seconds` are what a question
    waits for the server. `certificate` is the file of an authority that the system does not know.
    """

    milvus: str = field(
        default="", metadata={"variable": "CITEGLOT_MILVUS_URL", "line": 'milvus = "http://127.0.0.1:19530"'}
    )
    database: str = field(
        default="", metadata={"variable": "CITEGLOT_MILVUS_DATABASE", "line": 'database = "newsroom"'}
    )
    collection: str = field(
        default="citeglot", metadata={"variable": "CITEGLOT_MILVUS_COLLECTION", "line": 'collection = "citeglot"'}
    )
    index: str = field(default="FLAT", metadata={"variable": "CITEGLOT_MILVUS_INDEX", "line": 'index = "HNSW"'})
    seconds: int = field(default=5, metadata={"variable": "CITEGLOT_MILVUS_SECONDS", "line": "seconds = 5"})
    certificate: str = field(
        default="", metadata={"variable": "CITEGLOT_MILVUS_CERTIFICATE", "line": 'certificate = "milvus.pem"'}
    )

    def __post_init__(self) -> None:
        if self.milvus:
            check_address(self.milvus)
        if self.index not in ("FLAT", "HNSW"):
            raise WrongUse(f"[vectors] index is {self.index!r:.80}. Expected FLAT or HNSW.")
        if not re.fullmatch(r"[A-Za-z_]\w{0,63}", self.collection, re.ASCII):
            raise WrongUse(
                f"[vectors] collection is {self.collection!r:.80}. Expected up to 64 Latin letters, digits and _, "
                "of which the first is no digit."
            )
        if not self.seconds:
            raise WrongUse("[vectors] seconds is 0. Expected 1 or more.")


@dataclass(frozen=True, slots=True)
class Service:
    """What the page's server tells of itself to those who run it; by default nothing but whether it is up and ready.

    `log` "json" writes a line for each question, without its words unless `log_questions` is true, to `log_file`, or to
    the standard error where that is empty.
    """

    metrics: bool = field(default=False, metadata={"variable": "CITEGLOT_METRICS", "line": "metrics = true"})
    log: str = field(default="", metadata={"variable": "CITEGLOT_LOG", "line": 'log = "json"'})
    log_file: str = field(
        default="", metadata={"variable": "CITEGLOT_LOG_FILE", "line": 'log_file = "/var/log/citeglot.jsonl"'}
    )
    log_questions: bool = field(
        default=False, metadata={"variable": "CITEGLOT_LOG_QUESTIONS", "line": "log_questions = true"}
    )

    def __post_init__(self) -> None:
        if self.log not in ("", "json"):
            raise WrongUse(f"[server] log is {self.log!r:.80}. Expected json, or nothing for no log.")
        if not self.log and (self.log_file or self.log_questions):
            raise WrongUse('[server] says how to log, but not that it should. Expected a line more: log = "json"')


@dataclass(frozen=True, slots=True)
class Deployment:
    """The sections of `citeglot.toml`, each of which may be missing."""

    language_model: LanguageServers = LanguageServers()
    vectors: VectorServer = VectorServer()
    server: Service = Service()


def check_address(url: str) -> None:
    """Raise `WrongUse` unless this is the address of a web server; what it says never repeats a password."""
    try:
        parts = urlsplit(url)
        fits = parts.scheme in ("http", "https") and parts.hostname and (parts.port is None or parts.port > 0)
    except ValueError:
        fits, parts = False, urlsplit("")
    if parts.username is not None or "@" in url:
        raise WrongUse(
            "An address of a server holds a user or a password. Expected the address alone: keys and passwords are "
            "taken from the environment."
        )
    if not fits or parts.query or parts.fragment:
        raise WrongUse(f"{url!r} is not the address of a server. Expected one such as http://127.0.0.1:8080/v1")


def load_deployment(file: Path, environment: Mapping[str, str] = os.environ) -> Deployment:
    """Return what the file says, which may be missing, and in its place what the environment says.

    An unknown name and a value of another type are a `WrongUse` that shows the line that was expected.
    """
    tables, known = read_tables(file), [one.name for one in fields(Deployment)]
    for name, table in tables.items():
        if name not in known or not isinstance(table, dict):
            sections = ", ".join(f"[{one}]" for one in known)
            raise WrongUse(f"{file} has {name!r} at its top. Expected nothing there but sections: {sections}")
    sources = (file, tables, environment)
    return Deployment(
        language_model=LanguageServers(**section_values("language_model", LanguageServers, sources)),
        vectors=VectorServer(**section_values("vectors", VectorServer, sources)),
        server=Service(**section_values("server", Service, sources)),
    )
