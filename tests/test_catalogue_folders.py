"""Group I of the catalogue of bad input, I29 to I39: files by their names and kinds, and while they change."""

import os
import stat
import sys

import pytest
from corpus_support import Folder, as_nobody, ingest_door, open_to_all

from citeglot import reading
from citeglot.corpus import read_corpus
from citeglot.errors import CorpusProblem

POSIX = pytest.mark.skipif(sys.platform == "win32", reason="rights, pipes and such names are a matter of POSIX")
LINUX = pytest.mark.skipif(sys.platform != "linux", reason="the file system refuses such names, or has no such rights")


def test_the_content_decides_and_not_the_time(corpus, door):
    """I32: another time alone changes nothing; another content of the same size and time is a change."""
    path = corpus.write("a.txt", "The bridge has 28 lamps.")
    corpus.write("b.txt")
    assert door()[1]["generation"] == 1
    os.utime(path, (1, 1))
    report = door()[1]
    assert (report["generation"], report["unchanged"], report["embedded_chunks"]) == (1, 2, 0)
    before = path.stat()
    path.write_text("The bridge has 29 lamps.")
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert path.stat().st_size == before.st_size
    assert door()[1]["changed"] == ["a.txt"]


@pytest.mark.parametrize("times", [1, 2, 3])
def test_a_file_that_changes_while_it_is_read(corpus, monkeypatch, times):
    """I33: changed once, it is read again, whole; when it goes on changing it is told, and the others are read."""
    corpus.write("a.txt", "Version 0.")
    corpus.write("b.txt")
    real, changes = reading.read_text, iter(range(1, times + 1))

    def read(path, *rest):
        article = real(path, *rest)
        if path.name == "a.txt" and (number := next(changes, 0)):
            path.write_text(f"Version {number}, and more." + " " * number)
        return article

    monkeypatch.setattr(reading, "read_text", read)
    found = corpus.read()
    texts = {one.name: one.text.strip() for one in found.documents}
    assert "b.txt" in texts
    if times == 1:
        assert texts["a.txt"] == "Version 1, and more."
    else:
        assert [one.path for one in found.skipped] == ["a.txt"]
        assert "changed while it was read" in found.skipped[0].reason


@POSIX
def test_what_may_not_be_read_is_told_and_costs_no_other(monkeypatch, capsys):
    """I34: a file and a folder without the right to read them are named, the exit code is 1, the others are there."""
    with open_to_all() as home:
        folder = Folder(home / "corpus")
        folder.write("a.txt")
        folder.write("b.txt").chmod(0)
        folder.write("c.jsonl", '{"text": "Ein Satz."}').chmod(0)
        folder.write("sub/d.txt")
        folder.path.joinpath("sub").chmod(0)
        door = ingest_door(folder, monkeypatch, capsys)
        door()  # loads all that somebody else may not load
        with as_nobody(home):
            code, report, said = door()
    reasons = {one["path"]: one["reason"] for one in report["skipped"]}
    assert (code, set(reasons)) == (1, {"b.txt", "c.jsonl", "sub"})
    assert all("cannot be opened: Permission denied" in reason for reason in reasons.values())
    assert report["documents"] > 0 and "Traceback" not in said


@LINUX
def test_a_device_is_not_opened(corpus):
    """I36: a device in the folder is told; reading from it would never end."""
    try:
        os.mknod(corpus.path / "zero.txt", stat.S_IFCHR | 0o666, os.makedev(1, 5))
    except PermissionError:
        pytest.skip("only root makes devices")
    corpus.write("a.txt")
    assert "a device" in corpus.reasons()["zero.txt"]


@LINUX
def test_no_name_does_anything_when_it_is_printed(corpus, door):
    """I37: line ends, escapes, overrides and bytes that are no text are shown as what they are."""
    names = [
        "a\nb.txt",
        "a\x1b[31mb.txt",
        "cod\u202etxt.pdf",
        "a\u2028b.txt",
        "a\u200bb.bad",
        "日\u0085本.txt",
        "-.txt",
    ]
    names += ["a..b.txt", "a\U000e0041b.txt", "x" * 251 + ".txt", "🧑🏽\u200d💻.txt", "می\u200cخواهم.txt"]
    for name in names:
        corpus.write(name)
    with open(os.fsencode(corpus.path) + b"/\xff\xfe.txt", "wb") as file:  # noqa: PTH123 a name of bytes
        file.write(b"Ein Satz.")
    code, report, said = door()
    told = [*report["added"], *(one["path"] for one in report["skipped"])]
    assert code == 1 and len(told) == len(set(told)) == len(names) + 1
    assert {"a\\x0ab.txt", "a\\x1b[31mb.txt", "cod\\u202etxt.pdf", "a\\u2028b.txt", "日\\x85本.txt"} < set(told)
    assert {"a\\U000e0041b.txt", "\\xff\\xfe.txt", "🧑🏽\u200d💻.txt", "می\u200cخواهم.txt", "-.txt"} < set(told)
    assert "\u202e" not in said


def test_what_programs_leave_in_folders_is_passed_over(corpus):
    """I38: the locks of office programs, and what systems put into folders, are no articles and no news."""
    for name in ("~$Bericht.docx", ".~lock.a.odt#", "Thumbs.db", "desktop.ini", ".DS_Store", "._a.txt", "a.txt~"):
        corpus.write(name, b"\0\1\2")
    corpus.write("a.txt")
    found = corpus.read()
    assert ([one.name for one in found.documents], found.skipped) == (["a.txt"], ())


@pytest.mark.parametrize("name", ["none", "x" * 5000, "a\0b"])
def test_no_folder_is_a_sentence(tmp_path, name):
    """I39: a folder that is not there, or cannot be, is one sentence that names the option."""
    with pytest.raises(CorpusProblem, match="--corpus"):
        read_corpus(tmp_path / name)


@POSIX
def test_a_folder_that_may_not_be_read_is_a_sentence_and_one_that_may_not_be_written_is_no_matter():
    """I39: nothing is ever written into the corpus."""
    with open_to_all() as home:
        folder = Folder(home / "corpus")
        folder.write("a.txt").chmod(0o444)
        folder.path.chmod(0o555)
        folder.read()
        with as_nobody(home):
            assert len(folder.read().documents) == 1
            assert sorted(path.name for path in folder.path.iterdir()) == ["a.txt"]
            folder.path.chmod(0)
            with pytest.raises(CorpusProblem, match="Permission denied"):
                folder.read()
            home.chmod(0)
            with pytest.raises(CorpusProblem, match="Permission denied"):
                folder.read()
            home.chmod(0o755)
