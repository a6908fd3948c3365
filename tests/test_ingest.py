"""The door to ingesting: the contract's JSON, plain sentences, exit codes."""

import argparse
import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from fakes import HashEmbedder
from index_support import CHUNK_TOKENS, TEXTS

import ingest
from citeglot.console import run_door
from citeglot.errors import ModelMissing
from citeglot.index import open_index, verify_generation
from citeglot.indexing import engines_of

KEYS = ["generation", "added", "changed", "renamed", "removed", "unchanged"]
KEYS += ["skipped", "documents", "chunks", "embedded_chunks", "seconds", "duplicates"]


@pytest.fixture
def folders(tmp_path, monkeypatch):
    """A corpus of five articles, an index folder that is not there yet, and the fake embedder behind the door."""
    (tmp_path / "corpus").mkdir()
    for name, text in TEXTS.items():
        (tmp_path / "corpus" / name).write_text(text, encoding="utf-8")
    embedder = HashEmbedder()
    monkeypatch.setattr(ingest, "model_engines", lambda settings: engines_of(embedder, CHUNK_TOKENS))
    return tmp_path / "corpus", tmp_path / "index", embedder


def call(folders, *options):
    """Run the door as the command line does."""
    return run_door(ingest.main, ["--corpus", str(folders[0]), "--index", str(folders[1]), *options])


def test_json_is_the_contract(folders, capsys):
    """Standard output is one JSON object with the contract's keys in their order, and nothing else."""
    assert call(folders, "--json") == 0
    report = json.loads(capsys.readouterr().out)
    assert list(report) == KEYS
    assert report["added"] == sorted(TEXTS)
    assert report["documents"] == 5
    (folders[0] / "hi.txt").rename(folders[0] / "हिन्दी.txt")
    assert call(folders, "--json") == 0
    text = capsys.readouterr().out
    assert json.loads(text)["renamed"] == [{"from": "hi.txt", "to": "हिन्दी.txt"}]
    assert "हिन्दी.txt" in text


def test_sentences_say_what_was_done(folders, capsys):
    """People read what was added and changed, and that nothing changed when nothing did."""
    assert call(folders) == 0
    assert "Added 5 articles: de.txt, en.txt, hi.txt, ja.txt, no.txt." in capsys.readouterr().out
    assert call(folders) == 0
    assert "nothing changed" in capsys.readouterr().out
    (folders[0] / "en.txt").write_text("A new text about trains.", encoding="utf-8")
    assert call(folders) == 0
    assert "Changed 1 article: en.txt." in capsys.readouterr().out


def test_copies_and_memory_are_told(folders, capsys):
    """A copy of an article is named with its original when it comes, and the most memory is told."""
    assert call(folders) == 0
    assert re.search(r"s, at most \d+ MB of memory\)\.$", capsys.readouterr().out.strip())
    shutil.copy(folders[0] / "hi.txt", folders[0] / "हिन्दी.txt")
    assert call(folders) == 0
    assert "Copies of other articles, found once: हिन्दी.txt (of hi.txt)." in capsys.readouterr().out
    assert call(folders, "--json") == 0
    assert json.loads(capsys.readouterr().out)["duplicates"] == [{"document": "हिन्दी.txt", "of": "hi.txt"}]


def test_dry_run_does_nothing(folders, capsys):
    """A dry run says what would be done and leaves no index and no vector."""
    assert call(folders, "--dry-run") == 0
    assert "Nothing was done." in capsys.readouterr().out
    assert not folders[1].exists()
    assert folders[2].embedded == []


def test_unreadable_articles_are_named_and_the_others_indexed(folders, capsys):
    """An article that is not UTF-8 is skipped with its reason, and the exit code says that something needs a look."""
    (folders[0] / "latin.txt").write_bytes("Müller fährt nach Köln.".encode("latin-1"))
    assert call(folders, "--json") == 1
    report = json.loads(capsys.readouterr().out)
    assert [one["path"] for one in report["skipped"]] == ["latin.txt"]
    assert report["skipped"][0]["reason"]
    assert report["documents"] == 5
    assert call(folders) == 1
    assert "Skipped latin.txt: " in capsys.readouterr().out


