"""What stands in an ingest's way, such as another one or a full disk, is said and changes nothing."""

import errno
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from child_support import start_ingest
from index_support import TEXTS, document, files, five_articles, update

from citeglot import storage
from citeglot.commit import is_locked, writing
from citeglot.errors import EnvironmentLacks, IndexBusy
from citeglot.index import open_index, verify_generation

POSIX = pytest.mark.skipif(os.name != "posix", reason="needs fork and signals")
FAULTS = (errno.ENOSPC, errno.EIO, errno.EROFS, errno.EMFILE, errno.EACCES)


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


def test_the_lock_file_of_a_dead_ingest_holds_nobody_up(tmp_path):
    """The kernel freed the lock when its owner died, whoever the file names."""
    dead = subprocess.run([sys.executable, "-c", "import os; print(os.getpid())"], capture_output=True, text=True)
    (tmp_path / "index").mkdir()
    (tmp_path / "index" / ".lock").touch()
    (tmp_path / "index" / ".lock.owner").write_text(dead.stdout)
    assert not is_locked(tmp_path / "index")
    assert update(tmp_path / "index", five_articles().values()).generation == 1


def test_a_fault_in_any_call_is_said_and_leaves_the_old_index(tmp_path, monkeypatch):
    """A full, broken or read-only disk, and too many open files, at each opening, flush, rename and new folder of an
    ingest in turn: a sentence, the old index whole, nothing half done; then the ingest ends well.
    """
    articles, calls, number = list(five_articles().values()), 0, 0
    real = {(Path, "open"): Path.open, (Path, "replace"): Path.replace, (Path, "rename"): Path.rename}
    real |= {(Path, "mkdir"): Path.mkdir, (storage.os, "fsync"): os.fsync}

    def failing(function):
        def call(*arguments, **options):
            nonlocal calls
            reads = function is real[Path, "open"] and arguments[1:2] not in (("wb",), ("w+b",), ("r+b",))
            calls += not reads
            if calls == place and not reads:
                raise OSError(number, os.strerror(number))
            return function(*arguments, **options)

        return call

    for place in range(1, 1000):
        folder, calls, number = tmp_path / str(place), 0, FAULTS[place % len(FAULTS)]
        update(folder, articles[:4])
        before = files(folder)
        with monkeypatch.context() as patch:
            for (owner, name), function in real.items():
                patch.setattr(owner, name, failing(function))
            try:
                update(folder, articles)
                break
            except EnvironmentLacks as error:
                assert os.strerror(number) in str(error) and str(folder) in str(error)
        after = files(folder)
        if len(open_index(folder).documents) == 4:
            assert before.items() <= after.items() and open_index(folder).number == 1
        assert not [name for name in after if ".tmp-" in name]
        assert verify_generation(folder) == ()
        assert update(folder, articles).documents == 5 and verify_generation(folder) == ()
    assert 15 < place < 999


@POSIX
@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, -signal.SIGTERM)])
def test_an_ingest_that_is_ended_can_be_started_again(tmp_path, number, code):
    """Ctrl-C says so and removes what was begun; after a SIGTERM the next ingest does."""
    corpus, index = tmp_path / "corpus", tmp_path / "index"
    corpus.mkdir()
    for place in range(400):
        (corpus / f"{place}.txt").write_text(f"{place}. {TEXTS['en.txt']}", encoding="utf-8")
    child = start_ingest(corpus, index)
    while not (index / ".lock.owner").exists():
        assert child.poll() is None
    child.send_signal(number)
    _, errors = child.communicate(timeout=60)
    assert child.returncode == code and "Traceback" not in errors
    assert not list(index.glob("gen-*"))
    assert update(index, five_articles().values()).documents == 5
    assert not [name for name in files(index) if ".tmp-" in name]
