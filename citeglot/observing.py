"""Tells others what came of each question, without changing what the one who asked sees."""

import time
import uuid
from collections.abc import Callable, Generator, Sequence
from contextlib import closing
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, cast

from citeglot.errors import UserError
from citeglot.types import Answer, Event, Filters, Turn

if TYPE_CHECKING:
    from citeglot.chatbot import Chatbot  # brings the models' libraries, which importing this file must not

Outcome = Literal["answered", "failed", "cancelled"]


@dataclass(frozen=True, slots=True)
class Asked:
    """A question and what came of it: an answer, an error by the name of its class, or neither where it was cancelled.

    `id` is made anew for each question; `turns` are those before it; `seconds` passed until the end, whichever it was.
    """

    id: str
    question: str
    turns: int
    filtered: bool
    seconds: float
    answer: Answer | None = None
    error: str = ""

    @property
    def outcome(self) -> Outcome:
        """How the question ended."""
        return "answered" if self.answer else "failed" if self.error else "cancelled"


Observer = Callable[[Asked], None]


def observed(chatbot: "Chatbot", observers: Sequence[Observer]) -> "Chatbot":
    """Return a chatbot that does what this one does and tells the observers; this one itself where there are none."""
    return cast("Chatbot", ObservedChatbot(chatbot, observers)) if observers else chatbot


def missed_by(observers: Sequence[Observer]) -> Callable[[str, Sequence[Turn], Filters, UserError], None]:
    """Return what tells the observers of a question that failed because there is no chatbot: no index, or no model."""

    def tell(question: str, history: Sequence[Turn], filters: Filters, problem: UserError) -> None:
        error = type(problem).__name__
        asked = Asked(uuid.uuid4().hex, question, len(history), filters != Filters(), 0.0, error=error)
        for observer in observers:
            observer(asked)

    return tell


class ObservedChatbot:
    """Stands before a chatbot; everything but `ask` is the chatbot's own."""

    def __init__(self, chatbot: "Chatbot", observers: Sequence[Observer]) -> None:
        self._chatbot = chatbot
        self._observers = observers

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 (whatever the chatbot has)
        return getattr(self._chatbot, name)

    def ask(
        self, question: str, history: Sequence[Turn] = (), filters: Filters = Filters()
    ) -> Generator[Event, None, None]:
        """Yield what the chatbot yields; the observers are told at the end, whether by an answer or not."""
        begun, error = time.perf_counter(), ""
        answer: Answer | None = None
        try:
            with closing(self._chatbot.ask(question, history, filters)) as events:
                for event in events:
                    answer = event if isinstance(event, Answer) else None
                    yield event
        except Exception as problem:
            error = type(problem).__name__
            raise
        finally:
            seconds, filtered = time.perf_counter() - begun, filters != Filters()
            asked = Asked(uuid.uuid4().hex, question, len(history), filtered, seconds, answer, error)
            for observer in self._observers:
                observer(asked)
