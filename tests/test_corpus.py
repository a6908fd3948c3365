"""The corpus folder becomes documents; what is not read is told."""

import os
import socket
import sys
import unicodedata
from datetime import date

import pytest
import regex
from hypothesis import given
from hypothesis import strategies as st

from citeglot.corpus import read_corpus, shorten
from citeglot.errors import CorpusProblem
from citeglot.settings import ROOT

TODAY = date(2026, 11, 22)
POSIX = pytest.mark.skipif(sys.platform == "win32", reason="links, pipes and byte names are a matter of POSIX")


@pytest.fixture
def corpus(tmp_path):
    """A folder to put articles in, with a way to write and to read it."""

    class Folder:
        path = tmp_path / "corpus"

        def write(self, name, text="En setning om Norge. Og en til."):
            path = self.path / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(text if isinstance(text, bytes) else text.encode())
            return path

        def read(self):
            return read_corpus(self.path, TODAY)

        def one(self, text, name="a.txt"):
            self.write(name, text)
            (document,) = self.read().documents
            return document

        def reasons(self):
            return {one.path: one.reason for one in self.read().skipped}

    Folder.path.mkdir()
    return Folder()


def test_the_five_articles():
    """Language, title and date of the articles the project starts from; 3996 is nobody's date."""
    found = read_corpus(ROOT / "corpus", TODAY)
    assert not found.skipped
    assert [(one.language, one.date) for one in found.documents] == [
        ("de", None),
        ("de", date(2024, 1, 12)),
        ("hi", None),
        ("no", None),
        ("en", None),
    ]
    titles = [one.title for one in found.documents]
    assert titles[0] == "Verteidigungsminister Rajnath Singh und sein japanischer Amtskollege Kihara…"
    assert titles[1] == "8. Ausgabe der Militärgespräche zwischen Italien und Japan"
    assert titles[2] == found.documents[2].text.splitlines()[0]
    assert titles[3].startswith("Norge og Japan styrker") and titles[3].endswith("…")
    assert titles[4] == "Japan plans to discuss defense cooperation issues with Uzbekistan"
    assert "29 August 3996" in found.documents[4].text


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
@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may read everything")
def test_an_unreadable_file_is_told(corpus):
    """A file without the right to read it is named."""
    corpus.write("a.txt").chmod(0)
    assert "cannot be opened" in corpus.reasons()["a.txt"]


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


@pytest.mark.parametrize(
    ("text", "name", "title"),
    [
        ("# Møte i Oslo #\n\nTekst her.", "a.md", "Møte i Oslo"),
        ("---\ntitle: Statt dessen\n---\n# Kopf\nText.", "a.md", "Statt dessen"),
        ("***\n\nÜberschrift\nEin Satz.", "a.txt", "Überschrift"),
        ("Ein kurzer Satz. Noch einer.", "a.txt", "Ein kurzer Satz."),
        ("8. Ausgabe\nEin Satz.", "a.txt", "8. Ausgabe"),
        ("日本とノルウェーは協定に署名した。次の文。", "a.txt", "日本とノルウェーは協定に署名した。"),
        ("日本" * 60 + "。", "a.txt", "日本" * 39 + "日…"),
    ],
)
def test_titles(corpus, text, name, title):
    """Stated title, heading, or the beginning of the first sentence, in this order."""
    assert corpus.one(text, name).title == title


@pytest.mark.parametrize(
    ("text", "stated"),
    [
        ("Treffen in Rom\n12/01/24\nDer Minister kam. Er ging.", date(2024, 1, 12)),
        ("Møte i Oslo\nOslo, 3. september 2024\nMinisteren kom. Han gikk.", date(2024, 9, 3)),
        ("會談\n首脳会談\n2026年3月5日\n大臣が来た。そして帰った。", date(2026, 3, 5)),
        ("बैठक\n3 सितंबर 2024\nमंत्री आए। वे गए।", date(2024, 9, 3)),
        ("2024-09-03\nThe minister came. He left again.", date(2024, 9, 3)),
        ("Talks\nPublished September 3, 2024\nThe minister came.", date(2024, 9, 3)),
        ("Talks\n29 August 3996 3 minutes\nThe minister came.", None),
        ("Talks\n03/04/24\nThe minister came to the country.", None),
        ("Talks\n31 February 2024\nThe minister came.", None),
        ("Talks\n1 May 1850\nThe minister came.", None),
        ("Talks\nThe minister came on 3 September 2024.\n", None),
        ("Gipfel am 3. September 2024\nDer Minister kam. Er ging.", None),
        ("The minister came.\n3 September 2024\n", None),
    ],
)
def test_dates_are_stated_not_guessed(corpus, text, stated):
    """A dateline above the text is the date; an ambiguous, implausible or running one is not."""
    assert corpus.one(text).date == stated


def test_front_matter_wins(corpus):
    """Stated language and date are taken; an unknown language is told."""
    document = corpus.one("---\nlanguage: nn\ndate: 2024-09-03T10:00:00Z\n---\nThis is English text.", "a.md")
    assert (document.language, document.date) == ("no", date(2024, 9, 3))
    assert document.text == "This is English text."
    corpus.write("b.md", "---\nlanguage: klingon\n---\nText.")
    assert "klingon" in corpus.reasons()["b.md"]


@given(st.text(alphabet="ab ,日本क्\u200dषé\u0301👩🏽💻\n", max_size=120), st.integers(2, 40))
def test_shortening_keeps_characters_whole(text, length):
    """At most `length` visible characters, none taken apart, and no mark where nothing was cut."""
    whole = " ".join(text.split())
    short = shorten(text, length)
    assert len(regex.findall(r"\X", short)) <= length
    if short != whole:
        assert short.endswith("…")
        kept = short[:-1]
        assert whole.startswith(kept)
        assert len(kept) in {0, *(match.end() for match in regex.finditer(r"\X", whole))}
