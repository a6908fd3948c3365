"""Several servers: who is asked, who is left, who is asked again, and how many may wait."""

import time

import pytest
from model_server import (
    ModelServer,
    closed_port,
    dies_after,
    first_token,
    generator_of,
    never_ends,
    running,
    says,
    sends,
    speaks,
    turns,
)

from citeglot import server_client, server_pool
from citeglot.errors import ModelFailed
from citeglot.protocols import Limits

FAILURES = {
    "dies": dies_after(),
    "500": says(500, b'{"error": "out of memory"}'),
    "404": says(404, b"no such model"),
    "401": says(401, b"who are you?"),
    "not JSON": sends(b"data: {oops\n\n"),
    "an error": sends(b'data: {"error": {"message": "out of memory"}}\n\n'),
    "no event": sends(b"data: 7\n\n"),
    "a page": sends(b"<html>", kind="text/html"),
    "JSON": sends(b'{"choices": []}', kind="application/json"),
    "nothing": sends(b""),
    "a huge line": sends(b"data: " + b"x" * 5000),
    "elsewhere": says(302, Location="http://127.0.0.1:9/v1/chat/completions"),
}


@pytest.fixture(autouse=True)
def quick(monkeypatch):
    """Waits between rounds are short, and lines may not be long."""
    monkeypatch.setattr(server_pool, "FIRST_WAIT", 0.001)
    monkeypatch.setattr(server_client, "MOST_BYTES", 4000)


def reply(generator, seconds=60.0):
    """Return what is written."""
    return "".join(generator.stream(turns(), Limits(seconds=seconds)))


@pytest.mark.parametrize("failure", FAILURES)
def test_a_server_that_fails_is_left_for_the_next(failure):
    """Whatever it does before its first piece, the reader sees the reply of the other."""
    with running(ModelServer(otherwise=FAILURES[failure]), ModelServer(speaks("Oslo"))) as [bad, good]:
        assert reply(generator_of(bad, good)) == "Oslo"
        assert bad.chats


@pytest.mark.parametrize("failure", FAILURES)
def test_a_server_that_fails_alone_is_told_and_asked_again(failure):
    """The message names it and says what to do; once it is well, the next question is answered."""
    with running(ModelServer(otherwise=FAILURES[failure])) as [server]:
        generator = generator_of(server)
        with pytest.raises(ModelFailed, match=rf"{server.url}/v1 .*start a server, or mend its address"):
            reply(generator)
        assert 1 <= len(server.chats) <= 2 * server_pool.ROUNDS
        server.otherwise = speaks("Oslo")
        assert reply(generator) == "Oslo"


def test_nobody_there_is_told():
    """An address at which nothing listens, for both ways of asking."""
    url = closed_port()
    for ask in (reply, lambda one: one.probability(turns(), "Yes", "No")):
        with pytest.raises(ModelFailed, match=url):
            ask(generator_of(url))


def test_a_chance_is_asked_of_the_next_server_too():
    """Failover is the same for judging."""
    with running(ModelServer(otherwise=dies_after()), ModelServer(first_token(Yes=-1.0, No=-1.0))) as [bad, good]:
        assert generator_of(bad, good).probability(turns(), "Yes", "No") == 0.5


def test_a_server_that_failed_rests_and_comes_back():
    """While it rests the other is asked at once; then it is looked at, and asked first again."""
    with running(ModelServer(dies_after(), otherwise=speaks("first")), ModelServer(otherwise=speaks("other"))) as both:
        generator = generator_of(*both)
        assert [reply(generator) for _ in range(3)] == ["other"] * 3 and len(both[0].chats) == 1
        resting = generator.pool.members[0]
        assert resting.rests_until > time.monotonic() and not resting.looked
        resting.rests_until = 0.0
        assert reply(generator) == "first" and resting.failures == 0
        assert [path for path, _, _ in both[0].asked].count("/v1/models") == 2


def test_a_server_that_comes_back_at_its_address_needs_no_restart():
    """All are gone, then one listens again."""
    server = ModelServer()
    port = server.server_port
    generator = generator_of(server)
    with running(server):
        assert reply(generator) == "Oslo"
    with pytest.raises(ModelFailed):
        reply(generator)
    again = ModelServer(otherwise=speaks("Bergen"), port=port)
    with running(again):
        assert reply(generator) == "Bergen"


@pytest.mark.parametrize("status", [429, 503])
def test_a_busy_server_is_asked_again_when_it_wants(status):
    """After the wait that it names, in seconds or as a date, and it does not rest."""
    for again in ("0.01", "Thu, 01 Jan 1970 00:00:00 GMT", "soon"):
        with running(ModelServer(says(status, b"{}", Retry_After=again))) as [server]:
            generator = generator_of(server)
            assert reply(generator) == "Oslo"
            assert len(server.chats) == 2 and generator.pool.members[0].failures == 0


def test_a_wait_beyond_the_limit_is_not_waited_for():
    """The server is asked once, and the message says when it wants to be asked again."""
    with running(ModelServer(otherwise=says(429, b"{}", Retry_After="3600"))) as [server]:
        with pytest.raises(ModelFailed, match="in 3600 s"):
            reply(generator_of(server), seconds=30.0)
        assert len(server.chats) == 1


def test_a_server_that_stays_busy_is_not_asked_for_ever():
    """A few rounds, and no more."""
    with running(ModelServer(otherwise=says(503, b"loading", Retry_After="0"))) as [server]:
        with pytest.raises(ModelFailed, match="503: loading"):
            reply(generator_of(server))
        assert len(server.chats) == server_pool.ROUNDS


def test_the_line_is_bounded(monkeypatch):
    """Who finds it full is told so at once; who waits in it too long, after that."""
    monkeypatch.setattr(server_pool, "AT_ONCE", 1)
    monkeypatch.setattr(server_pool, "IN_LINE", 1)
    with running(ModelServer(never_ends, otherwise=speaks("Oslo"))) as [server]:
        generator = generator_of(server)
        under_way = generator.stream(turns(), Limits())
        next(under_way)
        with pytest.raises(ModelFailed, match="busy with other questions"):
            reply(generator, seconds=0.05)
        with generator.pool._line, pytest.raises(ModelFailed, match="2 calls"):
            reply(generator)
        under_way.close()
        assert reply(generator) == "Oslo"


def test_what_a_server_refuses_to_know_is_left_out():
    """Only what stands outside the protocol, from then on; a refusal for another reason changes nothing."""
    with running(ModelServer(says(400, b"Unrecognized request argument: repeat_penalty"))) as [server]:
        generator = generator_of(server)
        assert [reply(generator), reply(generator)] == ["Oslo", "Oslo"]
        assert ["repeat_penalty" in one for one in server.chats] == [True, False, False]
    with running(ModelServer(*[says(400, b"no")] * 6)) as [server]:
        generator = generator_of(server)
        with pytest.raises(ModelFailed, match="status 400: no"):
            reply(generator)
        assert reply(generator) == "Oslo" and "repeat_penalty" in server.chats[-1]
