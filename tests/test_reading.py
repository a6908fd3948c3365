"""Each format is read by what reads it; heavy libraries only where such a file is met."""

import subprocess
import sys

import pytest
from child_support import child_environment
from document_support import SAMPLES, docx, paragraphs, pdf

from citeglot.decoding import UnreadableArticle
from citeglot.extraction import Extractor
from citeglot.reading import SUFFIXES, read_articles

TEXT = SAMPLES["no"]
FILES = {
    "a.txt": TEXT.encode(),
    "a.MD": b"---\ntitle: x\n---\n" + TEXT.encode(),
    "a.markdown": TEXT.encode(),
    "a.json": f'{{"text": "{TEXT}"}}'.encode(),
    "a.jsonl": f'{{"text": "{TEXT}"}}\n'.encode(),
    "a.ndjson": f'{{"text": "{TEXT}"}}\n'.encode(),
    "a.html": f"<p>{TEXT}</p>".encode(),
    "a.htm": f"<p>{TEXT}</p>".encode(),
    "a.xhtml": f"<p>{TEXT}</p>".encode(),
    "a.docx": docx(paragraphs(TEXT)),
    "a.pdf": pdf([(50, TEXT)]),
}


@pytest.fixture(scope="module")
def extractor():
    """A process that reads pages and documents."""
    with Extractor() as extractor:
        yield extractor


def test_the_files_of_these_tests_are_all_there_are():
    """Every suffix that is read is tried here."""
    assert {"." + name.split(".")[1].lower() for name in FILES} == set(SUFFIXES)


@pytest.mark.parametrize("name", FILES)
def test_every_format_gives_the_text(extractor, tmp_path, name):
    """One text in every format is one text."""
    path = tmp_path / name
    path.write_bytes(FILES[name])
    assert [one.text for one in read_articles(path, extractor)] == [TEXT]


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize("raw", [b"", b"\xff\xfe\x00", b"\x89PNG\r\n\x1a\n" + bytes(99)])
def test_every_format_tells_what_is_none(extractor, tmp_path, name, raw):
    """An empty file, half a character and a picture under any name are one reason each, and no exception."""
    path = tmp_path / name
    path.write_bytes(raw)
    (one,) = read_articles(path, extractor)
    assert isinstance(one, UnreadableArticle)


def test_heavy_libraries_are_loaded_by_need():
    """Reading a corpus loads no library for pages and documents in this process."""
    code = "import sys, citeglot.corpus; print({'lxml', 'trafilatura', 'pypdfium2', 'lingua'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env=child_environment())
    assert done.stdout.strip() == "set()", done.stderr
