"""Files with the same bytes are not read again, and nothing that a reading would say is lost by that."""

import json

import pytest
from fakes import HashEmbedder
from index_support import CHUNK_TOKENS, TEXTS

from citeglot import remembered
from citeglot.corpus import CorpusFolder
from citeglot.index import open_index
from citeglot.indexing import engines_of, update_index
from citeglot.remembered import Known, KnownFile, file_of, hash_of_file


class Place:
    """A corpus folder and its index; `read` names the files that the last ingest read."""

    def __init__(self, folder, monkeypatch):
        self.corpus, self.index, self.read = folder / "corpus", folder / "index", []
        self.corpus.mkdir()
        real = remembered.read_articles

        def spy(path, *rest):
            self.read.append(path.name)
            return real(path, *rest)

        monkeypatch.setattr(remembered, "read_articles", spy)

    def write(self, name, text):
        (self.corpus / name).write_text(text, encoding="utf-8", newline="")

    def ingest(self, encoding=None):
        self.read.clear()
        engines = engines_of(HashEmbedder(), CHUNK_TOKENS)
        return update_index(self.index, CorpusFolder(self.corpus, encoding), engines, consent=True)


@pytest.fixture
def place(tmp_path, monkeypatch):
    """The five articles, indexed."""
    made = Place(tmp_path, monkeypatch)
    for name, text in TEXTS.items():
        made.write(name, text)
    made.ingest()
    assert sorted(made.read) == sorted(TEXTS)
    return made


def test_only_what_changed_is_read(place):
    """An edit reads its file, a touched one none; nothing to do reads none; a rename reads the renamed one."""
    place.write("en.txt", "Something else about trains.")
    (place.corpus / "de.txt").touch()
    report = place.ingest()
    assert (place.read, report.changed, report.unchanged) == (["en.txt"], ("en.txt",), 4)
    assert place.ingest().unchanged == 5
    assert place.read == []
    (place.corpus / "ja.txt").rename(place.corpus / "日本.txt")
    assert place.ingest().renamed == (("ja.txt", "日本.txt"),)
    assert place.read == ["日本.txt"]
    assert open_index(place.index).document("日本.txt").text == TEXTS["ja.txt"]


def test_the_same_size_and_time_is_not_the_same_text(place):
    """Content decides: a text of the same length with the old time is a change."""
    path = place.corpus / "en.txt"
    times = path.stat().st_atime_ns, path.stat().st_mtime_ns
    place.write("en.txt", TEXTS["en.txt"].replace("January", "october"))
    remembered.os.utime(path, ns=times)
    assert place.ingest().changed == ("en.txt",)


def ingest_disturbed(place, monkeypatch, name, *texts):
    """Ingest; right before a file is read the first of the texts is put into en.txt, right after it the second."""
    spied, left = remembered.read_articles, list(texts)

    def disturbed(path, *rest):
        if path.name == name:
            place.write("en.txt", left.pop(0))
        found = spied(path, *rest)
        if path.name == name and left:
            place.write("en.txt", left.pop(0))
        return found

    with monkeypatch.context() as patched:
        patched.setattr(remembered, "read_articles", disturbed)
        place.ingest()
    assert left == []


@pytest.mark.parametrize("back", ["in this ingest", "later"])
def test_a_file_that_changes_under_an_ingest_and_back_is_read_again(place, monkeypatch, back):
    """Bytes that were listed, but were others when they were read, are not known: the old text comes back."""
    listed, other = "A train left Leeds in March.", "Nothing of the kind was said."
    place.write("en.txt", listed)
    remembered.os.utime(place.corpus / "en.txt", ns=(1, 1))  # a clock may be too coarse for what a test does
    ingest_disturbed(place, monkeypatch, "en.txt", other, *([listed] if back == "in this ingest" else []))
    assert open_index(place.index).document("en.txt").text == other
    place.write("en.txt", listed)
    assert place.ingest().changed == ("en.txt",)
    assert open_index(place.index).document("en.txt").text == listed


def test_bytes_that_were_read_under_another_listing_are_known(place, monkeypatch):
    """A file that was saved between the listing and the reading, and stays so, is not read again."""
    place.write("a.txt", "Dieser Artikel wird zuerst gelesen.")
    place.write("en.txt", "A train left Leeds in March.")
    ingest_disturbed(place, monkeypatch, "a.txt", "It rained.")
    assert open_index(place.index).document("en.txt").text == "It rained."
    assert place.ingest().unchanged == 6
    assert place.read == []


