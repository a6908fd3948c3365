"""The benchmark of cost against size: what it builds has the size asked for, and its plot is a picture of its own."""

from xml.etree import ElementTree as ET

import pytest

from citeglot.console import run_door
from eval import bench_size
from eval.bench_size import Cost, cost_table, main, plot


def cost(chunks):
    """Return costs that grow with the size."""
    return Cost(chunks, 2.0, chunks / 10, 5.0, 6.0, 0.5, 0.0, None, 8000.0)


def test_it_measures_every_size(monkeypatch, tmp_path, capsys):
    """Each index has about the chunks asked for, in portions; the table, the file and the plot name them."""
    monkeypatch.setattr(bench_size, "PORTION", 60)
    monkeypatch.setattr(bench_size, "SEARCHES", 1)
    output, picture = tmp_path / "size.json", tmp_path / "size.svg"
    given = ["--sizes", "130", "65", "--output", str(output), "--plot", str(picture)]
    assert run_door(lambda arguments: main(given)) == 0
    sizes = [int(line.split()[0]) for line in capsys.readouterr().out.splitlines()[1:]]
    assert sizes[0] == pytest.approx(65, rel=0.3)
    assert sizes[1] == pytest.approx(130, rel=0.3)
    assert '"filtered_search"' in output.read_text(encoding="utf-8")
    ET.fromstring(picture.read_text(encoding="utf-8"))


def test_the_plot_stands_alone():
    """It is XML by itself, with each series named once and a point for each size, and no variable without a value."""
    text = plot([cost(1000), cost(10_000), cost(1_000_000)])
    root = ET.fromstring(text)
    texts = [one.text for one in root.iter("{http://www.w3.org/2000/svg}text")]
    for name in ("edit", "filtered search", "ingest per chunk"):
        assert texts.count(name) == 1
    circles = list(root.iter("{http://www.w3.org/2000/svg}circle"))
    assert len(circles) == 6 * 3 + 6
    assert all(f"{one.get('fill')[4:-1]}:" in root.get("style") for one in circles)


def test_the_table_says_what_is_not_known():
    """A system that does not say what memory was used gets a dash."""
    assert "–" in cost_table([cost(1000)]).splitlines()[1]
