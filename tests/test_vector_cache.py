"""What was embedded is not embedded again, however the ingest ended."""

import os
import random

import numpy as np
import pytest
from child_support import run_child
from fakes import HashEmbedder
from hypothesis import given, settings
from hypothesis import strategies as st
from index_support import LONG, document, five_articles, update

from citeglot.embedding_run import BATCH
from citeglot.errors import ModelFailed
from citeglot.index import open_index, verify_generation
from citeglot.vector_cache import NAME, VectorCache

POSIX = pytest.mark.skipif(os.name != "posix", reason="needs fork and signals")
EMBEDDER = HashEmbedder()
TEXTS = ["क्\u200dष", "大臣は１月に", "å \u2028 broer", "", "x" * 5000]


def cache_of(folder):
    return VectorCache(folder, lambda identity: identity == EMBEDDER.identity)


def filled(folder, texts=TEXTS):
    cache_of(folder).add(texts, EMBEDDER.embed_passages(texts), EMBEDDER.identity)
    return folder / NAME


def test_vectors_come_back(tmp_path):
    """Every vector comes back to the bit, from one ingest to the next; unknown texts have none."""
    filled(tmp_path, TEXTS[:2])
    filled(tmp_path, TEXTS[2:])
    cache = cache_of(tmp_path)
    found = cache.among([*TEXTS, "unknown"])
    assert list(found) == TEXTS
    np.testing.assert_array_equal(list(found.values()), EMBEDDER.embed_passages(TEXTS))
    cache.remove()
    assert cache_of(tmp_path).among(TEXTS) == {}
    cache.remove()


def test_vectors_of_another_model_are_none(tmp_path):
    """A cache of another embedding model is not used, and the next vectors replace it."""
    filled(tmp_path)
    other = VectorCache(tmp_path, lambda identity: False)
    assert (other.identity, other.among(TEXTS)) == (None, {})
    other.add(["new"], EMBEDDER.embed_passages(["new"]), EMBEDDER.identity)
    assert list(cache_of(tmp_path).among([*TEXTS, "new"])) == ["new"]


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10**6), st.booleans(), st.integers(0, 7))
def test_damage_costs_the_vectors_it_hits(tmp_path_factory, place, cut, bit):
    """Cut anywhere or with any bit flipped, what is handed out is what was written; after a cut it goes on."""
    folder = tmp_path_factory.mktemp("cache")
    path = filled(folder)
    content = bytearray(path.read_bytes())
    place %= len(content)
    if cut:
        del content[place:]
    else:
        content[place] ^= 1 << bit
    path.write_bytes(bytes(content))
    found = cache_of(folder).among(TEXTS)
    assert len(found) >= len(TEXTS) - 1 if not cut and place > 300 else len(found) <= len(TEXTS)
    for text, vector in found.items():
        np.testing.assert_array_equal(vector, EMBEDDER.embed_passages([text])[0])
    filled(folder, ["after"])
    assert cache_of(folder).among(["after"])
    assert cache_of(folder).among(TEXTS).keys() <= found.keys()


def long_articles():
    """Return more passages than five batches."""
    chance = random.Random(5)
    texts = [LONG.replace("two", str(chance.random())) for _ in range(4)]
    lines = [[f"{line} {chance.random()}" for line in text.split("\n\n")] for text in texts]
    return [document(f"en-{n}.txt", "\n\n".join(found), "en") for n, found in enumerate(lines)]


@POSIX
@pytest.mark.parametrize("first", [True, False])
def test_killed_while_embedding_it_goes_on_from_there(tmp_path, first):
    """SIGKILL between two batches, of a first and of a later ingest: the next one embeds the rest and no more, and
    ends with what an undisturbed one ends with.
    """
    body = f"""
    from fakes import HashEmbedder
    from test_vector_cache import long_articles

    class Dying(HashEmbedder):
        def embed_passages(self, texts):
            if len(self.embedded) > {BATCH}:
                os.kill(os.getpid(), signal.SIGKILL)
            return super().embed_passages(texts)

    folder = Path(sys.argv[1])
    if not {first}:
        update(folder, old)
    status = in_child(lambda: update(folder, [*old, *long_articles()], Dying()))
    print(os.WIFSIGNALED(status))
    """
    assert run_child(body, tmp_path / "index") == ["True"]
    articles = [*list(five_articles().values())[:2], *long_articles()]
    if not first:
        update(tmp_path / "undisturbed", articles[:2])
    whole, rest = HashEmbedder(), HashEmbedder()
    update(tmp_path / "undisturbed", articles, whole)
    report = update(tmp_path / "index", articles, rest)
    assert len(whole.embedded) > 4 * BATCH
    spared = len(whole.embedded) - len(rest.embedded)
    assert BATCH < spared <= 2 * BATCH
    assert set(rest.embedded) == set(whole.embedded[spared:])
    assert report.embedded_chunks < report.chunks
    assert not (tmp_path / "index" / NAME).exists()
    assert verify_generation(tmp_path / "index") == ()
    one, other = (open_index(tmp_path / name).manifest for name in ("index", "undisturbed"))
    assert (one.segments, one.documents) == (other.segments, other.documents)


def test_a_model_that_fails_late_has_kept_what_it_made(tmp_path):
    """After an error the next ingest goes on too; vectors that are none are not kept."""

    class Failing(HashEmbedder):
        def embed_passages(self, texts):
            vectors = super().embed_passages(texts)
            return vectors * np.nan if len(self.embedded) > 2 * BATCH else vectors

    with pytest.raises(ModelFailed):
        update(tmp_path / "index", long_articles(), Failing())
    whole, rest = HashEmbedder(), HashEmbedder()
    update(tmp_path / "whole", long_articles(), whole)
    update(tmp_path / "index", long_articles(), rest)
    spared = len(whole.embedded) - len(rest.embedded)
    assert BATCH < spared <= 2 * BATCH
    assert set(rest.embedded) == set(whole.embedded[spared:])
    assert not (tmp_path / "index" / NAME).exists()
