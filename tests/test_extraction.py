"""Pages and documents are read in a process of their own, which its limits end and which others replace."""

import io
import json
import subprocess
import sys

import pytest
from child_support import child_environment
from document_support import SAMPLES, docx, paragraphs, pdf

from citeglot import extraction_child
from citeglot.decoding import UnreadableArticle
from citeglot.extraction import Extractor
from citeglot.extraction_child import MAX_FILE_BYTES, OUT_OF_MEMORY, answer, serve


@pytest.fixture(scope="module")
def extractor():
    """A process that reads what the tests of this module write."""
    with Extractor() as extractor:
        yield extractor


@pytest.fixture
def write(tmp_path):
    """Write a file with a name that needs care."""

    def write(name, raw):
        path = tmp_path / f"ä –\u200d {name}"
        path.write_bytes(raw)
        return path

    return write


@pytest.mark.parametrize("language", SAMPLES)
def test_every_format_gives_the_same_text(extractor, write, language):
    """A page, a Word document and a PDF of one text are the same article, in every language, cleaned as all are."""
    text = SAMPLES[language]
    page = f"<!doctype html><html lang={language}><body><article><p>{text}\u202e</p></article></body></html>"
    assert extractor.read(write("a.HTML", page.encode())).text == text
    assert extractor.read(write("a.docx", docx(paragraphs(text + "\u202e")))).text == text
    drawn = text[::-1] if language == "ar" else text
    if language != "ar":  # its full stops are moved by whoever draws a PDF, see test_pdf
        assert extractor.read(write("a.pdf", pdf([(50, drawn)]))).text == text


def test_a_named_encoding_is_handed_over(extractor, write):
    """The encoding that is named for files that are not Unicode reaches the process."""
    path = write("a.htm", "<p>Tromsø er størst.</p>".encode("latin-1"))
    with pytest.raises(UnreadableArticle, match="--encoding"):
        extractor.read(path)
    assert extractor.read(path, "cp1252").text == "Tromsø er størst."


@pytest.mark.parametrize("name", ["a.html", "a.docx", "a.pdf"])
def test_what_cannot_be_opened_or_is_empty_is_told(extractor, write, tmp_path, name):
    """A file that is gone and an empty one have their own reasons in every format."""
    with pytest.raises(UnreadableArticle, match="cannot be opened"):
        extractor.read(tmp_path / name)
    with pytest.raises(UnreadableArticle, match="empty"):
        extractor.read(write(name, b""))


def test_blank_documents_are_no_articles(extractor, write):
    """What has a text of nothing but white space is refused like such a text file."""
    with pytest.raises(UnreadableArticle, match="white space"):
        extractor.read(write("a.docx", docx(paragraphs("", " "))))


def test_too_slow_a_file_is_told_and_the_next_one_read(write):
    """The process is ended when its time is over, and a new one reads on."""
    path = write("a.docx", docx(paragraphs("Ein Satz.")))
    with Extractor(seconds=0.001) as extractor:
        with pytest.raises(UnreadableArticle, match=r"longer than 0\.001 seconds"):
            extractor.read(path)
        extractor.seconds = 60
        assert extractor.read(path).text == "Ein Satz."


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere memory is looked at now and then")
def test_too_greedy_a_file_is_told_and_the_next_one_read(write):
    """A document that unpacks into more than the limit ends its process, and a new one reads on."""
    bomb = write("bomb.docx", docx("<w:p/>" * 10_000_000))
    with Extractor(memory=256 << 20) as extractor:
        with pytest.raises(UnreadableArticle, match="more than 256 MB of memory"):
            extractor.read(bomb)
        assert extractor.read(write("a.docx", docx(paragraphs("Ein Satz.")))).text == "Ein Satz."


def test_a_process_that_falls_is_told_and_replaced(write):
    """Whatever ends the process, also between two files, is told with its code; the next file gets a new one."""
    path = write("a.docx", docx(paragraphs("Ein Satz.")))
    with Extractor() as extractor:
        assert extractor.read(path).text == "Ein Satz."
        extractor._child.kill()
        extractor._child.wait()
        with pytest.raises(UnreadableArticle, match="ended the program"):
            extractor.read(path)
        assert extractor.read(path).text == "Ein Satz."
        child = extractor._child
    assert child.poll() is not None


def test_the_process_ends_with_its_parent():
    """When standard input ends, as it does when the parent was killed, so does the process."""
    command = [sys.executable, "-m", "citeglot.extraction_child", str(1 << 30)]
    done = subprocess.run(command, input=b"", capture_output=True, env=child_environment(), timeout=60)
    assert (done.returncode, done.stdout) == (0, b"")


def test_watching_ends_a_process_that_grows():
    """Where the kernel does not bound memory, the process ends itself with the code that says so."""
    code = "from citeglot.extraction_child import watch_memory; watch_memory(iter([1, 2, 9]).__next__, 5)"
    done = subprocess.run([sys.executable, "-c", code], env=child_environment(), timeout=60)
    assert done.returncode == OUT_OF_MEMORY


def test_memory_can_be_measured_without_the_kernel():
    """What the watch looks at is the memory of this process, in bytes."""
    measure = extraction_child._memory_in_use()
    if measure is not None:
        assert 1 << 20 < measure() < 1 << 40


def test_whatever_a_library_raises_is_a_reason(tmp_path, monkeypatch):
    """A library that fails on a file, or is not there, does not end the process; only lack of memory does."""
    for problem, reason in [(KeyError("x\ny"), "KeyError"), (ImportError("no lxml"), "not installed")]:
        monkeypatch.setattr(extraction_child, "_read", _raising(problem))
        assert reason in answer(tmp_path, [])["reason"]
    monkeypatch.setattr(extraction_child, "_read", _raising(MemoryError()))
    with pytest.raises(MemoryError):
        answer(tmp_path, [])


def _raising(problem):
    def read(path, encodings):
        raise problem

    return read


def test_sizes_are_bounded(tmp_path, monkeypatch):
    """A file and a text over their limits are refused by size."""
    path = tmp_path / "a.pdf"
    with path.open("wb") as file:
        file.truncate(MAX_FILE_BYTES + 1)
    assert "100 MB" in answer(path, [])["reason"]
    monkeypatch.setattr(extraction_child, "_read", lambda path, encodings: ("a" * 10_000_001, {}))
    assert "10 million characters" in answer(path, [])["reason"]


def test_replies_are_one_line_each(tmp_path):
    """Requests and replies may hold any text, lone surrogates of file names too, and stay one line."""
    page = tmp_path / "a.html"
    page.write_text("<p>Eine Zeile\u2028und\u0085noch eine.</p>", encoding="utf-8")
    requests = [{"path": str(page), "encodings": []}, {"path": "\udce9.pdf", "encodings": []}]
    replies = io.BytesIO()
    serve(io.BytesIO(b"".join(json.dumps(one).encode() + b"\n" for one in requests)), replies)
    first, second = replies.getvalue().splitlines()
    assert "noch eine." in json.loads(first)["text"]
    assert "cannot be opened" in json.loads(second)["reason"]
