"""Damage of what an ingest takes over is never carried along for good, and looking for it costs what changed."""

import pytest
from fakes import HashEmbedder
from index_support import CHUNK_TOKENS, TEXTS, document, five_articles, update

from citeglot.corpus import CorpusFolder
from citeglot.index import open_index
from citeglot.indexing import engines_of, update_index
from citeglot.storage import VerifiedFile


def spoil(folder, pattern):
    """Flip the last byte of a file of a segment."""
    path = next((folder / "segments").glob(pattern))
    path.write_bytes(path.read_bytes()[:-1] + bytes([path.read_bytes()[-1] ^ 1]))


def is_sound(folder):
    return open_index(folder).verify() == ()


@pytest.mark.parametrize("suffix", ["texts.jsonl", "table", "vectors.f32", "sentences.f16"])
def test_damage_that_a_change_touches_is_mended_with_it(tmp_path, suffix):
    """What an ingest must read of old segments it checks; where that is damaged, it makes the texts anew."""
    articles = five_articles()
    update(tmp_path / "index", [*articles.values(), document("de2.txt", "Ein zweiter Text über Züge.", "de")])
    spoil(tmp_path / "index", f"de-*.{suffix}")
    articles["de.txt"] = document("de.txt", TEXTS["de.txt"] + " Es regnete.")
    report = update(tmp_path / "index", [*articles.values(), document("de2.txt", "Ein zweiter Text über Züge.", "de")])
    assert report.changed == ("de.txt",)
    assert "damaged" in " ".join(report.notices)
    assert is_sound(tmp_path / "index")


def test_damage_beside_a_change_is_mended_by_the_next_ingest(tmp_path):
    """An ingest with nothing to do reads everything before it says so."""
    articles, embedder = five_articles(), HashEmbedder()
    update(tmp_path / "index", articles.values())
    spoil(tmp_path / "index", "ja-*.vectors.f32")
    articles["de.txt"] = document("de.txt", TEXTS["de.txt"] + " Es regnete.")
    assert update(tmp_path / "index", articles.values()).generation == 2
    assert not is_sound(tmp_path / "index")
    assert update(tmp_path / "index", articles.values(), embedder).generation == 3
    assert embedder.embedded
    assert all("大臣" in text or "橋" in text or "東京" in text for text in embedder.embedded)
    assert is_sound(tmp_path / "index")


def test_a_folder_that_is_known_is_read_again_where_its_index_is_damaged(tmp_path):
    """Texts of files that need not be read are taken from the files again where a segment has lost them."""
    corpus, engines = tmp_path / "corpus", engines_of(HashEmbedder(), CHUNK_TOKENS)
    corpus.mkdir()
    for name, text in TEXTS.items():
        (corpus / name).write_text(text, encoding="utf-8", newline="")
    update_index(tmp_path / "index", CorpusFolder(corpus), engines)
    spoil(tmp_path / "index", "hi-*.texts.jsonl")
    assert update_index(tmp_path / "index", CorpusFolder(corpus), engines).generation == 2
    assert is_sound(tmp_path / "index")
    assert open_index(tmp_path / "index").document("hi.txt").text == TEXTS["hi.txt"]


def test_a_change_reads_only_what_it_touches(tmp_path, monkeypatch):
    """Of the large files of other languages, and of most of its own, no block is read."""
    articles = {
        f"{name}-{n}": document(f"{name}-{n}", f"{TEXTS[f'{name}.txt']} {n}", name)
        for name in ("de", "ja")
        for n in range(30)
    }
    update(tmp_path / "index", articles.values())
    read, verify = [], VerifiedFile.verify

    def spy(file, start=0, end=None):
        read.append(file.path.name)
        verify(file, start, end)

    monkeypatch.setattr(VerifiedFile, "verify", spy)
    old = {path.name for path in (tmp_path / "index" / "segments").iterdir()}
    articles["de-3"] = document("de-3", TEXTS["de.txt"] + " Es regnete.", "de")
    update(tmp_path / "index", articles.values())
    touched = {name.split(".", 1)[1] for name in read if name in old and name.startswith("de-")}
    assert touched <= {"table", "texts.jsonl", "vectors.f32", "sentences.f16"}
    assert not {name for name in read if name in old and name.startswith("ja-")}
