"""Handing out shards: each is embedded once, whichever workers and nodes are lost; over a stand-in for Ray."""

import random

import pytest
from fakes import HashEmbedder
from ray_stand_in import Ray, RayError, fake

from citeglot import ray_workers, shards
from citeglot.errors import EngineGone, ModelFailed, ModelMissing
from citeglot.ray_workers import RayWorkers
from citeglot.shards import cut_shards, embed_texts

TEXTS = [f"क्\u200dष {number}" for number in range(1500)]


@pytest.fixture(autouse=True)
def small(monkeypatch):
    """Shards of one batch."""
    monkeypatch.setattr(shards, "BATCHES", 1)
    monkeypatch.setattr(ray_workers, "LOOK", 0.0)


def embedded(ray, load=fake, texts=TEXTS, identity=None):
    return list(RayWorkers(ray, "hash", load).embed(texts, identity))


def assert_whole(found, texts=TEXTS):
    """Every shard is there once, with the vectors that one process makes."""
    wanted = cut_shards(texts, HashEmbedder.identity)
    assert sorted(shard.key for shard, _ in found) == sorted(shard.key for shard in wanted)
    assert all(vectors == embed_texts(shard, fake) for shard, vectors in found)


@pytest.mark.parametrize("identity", [None, HashEmbedder.identity])
def test_every_shard_is_embedded_once(identity):
    """Nodes share the shards; large ones have several workers, those without processors none."""
    ray = Ray(a=2, b=20, c=0)
    assert_whole(embedded(ray, identity=identity))
    assert sorted(ray.started) == [("a", 2), ("b", 6), ("b", 6), ("b", 6)]
    assert {node for node, method, _ in ray.done if method == "embed"} == {"a", "b"}
    assert len([1 for _, method, _ in ray.done if method == "embed"]) == len(cut_shards(TEXTS, HashEmbedder.identity))


@pytest.mark.parametrize("after", [1, 2, 5, 20])
def test_a_lost_node_costs_what_it_had_in_hand(after):
    """Whenever a node goes, the others do its shard; no other shard is embedded twice."""
    calls = []

    def fate(node, method):
        calls.append(node)
        if len(calls) == after:
            ray.alive["b"] = False

    ray = Ray(fate, a=1, b=1)
    assert_whole(embedded(ray))
    keys = [shard.key for _, method, shard in ray.done if method == "embed"]
    assert len(keys) == len(set(keys))


def test_a_node_that_comes_is_used():
    """Every node is lost, and another one comes: the ingest goes on there."""
    calls = []

    def fate(node, method):
        calls.append(node)
        if len(calls) == 6:
            ray.alive = {"a": False, "b": True}

    ray = Ray(fate, a=1, b=1)
    ray.alive = {"a": True}
    assert_whole(embedded(ray))
    assert {node for node, method, _ in ray.done if method == "embed"} == {"a", "b"}


def test_a_worker_that_fails_now_and_then_is_made_again():
    """Errors of a worker, such as memory that is short, are no reason to give up at once."""
    chance = random.Random(1)

    class Flaky(HashEmbedder):
        def embed_passages(self, texts):
            if chance.random() < 0.2:
                raise MemoryError
            return super().embed_passages(texts)

    ray = Ray(a=1, b=1)
    assert_whole(embedded(ray, lambda name: Flaky()))
    assert len(ray.started) > 2


def test_texts_that_no_worker_survives_end_it():
    """A shard that fails again and again is told with the last reason, after a few attempts."""

    class Choking(HashEmbedder):
        def embed_passages(self, texts):
            if TEXTS[700] in texts:
                raise RuntimeError("CUDA error")
            return super().embed_passages(texts)

    ray = Ray(a=1, b=1)
    with pytest.raises(ModelFailed, match=r"5 Ray workers failed.*CUDA error"):
        embedded(ray, lambda name: Choking())
    assert len(ray.started) <= 2 + ray_workers.TRIES


def test_what_a_user_can_mend_is_told_at_once():
    """A node without the model ends the ingest with that sentence."""

    def missing(name):
        raise ModelMissing("The model hash is not there.")

    ray = Ray(a=1)
    with pytest.raises(ModelMissing, match=r"On the Ray node a: The model hash is not there\."):
        embedded(ray, missing)
    assert len(ray.started) == 1


def test_nodes_on_which_no_worker_starts_are_left():
    """A node whose workers end while they load is done without; where all are so, the last reason is told."""

    def fate(node, method):
        if node == "b" and method == "identity":
            raise RayError("The actor died because of an error raised in its creation task\nNo module named 'citeglot'")

    assert_whole(embedded(Ray(fate, a=1, b=1)))
    ray = Ray(fate, b=1)
    with pytest.raises(EngineGone, match=r"No worker .*No module named 'citeglot'"):
        embedded(ray)
    assert len(ray.started) == ray_workers.TRIES


def test_a_cluster_without_processors_is_not_waited_for_for_ever(monkeypatch):
    """No node can embed: that is told after a while."""
    monkeypatch.setattr(ray_workers, "PATIENCE", 0.01)
    with pytest.raises(EngineGone, match="no node has a processor free"):
        embedded(Ray(a=0))
