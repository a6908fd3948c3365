"""An ingest that is disturbed leaves the old index or the new one, and nothing half done."""

import os

import pytest
from child_support import run_child
from index_support import files, five_articles, update

from citeglot.index import verify_generation

POSIX = pytest.mark.skipif(os.name != "posix", reason="needs fork and signals")


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


KILLED_AT_EVERY_NAMED_STEP = """
from citeglot.errors import NoIndex
from citeglot.index import open_index, verify_generation
from index_support import files
base = Path(sys.argv[1])

def kill_after(number):
    calls = 0
    def progress(step, done, total):
        nonlocal calls
        calls += 1
        if calls == number:
            (folder.parent / "step").write_text(f"{step} {done}/{total}")
            os.kill(os.getpid(), signal.SIGKILL)
    return progress

for first in (True, False):
    undisturbed = base / f"undisturbed-{first}"
    for corpus in ((new,) if first else (old, new)):
        update(undisturbed, corpus)
    seen = {}
    for number in range(1, 1000):
        folder = base / f"{first}-{number}"
        if not first:
            update(folder, old)
        if in_child(lambda: update(folder, new, progress=kill_after(number))) == 0:
            break
        try:
            seen[(base / "step").read_text()] = len(open_index(folder).documents)
            assert open_index(folder).warnings == () and verify_generation(folder) == ()
        except NoIndex:
            seen[(base / "step").read_text()] = 0
        assert update(folder, new).documents == 3
        parts = [{name: content for name, content in files(one).items() if name.startswith("segments")}
                 for one in (folder, undisturbed)]
        assert parts[0] == parts[1]
        shutil.rmtree(folder)
    switched = seen.pop("switching 1/1")
    print(first, sorted({step.split()[0] for step in seen}), set(seen.values()), switched)
"""


@POSIX
def test_killed_at_every_named_step(tmp_path):
    """SIGKILL at each sign of progress - splitting, embedding, writing, switching - of a first and of a later ingest:
    no index yet or the old one, and the new one only after the switch; the next ingest ends as if nothing had been.
    """
    names = ["embedding", "splitting", "switching", "writing"]
    assert run_child(KILLED_AT_EVERY_NAMED_STEP, tmp_path) == [f"True {names} {{0}} 3", f"False {names} {{2}} 3"]
