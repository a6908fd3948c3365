"""The door to ingesting, with the real embedding model."""

import json
import shutil

import pytest
from index_support import nearest

import ingest
from citeglot.console import run_door
from citeglot.index import open_index


@pytest.mark.models
def test_the_five_articles_with_the_real_model(tmp_path, capsys):
    """The corpus of the checkout is indexed, a copy under another name embeds nothing, and chunks find themselves."""
    from citeglot.embedding import load_embedder
    from citeglot.settings import load_settings

    settings = load_settings()
    shutil.copytree(settings.corpus, tmp_path / "corpus")
    options = ["--corpus", str(tmp_path / "corpus"), "--index", str(tmp_path / "index"), "--json"]
    assert run_door(ingest.main, options) == 0
    report = json.loads(capsys.readouterr().out)
    assert report["embedded_chunks"] == report["chunks"] > report["documents"] == 5
    first = min((tmp_path / "corpus").iterdir())
    first.rename(first.with_name("renamed.txt"))
    assert run_door(ingest.main, options) == 0
    report = json.loads(capsys.readouterr().out)
    assert (len(report["renamed"]), report["embedded_chunks"], report["generation"]) == (1, 0, 2)
    generation = open_index(tmp_path / "index")
    embedder = load_embedder(settings)
    generation.check_embedder(embedder.identity)
    for name in generation.documents:
        chunk = generation.chunks(name)[0]
        best = nearest(generation, embedder.embed_passages([chunk.text.strip()])[0], 1)[0]
        assert best.chunk == chunk
        assert best.cosine > 0.98
