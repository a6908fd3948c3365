"""The program as it is measured: its index brought up to date, its models, and a way to ask over given passages."""

import hashlib
import json
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import platformdirs

from citeglot import evidence
from citeglot.building import Progress
from citeglot.chatbot import Chatbot
from citeglot.corpus import Corpus, read_corpus
from citeglot.deployment import VectorServer
from citeglot.engines import model_engines
from citeglot.errors import EnvironmentLacks
from citeglot.generators import load_generator
from citeglot.index import Generation, open_index
from citeglot.indexing import engines_of, silent, update_index
from citeglot.language import INTERFACE_LANGUAGES, clean, detect_language
from citeglot.protocols import Embedder, Generator
from citeglot.retrieval import Candidate, search
from citeglot.settings import ROOT, Settings
from citeglot.signals import Asking, asked
from citeglot.types import Document, Turn
from eval.gold import Library

HERE = VectorServer()  # the passages that a question brings are searched in this process


@dataclass(frozen=True)
class System:
    """What the questions are put to; `generator` is None where retrieval alone is measured."""

    settings: Settings
    generation: Generation
    embedder: Embedder
    generator: Generator | None
    chatbot: Chatbot
    library: Library
    notices: tuple[str, ...] = ()

    @contextmanager
    def over(self, passages: Sequence[str]) -> Iterator[Chatbot]:
        """Give a chatbot whose articles are these passages, each in the language it is in, and nothing else."""
        with self.among(
            [_passage(number, text) for number, text in enumerate(passages, start=1) if clean(text)]
        ) as one:
            yield one

    @contextmanager
    def among(self, documents: Sequence[Document]) -> Iterator[Chatbot]:
        """Give a chatbot whose articles are these and nothing else."""
        engines = engines_of(self.embedder, self.settings.chunk_tokens)
        with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
            index = Path(folder)
            update_index(index, Corpus(tuple(documents), ()), engines)
            settings = replace(self.settings, index=index, deployment=replace(self.settings.deployment, vectors=HERE))
            yield Chatbot(settings, open_index(index), self.embedder, self.generator)


def considered(
    chatbot: Chatbot, question: str, language: str, history: Sequence[Turn] = ()
) -> tuple[Asking, list[Candidate]]:
    """Return a question as it is judged when it is asked, and the sentences that are judged for it."""
    query = chatbot.query(question, language, history)
    hits = search(chatbot.generation, query, chatbot.settings.passages)
    asking = asked(question, language, history)
    return asking, evidence.considered(asking, query.vector, hits, chatbot.generation)


def open_system(settings: Settings, retrieval_only: bool, consent: bool = False, progress: Progress = silent) -> System:
    """Load the models and bring the index of the settings up to its corpus; `consent` as for `update_index`.

    Without a language model `EnvironmentLacks` says that retrieval alone can be measured.
    """
    generator = None if retrieval_only else _language_model(settings)
    engines = model_engines(settings)
    report = update_index(settings.index, read_corpus(settings.corpus), engines, consent, progress)
    generation = open_index(settings.index)
    embedder = engines.load_embedder()
    chatbot = Chatbot(settings, generation, embedder, generator)
    skipped = (f"{one.path} was not indexed: {one.reason}" for one in report.skipped)
    notices = (*skipped, *report.notices, *generation.warnings)
    return System(settings, generation, embedder, generator, chatbot, Library(generation), notices)


def with_corpus(settings: Settings, corpus: Path | None) -> Settings:
    """Return the settings for another corpus folder, whose index is kept in the user's cache."""
    if corpus is None or corpus.resolve() == settings.corpus.resolve():
        return settings
    name = hashlib.sha256(str(corpus.resolve()).encode("utf-8", "surrogateescape")).hexdigest()[:16]
    return replace(settings, corpus=corpus, index=platformdirs.user_cache_path("citeglot") / "eval" / name)


def fingerprint(system: System) -> dict[str, str]:
    """Return hashes of all that decides what comes out: the program, its prompts, the models and the index."""
    program = hashlib.sha256()
    files = [
        path for suffix in ("py", "json", "toml", "safetensors") for path in (ROOT / "citeglot").glob(f"*.{suffix}")
    ]
    files += [path for path in system.settings.prompts.rglob("*") if path.is_file()]
    for path in sorted(files):
        program.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
    manifest = system.generation.manifest
    articles = [(entry.name, entry.language, entry.sha256) for entry in system.generation.documents.values()]
    models = {"embedding": asdict(manifest.embedding), "language": system.chatbot.models["language"]}
    servers = asdict(system.settings.deployment)
    return {
        "program": program.hexdigest(),
        "index": _hash([articles, asdict(manifest.chunking), sorted(manifest.offsets.items())]),
        "models": _hash(models),
        "settings": _hash([system.settings.passages, system.settings.max_question_characters, servers]),
    }


def _hash(value: object) -> str:
    return hashlib.sha256(json.dumps(value, sort_keys=True, default=str).encode()).hexdigest()


def _language_model(settings: Settings) -> Generator:
    try:
        return load_generator(settings)
    except EnvironmentLacks as problem:
        raise EnvironmentLacks(
            f"{problem}\nWithout a language model, retrieval can be measured: python -m eval --retrieval-only"
        ) from None


def _passage(number: int, text: str) -> Document:
    cleaned = clean(text)
    language = detect_language(cleaned, likely=(*INTERFACE_LANGUAGES, "zh"))
    return Document(f"passage-{number}.txt", "", language, None, cleaned)
