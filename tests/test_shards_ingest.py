"""An ingest whose texts others embed: the same index, whoever made the vectors, and nothing made twice."""

from dataclasses import replace
from functools import partial

import numpy as np
import pytest
from child_support import modules_on_one_machine
from fakes import HashEmbedder
from index_support import CHUNK_TOKENS, TEXTS, document, files, five_articles, update
from test_shards import Refusing
from test_vector_cache import long_articles

import ingest
from citeglot import shards
from citeglot.console import run_door
from citeglot.corpus import Corpus
from citeglot.errors import EnvironmentLacks
from citeglot.index import open_index, verify_generation
from citeglot.indexing import engines_of, update_index
from citeglot.shards import TEXTS as SUFFIX
from citeglot.shards import embed_shard, leave_to_others, read_shard
from citeglot.vector_cache import VECTORS


class BatchEmbedder(HashEmbedder):
    """Its vectors depend a little on the other texts of a batch, as those of real models do."""

    def embed_passages(self, texts):
        vectors = super().embed_passages(texts) + 1e-3 * np.mean([len(text) for text in texts])
        return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


@pytest.fixture
def small(monkeypatch):
    """Shards of one batch."""
    monkeypatch.setattr(shards, "BATCHES", 1)


def left_to_others(folder, articles, embedder):
    """Ingest with others; return what the user is told where they have something to do."""
    engines = replace(engines_of(embedder, CHUNK_TOKENS), spread=leave_to_others(lambda: embedder))
    try:
        update_index(folder, Corpus(tuple(articles), ()), engines)
    except EnvironmentLacks as error:
        return str(error)
    return ""


def test_others_make_the_same_index(tmp_path, small):
    """Cut, embedded one by one in any order and put together, an index is the one that one process makes, to the bit,
    though vectors depend on their batch; what was embedded is not embedded again, and nothing is left beside it.
    """
    articles = [*five_articles().values(), *long_articles()]
    update(tmp_path / "one", articles, BatchEmbedder())
    told = left_to_others(tmp_path / "index", articles, BatchEmbedder())
    waiting = sorted((tmp_path / "index" / "shards").glob(f"*{SUFFIX}"))
    assert f"{len(waiting)} shards" in told
    assert len(waiting) > 4
    for path in reversed(waiting):
        embed_shard(path, path.with_suffix(VECTORS), lambda name: BatchEmbedder())
    assert left_to_others(tmp_path / "index", articles, Refusing()) == ""
    one, other = (open_index(tmp_path / name).manifest for name in ("one", "index"))
    assert (one.segments, one.documents, one.counts) == (other.segments, other.documents, other.counts)
    assert verify_generation(tmp_path / "index") == ()
    assert not (tmp_path / "index" / "shards").exists()


def test_what_is_there_is_used_whoever_goes_on(tmp_path, small):
    """Some shards embedded, an ingest without others embeds the rest alone; cut again, only the rest is cut."""
    articles, whole, rest = long_articles(), HashEmbedder(), HashEmbedder()
    update(tmp_path / "whole", articles, whole)
    left_to_others(tmp_path / "index", articles, HashEmbedder())
    folder = tmp_path / "index" / "shards"
    done = sorted(folder.glob(f"*{SUFFIX}"))[:2]
    for path in done:
        embed_shard(path, path.with_suffix(VECTORS), lambda name: HashEmbedder())
    spared = {text for path in done for text in read_shard(path.read_bytes()).texts}
    (folder / f"cut off{VECTORS}.tmp-1").write_bytes(b"{")
    left_to_others(tmp_path / "index", articles, HashEmbedder())
    left = {text for path in folder.glob(f"*{SUFFIX}") for text in read_shard(path.read_bytes()).texts}
    assert left == set(whole.embedded) - spared
    update(tmp_path / "index", articles, rest)
    assert set(rest.embedded) == left
    one, other = (open_index(tmp_path / name).manifest for name in ("whole", "index"))
    assert (one.segments, one.documents) == (other.segments, other.documents)


def test_nothing_new_needs_nobody(tmp_path):
    """An index that holds all of the corpus is not left to others; a cut leaves the old index as it was."""
    articles = list(five_articles().values())
    update(tmp_path / "index", articles)
    before = files(tmp_path / "index")
    assert left_to_others(tmp_path / "index", articles, Refusing()) == ""
    assert files(tmp_path / "index") == before
    assert left_to_others(tmp_path / "index", [*articles, document("en2.txt", "Trains. And boats.")], Refusing())
    after = files(tmp_path / "index")
    assert {name: after[name] for name in before} == before
    assert all(name.startswith("shards/") for name in after.keys() - before.keys())


def test_the_doors(tmp_path, monkeypatch, capsys):
    """The ingest says which files wait and how to go on, the command embeds them, and the ingest ends well."""
    (tmp_path / "corpus").mkdir()
    for name, text in TEXTS.items():
        (tmp_path / "corpus" / name).write_text(text, encoding="utf-8")
    monkeypatch.setattr(ingest, "model_engines", lambda settings: engines_of(HashEmbedder(), CHUNK_TOKENS))
    monkeypatch.setattr(shards, "load_named", lambda name: HashEmbedder())
    call = partial(run_door, ingest.main)
    folders = ["--corpus", str(tmp_path / "corpus"), "--index", str(tmp_path / "index")]
    assert call([*folders, "--shards"]) == 3
    assert "python -m citeglot.shards FILE" in capsys.readouterr().err
    waiting = [str(path) for path in (tmp_path / "index" / "shards").glob(f"*{SUFFIX}")]
    assert run_door(shards.main, waiting) == 0
    monkeypatch.setattr(ingest, "model_engines", lambda settings: engines_of(Refusing(), CHUNK_TOKENS))
    assert call(folders) == 0
    assert open_index(tmp_path / "index").documents.keys() == TEXTS.keys()
    assert run_door(shards.main, waiting) == 2
    assert "cannot be read" in capsys.readouterr().err


def test_one_machine_imports_none_of_it():
    """Without an option neither Ray nor our own code for other machines is imported by any door."""
    modules = modules_on_one_machine()
    assert "ingest" in modules
    assert not [one for one in modules if one.split(".")[0] == "ray" or one.split(".")[-1] in ("shards", "ingest_ray")]
