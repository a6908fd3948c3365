"""Loads the models beside the page, so that the page stands at once."""

import logging
import threading
from collections.abc import Callable
from typing import TYPE_CHECKING

from citeglot.errors import EnvironmentLacks, UserError
from citeglot.settings import Settings

if TYPE_CHECKING:
    from citeglot.chatbot import Chatbot  # brings the models' libraries, which importing this file must not


def load(settings: Settings) -> "Chatbot":
    """Load the chatbot; the models' libraries are imported here, not with this file."""
    from citeglot.chatbot import load_chatbot

    return load_chatbot(settings)


class ChatbotLoader:
    """Holds the chatbot once it is loaded; after a failure, `start` tries again."""

    def __init__(self, load: "Callable[[], Chatbot]") -> None:
        self._load = load
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
            if self._chatbot or (self._thread and self._thread.is_alive()):
                return
            self._settled.clear()
            self._thread = threading.Thread(target=self._run, name="load models", daemon=True)
            self._thread.start()

    def wait(self, seconds: float | None = None) -> bool:
        """Wait until loading has ended, or for some seconds; tell whether it has ended."""
        return self._settled.wait(seconds)

    def chatbot(self) -> "Chatbot":
        """Return the chatbot, waiting for it; raise the `UserError` that prevented it."""
        self._settled.wait()
        if self._chatbot is None:
            raise self._problem or EnvironmentLacks("The models are being loaded again. Ask once more in a moment.")
        return self._chatbot

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
        self._chatbot, self._problem = chatbot, problem
        self._settled.set()
