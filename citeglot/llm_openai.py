"""The language model on servers that speak the OpenAI protocol: llama-server, llama-cpp-python's, vLLM, others."""

import logging
import os
import time
from collections.abc import Generator, Mapping, Sequence
from contextlib import closing
from pathlib import PurePosixPath
from typing import Any

from citeglot.deployment import LanguageServers
from citeglot.errors import EnvironmentLacks, ModelFailed
from citeglot.models import load_catalogue
from citeglot.protocols import Limits
from citeglot.server_client import OutOfTime, Server, ServerFailed, is_loopback
from citeglot.server_member import Member
from citeglot.server_pool import ServerPool
from citeglot.server_replies import Reply, alternatives, first_word, share_of_words, share_of_yes
from citeglot.server_texts import defused, messages, most_tokens
from citeglot.settings import Settings
from citeglot.types import Turn

KEY = "CITEGLOT_LLM_KEY"
CONTEXT = 2048  # where neither a server nor the settings say it: what llama-cpp-python's has by default
JUDGE_SECONDS = 60.0
SAMPLES = 8
TOP = 20  # most servers give no more alternatives
GREEDY = {"temperature": 0, "top_p": 1}


class ServerGenerator:
    """A `Generator` over one or several servers, asked in their order, at temperature 0.

    `limits.script` and `limits.numbers` cannot be enforced on a server: what is written is checked afterwards, as
    always. Until the first piece a failing server is left for the next one. Where one falls away later, the next one
    writes from the beginning: it goes on where it writes the same, else the reply counts as cut off; ModelFailed where
    there is none. WrongUse where a prompt is longer than a server's context. Safe to use from several threads.
    """

    def __init__(self, servers: Sequence[Server], said: LanguageServers) -> None:
        self.pool = ServerPool([Member(one, said.model) for one in servers])
        self._said = said

    @property
    def name(self) -> str:
        """The catalogue name of the model where it has one, else what the settings or a server call it."""
        listed = next((one.models[0] for one in self.pool.members if one.models), "unnamed")
        return catalogue_name(self._said.model or listed)

    @property
    def context_tokens(self) -> int:
        """How many tokens prompt and answer may have together: the least that the settings or a server say."""
        told = [self._said.context_tokens, *(one.context_tokens for one in self.pool.members)]
        return min((one for one in told if one), default=CONTEXT)

    @property
    def is_sampled(self) -> bool:
        """Whether a server gave no probabilities, so that they were counted in a few replies."""
        return any(not one.logprobs for one in self.pool.members)

    def count_tokens(self, text: str) -> int:
        """Return how many tokens `text` has at most: an estimate where that is little, else what a server counts."""
        text = defused(text)
        estimate = most_tokens(text)
        if estimate * 4 <= self.context_tokens:  # so caution costs nothing
            return estimate
        return next((one for member in self.pool.members if (one := member.count(text))), estimate)

    def stream(self, turns: Sequence[Turn], limits: Limits) -> Generator[str, None, bool]:
        """Yield the reply piece by piece, last return whether it came to its end within the limits.

        Closing the iterator closes the connection, at which servers stop.
        """
        if limits.seconds <= 0 or limits.max_tokens <= 0:
            return False
        deadline = time.monotonic() + limits.seconds
        body = {"messages": messages(turns), "stream": True, "max_tokens": limits.max_tokens, **GREEDY}
        shown, left = "", dict[Member, ServerFailed]()
        with self.pool.turn(limits.seconds):
            while True:
                try:
                    member, reply = self.pool.first(lambda one: self._begun(one, body, deadline), deadline, left)
                    with closing(reply):
                        text = ""
                        for text in reply.texts():
                            if not text.startswith(shown[: len(text)]):
                                return False  # another reply than the one that was shown
                            piece, shown = text[len(shown) :], max(shown, text, key=len)
                            if piece:
                                yield piece
                        return reply.ended and text == shown
                except OutOfTime:
                    return False
                except ServerFailed as failure:
                    self.pool.leave(member, failure)
                    left[member] = failure

    def probability(self, turns: Sequence[Turn], yes: str, no: str) -> float:
        """Return P(yes) / (P(yes) + P(no)) for the first token of the reply.

        Where a server gives no probabilities, a few replies of one token are counted, and `is_sampled` says so.
        """
        deadline = time.monotonic() + JUDGE_SECONDS
        body = {"messages": messages(turns), "stream": False, "max_tokens": 1}
        with self.pool.turn(JUDGE_SECONDS):
            try:
                return self.pool.first(lambda one: self._judged(one, body, (yes, no), deadline), deadline, {})[1]
            except OutOfTime as late:
                raise ModelFailed(f"{late}: it had {JUDGE_SECONDS:.0f} s. Ask again, or ask a faster server.") from None

    def _begun(self, member: Member, body: Mapping[str, Any], deadline: float) -> Reply:
        return member.ask(body, lambda full: Reply(member.server, full, deadline))

    def _judged(self, member: Member, body: Mapping[str, Any], words: tuple[str, str], deadline: float) -> float:
        def replied(more: Mapping[str, Any]) -> object:
            url, left = f"{member.server.url}/chat/completions", deadline - time.monotonic()
            return member.ask({**body, **more}, lambda full: member.server.json(url, full, left))

        if member.logprobs:
            try:
                if chances := alternatives(replied({**GREEDY, "logprobs": True, "top_logprobs": TOP})):
                    return share_of_yes(chances, *words)
            except ServerFailed as failure:
                if "logprob" not in failure.told:
                    raise
            member.logprobs = False
        drawn = [replied({"temperature": 1, "top_p": 1, "seed": number}) for number in range(SAMPLES)]
        return share_of_words([first_word(one) for one in drawn], *words)


def catalogue_name(name: str) -> str:
    """Return the catalogue's name of a model that a server calls by it, or by its file; any other name as it is."""
    last = PurePosixPath(name.replace("\\", "/")).name.lower()
    known = {word.lower(): model.name for model in load_catalogue().values() for word in (model.name, model.file)}
    return known.get(last, name)


def load_server_generator(settings: Settings) -> ServerGenerator:
    """Return the generator over the servers of the settings; one that does not answer is said in the log.

    The key is taken from the environment; EnvironmentLacks where it cannot be one.
    """
    said, key, log = settings.deployment.language_model, os.environ.get(KEY, "").strip(), logging.getLogger(__name__)
    if not (key.isascii() and key.isprintable()):
        raise EnvironmentLacks(f"{KEY} holds signs that no key has, such as a line end. Set it again.")
    servers = [Server(url, key) for url in said.urls]
    for one in servers:
        if not is_loopback(one.host):
            log.warning("Questions, and passages of the articles, are sent to %s.", one.host)
            if key and one.url.startswith("http:"):
                log.warning("The key goes to %s without encryption: its address begins with http.", one.host)
    generator = ServerGenerator(servers, said)
    generator.pool.look()
    return generator
