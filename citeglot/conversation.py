"""A conversation on the chat page: what each question has come to so far, and what the page shows of it."""

import logging
from collections.abc import Generator, Iterator
from contextlib import closing
from dataclasses import dataclass, replace

from citeglot.errors import EnvironmentLacks, ModelDamaged, ModelMissing, NoIndex, UserError
from citeglot.loading import ChatbotLoader
from citeglot.page import Reader, escape, render_answer, render_draft, render_problem, render_state
from citeglot.page_cards import render_cited, render_earlier, render_evidence, render_found
from citeglot.page_notes import NO_NOTES, CardNotes, notes_on
from citeglot.turnstile import Busy, Place
from citeglot.types import Answer, Draft, Event, Filters, Found, Reading, Turn

PATIENCE_SECONDS = 0.5
MOST_EXCHANGES = 50


@dataclass(frozen=True, slots=True)
class Exchange:
    """One question and what it has come to: HTML for the chat and the panel, plain text for later questions.

    `number` tells its anchors from those of other exchanges, `draft` is what was written so far; `said` and `answer`
    are empty until there is an answer.
    """

    question: str
    number: int = 1
    shown: str = ""
    panel: str = ""
    draft: str = ""
    said: str = ""
    cited: str = ""
    answer: Answer | None = None
    notes: CardNotes = NO_NOTES


Conversation = tuple[Exchange, ...]


def converse(
    question: str, earlier: Conversation, loader: ChatbotLoader, reader: Reader, filters: Filters = Filters()
) -> Generator[Conversation, None, None]:
    """Yield the conversation each time there is something new to see, through to the answer or what went wrong.

    Closing the iterator stops the model. The question stays whatever happens; only `Busy` is raised, at once.
    """
    earlier = earlier[-MOST_EXCHANGES + 1 :]
    now = Exchange(question, earlier[-1].number + 1 if earlier else 1)
    try:
        with loader.line.place() as place, closing(_exchanges(now, earlier, loader, reader, filters)) as exchanges:
            for waiting in _in_line(place, reader):
                yield (*earlier, replace(now, shown=waiting))
            for now in exchanges:
                yield (*earlier, now)
    except Busy:
        raise
    except UserError as problem:
        yield (*earlier, replace(now, shown=explain(problem, reader), draft=""))
    except Exception:
        logging.getLogger(__name__).exception("The question could not be answered.")
        yield (*earlier, replace(now, shown=render_problem(reader.say("error_unexpected")), draft=""))


def _in_line(place: Place, reader: Reader) -> Iterator[str]:
    while not place.wait(PATIENCE_SECONDS):
        yield render_state(reader.say("in_line", count=place.ahead))


def _exchanges(
    now: Exchange, earlier: Conversation, loader: ChatbotLoader, reader: Reader, filters: Filters
) -> Generator[Exchange, None, None]:
    loader.start()
    while not loader.wait(PATIENCE_SECONDS):
        yield replace(now, shown=render_state(reader.say("waiting")))
    turns = history(earlier)
    chatbot = loader.asked(now.question, turns, filters)
    yield replace(now, shown=render_state(reader.say("searching")))
    with closing(chatbot.ask(now.question, turns, filters)) as events:
        for event in events:
            now = _after(event, now, reader)
            yield now
            if isinstance(event, Found):
                notes = notes_on(event, chatbot, turns)
                now = replace(now, notes=notes, panel=render_found(event.passages, reader, notes))
                yield now


def _after(event: Event, now: Exchange, reader: Reader) -> Exchange:
    """Return the exchange as the event leaves it."""
    match event:
        case Found(passages=passages):
            return replace(now, shown=render_state(reader.say("checking")), panel=render_found(passages, reader))
        case Reading():
            return replace(now, shown=render_state(reader.say("reading")))
        case Draft(text=text):
            return replace(now, shown=render_draft(text, reader.say("writing")), draft=text)
        case Answer():
            return answered(now, event, reader)


def answered(now: Exchange, answer: Answer, reader: Reader) -> Exchange:
    """Return the exchange with its answer."""
    return replace(
        now,
        shown=render_answer(answer, now.number, reader),
        panel=render_evidence(answer, now.number, reader, now.notes),
        cited=render_cited(answer, now.number, reader, now.notes),
        said=answer.text,
        draft="",
        answer=answer,
    )


def stopped(conversation: Conversation, reader: Reader) -> Conversation:
    """Return the conversation after a stop: an unfinished answer says so and keeps what was written."""
    if not conversation or conversation[-1].said:
        return conversation
    last = conversation[-1]
    return (*conversation[:-1], replace(last, shown=render_draft(last.draft, reader.say("stopped"))))


def finished(conversation: Conversation) -> Answer | None:
    """Return the last answer, or None where the last question has none."""
    return conversation[-1].answer if conversation else None


def history(conversation: Conversation) -> tuple[Turn, ...]:
    """Return the answered questions as turns."""
    turns: list[Turn] = []
    for exchange in conversation:
        if exchange.said:
            turns += [Turn("user", exchange.question), Turn("assistant", exchange.said)]
    return tuple(turns)


def messages(conversation: Conversation) -> list[dict[str, str]]:
    """Return the conversation as the chat shows it."""
    shown = []
    for exchange in conversation:
        shown.append({"role": "user", "content": f'<p dir="auto">{escape(exchange.question)}</p>'})
        shown.append({"role": "assistant", "content": exchange.shown})
    return shown


def panel(conversation: Conversation, reader: Reader) -> str:
    """Return the evidence of the last question, and below it, folded, what earlier answers cited."""
    now = conversation[-1].panel if conversation else ""
    earlier = [(one.question, one.cited) for one in reversed(conversation[:-1]) if one.cited]
    return (now or render_state(reader.say("passages_empty"))) + render_earlier(earlier, reader)


def explain(problem: UserError, reader: Reader) -> str:
    """Return what went wrong: a lead in the reader's language, and the message of the error."""
    match problem:
        case NoIndex():
            lead = reader.say("error_no_index", command="python ingest.py")
        case ModelMissing() | ModelDamaged():
            lead = reader.say("error_model", command="python -m citeglot models fetch")
        case EnvironmentLacks():
            lead = reader.say("error_environment")
        case _:
            lead = reader.say("error_question")
    return render_problem(lead, str(problem))


def state_of_models(loader: ChatbotLoader, reader: Reader) -> str:
    """Return what a person should know of models and index: loading, not there, one model only, damaged; or nothing."""
    if not loader.is_settled:
        return render_state(reader.say("loading"))
    try:
        chatbot = loader.chatbot()
    except UserError as problem:
        return explain(problem, reader)
    if warnings := chatbot.generation.warnings:
        return render_problem(reader.say("error_environment"), "\n".join(warnings))
    return render_problem(reader.say("search_only"), chatbot.notice) if chatbot.notice else ""
