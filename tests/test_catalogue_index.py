"""What the catalogue of faults says of the index and is no other module's: see tests/README.md."""

import os

import numpy as np
import pytest
from calibration_support import answers_decide  # noqa: F401 - a fixture for all
from child_support import run_child
from edition_support import chatbot
from fakes import HashEmbedder
from index_support import TEXTS, document, files, five_articles, nearest, update

from citeglot.errors import ModelFailed
from citeglot.index import open_index, verify_generation


@pytest.mark.parametrize("language", [name[:2] for name in TEXTS])
def test_an_index_without_articles_refuses(tmp_path, language):
    """Searching finds nothing and asking says that the articles do not answer, in any language and for any k."""
    update(tmp_path, five_articles().values())
    update(tmp_path, [], consent=True)
    bot = chatbot(tmp_path)
    assert bot.search(TEXTS[f"{language}.txt"], k=1000).hits == ()
    *_, answer = bot.ask(TEXTS[f"{language}.txt"])
    assert (answer.kind, answer.passages, answer.citations) == ("refusal", (), ())
    assert verify_generation(tmp_path) == ()


def test_more_hits_than_there_are_chunks(tmp_path):
    """Every chunk once, and nothing that is none."""
    update(tmp_path, five_articles().values())
    generation = open_index(tmp_path)
    hits = nearest(generation, HashEmbedder().embed_question("x"), 10_000)
    places = {(hit.chunk.document, hit.chunk.start) for hit in hits}
    assert len(hits) == len(places) == generation.manifest.counts["chunks"]


class Failing(HashEmbedder):
    """Does what a broken model does at the second batch."""

    def __init__(self, failure) -> None:
        super().__init__()
        self.failure = failure
        self.batches = 0

    def embed_passages(self, texts):
        self.batches += 1
        return self.failure() if self.batches > 1 else super().embed_passages(texts)


def _raise(error):
    raise error


@pytest.mark.parametrize(
    "failure",
    [
        lambda: _raise(ModelFailed("The memory does not suffice.")),
        lambda: np.ones((64, 63), dtype=np.float32),
        lambda: np.full((64, 64), np.nan, dtype=np.float32),
        lambda: np.ones((1, 64), dtype=np.float32),
    ],
    ids=["raises", "wrong dimension", "no numbers", "too few"],
)
def test_a_model_that_breaks_half_way_costs_nothing_that_was_there(tmp_path, failure):
    """The old index is served, nothing half done stays, and with a model that works the ingest ends well."""
    update(tmp_path, five_articles().values())
    before = set(files(tmp_path))
    more = [
        document(f"en-{number}.txt", f"Article {number} about bridges. It says {number * 7919}.")
        for number in range(90)
    ]
    with pytest.raises(ModelFailed):
        update(tmp_path, [*five_articles().values(), *more], Failing(failure))
    assert set(files(tmp_path)) - {"embedded.cache"} == before
    assert len(open_index(tmp_path).documents) == 5 and verify_generation(tmp_path) == ()
    assert update(tmp_path, [*five_articles().values(), *more]).documents == 95
    for segment in open_index(tmp_path).segments.values():
        assert np.isfinite(segment.vectors).all()


@pytest.mark.skipif(os.name != "posix", reason="needs users")
def test_a_folder_that_may_not_even_be_read(tmp_path):
    """It is said that the folder cannot be read, and no other reason is invented."""
    body = """
    from citeglot.index import open_index
    os.chdir(sys.argv[1])
    Path().chmod(0o755)
    update(Path("index"), new)
    Path("index").chmod(0)
    def stranger():
        if os.getuid() == 0:
            os.setgroups([]); os.setgid(65534); os.setuid(65534)
        open_index(Path("index"))
    in_child(stranger)
    Path("index").chmod(0o755)
    """
    (line,) = run_child(body, tmp_path)
    assert line.startswith("IndexDamaged") and "Permission denied" in line
