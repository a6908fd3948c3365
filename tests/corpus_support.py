"""A corpus folder to put articles in."""

from datetime import date

from citeglot.corpus import read_corpus

TODAY = date(2026, 11, 22)


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
