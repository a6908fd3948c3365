"""An ingest that is disturbed leaves the old index or the new one, and nothing half done."""

import os

import pytest
from child_support import run_child
from index_support import document, files, five_articles, update

from citeglot.commit import is_locked, writing
from citeglot.errors import EnvironmentLacks, IndexBusy
from citeglot.index import list_generations, open_index, verify_generation
from citeglot.manifest import SUFFIXES

POSIX = pytest.mark.skipif(os.name != "posix", reason="needs fork and signals")


def test_a_second_writer_is_told_who_writes(tmp_path):
    """Two ingests at once: the second stops, names the first, and changes nothing; afterwards it may."""
    update(tmp_path / "index", five_articles().values())
    with writing(tmp_path / "index"):
        assert is_locked(tmp_path / "index")
        with pytest.raises(IndexBusy, match=f"process {os.getpid()}"):
            update(tmp_path / "index", [document("en.txt", "New.", "en")], consent=True)
        assert len(open_index(tmp_path / "index").documents) == 5
    assert not is_locked(tmp_path / "index")
    assert update(tmp_path / "index", [document("en.txt", "New.", "en")], consent=True).generation == 2


def test_an_index_folder_that_cannot_be(tmp_path):
    """A file where the folder should be is a sentence."""
    (tmp_path / "index").write_text("mine")
    with pytest.raises(EnvironmentLacks, match="cannot be written"):
        update(tmp_path / "index", five_articles().values())
    assert (tmp_path / "index").read_text() == "mine"


def test_an_exception_leaves_no_temporary_file(tmp_path):
    """Ctrl-C in any step removes what was begun, and the next ingest finishes."""
    articles = five_articles()

    def interrupt(step, done, total):
        if step == wanted:
            raise KeyboardInterrupt

    for wanted in ("splitting", "embedding", "writing", "switching"):
        with pytest.raises(KeyboardInterrupt):
            update(tmp_path / wanted, articles.values(), progress=interrupt)
        assert not [name for name in files(tmp_path / wanted) if ".tmp-" in name]
        assert update(tmp_path / wanted, articles.values()).documents == 5
        assert verify_generation(tmp_path / wanted) == ()


@POSIX
def test_killed_at_every_step(tmp_path):
    """SIGKILL before each flush, rename and removal, of a first and of a later ingest: the old or the new index
    opens whole, and the next ingest finishes and clears up.
    """
    body = """
    from citeglot.errors import NoIndex
    from citeglot.index import open_index, verify_generation
    base = Path(sys.argv[1])
    for first in (True, False):
        seen, number = set(), 0
        while True:
            number += 1
            folder = base / f"{first}-{number}"
            if not first:
                update(folder, old)
            status = in_child(lambda: (kill_at(number), update(folder, new)))
            try:
                seen.add(len(open_index(folder).documents))
                assert open_index(folder).warnings == () or first
                assert verify_generation(folder) == () or open_index(folder).warnings
            except NoIndex:
                seen.add(0)
            if status == 0:
                break
            assert os.WIFSIGNALED(status), status
            assert update(folder, new).documents == 3
            assert verify_generation(folder) == ()
            assert not [path for path in folder.rglob("*") if ".tmp-" in path.name]
            shutil.rmtree(folder)
        print(first, sorted(seen), number > 15)
    """
    assert run_child(body, tmp_path) == ["True [0, 3] True", "False [2, 3] True"]


@POSIX
def test_a_full_disk_keeps_the_old_index(tmp_path):
    """When a file cannot grow, that is said, nothing half written stays, and the old index answers."""
    body = """
    from citeglot.index import open_index, verify_generation
    folder = Path(sys.argv[1])
    update(folder, old)
    for limit in (0, 50, 1000):
        def full():
            resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
            update(folder, new)
        in_child(full)
        assert not [path for path in folder.rglob("*") if ".tmp-" in path.name]
        assert verify_generation(folder) == ()
        print(open_index(folder).number)
    """
    lines = run_child(body, tmp_path / "index")
    assert lines[1::2] == ["1", "1", "1"]
    for line in lines[::2]:
        assert line.startswith("EnvironmentLacks The index folder")
        assert "File too large" in line


def test_only_two_generations_and_their_segments_are_kept(tmp_path):
    """Older generations, and files that no generation names, go; numbers only grow."""
    articles = five_articles()
    for number in range(1, 6):
        articles["en.txt"] = document("en.txt", f"Version {number} of it.", "en")
        assert update(tmp_path / "index", articles.values()).generation == number
    assert [one.number for one in list_generations(tmp_path / "index")] == [4, 5]
    assert sum(name.startswith("segments/en-") for name in files(tmp_path / "index")) == 2 * len(SUFFIXES)
