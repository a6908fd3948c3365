"""What FAISS finds in this process, servers find too, whatever is ingested."""

import pytest
from engines import CASES, running, store_on
from index_support import document
from milvus_support import QUESTIONS, Engine, asked, first, ingest, later, opened, same_answers

from citeglot import milvus_search
from citeglot.index import open_index, rollback
from citeglot.milvus_names import read_names
from citeglot.types import Filters
from citeglot.vectors_milvus import Milvus

pytestmark = pytest.mark.scale


@pytest.fixture(scope="module", params=["faiss", *CASES])
def engine(request, tmp_path_factory):
    """Each engine in turn; one that does not start fails."""
    if request.param == "faiss":
        yield Engine()
        return
    with running(request.param, tmp_path_factory.mktemp("server") / "server") as server:
        yield Engine(server)


@pytest.fixture(scope="module", params=CASES)
def server(request, tmp_path_factory):
    """Each server in turn."""
    with running(request.param, tmp_path_factory.mktemp("server") / "server") as server:
        yield server


def test_equal_hits_in_equal_order(engine, tmp_path):
    """In five languages, with every filter, for few hits and many, over one segment of a language and over several."""
    store = engine.store(tmp_path)
    ingest(tmp_path, first(), store)
    same_answers(tmp_path, store)
    report = ingest(tmp_path, later(), store)
    assert report.changed and report.removed and report.added
    assert len(open_index(tmp_path).segments) > 5
    same_answers(tmp_path, store, (2, 12))


def test_k_hits_come_back_however_few_may_be_found(engine, tmp_path, monkeypatch):
    """A filter that is too long to be told is kept to all the same, even where the server's limit is reached."""
    store = engine.store(tmp_path)
    ingest(tmp_path, first(), store)
    monkeypatch.setattr(milvus_search, "MOST_LISTED", 1)
    same_answers(tmp_path, store)
    monkeypatch.setattr(milvus_search, "MOST_FOUND", 70)  # of a hundred chunks in a language
    found, _ = asked(opened(tmp_path, store), "Paragraph of topic", "en", 60, Filters(document="en*"))
    assert len(found) == len(asked(open_index(tmp_path), "Paragraph of topic", "en", 60, Filters(document="en*"))[0])
    rare = Filters(document="??-same-*")
    expected = asked(open_index(tmp_path), "topic", "en", 5, rare)[0]
    assert asked(opened(tmp_path, store), "topic", "en", 5, rare)[0] == expected


def test_a_reader_keeps_its_generation_and_what_is_gone_is_gone(engine, tmp_path):
    """A commit shows at once to the next reader and never to one that is open; rollback shows what was before."""
    store = engine.store(tmp_path)
    ingest(tmp_path, first(), store)
    before = opened(tmp_path, store)
    old = [asked(before, *question, 10) for question in QUESTIONS]
    ingest(tmp_path, later(), store)
    after = opened(tmp_path, store)
    names = {name for question in QUESTIONS for name, _ in asked(after, *question, 200)[0]}
    assert "de-new.txt" in names and not any("same-2" in name for name in names)
    assert [asked(before, *question, 10) for question in QUESTIONS] == old
    assert rollback(tmp_path) == 1
    assert [asked(opened(tmp_path, store), *question, 10)[0] for question in QUESTIONS] == [one for one, _ in old]


def test_a_change_costs_what_changed(server, tmp_path, monkeypatch):
    """Only rows of new segments are sent; what no generation needs is removed, and nothing of another folder."""
    sent = []
    put = Milvus.put
    monkeypatch.setattr(Milvus, "put", lambda self, *rest: (sent.extend(rest[2]), put(self, *rest))[1])
    store, other = store_on(server, tmp_path / "a"), store_on(server, tmp_path / "b")
    ingest(tmp_path / "a", first(), store)
    ingest(tmp_path / "b", first(), other)
    sent.clear()
    small = [*first(), document("en-one-more.txt", "A single sentence more.")]
    ingest(tmp_path / "a", small, store)
    assert len(sent) == 1
    for number in range(3):
        ingest(tmp_path / "a", [*small, document("en-x.txt", f"Version {number}.")], store)
    manifests = [open_index(tmp_path / "a").manifest]
    names = read_names(tmp_path / "a")
    (collection,) = store._collections(names)
    assert len(store._aliases(collection)) == 3
    assert {one.id.replace("-", "_") for one in manifests[0].segments} <= store._partitions(collection)
    assert len(store._partitions(collection)) < 5 + 5 + 3
    same_answers(tmp_path / "b", other)
