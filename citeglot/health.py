"""Whether questions can be answered, in words that tell nothing of the questions, the articles or the machine."""

import threading
import time
from dataclasses import dataclass

from citeglot.errors import IndexDamaged, IndexMismatch, ModelDamaged, ModelMissing, NoIndex, UserError
from citeglot.loading import ChatbotLoader

PATIENCE_SECONDS = 15.0  # between two attempts to load what could not be loaded
LOADING = "The index is being opened and the models are being loaded."
NO_LANGUAGE_MODEL = (
    "The language model is not loaded, so that answers are quotations. Get it with: python -m citeglot models fetch"
)
REASONS: tuple[tuple[type[UserError], str], ...] = (
    (NoIndex, "There is no index. Make one with: python ingest.py"),
    (IndexDamaged, "The index is damaged. Make it again with: python ingest.py"),
    (IndexMismatch, "The index was made by another version or model. Make it again with: python ingest.py"),
    (ModelMissing, "A model is not there. Get it with: python -m citeglot models fetch"),
    (ModelDamaged, "A model file is not what it should be. Get it again with: python -m citeglot models fetch"),
    (UserError, "What is needed to answer could not be loaded. What it is, this says: python -m citeglot doctor"),
)


@dataclass(frozen=True, slots=True)
class State:
    """What is there to answer with; `missing` says in sentences what is not, and is empty where all is.

    `generation` is the number of the index that was opened, None where there is none yet.
    """

    generation: int | None = None
    embedding_model: bool = False
    language_model: bool = False
    missing: tuple[str, ...] = ()


def state_of(loader: ChatbotLoader) -> State:
    """Return what the loader has come to so far; it is not waited for what is being loaded."""
    if not loader.is_settled:
        return State(missing=(LOADING,))
    try:
        chatbot = loader.chatbot()
    except UserError as problem:
        return State(missing=(next(words for kind, words in REASONS if isinstance(problem, kind)),))
    missing = (NO_LANGUAGE_MODEL,) if chatbot.notice else ()
    return State(chatbot.generation.number, True, not chatbot.notice, missing)


class Health:
    """Tells the state of a loader, and lets it try again what failed: where nobody asks, nobody else would."""

    def __init__(self, loader: ChatbotLoader, patience: float = PATIENCE_SECONDS) -> None:
        self.loader = loader
        self._patience = patience
        self._tried = time.monotonic()
        self._lock = threading.Lock()

    def state(self) -> State:
        """Return the state; what is missing is looked for again at most once in the seconds of patience."""
        state = state_of(self.loader)
        if state.missing and self.loader.is_settled and self._may_try():
            self.loader.start()
        return state

    def _may_try(self) -> bool:
        with self._lock:
            now = time.monotonic()
            if now - self._tried < self._patience:
                return False
            self._tried = now
            return True
