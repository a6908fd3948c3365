"""What servers reply: a text that grows, or the chances of its first token."""

import codecs
import math
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from typing import Any

from citeglot.server_client import Server

LONGEST_TOKEN = 64  # code points


class Reply:
    """A reply that a server has begun; to be closed, which stops the server. ServerFailed where it falls away.

    `ended` says, once all texts were taken, whether the model came to its end before the deadline and its limit.
    """

    def __init__(self, server: Server, body: Mapping[str, Any], deadline: float) -> None:
        self.ended = False
        self._server = server
        self._deadline = deadline
        self._most = body["max_tokens"] * LONGEST_TOKEN
        self._stack = ExitStack()
        self._response = self._stack.enter_context(server.opened(f"{server.url}/chat/completions", body, deadline))

    def texts(self) -> Iterator[str]:
        """Yield all that is written so far, each time that it grows."""
        text, reason = "", None
        joined = codecs.getincrementaldecoder("utf-16-le")(errors="ignore")  # of halves of a letter in two pieces
        for event in self._server.events(self._response, self._deadline):
            piece, why = self._read(event)
            reason = why or reason
            if piece := joined.decode(piece.encode("utf-16-le", "surrogatepass")):
                text += piece
                yield text
            if len(text) > self._most:
                return
        self.ended = reason == "stop"
        if reason is None and time.monotonic() < self._deadline:
            raise self._server.failed("broke off its reply: it ended without a reason")

    def close(self) -> None:
        """Close the connection, at which the server stops."""
        self._stack.close()

    def _read(self, event: object) -> tuple[str, str | None]:
        """Return what an event adds to the text, and why the reply ended if it did."""
        if not isinstance(event, dict) or event.get("error"):
            raise self._server.failed(f"sent an error: {event!r:.200}")
        choices = event.get("choices") or [{}]
        choice = choices[0] if isinstance(choices, list) and isinstance(choices[0], dict) else {}
        delta, reason = choice.get("delta"), choice.get("finish_reason")
        text = delta.get("content") if isinstance(delta, dict) else None
        return text if isinstance(text, str) else "", reason if isinstance(reason, str) else None


def choice_of(reply: object) -> Mapping[str, Any]:
    """Return the first choice of a reply in one piece; empty where it has none."""
    match reply:
        case {"choices": [dict(choice), *_]}:
            return choice
    return {}


def first_word(reply: object) -> str:
    """Return the text of a reply in one piece, without the spaces around it."""
    match choice_of(reply):
        case {"message": {"content": str(text)}}:
            return text.strip()
    return ""


def alternatives(reply: object) -> dict[str, float]:
    """Return the logarithms of the chances of the likeliest first tokens; empty where a server gives none."""
    match choice_of(reply):
        case {"logprobs": {"content": [{"top_logprobs": list(listed)}, *_]}}:
            found = {one["token"]: one["logprob"] for one in listed if _is_alternative(one)}
            return {token: float(chance) for token, chance in found.items() if math.isfinite(chance)}
    return {}


def _is_alternative(one: object) -> bool:
    match one:
        case {"token": str(), "logprob": int() | float()}:
            return True
    return False


def share_of_yes(chances: Mapping[str, float], yes: str, no: str) -> float:
    """Return P(yes) / (P(yes) + P(no)) from logarithms; what is not listed counts as the least likely that is."""
    least = min(chances.values(), default=0.0)
    difference = _chance(chances, yes, least) - _chance(chances, no, least)
    return 1.0 / (1.0 + math.exp(min(max(-difference, -700.0), 700.0)))


def _chance(chances: Mapping[str, float], word: str, least: float) -> float:
    """Return the chance of a token that is the word; of some vocabularies it has a space before it."""
    alike = [chance for token, chance in chances.items() if token.strip().casefold() == word.casefold()]
    return chances.get(word, max(alike, default=least))


def share_of_words(words: Sequence[str], yes: str, no: str) -> float:
    """Return the share of yes among the words that are yes or no, drawn towards one half, which it is without any."""
    said = [word.casefold() for word in words if word]
    counts = [sum(asked.casefold().startswith(word) or word.startswith(asked.casefold()) for word in said)
              for asked in (yes, no)]  # fmt: skip
    return (counts[0] + 0.5) / (sum(counts) + 1.0)
