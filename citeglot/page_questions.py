"""What the page and its API accept as a question, whichever way it comes in."""

from citeglot.errors import WrongUse
from citeglot.language import clean
from citeglot.page import Reader

MOST_HITS = 100


def complaint(question: object, limit: int, reader: Reader) -> str:
    """Return why a question is not asked at all (escaped), or nothing: it is no text, empty, or beyond `limit`."""
    if not isinstance(question, str):
        return reader.say("empty_question")
    if len(question) > limit:
        return reader.say("long_question", characters=len(question), limit=limit)
    return "" if clean(question) else reader.say("empty_question")


def checked(question: object, limit: int) -> str:
    """Return a program's question, cleaned; raise `WrongUse` where a person would be told the same by the page."""
    if not isinstance(question, str):
        raise WrongUse(f"The question is of the type {type(question).__name__}; expected a text.")
    if len(question) > limit:
        raise WrongUse(f"The question is {len(question):,} characters long; expected at most {limit:,}.")
    if not clean(question):
        raise WrongUse(f"The question is empty; expected a text of 1 to {limit:,} characters.")
    return clean(question)


def checked_count(k: object) -> int:
    """Return how many passages a program asks for; raise `WrongUse` where that is not a number from 1 to 100."""
    if isinstance(k, bool) or not isinstance(k, int) or not 1 <= k <= MOST_HITS:
        raise WrongUse(f"k is {str(k)[:80]}; expected a whole number from 1 to {MOST_HITS}.")
    return k
