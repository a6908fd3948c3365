"""One server over HTTP: the key goes to it alone and is told nowhere; addresses and proxies are as they are named."""

import logging
import ssl
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from model_server import ModelServer, closed_port, dies_after, generator_of, running, says, speaks, turns

from citeglot.deployment import Deployment, LanguageServers
from citeglot.errors import EnvironmentLacks, ModelFailed
from citeglot.llm_openai import KEY, load_server_generator
from citeglot.protocols import Limits
from citeglot.server_client import Server, ServerFailed, is_loopback
from citeglot.server_replies import Reply, alternatives, first_word, share_of_yes
from citeglot.settings import Settings

SECRET = "sk-very-secret-0123456789"


def named(*urls):
    """Return settings that name servers."""
    return replace(Settings(), deployment=Deployment(language_model=LanguageServers(urls)))


def test_the_key_goes_to_the_server_and_nowhere_else(caplog, monkeypatch):
    """Not to where a server redirects, and into no message and no log, even where the server repeats it."""
    caplog.set_level(logging.DEBUG)
    monkeypatch.setenv(KEY, f" {SECRET}\n")
    with running(ModelServer(), ModelServer()) as [server, elsewhere]:
        failures = [
            says(307, Location=f"{elsewhere.url}/v1/chat/completions"),
            says(401, f"Incorrect API key provided: {SECRET}".encode()),
            says(500, f"Bearer {SECRET}".encode()),
            dies_after(),
        ]
        generator = load_server_generator(named(server.url))
        for failure in failures:
            server.otherwise = failure
            with pytest.raises(ModelFailed) as told:
                list(generator.stream(turns(), Limits()))
            assert SECRET not in str(told.value) and SECRET not in repr(told.value.__cause__)
        server.otherwise = speaks("Oslo")
        assert list(generator.stream(turns(), Limits())) == ["Oslo"]
        assert {headers["Authorization"] for _, headers, _ in server.asked} == {f"Bearer {SECRET}"}
        assert elsewhere.asked == [] and SECRET not in caplog.text and SECRET not in repr(vars(generator))


def test_a_redirect_and_a_missing_key_say_what_to_do():
    """Where it points to is named, without following it."""
    with running(ModelServer(otherwise=says(308, Location="https://models.example/v1"))) as [server]:
        with pytest.raises(ModelFailed, match=r"redirects to models\.example, which is not followed"):
            list(generator_of(server).stream(turns(), Limits(seconds=0.1)))
        server.otherwise = says(401)
        with pytest.raises(ModelFailed, match="wants a key: put it into CITEGLOT_LLM_KEY"):
            list(generator_of(server).stream(turns(), Limits(seconds=0.1)))
        assert "Authorization" not in server.asked[0][1]


@pytest.mark.parametrize("key", ["a\nb", "schlüssel", "a\x00b"])
def test_a_key_that_cannot_be_one_is_told_but_not_shown(monkeypatch, key):
    """A header cannot hold it; the message names the variable alone."""
    monkeypatch.setattr("os.environ", {KEY: key})
    with pytest.raises(EnvironmentLacks, match=KEY) as told:
        load_server_generator(named(closed_port()))
    assert key not in str(told.value)


def test_it_is_said_when_text_leaves_this_machine(caplog, monkeypatch):
    """The host is named, and that a key goes there in the clear; of this machine nothing is said."""
    monkeypatch.setattr("citeglot.server_pool.ServerPool.look", lambda pool: None)
    monkeypatch.setenv(KEY, SECRET)
    load_server_generator(named("http://127.0.0.1:8080", "http://localhost:8080", "http://[::1]:8080/v1"))
    assert caplog.text == ""
    load_server_generator(named("https://models.example/v1"))
    assert "sent to models.example" in caplog.text and "encryption" not in caplog.text
    load_server_generator(named("http://127.0.0.1.models.example"))
    assert "127.0.0.1.models.example without encryption" in caplog.text


def test_a_server_that_is_gone_when_it_is_loaded_is_asked_later(caplog):
    """The log says so; nothing is raised, because servers come and go."""
    url = closed_port()
    generator = load_server_generator(named(url))
    assert url in caplog.text and [url in one for one in generator.pool.problems] == [True]


def test_certificates_are_verified_and_proxies_are_for_others():
    """Encryption is that of the host's own name; what runs on this machine is never asked through a proxy."""
    server = Server("https://models.example")
    context = server._client._transport._pool._ssl_context
    assert context.verify_mode == ssl.CERT_REQUIRED and context.check_hostname
    assert server._client.trust_env and not Server("http://127.0.0.1:8080")._client.trust_env
    assert not server._client.follow_redirects


def test_addresses_are_completed():
    """An address without a path is that of the usual one."""
    urls = ["http://a:1", "http://a:1/", "http://a:1/v1/", "https://a/api/v1", "https://a/openai"]
    ours = [Server(url) for url in urls]
    assert [one.url for one in ours] == ["http://a:1/v1"] * 3 + ["https://a/api/v1", "https://a/openai"]
    assert [one.root for one in ours] == ["http://a:1"] * 3 + ["https://a/api", "https://a/openai"]
    assert [is_loopback(host) for host in ("127.0.0.9", "::1", "localhost", "127.a.de", "0.0.0.0", "")] == [
        True,
        True,
        True,
        False,
        False,
        False,
    ]


NAMES = ["choices", "delta", "content", "error", "message", "logprobs", "top_logprobs", "token", "logprob"]
LEAVES = st.none() | st.booleans() | st.floats() | st.text()
JSON = st.recursive(LEAVES, lambda one: st.lists(one) | st.dictionaries(st.sampled_from(NAMES), one))
NOBODY = Reply.__new__(Reply)
NOBODY._server = Server("http://127.0.0.1:9")


@given(JSON)
def test_no_reply_brings_it_down(value):
    """Whatever JSON a server sends is read as nothing, or refused in a sentence."""
    assert isinstance(first_word(value), str)
    assert 0.0 <= share_of_yes(alternatives(value), "Yes", "No") <= 1.0
    try:
        text, reason = NOBODY._read(value)
        assert isinstance(text, str) and (reason is None or isinstance(reason, str))
    except ServerFailed as failure:
        assert "sent an error" in str(failure)
