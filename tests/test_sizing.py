"""What an index takes, by arithmetic, is what the files of a real one take; the page that states it says the same."""

from dataclasses import replace

import numpy as np
import pytest
from index_support import document, five_articles, update

from citeglot.console import run_door
from citeglot.index import open_index
from citeglot.segment_content import CODED
from citeglot.settings import ROOT
from citeglot.vectors_faiss import encode_codes
from eval.sizing import OURS, SIZES, Prices, Rates, cost, disk, main, memory, milvus_memory, report, shape_of

CONSTANT = 48  # bytes of the heads of a table, and of postings


@pytest.fixture(scope="module")
def generation(tmp_path_factory):
    """An index of two articles in each of five languages."""
    folder = tmp_path_factory.mktemp("index")
    articles = list(five_articles().values())
    articles += [
        document(f"{one.language}-more.txt", f"{one.text[::-1]}\n\n{one.text}", one.language) for one in articles
    ]
    update(folder, articles)
    return open_index(folder)


def test_the_arithmetic_gives_the_sizes_of_the_files(generation):
    """To the byte, for what grows with chunks: vectors, sentence vectors, texts, tables, words and entries."""
    segments = generation.manifest.segments
    chunks = sum(one.chunks for one in segments)
    parts = disk(shape_of(generation), chunks)
    found = {
        suffix: sum(one.file(suffix).size for one in segments)
        for suffix in ("vectors.f32", "sentences.f16", "texts.jsonl", "table", "postings")
    }
    assert parts["vectors"] == found["vectors.f32"]
    assert parts["sentence vectors"] == pytest.approx(found["sentences.f16"])
    assert parts["texts"] == pytest.approx(found["texts.jsonl"])
    assert parts["tables"] == pytest.approx(found["table"] - CONSTANT * len(segments))
    assert parts["words"] == pytest.approx(found["postings"] - CONSTANT * len(segments))
    assert parts["articles"] == pytest.approx(generation.manifest.documents.size)
    assert parts["codes"] == 0


def test_codes_take_what_is_said():
    """An eighth of a byte for each number and eight bytes; there are none below 20,000 chunks of a language."""
    vectors = np.random.default_rng(0).normal(size=(64, OURS.dimension)).astype(np.float32)
    _, _, blocks = encode_codes(vectors, vectors.mean(axis=0))
    enough = CODED * OURS.languages
    assert disk(OURS, enough)["codes"] / enough == len(blocks) / 64
    assert disk(OURS, enough - OURS.languages)["codes"] == 0


def test_an_entry_is_measured(generation):
    """In memory it takes more than its line, and not a hundred times as much."""
    shape = shape_of(generation)
    assert shape.article < shape.entry < 100 * shape.article
    assert shape.languages == 5 and shape.dimension == 64


def test_memory_goes_where_the_vectors_are():
    """Vectors of few chunks are read themselves, of many their codes are held, of Milvus neither."""
    few, many = 10_000, 10_000_000
    assert memory(OURS, few, False)["read again"] - memory(OURS, few, True)["read again"] == disk(OURS, few)["vectors"]
    assert memory(OURS, many, False)["held"] - memory(OURS, many, True)["held"] == disk(OURS, many)["codes"]
    assert memory(OURS, many, False)["read again"] == memory(OURS, many, True)["read again"]
    assert milvus_memory(OURS, many) > 4 * OURS.dimension * many


def test_everything_but_checksums_and_codes_grows_with_the_chunks():
    """Ten times the chunks are ten times the bytes."""
    one, ten = disk(OURS, 1_000_000), disk(OURS, 10_000_000)
    assert all(ten[name] == pytest.approx(10 * one[name]) for name in one)


def test_a_month_costs_what_its_parts_do():
    """Each price counts alone; twice the questions are twice the processes, and the disk stays one."""
    once, twice = Rates(questions=1), Rates(questions=2)
    processes = Prices(memory=0, disk=0, process=10)
    assert cost(OURS, 10**6, once, processes) == pytest.approx(once.answer * 10)
    assert cost(OURS, 10**6, twice, processes) == pytest.approx(2 * once.answer * 10)
    disks = Prices(memory=0, disk=1, process=0)
    assert cost(OURS, 10**6, twice, disks) == pytest.approx(sum(disk(OURS, 10**6).values()) / 2**30)
    assert cost(OURS, 10**6, once, Prices(1, 0, 0)) < cost(OURS, 10**6, twice, Prices(1, 0, 0))


def test_the_page_says_what_the_command_prints():
    """Every line of the report stands in deploy/sizing.md."""
    page = (ROOT / "deploy" / "sizing.md").read_text(encoding="utf-8").splitlines()
    assert [line for line in report(OURS, SIZES, Rates()).splitlines() if line not in page] == []


def test_the_command_prints_another_index(generation, capsys):
    """Its own averages, the sizes that were asked for, and a price where prices are given."""
    arguments = ["--index", str(generation.folder), "--chunks", "500", "--prices", "3", "0.1", "20"]
    assert main(arguments) == 0
    printed = capsys.readouterr().out
    assert "| dimension | 64 |" in printed and "| 500 |" in printed and "| a month |" in printed
    assert report(replace(OURS, dimension=64), [500], Rates()) != printed


def test_a_folder_without_an_index_is_told(tmp_path, capsys):
    """In a sentence."""
    with pytest.raises(SystemExit) as ended:
        raise SystemExit(run_door(lambda _: main(["--index", str(tmp_path)])))
    assert ended.value.code == 3 and "index" in capsys.readouterr().err
