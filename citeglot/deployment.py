"""What lies beyond one machine: servers that `citeglot.toml` or the environment names. By default there are none.

Each section of the file is a frozen value below; a field's default says its type, its metadata the line that was
expected and the environment variable that goes before the file. Keys and passwords are in neither: code that needs
one takes it from the environment itself.
"""

import os
import re
import tomllib
from collections.abc import Mapping
from dataclasses import Field, dataclass, field, fields
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from citeglot.errors import WrongUse

FILE = "citeglot.toml"
SECRETS = ("key", "token", "password", "secret")


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
class Deployment:
    """The sections of `citeglot.toml`, each of which may be missing."""

    language_model: LanguageServers = LanguageServers()
    vectors: VectorServer = VectorServer()


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
    tables, known = _read(file), [one.name for one in fields(Deployment)]
    for name, table in tables.items():
        if name not in known or not isinstance(table, dict):
            sections = ", ".join(f"[{one}]" for one in known)
            raise WrongUse(f"{file} has {name!r} at its top. Expected nothing there but sections: {sections}")
    sources = (file, tables, environment)
    return Deployment(
        language_model=LanguageServers(**_values("language_model", LanguageServers, sources)),
        vectors=VectorServer(**_values("vectors", VectorServer, sources)),
    )


def _read(file: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except (OSError, ValueError) as problem:
        raise WrongUse(
            f"{file} could not be read: {problem}. Expected TOML in UTF-8. Mend it, or take it away: without it "
            "everything runs on this machine."
        ) from None


def _values(name: str, kind: type[Any], sources: tuple[Path, Mapping[str, Any], Mapping[str, str]]) -> dict[str, Any]:
    """Return what is said of a section, by the names of its fields."""
    file, tables, environment = sources
    known: dict[str, Field[Any]] = {one.name: one for one in fields(kind)}
    given = tables.get(name, {})
    for key in given:
        if key not in known:
            told = "Keys and passwords belong in the environment, not in a file. "
            secret = told if any(word in key.lower() for word in SECRETS) else ""
            lines = "".join(f"\n    {one.metadata['line']}" for one in known.values())
            raise WrongUse(f"{file}, [{name}]: {key!r} is not known. {secret}Expected lines such as:{lines}")
    values = {key: _typed(value, known[key], f"{file}, [{name}]") for key, value in given.items()}
    for key, one in known.items():
        if text := environment.get(one.metadata["variable"], "").strip():
            values[key] = _from_text(text, one)
    return values


def _typed(value: object, one: "Field[Any]", where: str) -> object:
    """Return a value of the file as the field has it: a list of texts as a tuple."""
    texts = isinstance(value, list) and all(isinstance(item, str) for item in value)
    if isinstance(one.default, tuple) and isinstance(value, list) and texts:
        return tuple(value)
    if type(value) is not type(one.default) or isinstance(value, tuple) or _is_negative(value):
        raise WrongUse(f"{where}: {one.name} is {value!r:.80}. Expected a line such as: {one.metadata['line']}")
    return value


def _from_text(text: str, one: "Field[Any]") -> object:
    """Return a value of the environment as the field has it: texts are separated by commas."""
    if isinstance(one.default, tuple):
        return tuple(part.strip() for part in text.split(",") if part.strip())
    if isinstance(one.default, int):
        if not text.isdecimal():
            raise WrongUse(f"{one.metadata['variable']} is {text!r:.80}. Expected a whole number that is not negative.")
        return int(text)
    return text


def _is_negative(value: object) -> bool:
    return isinstance(value, int) and value < 0
