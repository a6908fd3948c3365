"""What the page does for programs: `ask` and `search`, each argument checked here."""

import json
from typing import Any

from citeglot.batch import read_filters, read_history
from citeglot.errors import WrongUse
from citeglot.loading import ChatbotLoader
from citeglot.page_questions import checked, checked_count
from citeglot.types import Answer, Filters, Turn

MOST_TURNS = 200
MOST_CHARACTERS = 200_000
MOST_OF_A_PATTERN = 1000


class Programs:
    """The abilities of the page without the page; what cannot be used is a `UserError`."""

    def __init__(self, loader: ChatbotLoader, limit: int) -> None:
        self._loader = loader
        self._limit = limit

    def ask(self, question: object, history: object, filters: object) -> dict[str, Any]:
        """Return the answer to a question in the shape of the contract."""
        asked, turns, narrowed = checked(question, self._limit), given_history(history), given_filters(filters)
        with self._loader.line.place() as place:
            place.wait()
            self._loader.start()
            *_, answer = self._loader.asked(asked, turns, narrowed).ask(asked, turns, narrowed)
        assert isinstance(answer, Answer)
        return answer.to_json()

    def search(self, question: object, k: object, filters: object, history: object) -> dict[str, Any]:
        """Return the k passages nearest to a question in the shape of the contract."""
        asked, count = checked(question, self._limit), checked_count(k)
        turns, narrowed = given_history(history), given_filters(filters)
        with self._loader.line.place() as place:
            place.wait()
            return self._loader.ready().search(asked, count, narrowed, turns).to_json()


def given_history(history: object) -> tuple[Turn, ...]:
    """Return earlier turns of a program; `WrongUse` for what is none, and for more than 200,000 characters."""
    turns = read_history(_small("history", history, []))
    if len(turns) > MOST_TURNS:
        raise WrongUse(f'"history" has {len(turns):,} turns; expected at most {MOST_TURNS}.')
    return turns


def given_filters(filters: object) -> Filters:
    """Return the filters of a program; `WrongUse` for what are none, and for a pattern beyond 1,000 characters."""
    narrowed = read_filters(_small("filters", filters, {}))
    if len(narrowed.document or "") > MOST_OF_A_PATTERN:
        raise WrongUse(
            f'The filter "document" has {len(narrowed.document or ""):,} characters; expected at most 1,000.'
        )
    return narrowed


def _small(name: str, value: object, nothing: object) -> object:
    if value is None:
        return nothing
    try:
        size = len(json.dumps(value, default=str))
    except (ValueError, RecursionError) as problem:
        raise WrongUse(f'"{name}" cannot be read ({problem}).') from None
    if size > MOST_CHARACTERS:
        raise WrongUse(f'"{name}" has {size:,} characters; expected at most {MOST_CHARACTERS:,}.')
    return value
