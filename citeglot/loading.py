"""Loads the models beside the page, so that the page stands at once."""

import logging
import threading
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from citeglot.errors import EnvironmentLacks, UserError
from citeglot.models import find_model, model_path
from citeglot.settings import Settings
from citeglot.turnstile import Turnstile
from citeglot.types import Filters, Turn

if TYPE_CHECKING:
    from citeglot.chatbot import Chatbot  # brings the models' libraries, which importing this file must not

WAITING_QUESTIONS = 16
Missed = Callable[[str, Sequence[Turn], Filters, UserError], None]


def load(settings: Settings) -> "Chatbot":
    """Load the chatbot; the models' libraries are imported here, not with this file."""
    from citeglot.chatbot import load_chatbot

    return load_chatbot(settings)


def language_model_file(settings: Settings) -> tuple[int, int] | None:
    """Return size and time of the language model's file, None where there is none."""
    try:
        found = model_path(find_model(settings.language_model), settings.models).stat()
    except (OSError, UserError):
        return None
    return found.st_size, found.st_mtime_ns


class ChatbotLoader:
    """Holds the chatbot once it is loaded, and the `line` of the questions to it; after a failure, `start` tries again.

    A chatbot that lacks its language model is loaded again once `look` sees another file than when it was loaded.
    `missed` is told each question for which there was no chatbot, and why.
    """

    def __init__(
        self,
        load: "Callable[[], Chatbot]",
        look: Callable[[], object] = lambda: None,
        missed: Missed = lambda *question: None,
    ) -> None:
        self.line = Turnstile(WAITING_QUESTIONS)
        self._load = load
        self._look = look
        self._missed = missed
        self._seen: object = None
        self._lock = threading.Lock()
        self._settled = threading.Event()
        self._thread: threading.Thread | None = None
        self._chatbot: Chatbot | None = None
        self._problem: UserError | None = None

    @property
    def is_settled(self) -> bool:
        """Whether there is a chatbot, or a reason why there is none."""
        return self._settled.is_set()

    def start(self) -> None:
        """Begin to load, unless that is under way or done."""
        with self._lock:
            if self._is_done() or (self._thread and self._thread.is_alive()):
                return
            self._seen = self._look()
            self._settled.clear()
            self._thread = threading.Thread(target=self._run, name="load models", daemon=True)
            self._thread.start()

    def _is_done(self) -> bool:
        return self._chatbot is not None and (not self._chatbot.notice or self._look() == self._seen)

    def wait(self, seconds: float | None = None) -> bool:
        """Wait until loading has ended, or for some seconds; tell whether it has ended."""
        return self._settled.wait(seconds)

    def chatbot(self) -> "Chatbot":
        """Return the chatbot, waiting for it; raise the `UserError` that prevented it."""
        self._settled.wait()
        if self._chatbot is None:
            raise self._problem or EnvironmentLacks("The models are being loaded again. Ask once more in a moment.")
        return self._chatbot

    def asked(self, question: str, history: Sequence[Turn] = (), filters: Filters = Filters()) -> "Chatbot":
        """Return the chatbot for a question as `chatbot` does."""
        try:
            return self.chatbot()
        except UserError as problem:
            self._missed(question, history, filters, problem)
            raise

    def ready(self) -> "Chatbot":
        """Return the chatbot as `chatbot` does, after another attempt where there was none."""
        self.start()
        return self.chatbot()

    def _run(self) -> None:
        chatbot, problem = None, None
        try:
            chatbot = self._load()
        except UserError as known:
            problem = known
        except Exception as unknown:
            logging.getLogger(__name__).exception("The models could not be loaded.")
            problem = EnvironmentLacks(
                f"The models could not be loaded: {unknown!r}. This was not expected; the terminal shows where it "
                "happened. To examine the installation: python -m citeglot doctor"
            )
        self._chatbot, self._problem = chatbot or self._chatbot, problem
        self._settled.set()
