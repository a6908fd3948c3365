"""Group I of the catalogue of bad input, I40: very many files."""

import os
import subprocess
import sys

import pytest
from child_support import child_environment
from corpus_support import Folder
from document_support import SAMPLES

from citeglot.corpus import read_corpus

READ_ALL = """
import resource, sys
from pathlib import Path
from citeglot.corpus import read_corpus
def most():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)
before = most()
found = read_corpus(Path(sys.argv[1]))
print(len(found.documents), sum(sys.getsizeof(one.text) for one in found.documents), most() - before)
"""


@pytest.fixture
def corpus(tmp_path):
    """A folder to put articles in, with a way to write and to read it."""
    return Folder(tmp_path / "corpus")


def many(folder, count):
    """Write small articles in five languages, a thousand to a folder."""
    for number in range(count):
        language = ("de", "en", "hi", "ja", "no")[number % 5]
        folder.write(f"{number // 1000}/{number}.{language}.txt", f"{SAMPLES[language]} {number}")


def test_reading_many_files_says_how_far_it_is(corpus):
    """I40: progress names the step, never goes back, and ends with all of them; no file stays open."""
    many(corpus, 1000)
    said, before = [], _next_descriptor()
    found = read_corpus(corpus.path, progress=lambda *one: said.append(one))
    assert len(found.documents) == 1000
    reading_steps = [done for step, done, total in said if (step, total) == ("reading", 1000)]
    assert reading_steps == sorted(reading_steps) and reading_steps[-1] == 1000
    assert _next_descriptor() == before


def _next_descriptor():
    descriptor = os.open(os.devnull, os.O_RDONLY)
    os.close(descriptor)
    return descriptor


@pytest.mark.skipif(sys.platform == "win32", reason="it tells memory in another way")
@pytest.mark.soak
def test_200000_files(corpus, capsys):
    """I40: memory grows with the texts and little else: less than three kilobytes beside each."""
    many(corpus, 200_000)
    done = subprocess.run(
        [sys.executable, "-c", READ_ALL, str(corpus.path)], capture_output=True, text=True, env=child_environment()
    )
    assert done.returncode == 0, done.stderr
    count, texts, grown = map(int, done.stdout.split())
    with capsys.disabled():
        print(f"\n200,000 files: texts {texts / 1e6:.0f} MB, memory grew by {grown / 1e6:.0f} MB")
    assert count == 200_000
    assert grown - texts < 3000 * count
