"""Ingests do what changed and no more."""

import numpy as np
import pytest
from fakes import HashEmbedder
from index_support import LONG, TEXTS, document, files, five_articles, update

from citeglot.errors import ModelFailed
from citeglot.index import open_index, verify_generation
from citeglot.types import Document

KEYS = ["generation", "added", "changed", "renamed", "removed", "unchanged"]
KEYS += ["skipped", "documents", "chunks", "embedded_chunks", "seconds", "duplicates"]


def test_first_ingest_and_then_nothing(tmp_path):
    """The first ingest adds all; the second embeds nothing, makes no generation and touches no file."""
    embedder, articles = HashEmbedder(), five_articles()
    first = update(tmp_path / "index", articles.values(), embedder)
    assert first.added == tuple(sorted(articles))
    assert (first.generation, first.documents) == (1, 5)
    assert first.chunks == first.embedded_chunks >= 5
    assert list(first.to_json()) == KEYS
    before = files(tmp_path / "index")
    embedder.embedded.clear()
    second = update(tmp_path / "index", articles.values(), embedder)
    assert (second.generation, second.unchanged, second.embedded_chunks) == (1, 5, 0)
    assert second.chunks == first.chunks
    assert embedder.embedded == []
    assert files(tmp_path / "index") == before


def test_no_passage_is_embedded_twice(tmp_path):
    """One ingest embeds each distinct passage once, chunks and sentences together."""
    embedder = HashEmbedder()
    update(
        tmp_path / "index",
        [*five_articles().values(), document("en2.txt", TEXTS["en.txt"] + "\n\nMore.", "en")],
        embedder,
    )
    assert len(embedder.embedded) == len(set(embedder.embedded))
    assert set(embedder.embedded) == {text.strip() for text in embedder.embedded}


def test_one_edited_sentence_embeds_few_passages(tmp_path):
    """An edit embeds the chunks it touches and its sentences, and rewrites only the segment of its language."""
    embedder, articles = HashEmbedder(), [*five_articles().values()]
    update(tmp_path / "index", [*articles, document("long.txt", LONG, "en")], embedder)
    before = files(tmp_path / "index")
    embedder.embedded.clear()
    edited = LONG.replace("topic 71271", "quite another topic")
    assert edited != LONG
    report = update(tmp_path / "index", [*articles, document("long.txt", edited, "en")], embedder)
    assert report.changed == ("long.txt",)
    assert 1 <= report.embedded_chunks <= 2
    assert len(embedder.embedded) <= 4
    new = files(tmp_path / "index").keys() - before.keys()
    assert {name.split("/")[1][:3] for name in new if name.startswith("segments/")} == {"en-"}


def test_what_was_reused_equals_what_is_new(tmp_path):
    """An index that grew by edits holds the same documents and chunks, to the byte, as one made at once."""
    articles = five_articles()
    update(tmp_path / "grown", [*list(articles.values())[:3], document("long.txt", LONG, "en")])
    edited = document("long.txt", LONG.replace("two sentences", "three", 3), "en")
    update(tmp_path / "grown", [*articles.values(), edited])
    update(tmp_path / "fresh", [edited, *reversed(articles.values())])
    grown, fresh = (open_index(tmp_path / name) for name in ("grown", "fresh"))
    assert set(grown.segments) == set(fresh.segments)
    assert dict(grown.documents) == dict(fresh.documents)
    for name, segment in grown.segments.items():
        for suffix in ("texts.jsonl", "table"):
            assert segment.entry.file(suffix) == fresh.segments[name].entry.file(suffix)
        np.testing.assert_allclose(segment.vectors, fresh.segments[name].vectors, atol=1e-6)
        np.testing.assert_allclose(segment.sentence_vectors, fresh.segments[name].sentence_vectors, atol=1e-3)


def test_going_back_embeds_nothing(tmp_path):
    """Undoing an edit finds the vectors of the generation before."""
    embedder, articles = HashEmbedder(), five_articles()
    update(tmp_path / "index", articles.values(), embedder)
    changed = {**articles, "en.txt": document("en.txt", "All of it is new.", "en")}
    update(tmp_path / "index", changed.values(), embedder)
    embedder.embedded.clear()
    assert update(tmp_path / "index", articles.values(), embedder).generation == 3
    assert embedder.embedded == []
    assert verify_generation(tmp_path / "index", 2) == verify_generation(tmp_path / "index") == ()


@pytest.mark.parametrize("suffix", ["texts.jsonl", "table", "vectors.f32", "sentences.f16"])
def test_ingest_mends_damage(tmp_path, suffix):
    """`python ingest.py` is the remedy that messages name: it makes what is damaged again, and only that."""
    embedder, articles = HashEmbedder(), five_articles()
    update(tmp_path / "index", articles.values(), embedder)
    path = next((tmp_path / "index" / "segments").glob(f"ja-*.{suffix}"))
    path.write_bytes(path.read_bytes()[:-1] + b"\xff")
    embedder.embedded.clear()
    report = update(tmp_path / "index", articles.values(), embedder)
    assert report.generation == 2
    assert embedder.embedded
    assert all("大臣" in text or "橋" in text or "東京" in text for text in embedder.embedded)
    assert verify_generation(tmp_path / "index") == ()


@pytest.mark.parametrize("name", ["CURRENT", "gen-000001/manifest.json", "gen-000001/documents.jsonl"])
def test_ingest_mends_a_lost_head(tmp_path, name):
    """Without CURRENT, manifest or documents the index is made again with a new number."""
    embedder, articles = HashEmbedder(), five_articles()
    update(tmp_path / "index", articles.values(), embedder)
    (tmp_path / "index" / name).write_bytes(b"x")
    report = update(tmp_path / "index", articles.values(), embedder)
    assert report.generation == 2
    assert report.notices
    assert verify_generation(tmp_path / "index", 2) == ()


@pytest.mark.parametrize(("value", "words"), [(np.nan, "not finite"), (0.0, "unit vectors")])
def test_a_model_that_fails_writes_nothing(tmp_path, value, words):
    """Vectors that are none never reach the index; the old one stays."""

    class Broken(HashEmbedder):
        def embed_passages(self, texts):
            return np.full((len(texts), 64), value, np.float32)

    update(tmp_path / "index", list(five_articles().values())[:3])
    before = files(tmp_path / "index")
    with pytest.raises(ModelFailed, match=words):
        update(tmp_path / "index", five_articles().values(), Broken())
    assert files(tmp_path / "index") == before


def test_document_values_survive(tmp_path):
    """Names, titles and dates come back as they were, in every script and direction."""
    name, title = "مجلد/क्\u200dष ２０２４.txt", "«שלום» \u2028 １２ 👩\u200d🚀"
    given = Document(name, title, "hi", None, "क्\u200dष।")
    update(tmp_path / "अनुक्रमणिका ü", [given])
    assert open_index(tmp_path / "अनुक्रमणिका ü").document(name) == given
