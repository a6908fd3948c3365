"""An ingest over Ray: the index of one process, whatever happens to the workers."""

import os
import subprocess
import sys
from functools import partial

import pytest
from fakes import HashEmbedder
from index_support import document, files, five_articles, update
from ray_support import assert_same, ending, hash_of, missing, noted, spread, two_nodes, watched
from test_vector_cache import long_articles

from citeglot import ray_workers, shards
from citeglot.embedding_run import batches_of
from citeglot.errors import EngineGone, ModelMissing
from citeglot.index import open_index, verify_generation
from citeglot.settings import ROOT


@pytest.fixture(scope="module")
def cluster():
    """Two nodes on this machine; the second one does not outlive the test that kills it."""
    with two_nodes() as found:
        yield found


@pytest.fixture(autouse=True)
def small(monkeypatch):
    """Shards of one batch, and little patience."""
    monkeypatch.setattr(shards, "BATCHES", 1)
    monkeypatch.setattr(ray_workers, "LOOK", 1.0)


@pytest.mark.scale
def test_ctrl_c_leaves_the_index_and_what_was_embedded(cluster, tmp_path):
    """Interrupted after a shard, the old index is as it was; the next ingest, here, embeds only the rest."""
    old, articles = list(five_articles().values()), long_articles()
    update(tmp_path / "index", old)
    before = files(tmp_path / "index")

    def interrupt(step, done, total):
        if step == "embedding" and done:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        spread(tmp_path / "index", cluster[0].address, [*old, *articles], partial(watched, tmp_path, 0.0), interrupt)
    after = files(tmp_path / "index")
    assert {name: after[name] for name in before} == before
    whole, rest = HashEmbedder(), HashEmbedder()
    update(tmp_path / "whole", old)
    update(tmp_path / "whole", [*old, *articles], whole)
    update(tmp_path / "index", [*old, *articles], rest)
    assert 0 < len(rest.embedded) < len(whole.embedded)
    assert_same(tmp_path / "index", tmp_path / "whole")


@pytest.mark.scale
def test_what_a_worker_lacks_is_told(cluster, tmp_path):
    """A node without the model is named in a sentence, and there is no index; workers that end are not waited for."""
    with pytest.raises(ModelMissing, match=r"On the Ray node \w+: The model hash is not there\."):
        spread(tmp_path / "index", cluster[0].address, five_articles().values(), missing)
    with pytest.raises(EngineGone, match="No worker of the Ray cluster could embed"):
        spread(tmp_path / "index", cluster[0].address, five_articles().values(), ending)
    assert not list((tmp_path / "index").glob("gen-*"))


@pytest.mark.scale
def test_from_outside_the_cluster(cluster, tmp_path):
    """Through the cluster's door for machines that are no node of it, the index is the same."""
    articles = long_articles()
    update(tmp_path / "whole", articles)
    spread(tmp_path / "index", cluster[2], articles, partial(watched, tmp_path, 0.0))
    assert_same(tmp_path / "index", tmp_path / "whole")


@pytest.mark.scale
def test_a_node_killed_during_an_ingest(cluster, tmp_path):
    """Two nodes, one killed while both embed: the index has the digests that one process makes, and of the batches
    only that which the dead worker had in hand was begun twice.
    """
    nodes, second, _ = cluster
    articles = [*five_articles().values(), *long_articles(), *(document(f"en{n}.txt", "A b. " * n) for n in range(9))]
    whole = HashEmbedder()
    update(tmp_path / "whole", articles, whole)
    killed = []

    def kill_after_four(step, done, total):
        if step == "embedding" and len(set(noted(tmp_path, "ended"))) >= 4 and not killed if done else False:
            killed.append(done)
            nodes.remove_node(second, allow_graceful=False)

    spread(tmp_path / "index", nodes.address, articles, partial(watched, tmp_path, 0.3), kill_after_four)
    assert killed
    assert_same(tmp_path / "index", tmp_path / "whole")
    assert verify_generation(tmp_path / "index") == ()
    begun, ended = noted(tmp_path, "begun"), noted(tmp_path, "ended")
    assert set(begun) == set(ended) == {hash_of(batch) for batch in batches_of(whole.embedded)}
    assert len(begun) <= len(set(begun)) + 1
    assert len({line.split()[1] for line in (tmp_path / "begun").read_text().splitlines()}) == 2


@pytest.mark.scale
@pytest.mark.models
def test_the_door_with_the_real_model(tmp_path, five_articles_index):
    """`ingest.py --ray` starts Ray by itself: the real index to the byte, but for vectors, which are nearly so."""
    command = [sys.executable, "ingest.py", "--ray", "--index", str(tmp_path / "index"), "--json"]
    environment = {name: value for name, value in os.environ.items() if name != "RAY_ADDRESS"}
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "Traceback" not in done.stderr
    index, whole = tmp_path / "index", five_articles_index
    one, other = open_index(index), open_index(whole)
    assert one.segments.keys() == other.segments.keys()
    assert [entry.to_line() for entry in one.documents.values()] == [x.to_line() for x in other.documents.values()]
    for name, segment in one.segments.items():
        for suffix in ("texts.jsonl", "table", "postings"):
            assert segment.entry.file(suffix) == other.segments[name].entry.file(suffix)
        assert (segment.vectors * other.segments[name].vectors).sum(axis=1).min() > 0.999
    assert not (index / "shards").exists()
