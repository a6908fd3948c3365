"""A corpus folder to put articles in, and the rights of somebody who may not read everything."""

import json
import os
import shutil
import tempfile
from contextlib import contextmanager
from datetime import date
from pathlib import Path

from fakes import HashEmbedder
from index_support import CHUNK_TOKENS

import ingest
from citeglot.console import run_door
from citeglot.corpus import read_corpus
from citeglot.indexing import engines_of

TODAY = date(2026, 11, 22)
NOBODY = 65534


class Folder:
    """A folder to put articles in, with a way to write and to read it."""

    def __init__(self, path):
        self.path = path
        path.mkdir()

    def write(self, name, text="En setning om Norge. Og en til."):
        path = self.path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return path

    def read(self, encoding=None):
        return read_corpus(self.path, TODAY, encoding)

    def one(self, text, name="a.txt"):
        self.write(name, text)
        (document,) = self.read().documents
        return document

    def reasons(self):
        return {one.path: one.reason for one in self.read().skipped}


def ingest_door(corpus, monkeypatch, capsys):
    """Return a way to ingest a folder as the command line does: exit code, report, and what was said beside it."""
    embedder = HashEmbedder()
    monkeypatch.setattr(ingest, "model_engines", lambda settings: engines_of(embedder, CHUNK_TOKENS))

    def call(*options):
        folders = ["--corpus", str(corpus.path), "--index", str(corpus.path.parent / "index")]
        code = run_door(ingest.main, [*folders, "--json", *options])
        streams = capsys.readouterr()
        return code, json.loads(streams.out or "null"), streams.err

    return call


@contextmanager
def open_to_all():
    """Yield an empty folder that every user can reach, which pytest's own are not; it is removed whatever it holds."""
    folder = Path(tempfile.mkdtemp())
    folder.chmod(0o755)
    try:
        yield folder
    finally:
        for path in folder.rglob("*"):
            if path.is_dir():
                path.chmod(0o755)
        shutil.rmtree(folder)


@contextmanager
def as_nobody(folder):
    """Give a folder to somebody without rights and be that one, where this is root; else change nothing."""
    if os.geteuid():
        yield
        return
    for path in (folder, *folder.rglob("*")):
        os.chown(path, NOBODY, NOBODY, follow_symlinks=False)
    os.seteuid(NOBODY)
    try:
        yield
    finally:
        os.seteuid(0)
