"""What a person says of an answer is kept whole, by itself, and by nobody else."""

import json
import os
import stat
import subprocess
import sys
import uuid
from dataclasses import replace
from datetime import datetime

import pytest
from child_support import child_environment
from hypothesis import given, settings
from hypothesis import strategies as st
from page_fakes import ITALIAN, cited_answer, passage, refused_answer

from citeglot.errors import EnvironmentLacks, WrongUse
from citeglot.feedback import FILE, MAX_REASON, read_feedback, save_feedback

REASONS = {
    "de": "weil die Brücke 28 Lampen hat",
    "en": "because it’s 28",
    "hi": "क्योंकि क्\u200dष और क्\u200cष",
    "ja": "２８個だから\u2028次",
    "no": "fordi a\u030a er å",
}


def answer():
    return cited_answer("Wer leitete?", "Alessandro Grassano.", ITALIAN, (passage(f"Davor. {ITALIAN}"),))


def test_a_row_has_all_that_a_reviewer_needs(tmp_path):
    """Question, answer, sentences, citations with quotes, places of passages, models, generation, rating, reason."""
    save_feedback(tmp_path / "data", answer(), "wrong", "  because  ")
    (line,) = (tmp_path / "data" / FILE).read_text(encoding="utf-8").splitlines()
    row = json.loads(line)
    uuid.UUID(row.pop("id"))
    assert datetime.fromisoformat(row.pop("time")).utcoffset().total_seconds() == 0
    start, end = 7, 7 + len(ITALIAN)
    citation = {"number": 1, "document": "a.txt", "title": "Ein Titel", "language": "de", "start": start, "end": end}
    assert row == {
        "question": "Wer leitete?",
        "language": "de",
        "kind": "answer",
        "answer": "Alessandro Grassano. [1]",
        "sentences": [{"text": "Alessandro Grassano.", "citations": [1], "verdict": "supported"}],
        "citations": [citation | {"quote": ITALIAN}],
        "passages": [{"document": "a.txt", "start": 0, "end": end}],
        "confidence": 0.9,
        "models": {"embedding": "hash", "language": "scripted"},
        "generation": 3,
        "rating": "wrong",
        "reason": "because",
    }


@pytest.mark.parametrize("reason", REASONS.values(), ids=list(REASONS))
def test_every_script_comes_back(tmp_path, reason):
    """Joiners, decomposed letters and line separators inside a line; refusals too."""
    save_feedback(tmp_path, refused_answer(reason, (passage(reason),)), "right", reason)
    rows, problems = read_feedback(tmp_path)
    assert [(row["question"], row["reason"], row["kind"]) for row in rows] == [(reason, reason, "refusal")]
    assert problems == []


@settings(max_examples=50, deadline=None)
@given(st.text(st.characters(), max_size=50), st.text(max_size=50))
def test_any_text_is_one_line(tmp_path_factory, reason, said):
    """Line ends, quotes, lone surrogates: two rows are two lines, in UTF-8, and come back."""
    folder = tmp_path_factory.mktemp("feedback")
    for _ in range(2):
        save_feedback(folder, replace(answer(), text=said), "wrong", reason)
    assert (folder / FILE).read_bytes().decode("utf-8").count("\n") == 2
    rows, problems = read_feedback(folder)
    assert [(row["reason"], row["answer"]) for row in rows] == [(reason.strip(), said)] * 2 and not problems


@pytest.mark.parametrize(
    ("rating", "reason"), [("good", ""), (None, ""), ("right", "x" * (MAX_REASON + 1)), ("wrong", None), ("wrong", [1])]
)
def test_what_is_no_feedback_is_refused(tmp_path, rating, reason):
    """And nothing is written, not even a folder."""
    with pytest.raises(WrongUse, match="expected"):
        save_feedback(tmp_path / "data", answer(), rating, reason)
    assert not (tmp_path / "data").exists()


def test_a_broken_line_costs_no_other(tmp_path):
    """Half a line at the end, rubbish in the middle, a row of other types: told by number, the rest is read."""
    save_feedback(tmp_path, answer(), "right")
    path = tmp_path / FILE
    whole = path.read_bytes()
    path.write_bytes(whole + b"\xff\xfe\n[1]\n\n" + b'{"id": 1}\n' + b"[" * 50_000 + b"\n" + whole[:100])
    save_feedback(tmp_path, answer(), "wrong")
    rows, problems = read_feedback(tmp_path)
    assert [row["rating"] for row in rows] == ["right", "wrong"]
    assert [problem.split("line ")[1].split()[0] for problem in problems] == ["2", "3", "5", "6", "7"]


def test_it_is_on_the_disk_before_it_is_said_to_be(tmp_path, monkeypatch):
    """The file is flushed each time, and its name with the first row."""
    synced = []
    monkeypatch.setattr(os, "fsync", lambda descriptor: synced.append(stat.S_ISDIR(os.fstat(descriptor).st_mode)))
    save_feedback(tmp_path, answer(), "right")
    save_feedback(tmp_path, answer(), "right")
    assert synced == ([False, True, False] if os.name != "nt" else [False, False])


def test_a_full_disk_leaves_what_was_there(tmp_path, monkeypatch):
    """Half a row is taken back, and the next one is whole."""
    save_feedback(tmp_path, answer(), "right")
    before = (tmp_path / FILE).read_bytes()

    def full(descriptor):
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch, pytest.raises(EnvironmentLacks, match="No space left"):
        patch.setattr(os, "fsync", full)
        save_feedback(tmp_path, answer(), "wrong")
    assert (tmp_path / FILE).read_bytes() == before
    save_feedback(tmp_path, answer(), "wrong")
    assert [row["rating"] for row in read_feedback(tmp_path)[0]] == ["right", "wrong"]


def test_a_folder_that_cannot_be(tmp_path):
    """A file where the folder belongs is told in a sentence."""
    (tmp_path / "data").write_text("")
    with pytest.raises(EnvironmentLacks, match="cannot be reached"):
        save_feedback(tmp_path / "data", answer(), "right")


@pytest.mark.skipif(os.name == "nt", reason="rights are of another kind there")
def test_only_the_user_can_read_it(tmp_path):
    """Whatever the umask of the program is."""
    before = os.umask(0)
    try:
        save_feedback(tmp_path / "data", answer(), "right")
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "data" / FILE).stat().st_mode) == 0o600


CHILD = """
import sys
from pathlib import Path
from test_feedback import answer
from citeglot.feedback import save_feedback
print("ready", flush=True)
sys.stdin.readline()
for number in range(40):
    save_feedback(Path(sys.argv[1]), answer(), "wrong", f"{sys.argv[2]}-{number} " + "क्ष" * 500)
"""


def test_two_processes_append_at_once(tmp_path):
    """Every row of both is there, whole, and those of each in their order."""
    command = [sys.executable, "-c", CHILD, str(tmp_path)]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    children = [
        subprocess.Popen([*command, name], env=child_environment(), text=True, encoding="utf-8", **pipes)
        for name in "ab"
    ]
    for child in children:
        assert child.stdout.readline() == "ready\n", child.communicate()[1]
    for child in children:
        child.stdin.write("\n")
        child.stdin.flush()
    for child in children:
        _, errors = child.communicate(timeout=120)
        assert child.returncode == 0, errors
    rows, problems = read_feedback(tmp_path)
    said = [row["reason"].split()[0] for row in rows]
    assert not problems and len({row["id"] for row in rows}) == 80
    for name in "ab":
        assert [one for one in said if one[0] == name] == [f"{name}-{number}" for number in range(40)]
