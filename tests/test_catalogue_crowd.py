"""Group U of the catalogue of bad input, U01 and U03: many people and programs at one time, without a browser."""

import threading
from concurrent.futures import ThreadPoolExecutor

import regex
from browser_support import served
from page_http import Visitor, Watched, ask_by_program, wait_for

from citeglot.loading import ChatbotLoader
from citeglot.peak import peak_memory

BUSY = regex.compile("(?i)busy|full|waiting")


def test_twenty_people_at_once():
    """U01: all are answered, one at a time, or told that it is busy; the next one is answered as ever."""
    chatbot = Watched(pause=0.02)
    loader = ChatbotLoader(lambda: chatbot)
    with served(loader) as url, ThreadPoolExecutor(20) as people:
        told = list(people.map(lambda number: ask_by_program(url, f"Frage {number}?"), range(20)))
        answered = [one for one in told if one == "answer"]
        assert len(answered) >= 16
        assert all(BUSY.search(one) for one in told if one != "answer")
        assert chatbot.most == 1 and chatbot.running == 0 and len(chatbot.asked) == len(answered)
        with loader.line.place() as place:
            assert place.ahead == 0
        assert ask_by_program(url, "Und noch eine?") == "answer"


def test_a_full_queue_turns_away_questions_and_nothing_else():
    """U01: while many wait, more questions are turned away at once, and the page still comes up and still stops."""
    gate = threading.Event()
    chatbot = Watched(gate)
    with served(chatbot) as url, ThreadPoolExecutor(40) as people:
        try:
            waiting = [people.submit(ask_by_program, url, f"Frage {number}?") for number in range(40)]
            wait_for(lambda: sum(one.done() for one in waiting) >= 20)
            refused = [one.result() for one in waiting if one.done()]
            assert all(BUSY.search(one) for one in refused)
            visitor = Visitor(url, "late")
            for one in visitor.config["dependencies"]:
                if any(event in ("load", "stop") for _, event in one["targets"]) and one["backend_fn"]:
                    assert visitor.send(one, visitor.values(one, None)).status_code == 200, one["api_name"]
        finally:
            gate.set()
        assert {"answer"} <= {one.result() for one in waiting}
    assert chatbot.most == 1 and chatbot.running == 0


def test_huge_questions_of_many_at_once_are_not_kept():
    """U01: 20 questions of 5 MB at one time are turned away, and the memory they took is a few times their size."""
    with served(Watched()) as url, ThreadPoolExecutor(20) as people:
        before = peak_memory() or 0
        told = list(people.map(lambda number: ask_by_program(url, "x" * 5_000_000), range(20)))
        after = peak_memory() or 0
        assert ask_by_program(url, "Wer leitete die Delegation?") == "answer"
    assert all("5,000,000" in one or BUSY.search(one) for one in told)
    assert after - before < 1_500_000_000


def test_page_and_programs_take_turns():
    """U03: a question of the page, the same again, and programs beside them: one at a time, and all are answered."""
    chatbot = Watched(pause=0.02)
    with served(chatbot) as url, ThreadPoolExecutor(8) as people:
        visitors = [Visitor(url, f"page {number}") for number in range(4)]
        pages = [people.submit(one.do, "submit", "cg-box", "Wer leitete die Delegation?") for one in visitors]
        programs = [people.submit(ask_by_program, url, f"Frage {number}?") for number in range(4)]
        assert all(one.result()[-1] for one in pages)
        again = people.submit(visitors[0].do, "click", "cg-again", None)
        assert [one.result() for one in programs] == ["answer"] * 4 and again.result()[-1]
    assert chatbot.most == 1 and chatbot.running == 0 and len(chatbot.asked) == 9
