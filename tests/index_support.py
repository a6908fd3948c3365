"""Small corpora in five languages and the index made from them with the fake embedder."""

from dataclasses import replace
from datetime import date
from pathlib import Path

from fakes import HashEmbedder

from citeglot.corpus import Corpus
from citeglot.current import set_current
from citeglot.generation import EVERYTHING, Generation, generation_name
from citeglot.indexing import engines_of, update_index
from citeglot.manifest import Manifest
from citeglot.pool import Query
from citeglot.report import IngestReport
from citeglot.types import Document, Filters, Hit, Vector

CHUNK_TOKENS = 30

# Hindi with a zero-width joiner and a non-joiner, Japanese with full-width digits, Norwegian with a decomposed å.
TEXTS = {
    "de.txt": "Der Minister kam am 10. Januar an. Er sprach über Brücken und Straßen.\n\nDanach reiste er nach Köln.",
    "en.txt": "The minister arrived in January. She spoke about bridges.\n\nThen she went to Leeds by train.",
    "hi.txt": "मंत्री जनवरी में आए। उन्होंने क्\u200dष और क्\u200cष के बारे में बात की।\n\nफिर वे दिल्ली गए।",
    "ja.txt": "大臣は１月に到着した。橋について話した。\n\nその後、東京へ行った。",
    "no.txt": "Ministeren kom i januar. Hun snakket om a\u030apne broer.\n\nSa\u030a dro hun til Bodø.",
}
LONG = "\n\n".join(f"Paragraph {number} speaks of topic {number * 7919}. It has two sentences." for number in range(40))
DATES = {"de.txt": date(2024, 1, 10), "en.txt": date(2024, 6, 1), "ja.txt": date(2025, 2, 3)}


def document(name: str, text: str, language: str | None = None) -> Document:
    """Return an article whose language is the beginning of its name unless another is given."""
    return Document(name, text.split("\n")[0][:40], language or name[:2], DATES.get(name), text)


def five_articles() -> dict[str, Document]:
    """Return one article in each of the five languages, by name."""
    return {name: document(name, text) for name, text in TEXTS.items()}


def update(folder: Path, documents, embedder: HashEmbedder | None = None, **options) -> IngestReport:
    """Ingest these articles into an index folder with the fake embedder."""
    skipped = tuple(options.pop("skipped", ()))
    engines = engines_of(embedder or HashEmbedder(), CHUNK_TOKENS)
    return update_index(folder, Corpus(tuple(documents), skipped), engines, **options)


def nearest(generation: Generation, question: Vector, k: int, filters: Filters = EVERYTHING) -> list[Hit]:
    """Search by meaning alone: the `k` best chunks by cosine less the offset of their language, then by place."""
    pool = generation.pool(Query("", "", question), k, filters)
    pool.sort(key=lambda one: (one.bias - one.cosine, one.place))
    return [generation.hit(one, one.cosine - one.bias) for one in pool[:k]]


def rewrite(folder: Path, manifest: Manifest) -> None:
    """Make this the manifest of its generation, which is served."""
    (folder / generation_name(manifest.generation) / "manifest.json").write_bytes(manifest.to_bytes())
    set_current(folder, manifest)


def files(folder: Path) -> dict[str, bytes]:
    """Return every file of an index but the lock's."""
    paths = (path for path in folder.rglob("*") if path.is_file() and not path.name.startswith(".lock"))
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in paths}


def build_index(folder: Path) -> Path:
    """Make an index of the five articles and a second text in each language, one of them under two names."""
    articles = list(five_articles().values())
    articles += [document(f"{one.language}-more/b.txt", one.text[::-1], one.language) for one in articles]
    articles.append(replace(articles[0], name="copy of de.txt", date=None))
    update(folder, articles)
    return folder
