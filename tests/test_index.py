"""Which generation is served: the current one, the one before, or none."""

import re
from pathlib import Path

import pytest
from fakes import HashEmbedder
from index_support import TEXTS, document, five_articles, nearest, update

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
    update(folder, articles[:4])
    with pytest.raises(IndexDamaged):
        open_generation(folder, 1)
    assert len(nearest(reader, EMBEDDER.embed_question("x"), 3)) == 3
    assert reader.document("hi.txt").text == TEXTS["hi.txt"]


@pytest.fixture
def three(tmp_path):
    """An index of three generations that share no file."""
    for text in ("Eins.", "Zwei.", "Drei."):
        update(tmp_path / "index", [document("de.txt", text)], consent=True)
    return tmp_path / "index"


def test_every_flipped_bit_of_current_is_found(three):
    """Whatever bit flips, no generation is served in silence but the one that was meant."""
    content = (three / "CURRENT").read_bytes()
    assert re.fullmatch(rb"gen-000003 [0-9a-f]{12}\n", content)
    for place in range(len(content) * 8):
        spoilt = bytearray(content)
        spoilt[place // 8] ^= 1 << place % 8
        (three / "CURRENT").write_bytes(spoilt)
        assert "CURRENT" in verify_generation(three)[0], spoilt
        generation = open_index(three)
        assert generation.number == 3 and "CURRENT" in generation.warnings[0], spoilt


@pytest.mark.parametrize("content", [b"", b"gen", b"gen-000002\r\n", b"gen-000009\n", b"gen-000002 0123456789ab\n"])
def test_a_spoilt_current_is_told_and_the_newest_sound_generation_served(three, content):
    """Cut, foreign, of a generation that is not there or of another manifest; cut short at any byte as well."""
    whole = (three / "CURRENT").read_bytes()
    for spoilt in (content, *(whole[:end] for end in range(len(whole)))):
        (three / "CURRENT").write_bytes(spoilt)
        assert verify_generation(three)
        assert open_index(three).number == 3 and open_index(three).warnings
        assert all(one.damage for one in list_generations(three) if one.current)


def test_a_current_from_before_checksums_is_read(three):
    """An index of an earlier version opens without a word."""
    (three / "CURRENT").write_bytes(b"gen-000002\n")
    assert (open_index(three).number, open_index(three).warnings) == (2, ())
    assert verify_generation(three) == ()


def test_current_missing(three, tmp_path):
    """Where there was an index, its newest generation is served with a warning; where the first ingest was killed
    before its last step, there is none yet, and the next ingest embeds nothing that was embedded.
    """
    (three / "CURRENT").unlink()
    assert "CURRENT" in open_index(three).warnings[0] and open_index(three).number == 3
    update(tmp_path / "first", five_articles().values())
    (tmp_path / "first" / "CURRENT").unlink()
    with pytest.raises(NoIndex):
        open_index(tmp_path / "first")
    with pytest.raises(NoIndex):
        verify_generation(tmp_path / "first")
    embedder = HashEmbedder()
    update(tmp_path / "first", five_articles().values(), embedder)
    assert embedder.embedded == [] and verify_generation(tmp_path / "first") == ()


def test_damage_in_any_generation_is_found(three):
    """Verifying reads what rollback would serve, too; each damage is told once, and names its file."""
    for path in sorted(path for path in three.rglob("*") if path.is_file() and not path.name.startswith(".lock")):
        content = path.read_bytes()
        path.write_bytes(content[:-1])
        (problem,) = verify_generation(three)
        assert path.name in problem
        path.write_bytes(content)
    assert verify_generation(three) == ()


def test_the_one_that_takes_over_is_sound_to_the_last_block(three):
    """A generation that opens, and of which a block is damaged, is passed over."""
    (three / "gen-000003" / "manifest.json").unlink()
    path = next(three / "segments" / file.name for file in open_generation(three, 2).manifest.segments[0].files)
    path.write_bytes(bytes(len(path.read_bytes())))
    assert open_index(three).number == 1


def test_a_flipped_format_is_damage_and_not_another_version(three):
    """The manifest's checksum in CURRENT tells them apart, and the generation before is served."""
    path = three / "gen-000003" / "manifest.json"
    content = path.read_bytes()
    path.write_bytes(content.replace(b'"format":', b'"format":1', 1))
    assert open_index(three).number == 2


def test_foreign_files_are_not_read(three):
    """Whatever lies in the index folder and no manifest names, pickles among it, changes nothing."""
    for folder in (three, three / "gen-000003", three / "segments"):
        (folder / "index.pkl").write_bytes(b"cos\nsystem\n(S'exit 1'\ntR.")
    assert verify_generation(three) == () and open_index(three).warnings == ()
    assert open_index(three).document("de.txt").text == "Drei."


def test_a_folder_of_any_name_from_anywhere(tmp_path, monkeypatch):
    """Spaces, accents, Hindi and emoji in the path, and a path relative to where one stands."""
    home = tmp_path / "mein Ordner \u0939\u093f\u0928\u094d\u0926\u0940 a\u0308 \U0001f600"
    home.mkdir()
    monkeypatch.chdir(home)
    update(Path("der index"), five_articles().values())
    (home / "elsewhere").mkdir()
    monkeypatch.chdir(home / "elsewhere")
    assert verify_generation(Path("../der index")) == ()
    generation = open_index(Path("../der index"))
    monkeypatch.chdir(tmp_path)
    assert generation.document("hi.txt").text == TEXTS["hi.txt"]
    assert len(nearest(open_index(home / "der index"), EMBEDDER.embed_question("x"), 3)) == 3
