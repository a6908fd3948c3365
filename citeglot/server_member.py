"""A server as one of several: what it serves, what it refuses to know, and whether it is well."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

import regex

from citeglot.errors import WrongUse
from citeglot.server_client import Server, ServerFailed

LOOK_SECONDS, COUNT_SECONDS = 15.0, 5.0  # some servers answer nothing else while they write
# outside the protocol and refused by some; who knows them may punish repetition, or let a model think, unless told
EXTRAS = {"repeat_penalty": 1.0, "repetition_penalty": 1.0, "chat_template_kwargs": {"enable_thinking": False}}
COUNTERS = ("/tokenize", "/extras/tokenize/count")
_CONTEXT = regex.compile(r"context (?:length|size|window)\D{0,20}(\d{2,9})")
Result = TypeVar("Result")


@dataclass(eq=False)
class Member:
    """A server and what is known of it. `model` is what to ask it for; empty: the one that it lists.

    `context_tokens` is 0 until it says. `extras` and `logprobs` turn False when it refuses them. `looked` is False
    until it was seen to be well, and again when it failed; until `rests_until` others are asked before it.
    """

    server: Server
    model: str = ""
    models: tuple[str, ...] = ()
    context_tokens: int = 0
    extras: bool = True
    logprobs: bool = True
    looked: bool = False
    failures: int = 0
    rests_until: float = 0.0

    def look(self) -> None:
        """Ask the server what it serves, which shows that it is well; ServerFailed where it is not."""
        listed: list[dict[str, Any]] = []
        try:
            match self.server.json(f"{self.server.url}/models", None, LOOK_SECONDS):
                case {"data": list(found)}:
                    listed = [one for one in found if isinstance(one, dict)]
        except ServerFailed as failure:
            if failure.status != 404:  # not every server has a list
                raise
        self.models = tuple(one["id"] for one in listed if isinstance(one.get("id"), str))
        known = [one.get(name) for one in listed for name in ("max_model_len", "context_length")]
        told = next((one for one in known if isinstance(one, int) and one > 0), 0)
        self.context_tokens = told or self._slot() or self.context_tokens
        self.looked = True

    def _slot(self) -> int:
        """Return the context that llama-server gives to each of its callers; 0 where this is another server."""
        try:
            match self.server.json(f"{self.server.root}/props", None, LOOK_SECONDS):
                case {"default_generation_settings": {"n_ctx": int(tokens)}}:
                    return tokens
        except ServerFailed:
            pass
        return 0

    def ask(self, body: Mapping[str, Any], send: Callable[[Mapping[str, Any]], Result]) -> Result:
        """Return what `send` gives for the whole body; extras that the server refuses are left out from then on.

        WrongUse where the prompt is longer than the server's context, which is known from then on.
        """
        full = {"model": self._named(), **body} if self._named() else body
        try:
            if not self.extras:
                return send(full)
            try:
                return send({**full, **EXTRAS})
            except ServerFailed as failure:
                if failure.status not in (400, 422) or _CONTEXT.search(failure.told):
                    raise
            given = send(full)
            self.extras = False
            return given
        except ServerFailed as failure:
            if failure.status and (found := _CONTEXT.search(failure.told)):
                self.context_tokens = int(found[1])
                raise WrongUse(
                    f"The question and its evidence are longer than the {found[1]} tokens that {self.server.url} "
                    "takes. Ask a shorter question, or give the server a larger context."
                ) from None
            raise

    def _named(self) -> str:
        if not self.model and len(self.models) > 1:
            raise self.server.failed(f"serves several models. Name one in CITEGLOT_LLM_MODEL: {', '.join(self.models)}")
        return self.model or next(iter(self.models), "")

    def count(self, text: str) -> int:
        """Return how many tokens the server counts; 0 where it cannot, or was not seen to be well."""
        name = self.model or next(iter(self.models), "")
        body = dict.fromkeys(("content", "prompt", "input"), text) | ({"model": name} if name else {})
        for path in COUNTERS if self.looked else ():
            try:
                reply = self.server.json(self.server.root + path, body, COUNT_SECONDS)
            except ServerFailed:
                continue
            match reply:
                case {"count": int(count)}:
                    return count
                case {"tokens": list(tokens)}:
                    return len(tokens)
        return 0
