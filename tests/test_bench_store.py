"""The benchmark of stores at a small size: every step is taken on each side, and an edit is one."""

from pathlib import Path

import pytest

from citeglot.progress import Progress
from citeglot.settings import ROOT
from eval import bench_store
from eval.bench_base import Bench
from eval.bench_store import figures_of, store
from eval.edit_cost import edit, sentences_of, write_articles


def test_each_step_is_measured(monkeypatch, capsys):
    """Ingest, edit, open and search have their times; without LangChain that is said, and ours alone is measured."""
    monkeypatch.setattr(bench_store, "ARTICLES", 3)
    monkeypatch.setattr(bench_store, "SEARCHES", 2)
    monkeypatch.setattr(bench_store, "find_spec", lambda name: None)
    section = store(Bench(2, Progress()))
    assert "LangChain is left out" in capsys.readouterr().err
    assert [row["step"] for row in section.rows] == ["ingest", "edit", "edit"]
    assert all(row["found"] == bench_store.K for row in section.rows[1:])
    assert section.figures["ours: edit (ms)"]["n"] == section.figures["ours: open (ms)"]["n"] == 2
    assert section.figures["ours: ingest (ms)"]["n"] == 1


@pytest.mark.parametrize("number", range(6))
def test_an_edit_changes_one_article(tmp_path, number):
    """Whichever edit it is; an article of the corpus, which has no numbered sentence, is not among those edited."""
    write_articles(tmp_path, range(4), sentences_of(ROOT / "corpus"))
    before = _texts(tmp_path)
    edit(tmp_path, number)
    assert sum(one != other for one, other in zip(before, _texts(tmp_path), strict=True)) == 1


def _texts(folder: Path):
    return [path.read_bytes() for path in sorted(folder.rglob("*.txt"))]


def test_ratios_are_those_of_the_medians():
    """How many times as long the peer takes, step by step; the first ingest is not an edit."""
    rows = [
        {"step": "ingest", "ours": 10.0, "peer": 40.0},
        {"step": "edit", "ours": 2.0, "ours: open": 1.0, "ours: search": 4.0},
        {"step": "edit", "peer": 3.0, "peer: open": 5.0, "peer: search": 2.0},
        {"step": "edit", "ours": 4.0, "ours: open": 1.0, "ours: search": 4.0},
    ]
    figures = figures_of(rows, ["ours", "peer"])
    found = {step: figures[f"{step}: times peer"] for step in ("ingest", "edit", "open", "search")}
    assert found == {"ingest": 4.0, "edit": 1.0, "open": 5.0, "search": 0.5}
