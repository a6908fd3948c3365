"""The corpus folder becomes documents; what is not read is told."""

import os
import socket
import sys
import unicodedata

import pytest
from corpus_support import TODAY, Folder

from citeglot import reading
from citeglot.corpus import read_corpus
from citeglot.errors import CorpusProblem

POSIX = pytest.mark.skipif(sys.platform == "win32", reason="links, pipes and byte names are a matter of POSIX")


@pytest.fixture
def corpus(tmp_path):
    """A folder to put articles in, with a way to write and to read it."""
    return Folder(tmp_path / "corpus")


def test_names_are_sorted_paths(corpus):
    """Folders are searched; names have forward slashes and are in order."""
    for name in ("b.md", "a/z.txt", "a/b/c.markdown", "A.TXT"):
        corpus.write(name)
    assert [one.name for one in corpus.read().documents] == ["A.TXT", "a/b/c.markdown", "a/z.txt", "b.md"]


def test_what_is_passed_over_and_what_is_told(corpus):
    """Hidden files, backups and the README at the top are silent; other files are named with a reason."""
    for name in (".hidden.txt", "a.txt~", "b.tmp", "README.md", ".git/c.txt", "#d.txt#"):
        corpus.write(name)
    corpus.write("sub/README.md")
    corpus.write("picture.png", b"\x89PNG")
    corpus.write("latin.txt", "Grüße".encode("latin-1"))
    found = corpus.read()
    assert [one.name for one in found.documents] == ["sub/README.md"]
    assert set(corpus.reasons()) == {"picture.png", "latin.txt"}
    assert ".md" in corpus.reasons()["picture.png"]
    assert "0xFC" in corpus.reasons()["latin.txt"]


def test_an_empty_folder_is_an_empty_corpus(corpus):
    """No article is no error here; a missing folder or a file is one, and says what to do."""
    assert corpus.read().documents == ()
    with pytest.raises(CorpusProblem, match="does not exist"):
        read_corpus(corpus.path / "none", TODAY)
    with pytest.raises(CorpusProblem, match="is not a folder"):
        read_corpus(corpus.write("a.txt"), TODAY)


@POSIX
def test_links_stay_inside(corpus, tmp_path):
    """A link to an article inside is read; links that lead out, nowhere, to themselves or to folders are told."""
    corpus.write("sub/a.txt")
    (tmp_path / "secret.txt").write_text("geheim")
    (corpus.path / "inside.txt").symlink_to(corpus.path / "sub" / "a.txt")
    (corpus.path / "outside.txt").symlink_to(tmp_path / "secret.txt")
    (corpus.path / "dangling.txt").symlink_to("none.txt")
    (corpus.path / "self.txt").symlink_to("self.txt")
    (corpus.path / "sub" / "loop").symlink_to(corpus.path)
    found = corpus.read()
    assert [one.name for one in found.documents] == ["inside.txt", "sub/a.txt"]
    reasons = corpus.reasons()
    assert set(reasons) == {"outside.txt", "dangling.txt", "self.txt", "sub/loop"}
    assert "out of the corpus" in reasons["outside.txt"]


@POSIX
def test_pipes_and_sockets_do_not_hang(corpus, tmp_path, monkeypatch):
    """What is no file is not opened."""
    os.mkfifo(corpus.path / "pipe.txt")
    monkeypatch.chdir(corpus.path)
    with socket.socket(socket.AF_UNIX) as one:
        one.bind("socket.txt")
        assert set(corpus.reasons()) == {"pipe.txt", "socket.txt"}


@POSIX
@pytest.mark.skipif(sys.platform == "darwin", reason="the file system refuses such names")
def test_names_are_composed_and_printable(corpus):
    """Names are in NFC; bytes that are no UTF-8 and controls become escapes; a second spelling is told."""
    corpus.write(unicodedata.normalize("NFD", "ær_é.txt"))
    corpus.write("ær_é.txt")
    corpus.write("क़.txt")
    corpus.write("a\nb.txt")
    raw = os.fsencode(corpus.path) + b"/bad\xe9.txt"
    with open(raw, "wb") as file:  # noqa: PTH123 a name of bytes
        file.write(b"Tekst om Norge.")
    names = [one.name for one in corpus.read().documents]
    assert sorted(names) == sorted(["ær_é.txt", unicodedata.normalize("NFC", "क़.txt"), "a\\x0ab.txt", "bad\\xe9.txt"])
    assert "\n".join(names).encode()
    assert "same name" in corpus.reasons()["ær_é.txt"]


@POSIX
def test_names_that_need_care(corpus):
    """Names of 255 bytes, with dashes, spaces and pictures are names like any other."""
    names = ["-rf.txt", "a b.txt", "🧑🏽\u200d💻.txt", "x" * 251 + ".txt", "日本.md", "#1.txt"]
    for name in names:
        corpus.write(name)
    assert {one.name for one in corpus.read().documents} == set(names)


@pytest.mark.skipif(sys.platform != "linux", reason="other systems take both names for one")
def test_case_tells_files_apart(corpus):
    """Two names that differ in case are two articles where the system has two files."""
    corpus.write("A.txt")
    corpus.write("a.txt")
    assert len(corpus.read().documents) == 2


@POSIX
def test_devices_and_loops_of_folders_do_not_hang(corpus):
    """A link to a device and folders that link to each other are told."""
    corpus.write("a/a.txt")
    (corpus.path / "a" / "b").symlink_to(corpus.path, target_is_directory=True)
    (corpus.path / "zero.txt").symlink_to("/dev/zero")
    assert set(corpus.reasons()) == {"a/b", "zero.txt"}


def test_a_file_that_vanishes_is_told(corpus, monkeypatch):
    """A file that goes while the folder is read is told, and the others are read."""
    corpus.write("a.txt")
    corpus.write("b.txt")
    real = reading.read_text

    def read(path, *rest):
        if path.name == "a.txt":
            path.unlink(missing_ok=True)
        return real(path, *rest)

    monkeypatch.setattr(reading, "read_text", read)
    found = corpus.read()
    assert [one.name for one in found.documents] == ["b.txt"]
    assert "cannot be opened" in found.skipped[0].reason
