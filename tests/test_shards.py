"""Texts that others embed: the same index, whoever made the vectors, and nothing made twice."""

from dataclasses import replace

import numpy as np
import pytest
from fakes import HashEmbedder
from index_support import TEXTS

from citeglot.embedding_run import BATCH
from citeglot.errors import ModelFailed, WrongUse
from citeglot.shards import TEXTS as SUFFIX
from citeglot.shards import Shard, Worker, cut_shards, embed_shard, read_shard
from citeglot.vector_cache import NAME, VECTORS, VectorCache


class Refusing(HashEmbedder):
    def embed_passages(self, texts):
        raise AssertionError(f"{len(texts)} texts are embedded here")


def a_shard(folder, identity=HashEmbedder.identity):
    (shard,) = cut_shards(list(TEXTS.values()), identity)
    path = folder / f"{shard.key}{SUFFIX}"
    path.write_bytes(shard.to_bytes())
    return path, path.with_suffix(VECTORS)


def test_a_shard_is_embedded_once(tmp_path):
    """What is there whole is left as it is; what is cut off, or changed, is made again."""
    source, target = a_shard(tmp_path)
    embedder = HashEmbedder()
    embed_shard(source, target, lambda name: embedder)
    whole = target.read_bytes()
    embed_shard(source, target, Refusing)
    assert embedder.embedded == read_shard(source.read_bytes()).texts
    for spoilt in (b"", whole[:-1], whole[:300] + bytes([whole[300] ^ 1]) + whole[301:]):
        target.write_bytes(spoilt)
        embed_shard(source, target, lambda name: HashEmbedder())
        assert target.read_bytes() == whole
    assert [path.name for path in tmp_path.iterdir() if "tmp" in path.name] == []


def test_a_worker_loads_its_model_once():
    """One shard after another is embedded by the same model; the model is the one that the shard names."""
    named = []

    def load(name):
        named.append(name)
        return HashEmbedder()

    worker = Worker(load)
    assert worker.identity("hash") == HashEmbedder.identity
    first, second = (cut_shards([text], HashEmbedder.identity)[0] for text in ("क्\u200dष", "大臣は１月に"))
    assert worker.embed(first) != worker.embed(second)
    assert named == ["hash"]


def test_keys_are_those_of_content():
    """The same texts and model have the same key in whatever order; another text or model has another."""
    texts = [*TEXTS.values(), "x" * 500]

    def key(texts, identity=HashEmbedder.identity):
        return cut_shards(texts, identity)[0].key

    assert key(texts) == key(texts[::-1])
    others = {key(texts[:-1]), key(texts, replace(HashEmbedder.identity, weights_sha256="1" * 64))}
    assert len(others | {key(texts)}) == 3


def test_texts_survive():
    """Every script comes back from a file of texts as it was, in batches of the usual size."""
    texts = [f"{text} {number}" for text in TEXTS.values() for number in range(BATCH)]
    (shard,) = cut_shards(texts, HashEmbedder.identity)
    assert read_shard(shard.to_bytes()) == shard
    assert sorted(shard.texts) == sorted(texts)
    assert {len(batch) for batch in shard.batches} == {BATCH}


def test_another_model_is_refused(tmp_path):
    """Vectors of other weights are not made for a shard; the message names both. Other floats will do."""
    source, target = a_shard(tmp_path, identity=replace(HashEmbedder.identity, weights_sha256="1" * 64))
    with pytest.raises(ModelFailed, match=r"000000000000.*wants hash \(111111111111.*models fetch"):
        embed_shard(source, target, lambda name: HashEmbedder())
    assert not target.exists()
    floats = replace(HashEmbedder.identity, number_type="bfloat16")
    source, target = a_shard(tmp_path, identity=floats)
    embed_shard(source, target, lambda name: HashEmbedder())
    assert VectorCache(tmp_path, lambda identity: True).identity is None
    shards_folder = tmp_path / "shards"
    shards_folder.mkdir()
    target.rename(shards_folder / target.name)
    assert VectorCache(tmp_path, lambda identity: identity == floats).identity == floats
    assert VectorCache(tmp_path, lambda identity: False).among(TEXTS.values()) == {}


@pytest.mark.parametrize("content", [b"", b"[]", b"{}", b"\xff\xfe", b'{"model": 1, "batches": []}', None])
def test_what_is_no_shard_is_told(tmp_path, content):
    """A file that is missing or is something else is wrong use, and no vectors are written."""
    source = tmp_path / "a.texts"
    if content is not None:
        source.write_bytes(content)
    with pytest.raises(WrongUse, match=r"ingest\.py --shards"):
        embed_shard(source, tmp_path / "a.vectors", Refusing)
    assert not (tmp_path / "a.vectors").exists()


def test_vectors_that_are_none_are_not_written(tmp_path):
    """A model that fails leaves no file."""

    class Broken(HashEmbedder):
        def embed_passages(self, texts):
            return super().embed_passages(texts) * np.nan

    source, target = a_shard(tmp_path)
    with pytest.raises(ModelFailed):
        embed_shard(source, target, lambda name: Broken())
    assert not target.exists()


def test_an_ingest_that_ends_early_appends_beside_shards(tmp_path):
    """Vectors of shards and vectors of an ingest here are kept side by side and both found again."""
    source, target = a_shard(tmp_path)
    embed_shard(source, target, lambda name: HashEmbedder())
    cache = VectorCache(tmp_path, lambda identity: True)
    cache.keep(source.stem, target.read_bytes())
    for text in ("one", "two"):
        cache.add([text], HashEmbedder().embed_passages([text]), HashEmbedder.identity)
    found = VectorCache(tmp_path, lambda identity: True).among([*TEXTS.values(), "one", "two", "three"])
    assert list(found) == [*TEXTS.values(), "one", "two"]
    VectorCache(tmp_path, lambda identity: True).remove()
    assert not (tmp_path / NAME).exists()
    assert VectorCache(tmp_path, lambda identity: True).among(TEXTS.values()) == {}


def test_empty_shards_have_no_trouble():
    """No texts make no shard, and a shard without batches is read."""
    assert cut_shards([], HashEmbedder.identity) == []
    assert read_shard(Shard(HashEmbedder.identity, ()).to_bytes()).texts == []
