"""Corpora for the long loops, and what an index serves of them."""

from dataclasses import replace
from pathlib import Path

from fakes import HashEmbedder
from index_support import CHUNK_TOKENS, LONG, TEXTS, files

from citeglot.corpus import read_corpus
from citeglot.errors import NoIndex
from citeglot.index import open_index
from citeglot.indexing import engines_of, update_index


def write_corpus(folder: Path, texts: dict[str, str]) -> Path:
    """Write articles into a new folder."""
    folder.mkdir()
    for name, text in texts.items():
        (folder / name).write_text(text, encoding="utf-8", newline="")
    return folder


def ingest(corpus: Path, index: Path) -> None:
    """Bring an index up to a corpus, undisturbed."""
    update_index(index, read_corpus(corpus), engines_of(HashEmbedder(), CHUNK_TOKENS))


def texts_of(index: Path) -> dict[str, str]:
    """Return the articles that the index serves, none where there is none yet."""
    try:
        generation = open_index(index)
    except NoIndex:
        return {}
    assert generation.warnings == ()
    return {name: generation.document(name).text for name in generation.documents}


def served_bytes(index: Path):
    """Return every byte that is served, and the manifest without its number and its times."""
    manifest = open_index(index).manifest
    named = {f"segments/{file.name}" for segment in manifest.segments for file in segment.files}
    named.add(f"gen-{manifest.generation:06d}/documents.jsonl")
    content = {name.split("/")[1]: data for name, data in files(index).items() if name in named}
    return content, replace(manifest, generation=0, created="", summary={})


def corpora(folder: Path) -> tuple[Path, Path, Path]:
    """Write the corpus before the old one, the old one, and the new one: added, edited, renamed and removed."""
    more = {f"en-{number}.txt": f"{LONG}\n\nNumber {number * 104729} of them." for number in range(12)}
    old = {**TEXTS, **more}
    new = {**old, "en-0.txt": LONG.replace("two sentences", "three", 5), "ja-neu.txt": TEXTS["ja.txt"] + "終わり。"}
    new["क्\u200dष.txt"] = new.pop("hi.txt")
    del new["no.txt"]
    earlier = {name: text for name, text in old.items() if name != "de.txt"}
    first, second, third = (
        write_corpus(folder / name, texts) for name, texts in (("first", earlier), ("old", old), ("new", new))
    )
    return first, second, third