def test_an_encoding_can_be_named(folders, capsys):
    """Files that are not Unicode are read in the encoding that is named; one that is unknown is wrong use."""
    (folders[0] / "latin.txt").write_bytes("Müller fährt nach Köln.".encode("latin-1"))
    assert call(folders, "--encoding", "latin-1", "--json") == 0
    assert "latin.txt" in json.loads(capsys.readouterr().out)["added"]
    assert call(folders, "--encoding", "klingon") == 2
    assert "'klingon' is not a text encoding" in capsys.readouterr().err


def test_a_file_of_many_articles(folders, capsys):
    """Each article of a JSON Lines file is a document that can be named, shown and left out on its own."""
    lines = [f'{{"id": "{name}", "text": "{text.splitlines()[0]}"}}' for name, text in TEXTS.items()]
    (folders[0] / "all.jsonl").write_text("\n".join([*lines, "{"]), encoding="utf-8")
    assert call(folders, "--json") == 1
    report = json.loads(capsys.readouterr().out)
    assert {f"all.jsonl#{name}" for name in TEXTS} < set(report["added"])
    assert [one["path"] for one in report["skipped"]] == ["all.jsonl"]
    assert "Line 6" in report["skipped"][0]["reason"]
    assert call(folders, "--json") == 1
    assert json.loads(capsys.readouterr().out)["unchanged"] == 10
    assert open_index(folders[1]).document("all.jsonl#hi.txt").language == "hi"


def test_a_lost_corpus_needs_yes(folders, capsys):
    """An emptied corpus stops with 2 and changes nothing; --yes empties the index."""
    assert call(folders) == 0
    for path in folders[0].iterdir():
        path.unlink()
    assert call(folders) == 2
    assert "--yes" in capsys.readouterr().err
    assert len(open_index(folders[1]).documents) == 5
    assert call(folders, "--yes") == 0
    assert len(open_index(folders[1]).documents) == 0


@pytest.mark.parametrize("missing", ["nowhere", "empty"])
def test_no_corpus_is_wrong_use(folders, tmp_path, capsys, missing):
    """A corpus folder that is missing or empty is one sentence on standard error and exit code 2."""
    (tmp_path / "empty").mkdir()
    assert call((tmp_path / missing, *folders[1:])) == 2
    streams = capsys.readouterr()
    assert streams.err.startswith("Error: ")
    assert "Traceback" not in streams.err
    assert streams.out == ""


def test_a_missing_model_keeps_the_old_index(folders, capsys, monkeypatch):
    """Without the embedding model the exit code is 3, and the index answers as before."""
    assert call(folders) == 0

    def missing(texts):
        raise ModelMissing("The model is not there.")

    monkeypatch.setattr(folders[2], "embed_passages", missing)
    (folders[0] / "en.txt").write_text("A new text about trains.", encoding="utf-8")
    assert call(folders) == 3
    assert "Error: The model is not there." in capsys.readouterr().err
    assert open_index(folders[1]).number == 1
    assert verify_generation(folders[1]) == ()
    monkeypatch.undo()


def test_interrupting_gives_130(folders, capsys, monkeypatch):
    """Ctrl-C ends with 130, without a traceback and without temporary files."""

    def interrupt(texts):
        raise KeyboardInterrupt

    monkeypatch.setattr(folders[2], "embed_passages", interrupt)
    assert call(folders) == 130
    assert "Interrupted" in capsys.readouterr().err
    assert not list(folders[1].rglob("*.tmp-*"))


def test_an_unknown_option_is_wrong_use(tmp_path):
    """The real command refuses an unknown option with 2 and shows its usage."""
    command = [sys.executable, str(Path(ingest.__file__)), "--wrong"]
    done = subprocess.run(command, capture_output=True, text=True, cwd=tmp_path, timeout=120)
    assert done.returncode == 2
    assert "usage: python ingest.py" in done.stderr
    assert "Traceback" not in done.stderr


def test_describe_shortens_long_lists():
    """A thousand added articles are told in one line."""
    assert ingest.build_parser().parse_args([]) == argparse.Namespace(
        corpus=None, index=None, encoding=None, dry_run=False, yes=False, json=False, ray=None, shards=False
    )
    assert ingest._some([str(number) for number in range(1000)]).endswith("9 and 990 more")
