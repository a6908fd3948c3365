"""What becomes of questions and ingests when a server of vectors is killed or loses what it had."""

import threading
from contextlib import suppress

import pytest
from engines import CASES, running, store_on
from milvus_support import QUESTIONS, asked, first, ingest, later, opened, same_answers, wait_for

from citeglot import milvus_search, milvus_store
from citeglot.errors import EngineGone
from citeglot.index import open_index, verify_generation
from citeglot.milvus_names import read_names
from citeglot.vectors_milvus import Milvus

pytestmark = pytest.mark.scale


@pytest.fixture(scope="module", params=CASES)
def server(request, tmp_path_factory):
    """Each server in turn."""
    with running(request.param, tmp_path_factory.mktemp("server") / "server") as server:
        yield server


def test_an_ingest_that_was_killed_goes_on(server, tmp_path, monkeypatch):
    """Nobody sees half of it; the next one sends what is missing, and one more changes nothing."""
    monkeypatch.setattr(milvus_store, "BATCH", 7)
    store, sent = store_on(server, tmp_path), []
    put = Milvus.put

    def killed(self, *rest):
        if len(sent) == 6:
            raise KeyboardInterrupt
        sent.append(rest[2])
        put(self, *rest)

    monkeypatch.setattr(Milvus, "put", killed)
    with suppress(KeyboardInterrupt):
        ingest(tmp_path, first(), store)
    assert len(sent) == 6 and not (tmp_path / "CURRENT").exists()
    monkeypatch.setattr(Milvus, "put", lambda self, *rest: (sent.append(rest[2]), put(self, *rest))[1])
    ingest(tmp_path, first(), store)
    chunks = open_index(tmp_path).manifest.counts["chunks"]
    assert chunks <= sum(map(len, sent)) <= chunks + 7
    assert store.problems(open_index(tmp_path)) == ()
    same_answers(tmp_path, store)
    count = len(sent)
    assert not ingest(tmp_path, first(), store).added
    assert len(sent) == count


def test_what_is_lost_there_is_told_and_put_there_again(server, tmp_path):
    """Verification counts the rows of each segment; an ingest without news mends what is missing."""
    store = store_on(server, tmp_path)
    ingest(tmp_path, first(), store)
    generation = open_index(tmp_path)
    (collection,) = store._collections(read_names(tmp_path))
    store._milvus.drop_partition(collection, generation.manifest.segments[0].id.replace("-", "_"))
    (problem,) = store.problems(generation)
    assert "0 of the" in problem and "python ingest.py" in problem
    ingest(tmp_path, first(), store)
    assert store.problems(open_index(tmp_path)) == () == verify_generation(tmp_path)
    (tmp_path / "milvus.json").unlink()
    fresh = store_on(server, tmp_path)
    assert "nothing of it" in fresh.problems(open_index(tmp_path))[0]
    there = opened(tmp_path, fresh)
    assert asked(there, "Brücken", "de", 5)[0] and there.engine.notices("de")


def test_a_server_that_was_killed_and_started_again_still_has_everything(server, tmp_path):
    """What it had is whole without a search before, and so is the next ingest."""
    store = store_on(server, tmp_path)
    ingest(tmp_path, first(), store)
    server.kill()
    server.start()
    assert store.problems(open_index(tmp_path)) == ()
    server.kill()
    server.start()
    assert ingest(tmp_path, later(), store).added
    same_answers(tmp_path, store)


def test_killed_in_the_middle_of_questions(server, tmp_path, monkeypatch):
    """Questions go on by words and say so, in the question's language; they recover without a restart of anything."""
    monkeypatch.setattr(milvus_search, "PAUSE", 0.5)
    store = store_on(server, tmp_path, seconds=10)
    ingest(tmp_path, first(), store)
    generation = opened(tmp_path, store)
    whole = [asked(generation, *question, 5)[0] for question in QUESTIONS]
    answers, stop = [], threading.Event()

    def go_on():
        while not stop.is_set():
            for text, language in QUESTIONS:
                found = asked(generation, text, language, 5)[0]
                answers.append((text, found, generation.engine.notices(language)))

    asking = threading.Thread(target=go_on)
    asking.start()
    try:
        wait_for(lambda: len(answers) >= len(QUESTIONS))
        server.kill()
        wait_for(lambda: {text for text, _, notices in answers if notices} == {text for text, _ in QUESTIONS})
        told = [notices[0] for text, _, notices in answers if notices and text == QUESTIONS[0][0]]
        assert "Suchserver" in told[0] and f"127.0.0.1:{server.port}" in told[0]
        assert any(found for text, found, notices in answers if notices and text == QUESTIONS[0][0])
        with pytest.raises(EngineGone, match="Start it or"):
            store._milvus.has_words()
        server.start()
        count = len(answers)
        wait_for(lambda: not any(notices for _, _, notices in answers[count:][-len(QUESTIONS) :] or [("", [], ("x",))]))
    finally:
        stop.set()
        asking.join()
    assert [asked(generation, *question, 5)[0] for question in QUESTIONS] == whole
    assert generation.engine.notices("de") == ()
