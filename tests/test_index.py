"""Which generation is served: the current one, the one before, or none."""

import pytest
from fakes import HashEmbedder
from index_support import TEXTS, document, five_articles, update

from citeglot.errors import IndexDamaged, NoIndex, WrongUse
from citeglot.generation import open_generation
from citeglot.index import list_generations, open_index, rollback, verify_generation

EMBEDDER = HashEmbedder()


def test_no_index_says_how_to_build_one(tmp_path):
    """A missing, an empty and a foreign folder have no index."""
    (tmp_path / "foreign").mkdir()
    (tmp_path / "foreign" / "notes.txt").write_text("mine")
    for folder in (tmp_path / "missing", tmp_path, tmp_path / "foreign", tmp_path / "foreign" / "notes.txt"):
        with pytest.raises(NoIndex, match=r"python ingest\.py"):
            open_index(folder)
        with pytest.raises(NoIndex):
            rollback(folder)
        assert list_generations(folder) == ()


def test_the_generation_before_is_served_when_the_current_one_is_damaged(tmp_path):
    """The older index answers, and says that it does."""
    folder, articles = tmp_path / "index", five_articles()
    update(folder, articles.values())
    update(folder, [*articles.values(), document("en2.txt", "Something else entirely.", "en")])
    (folder / "gen-000002" / "manifest.json").write_bytes(b"{}")
    generation = open_index(folder)
    assert generation.number == 1
    assert "gen-000002" in generation.warnings[0]
    assert [(one.number, one.current, bool(one.damage)) for one in list_generations(folder)] == [
        (1, False, False),
        (2, True, True),
    ]


def test_rollback_serves_the_generation_before(tmp_path):
    """Rollback goes one back, once; the next ingest has a number of its own and brings the corpus in again."""
    folder, articles = tmp_path / "index", list(five_articles().values())
    update(folder, articles[:4])
    update(folder, articles)
    assert rollback(folder) == 1
    assert len(open_index(folder).documents) == 4
    with pytest.raises(WrongUse, match="no earlier generation"):
        rollback(folder)
    assert update(folder, articles).generation == 3
    assert verify_generation(folder) == ()
    assert [one.number for one in list_generations(folder)] == [1, 3]


def test_an_open_generation_outlives_newer_ones(tmp_path):
    """What a reader opened stays readable after its files are gone."""
    folder, articles = tmp_path / "index", list(five_articles().values())
    update(folder, articles[:3])
    reader = open_index(folder)
    for count in (4, 5):
        update(folder, articles[:count])
    with pytest.raises(IndexDamaged):
        open_generation(folder, 1)
    assert len(reader.search(EMBEDDER.embed_question("x"), 3)) == 3
    assert reader.document("hi.txt").text == TEXTS["hi.txt"]
