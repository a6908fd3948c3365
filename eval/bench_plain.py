"""The program over some passages, and what a first program has: a plain chat completion over the same ones.

That is four passages and the question in one prompt, through llama-cpp-python's `create_chat_completion` with its
defaults (a longer context alone, as the passages need one), over the same model file.
"""

import time
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from typing import Any

from citeglot.chatbot import Chatbot
from citeglot.errors import WrongUse
from citeglot.memory import available_memory, require_memory
from citeglot.models import find_model, require_model
from citeglot.settings import load_settings
from citeglot.types import Answer, Draft, Turn

CONTEXT = 8192
MOST_TOKENS = 160  # as ours
INSTRUCTIONS = (
    "Answer the question from the passages, in the language of the question, in one short sentence. "
    "If the passages do not answer it, say so."
)


@contextmanager
def plain_chat() -> Iterator[Any]:
    """Give llama-cpp-python's object over the model file of the settings, a second one in memory."""
    import llama_cpp

    settings = load_settings()
    if settings.deployment.language_model.urls:
        raise WrongUse("This benchmark is of the model in this process, and the settings name servers. Leave them out.")
    model = find_model(settings.language_model)
    path = require_model(model, settings.models)
    require_memory(model.name, 2 * model.memory, available_memory())
    with closing(llama_cpp.Llama(str(path), n_ctx=CONTEXT, verbose=False)) as llama:
        yield llama


class Ours:
    """The program over the passages."""

    name = "ours"

    def __init__(self, chatbot: Chatbot) -> None:
        self._chatbot = chatbot

    def ask(self, question: str, history: Sequence[Turn], whole: bool) -> tuple[float | None, str, str]:
        """Return when the first token came, and text and kind of the answer where the `whole` of it is asked for.

        An answer that is remembered comes whole and at once: there its first token is there. A refusal has none.
        """
        came: float | None = None
        begun = time.perf_counter()
        with closing(self._chatbot.ask(question, history)) as events:
            for event in events:
                if isinstance(event, Draft) and came is None:
                    came = round((time.perf_counter() - begun) * 1000, 2)
                    if not whole:
                        break
                if isinstance(event, Answer):
                    if came is None and event.kind != "refusal":
                        came = round((time.perf_counter() - begun) * 1000, 2)
                    return came, event.text, event.kind
        return came, "", ""


class Plain:
    """A chat completion over numbered passages."""

    name = "plain"

    def __init__(self, llama: Any, passages: Sequence[str]) -> None:  # noqa: ANN401 - untyped library
        self._llama = llama
        self._passages = "\n\n".join(f"[{number}] {text}" for number, text in enumerate(passages, start=1))

    def ask(self, question: str, history: Sequence[Turn], whole: bool) -> tuple[float | None, str, str]:
        """As `Ours.ask`; the passages stand before the first question, so that what was read serves again."""
        told = [turn.text for turn in history] + [question]
        told[0] = f"{self._passages}\n\n{told[0]}"
        roles = ("user", "assistant")
        messages = [{"role": "system", "content": INSTRUCTIONS}]
        messages += [{"role": roles[place % 2], "content": text} for place, text in enumerate(told)]
        came, written = None, ""
        begun = time.perf_counter()
        stream = self._llama.create_chat_completion(messages, stream=True, temperature=0.0, max_tokens=MOST_TOKENS)
        with closing(stream) as pieces:
            for piece in pieces:
                written += piece["choices"][0]["delta"].get("content") or ""
                if written and came is None:
                    came = round((time.perf_counter() - begun) * 1000, 2)
                if came is not None and not whole:
                    break
        return came, written, "answer"


Side = Ours | Plain
