"""One generation a question, the newest for the next, a sound one where there is damage."""

import os
import threading
from dataclasses import replace

import pytest
from calibration_support import answers_decide  # noqa: F401 - a fixture for all
from edition_support import LANGUAGES, READER, chatbot, edition
from fakes import HashEmbedder, ScriptedGenerator
from index_support import files, update

from citeglot.conversation import state_of_models
from citeglot.errors import IndexDamaged
from citeglot.index import open_index
from citeglot.loading import ChatbotLoader
from citeglot.page import escape
from citeglot.readers import IndexReader
from citeglot.types import Answer, Found

POSIX = pytest.mark.skipif(os.name != "posix", reason="what is open cannot be changed there")
QUESTIONS = 100
GENERATIONS = 10


def damage(folder, number):
    """Spoil a block of a segment that this generation names."""
    generation = open_index(folder)
    assert generation.number == number
    path = folder / "segments" / generation.manifest.segments[0].files[2].name
    path.write_bytes(bytes(path.stat().st_size))


def test_the_next_question_is_answered_from_the_new_generation(tmp_path):
    """Without a restart, in each language; the look costs no opening where nothing is new."""
    update(tmp_path, edition(1))
    bot = chatbot(tmp_path)
    assert bot.search("Brücke").hits and bot.generation.number == 1
    before = bot.generation
    bot.search("Brücke")
    assert bot.generation is before
    update(tmp_path, edition(2))
    hits = bot.search("Brücke", k=100).hits
    assert {hit.chunk.language for hit in hits} == set(LANGUAGES)
    assert all(" 2" in hit.chunk.text for hit in hits)


def test_a_question_under_way_stays_with_its_generation(tmp_path):
    """Though its files are removed meanwhile: passages, quotes and number are of one generation."""
    update(tmp_path, edition(1))
    bot = chatbot(tmp_path, ScriptedGenerator(["Fassung 1, Brücke."]))
    events = bot.ask("Brücke?")
    assert isinstance(next(events), Found)
    for number in range(2, 7):
        update(tmp_path, edition(number))
        bot.search("Brücke")
    assert not (tmp_path / "gen-000001").exists()
    *_, answer = events
    assert (answer.generation, answer.kind) == (1, "answer")
    assert all(" 1" in one.quote for one in answer.citations)
    assert all(" 1" in hit.chunk.text for hit in answer.passages)
    *_, answer = bot.ask("Brücke?")
    assert answer.generation == 6


def test_a_hundred_questions_while_ten_generations_are_made(tmp_path):
    """No error, and every answer and search is of one generation alone."""
    update(tmp_path, edition(1))
    bot = chatbot(tmp_path)
    seen, problems, made = [], [], threading.Event()

    def ask():
        try:
            while len(seen) < QUESTIONS or not made.is_set():
                *_, answer = bot.ask("Brücke?")
                assert isinstance(answer, Answer) and answer.notices == ()
                said = {hit.chunk.text.split()[1].strip(".,") for hit in answer.passages}
                assert said == {str(answer.generation)}, (said, answer.generation)
                assert all(f" {answer.generation}" in one.quote for one in answer.citations)
                seen.append(answer.generation)
        except BaseException as problem:
            problems.append(problem)

    threads = [threading.Thread(target=ask) for _ in range(2)]
    for thread in threads:
        thread.start()
    for number in range(2, GENERATIONS + 2):
        update(tmp_path, edition(number))
    made.set()
    for thread in threads:
        thread.join()
    assert problems == []
    assert len(seen) >= QUESTIONS and seen[-1] == GENERATIONS + 1


@POSIX
def test_a_damaged_newest_generation_is_told_and_the_one_before_answers(tmp_path):
    """Damage met on the way does not end the question: it is answered from what is sound, with a warning, also in
    the status of the page; after the next ingest all is well.
    """
    for number in (1, 2):
        update(tmp_path, edition(number))
    bot = chatbot(tmp_path)
    loader = ChatbotLoader(lambda: bot)
    loader.start()
    damage(tmp_path, 2)
    *_, answer = bot.ask("Brücke?")
    assert answer.generation == 1 and "Until then generation 1 is served" in answer.notices[0]
    assert all(" 1" in hit.chunk.text for hit in answer.passages)
    assert escape(READER.texts["error_environment"]) in state_of_models(loader, READER)
    assert bot.search("Brücke").notices
    update(tmp_path, edition(2))
    *_, answer = bot.ask("Brücke?")
    assert (answer.generation, answer.notices) == (3, ()) and state_of_models(loader, READER) == ""


@POSIX
def test_damage_without_another_generation_is_an_error(tmp_path):
    """Nothing damaged is served; a reader that was given one generation looks for no other."""
    update(tmp_path, edition(1))
    bot = chatbot(tmp_path)
    damage(tmp_path, 1)
    with pytest.raises(IndexDamaged, match="vectors"):
        bot.search("Brücke")
    update(tmp_path, edition(2))
    assert bot.search("Brücke").hits
    damage(tmp_path, 2)
    update(tmp_path, edition(3))
    alone = IndexReader(open_index(tmp_path), follow=False)
    update(tmp_path, edition(4))
    assert alone.generation().number == 3
    with pytest.raises(IndexDamaged):
        alone.instead_of(alone.held, IndexDamaged("x"))


@pytest.mark.parametrize("content", [b"nonsense", None])
def test_a_head_that_cannot_be_read_changes_no_answer(tmp_path, content):
    """CURRENT spoilt or gone while the page is open: the same generation answers, and says so; mended, no more."""
    for number in (1, 2):
        update(tmp_path, edition(number))
    bot, path = chatbot(tmp_path), tmp_path / "CURRENT"
    before = path.read_bytes()
    path.unlink()
    if content:
        path.write_bytes(content)
    found = bot.search("Brücke")
    assert bot.generation.number == 2 and "CURRENT" in found.notices[0]
    path.write_bytes(before)
    assert bot.search("Brücke").notices == ()


@POSIX
def test_what_was_opened_answers_while_the_index_is_made_anew(tmp_path):
    """`rm -rf index/*` and another ingest, with the page open all the time; numbers begin again."""
    update(tmp_path, edition(1))
    bot = chatbot(tmp_path)
    for name in files(tmp_path):
        (tmp_path / name).unlink()
    (tmp_path / "gen-000001").rmdir()
    found = bot.search("Brücke")
    assert found.hits and "no index" in found.notices[0]
    update(tmp_path, edition(2))
    found = bot.search("Brücke")
    assert (bot.generation.number, found.notices) == (1, ()) and " 2" in found.hits[0].chunk.text


def test_an_index_of_another_model_is_told_and_not_searched(tmp_path):
    """The generation before goes on answering, and the warning names both models and what to do."""
    update(tmp_path, edition(1))
    bot, other = chatbot(tmp_path), HashEmbedder()
    other.identity = replace(other.identity, name="other", weights_sha256="1" * 64)
    update(tmp_path, edition(2), other)
    found = bot.search("Brücke")
    assert bot.generation.number == 1 and all(" 1" in hit.chunk.text for hit in found.hits)
    assert all(word in found.notices[0] for word in ("model other", "model hash"[6:], "python ingest.py"))
