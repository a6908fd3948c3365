"""The conversation on the page at work: each handler returns the parts of the page that change, by their names."""

from collections.abc import Iterator
from contextlib import closing
from typing import TYPE_CHECKING

from citeglot.conversation import Conversation, converse, finished, messages, panel, state_of_models, stopped
from citeglot.errors import UserError
from citeglot.language import clean
from citeglot.library import Library
from citeglot.loading import ChatbotLoader
from citeglot.page import Reader, escape, render_state
from citeglot.page_filters import NOTHING, Narrowing, filters_of
from citeglot.page_history import kept, restored
from citeglot.page_parts import (
    Shown,
    busy,
    feedback_buttons,
    filter_choices,
    filter_fold,
    filter_values,
    question_box,
    row,
    told,
    typed,
    watching,
)
from citeglot.page_questions import complaint
from citeglot.settings import Settings
from citeglot.turnstile import Busy

if TYPE_CHECKING:
    from citeglot.generation import Generation  # brings the search library, which the page does not wait for


class ChatPage:
    """The handlers of the conversation: each checks what it is given, wherever it comes from."""

    def __init__(self, loader: ChatbotLoader, settings: Settings) -> None:
        self.loader = loader
        self.settings = settings
        self.library = Library(settings.index)

    def begin(self, found: object, reader: Reader) -> Shown:
        """Return the conversation that the browser kept."""
        conversation, narrowing = restored(found, self.library, reader)
        return {**self._settled(conversation, narrowing, reader), **self._filters(narrowing, reader)}

    def watch(self, reader: Reader) -> Shown:
        """Return the status, and the timer, which stops when the models are loaded or cannot be."""
        return {"status": self._status(reader), "timer": watching(not self.loader.is_settled)}

    def answer(
        self,
        question: object,
        conversation: Conversation,
        reader: Reader,
        narrowing: Narrowing = NOTHING,
        editing: bool = False,
    ) -> Iterator[Shown]:
        """Yield what changes as the answer comes to be; `editing` puts it in the place of the last one."""
        reason = complaint(question, self.settings.max_question_characters, reader)
        try:
            filters = filters_of(narrowing, self.generation(), reader)
        except UserError as problem:
            reason = reason or escape(str(problem))
        if reason:
            yield {"note": told(render_state(reason)), "box": question_box(reader)}
            return
        asked, now = clean(str(question)), conversation
        yield {**busy(reader), "status": self._status(reader)}
        try:
            earlier = conversation[:-1] if editing else conversation
            with closing(converse(asked, earlier, self.loader, reader, filters)) as states:
                for now in states:
                    yield {"chat": messages(now), "evidence": panel(now, reader), "conversation": now}
        except Busy:
            note = told(render_state(reader.say("busy")))
            yield {**self._settled(now, narrowing, reader), "note": note, "box": question_box(reader, asked)}
            return
        offered = self.choices(narrowing, reader) if is_other_index(now) else {}
        yield {**self._settled(now, narrowing, reader), **offered, "live": announcement(now, reader)}

    def stop(self, conversation: Conversation, narrowing: Narrowing, reader: Reader) -> Shown:
        """Return the page after a stop; what was written so far stays."""
        return self._settled(stopped(conversation, reader), narrowing, reader)

    def clear(self, reader: Reader) -> Shown:
        """Return the page of a new conversation, without filters; the browser forgets the one before."""
        return {**self._settled((), NOTHING, reader), **self.unfiltered((), reader), "box": question_box(reader, "")}

    def edit(self, conversation: Conversation, editing: bool, reader: Reader) -> Shown:
        """Put the last question back into its box, to be asked in place of itself; or take it out again."""
        if editing or not conversation:
            return {"editing": False, "edit": reader.texts["edit"], "note": told(""), "box": typed("")}
        note = told(render_state(reader.say("editing")))
        box = question_box(reader, conversation[-1].question)
        return {"editing": True, "edit": reader.texts["edit_not"], "note": note, "box": box}

    def narrowed(self, conversation: Conversation, narrowing: Narrowing, reader: Reader) -> Shown:
        """Say at once what the filters mean, or why they mean nothing."""
        generation, note = self.generation(), ""
        try:
            filters_of(narrowing, generation, reader)
        except UserError as problem:
            note = render_state(escape(str(problem)))
        label = filter_fold(narrowing, generation, reader)
        return {"fold": label, "filter_note": told(note), "kept": kept(conversation, narrowing)}

    def unfiltered(self, conversation: Conversation, reader: Reader) -> Shown:
        """Return the boxes of the filters, empty."""
        return {**self.narrowed(conversation, NOTHING, reader), **self._filters(NOTHING, reader)}

    def choices(self, narrowing: Narrowing, reader: Reader) -> Shown:
        """Return what the filters offer as the index is now, and what is chosen of it."""
        generation = self.generation()
        label = filter_fold(narrowing, generation, reader)
        return {**filter_choices(narrowing, generation, reader), "fold": label}

    def _filters(self, narrowing: Narrowing, reader: Reader) -> Shown:
        generation = self.generation()
        label = filter_fold(narrowing, generation, reader)
        return {**filter_values(narrowing, generation, reader), "fold": label}

    def generation(self) -> "Generation | None":
        """Return the newest index, or None where there is none to be had."""
        try:
            return self.library.newest()
        except UserError:
            return None

    def _status(self, reader: Reader) -> object:
        """Return what stands above the conversation: the state of the models where it matters."""
        return told(state_of_models(self.loader, reader))

    def _settled(self, conversation: Conversation, narrowing: Narrowing, reader: Reader) -> Shown:
        """Return the page at rest after the last answer of a conversation."""
        return {
            "chat": messages(conversation),
            "evidence": panel(conversation, reader),
            "box": question_box(reader),
            "note": told(""),
            "status": self._status(reader),
            "conversation": conversation,
            "kept": kept(conversation, narrowing),
            "actions": row(bool(conversation)),
            "judging": row(finished(conversation) is not None),
            **feedback_buttons(True),
            "because": row(False),
            "editing": False,
            "edit": reader.texts["edit"],
        }


def is_other_index(conversation: Conversation) -> bool:
    """Tell whether the last two answers come from different generations of the index."""
    numbers = [one.answer.generation for one in conversation[-2:] if one.answer]
    return len(set(numbers)) > 1


def announcement(conversation: Conversation, reader: Reader) -> str:
    """Return what a screen reader says once, when an answer is finished or there is none."""
    said = conversation[-1].said if conversation else ""
    return f'<p dir="auto">{reader.say("announce" if said else "announce_not")} {escape(said)}</p>'
