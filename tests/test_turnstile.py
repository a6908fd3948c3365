"""The line of those who wait for the models."""

import threading

import pytest

from citeglot.turnstile import Busy, Turnstile


def test_one_at_a_time_in_the_order_of_coming():
    """Each waits for those before it, and the turn goes on when a place is left, whoever leaves."""
    line = Turnstile(2)
    with line.place() as first:
        assert first.wait(0) and first.ahead == 0
        with line.place() as second:
            with line.place() as third:
                assert (second.ahead, third.ahead) == (1, 2)
                assert not second.wait(0.01) and not third.wait(0)
            assert first.wait(0)
        with line.place() as again:
            assert again.ahead == 1


def test_too_many_are_turned_away_at_once_and_cost_no_place():
    """One has its turn and two wait: a fourth is told, and comes in once somebody left."""
    line = Turnstile(2)
    with line.place(), line.place():
        with line.place(), pytest.raises(Busy, match="2 questions"), line.place():
            pass
        with line.place() as place:
            assert place.ahead == 2


def test_who_fails_leaves_the_line():
    """An error in the middle does not block those behind."""
    line = Turnstile(1)
    with pytest.raises(ZeroDivisionError), line.place():
        raise ZeroDivisionError
    with line.place() as place:
        assert place.wait(0)


def test_twenty_threads_each_get_their_turn_alone():
    """Nobody is inside with another, and all of them come through."""
    line, inside, most, done = Turnstile(20), [], [], []

    def work():
        with line.place() as place:
            place.wait()
            inside.append(1)
            most.append(len(inside))
            inside.pop()
            done.append(1)

    threads = [threading.Thread(target=work) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(10)
    assert len(done) == 20 and max(most) == 1


def test_the_line_is_counted():
    """Who is in it, the one whose turn it is among them, and who was turned away since it was made."""
    line = Turnstile(1)
    assert (len(line), line.turned_away) == (0, 0)
    with line.place(), line.place():
        assert len(line) == 2
        for _ in range(2):
            with pytest.raises(Busy), line.place():
                pass
    assert (len(line), line.turned_away) == (0, 2)
