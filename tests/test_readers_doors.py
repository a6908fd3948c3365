"""The doors take over a new index without a restart: the page, its API, standard input, `show`."""

import io
import json

import pytest
from calibration_support import answers_decide  # noqa: F401 - a fixture for all
from edition_support import READER, chatbot, edition
from fakes import HashEmbedder, ScriptedGenerator
from index_support import five_articles, update

from citeglot import chatbot as chatbots
from citeglot import cli
from citeglot.conversation import converse, state_of_models
from citeglot.errors import NoIndex
from citeglot.index import open_index, verify_generation
from citeglot.loading import ChatbotLoader
from citeglot.page import escape


def test_a_page_without_an_index_answers_once_there_is_one(tmp_path):
    """The person is told to ingest, does so, and asks again: on the page and by the API, without a restart."""
    loader = ChatbotLoader(lambda: chatbot(tmp_path))
    *_, state = converse("Brücke?", (), loader, READER)
    assert escape("python ingest.py") in state[-1].shown
    with pytest.raises(NoIndex):
        loader.ready()
    update(tmp_path, edition(1))
    assert loader.ready().search("Brücke").hits
    *_, state = converse("Brücke?", (), loader, READER)
    assert state[-1].said and state_of_models(loader, READER) == ""


@pytest.mark.parametrize("command", ["ask", "search"])
def test_a_loop_over_standard_input_takes_over_what_is_new(tmp_path, command, monkeypatch, capsys):
    """An ingest between two lines: the second is answered from it."""
    monkeypatch.setattr(chatbots, "load_embedder", lambda settings: HashEmbedder(answers=0.01))
    monkeypatch.setattr("citeglot.llm_llamacpp.load_generator", lambda settings: ScriptedGenerator())
    update(tmp_path, edition(1))

    class Lines(io.StringIO):
        def __iter__(self):
            yield "Brücke\n"
            update(tmp_path, edition(2))
            yield "Brücke\n"

    monkeypatch.setattr("sys.stdin", Lines())
    assert cli.main([command, "-", "--index", str(tmp_path)]) == 0
    first, second = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    key = "passages" if command == "ask" else "hits"
    assert all(" 1" in hit["text"] for hit in first[key]) and all(" 2" in hit["text"] for hit in second[key])


def test_show_reads_a_sound_generation(tmp_path, capsys):
    """The text of the generation before, with a warning, where that of the newest is damaged."""
    for number in (1, 2):
        update(tmp_path, [five_articles()["hi.txt"], *edition(number)[:1]])
    generation = open_index(tmp_path)
    segment = generation.segments[generation.documents["de.txt"].segment]
    path = tmp_path / "segments" / segment.entry.files[0].name
    path.write_bytes(bytes(path.stat().st_size))
    assert verify_generation(tmp_path)
    assert cli.main(["show", "de.txt", "--index", str(tmp_path)]) == 0
    captured = capsys.readouterr()
    assert captured.out.startswith("Fassung 1") and "Warning" in captured.err
