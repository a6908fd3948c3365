"""`index repair` makes of what is left the best index that can be had without the corpus, and says so."""

import json
import random
import shutil

import pytest
from fakes import HashEmbedder
from index_support import TEXTS, document, files, five_articles, update

from citeglot import cli
from citeglot.commit import writing
from citeglot.console import run_door
from citeglot.errors import IndexBusy, IndexDamaged, IndexMismatch, NoIndex
from citeglot.index import list_generations, open_index, rollback, verify_generation
from citeglot.manifest import FORMATS
from citeglot.repair import repair

EMBEDDER = HashEmbedder()


@pytest.fixture
def folder(tmp_path):
    """An index of three generations: of four articles, of others, and of those and one more."""
    articles = five_articles()
    update(tmp_path / "index", [articles["de.txt"], articles["en.txt"]])
    update(tmp_path / "index", [articles["hi.txt"], articles["ja.txt"]], consent=True)
    update(tmp_path / "index", [articles["hi.txt"], articles["ja.txt"], articles["no.txt"]])
    return tmp_path / "index"


def segment_files(folder, language):
    """Return the files of the segments of a language."""
    return sorted((folder / "segments").glob(f"{language}-*"))


def spoil(path):
    """Change a byte in the middle."""
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 4
    path.write_bytes(content)


def test_a_sound_index_is_left_as_it_is(folder):
    """No file is touched, and nothing need be done."""
    before = files(folder)
    done = repair(folder)
    assert (done.generation, done.done, done.remedy) == (3, (), "") and files(folder) == before


def test_a_spoilt_current_is_written_anew(folder):
    """Nothing is lost, so no ingest is asked for; CURRENT missing, cut, or naming another manifest."""
    whole = (folder / "CURRENT").read_bytes()
    for content in (None, b"", b"gen-000003 0123456789ab\n", b"gen-000002 0123456789ab\n", b"gen-000007\n"):
        (folder / "CURRENT").unlink()
        if content is not None:
            (folder / "CURRENT").write_bytes(content)
        done = repair(folder)
        assert (done.generation, done.remedy) == (3, "") and "CURRENT" in done.done[0]
        assert (folder / "CURRENT").read_bytes() == whole and verify_generation(folder) == ()


def test_the_newest_sound_generation_is_served(folder):
    """What is damaged goes, with what only it needs; what must be done is said; the ingest then brings all back."""
    spoil(segment_files(folder, "no")[0])
    done = repair(folder)
    assert done.generation == 2 and "python ingest.py" in done.remedy
    assert any(segment_files(folder, "no")[0:1]) is False and "Generation 3" in " ".join(done.done)
    assert verify_generation(folder) == () and open_index(folder).warnings == ()
    assert sorted(open_index(folder).documents) == ["hi.txt", "ja.txt"]
    articles = five_articles()
    assert update(folder, [articles[name] for name in ("hi.txt", "ja.txt", "no.txt")]).documents == 3
    assert verify_generation(folder) == ()


def test_an_older_generation_that_is_damaged_is_let_go(folder):
    """The one that is served stays, nothing is lost, and no ingest is asked for."""
    spoil(segment_files(folder, "de")[0])
    done = repair(folder)
    assert (done.generation, done.remedy) == (3, "") and "Generation 1" in done.done[0]
    assert [one.number for one in list_generations(folder)] == [2, 3] and verify_generation(folder) == ()


def test_one_that_was_gone_back_to_stays(folder):
    """A rollback is no damage, and what it left is kept."""
    rollback(folder)
    done = repair(folder)
    assert (done.generation, done.done) == (2, ())
    assert [one.number for one in list_generations(folder)] == [1, 2, 3]


def test_where_nothing_is_sound_nothing_is_removed(folder):
    """It says what makes it again, and the next ingest embeds only what was damaged."""
    for path in (segment_files(folder, "hi")[2], segment_files(folder, "de")[0]):
        spoil(path)
    before = files(folder)
    with pytest.raises(IndexDamaged, match=r"python ingest\.py"):
        repair(folder)
    assert files(folder) == before
    embedder = HashEmbedder()
    update(folder, [document(name, TEXTS[name]) for name in ("hi.txt", "ja.txt", "no.txt")], embedder)
    assert embedder.embedded and not {text for text in embedder.embedded if text in TEXTS["ja.txt"] + TEXTS["no.txt"]}
    assert open_index(folder).verify() == ()
    repair(folder)
    assert verify_generation(folder) == ()


def test_leftovers_go_and_are_told(folder):
    """Unfinished files, files that no generation names, a whole generation that is none."""
    (folder / "gen-000009.tmp-77").mkdir()
    (folder / "segments" / "xx-1.vectors.f32.tmp-77").write_bytes(b"?")
    (folder / "segments" / "evil.pkl").write_bytes(b"?")
    (folder / "gen-000008").mkdir()
    text = " ".join(repair(folder).done)
    assert all(word in text for word in ("gen-000009.tmp-77", "xx-1.vectors.f32.tmp-77", "Generation 8", "1 file"))
    assert verify_generation(folder) == () and not [name for name in files(folder) if "tmp" in name or "evil" in name]


def test_what_it_cannot_repair(folder, tmp_path):
    """No index, an index of another version, a running ingest: each keeps its own message, and nothing changes."""
    for empty in (tmp_path / "none", tmp_path):
        with pytest.raises(NoIndex):
            repair(empty)
    with writing(folder), pytest.raises(IndexBusy):
        repair(folder)
    path = folder / "gen-000003" / "manifest.json"
    path.write_bytes(
        path.read_bytes().replace(f'"format":{FORMATS[0]}'.encode(), f'"format":{FORMATS[-1] + 1}'.encode())
    )
    (folder / "CURRENT").write_bytes(b"gen-000003\n")
    before = files(folder)
    with pytest.raises(IndexMismatch):
        repair(folder)
    assert files(folder) == before


def test_after_any_damage_the_index_is_sound_or_says_what_to_do(folder, tmp_path):
    """Random flips and cuts: repaired, verifying finds nothing, and readers see one of the generations."""
    chance, seen = random.Random(5), set()
    for number in range(40):
        index = shutil.copytree(folder, tmp_path / str(number))
        for name in chance.sample(sorted(files(index)), chance.randint(1, 3)):
            content = (index / name).read_bytes()
            (index / name).write_bytes(content[: chance.randrange(len(content))])
        try:
            served = repair(index).generation
            assert verify_generation(index) == () and open_index(index).number == served
            seen.add(served)
        except IndexDamaged:
            seen.add(None)
    assert {1, 3} <= seen


@pytest.mark.parametrize("as_json", [False, True])
def test_the_command(folder, capsys, as_json):
    """Sentences or JSON; 0 nothing lost, 1 an ingest must follow, 3 nothing sound or no index."""

    def run():
        code = run_door(cli.main, ["index", "repair", "--index", str(folder), *(["--json"] if as_json else [])])
        captured = capsys.readouterr()
        return code, json.loads(captured.out) if as_json and captured.out else captured.out, captured.err

    code, out, _ = run()
    expected = {"generation": 3, "done": [], "remedy": ""}
    assert code == 0 and out == (expected if as_json else "There was nothing to repair.\nGeneration 3 is served.\n")
    spoil(segment_files(folder, "no")[0])
    code, out, _ = run()
    assert code == 1 and "python ingest.py" in (out["remedy"] if as_json else out)
    for path in (folder / "segments").iterdir():
        path.unlink()
    code, out, err = run()
    assert (code, out) == (3, "") and "python ingest.py" in err and "Traceback" not in err
    shutil.rmtree(folder)
    assert run()[0] == 3