def test_no_hash_is_no_sameness():
    """Of a file whose bytes nobody could name, nothing is known, though they cannot be named today either."""
    known = Known("rules", {"a.txt": KnownFile("", ("a.txt",)), "b.txt": KnownFile("1" * 64, ("b.txt",))})
    assert known.file("a.txt", "", "rules") is None
    assert known.file("b.txt", "1" * 64, "rules") is known.files["b.txt"]


def test_files_of_many_articles_keep_what_was_said_of_them(place):
    """What could not be read of a file of many articles is told each time, though the file is not read again."""
    lines = [json.dumps({"id": name, "text": text, "date": "2024-01-02"}) for name, text in TEXTS.items()]
    place.write("all.jsonl", "\n".join([*lines, "{"]))
    first = place.ingest()
    assert len(first.added) == 5
    second = place.ingest()
    assert place.read == []
    assert second.skipped == first.skipped != ()
    assert (second.unchanged, second.removed) == (10, ())
    place.write("all.jsonl", "\n".join(lines[1:]))
    third = place.ingest()
    assert (place.read, third.removed, third.skipped) == (["all.jsonl"], ("all.jsonl#de.txt",), ())


def test_what_is_odd_is_said_each_time(place):
    """A file with a remark, such as a date that lies ahead, is read and judged again."""
    place.write("odd.md", "---\ndate: 2999-01-01\n---\nThe future is far away.")
    said = place.ingest().notices
    assert said
    assert place.ingest().notices == said
    assert place.read == ["odd.md"]


def test_versions_of_an_article_are_compared_though_one_is_known(place):
    """A newer version under the same address takes the place of the known one, and gives it back when it goes."""
    text = "The minister arrived in January and spoke about bridges for an hour."
    place.write("old.md", f"---\nurl: https://example.org/a\ndate: 2024-01-01\n---\n{text}")
    assert place.ingest().added == ("old.md",)
    place.write("new.md", f"---\nurl: https://example.org/a\ndate: 2024-01-02\n---\n{text} It rained.")
    report = place.ingest()
    assert (report.added, report.removed) == (("new.md",), ("old.md",))
    assert sorted(place.read) == ["new.md", "old.md"]
    (place.corpus / "new.md").unlink()
    report = place.ingest()
    assert (report.added, report.removed) == (("old.md",), ("new.md",))


def test_other_rules_read_everything_again(place, monkeypatch):
    """A named encoding, and another version of what reads files, may read the same bytes in another way."""
    place.ingest("cp1252")
    assert len(place.read) == 5
    monkeypatch.setattr(remembered, "RULES", 99)
    remembered.reading_rules.cache_clear()
    place.ingest()
    assert len(place.read) == 5
    remembered.reading_rules.cache_clear()


def test_an_unreadable_file_keeps_its_article_until_it_is_as_it_was(place):
    """A bad save is told each time; the old bytes again are known, and nothing has happened."""
    (place.corpus / "ja.txt").write_bytes(b"\xff\xfe\x00")
    for _ in range(2):
        report = place.ingest()
        assert ([one.path for one in report.skipped], report.unchanged) == (["ja.txt"], 5)
    place.write("ja.txt", TEXTS["ja.txt"])
    assert place.ingest().skipped == ()
    assert place.read == []


def test_names_of_files_and_articles():
    """Only in a file of many articles is `#` the end of the file's name."""
    assert [file_of(name) for name in ("a.jsonl#7", "a.JSON#b#c", "d/C#.txt", "x.ndjson", "a.json/b.jsonl#1")] == [
        "a.jsonl",
        "a.JSON",
        "d/C#.txt",
        "x.ndjson",
        "a.json/b.jsonl",
    ]


def test_large_and_missing_files_have_a_hash(tmp_path):
    """The hash is that of all bytes; a file that is not there has none."""
    (tmp_path / "large").write_bytes(b"a" * 1_000_000)
    assert hash_of_file(str(tmp_path / "large")) == remembered.hashlib.sha256(b"a" * 1_000_000).hexdigest()
    assert hash_of_file(str(tmp_path / "none")) == hash_of_file(str(tmp_path)) == ""
