"""Where a person looks: what is finished on standard output, what is under way on standard error, in place."""

import os
import sys
from collections.abc import Generator, Sequence
from contextlib import closing
from typing import TextIO

from rich.console import Console
from rich.live import Live
from rich.text import Text

from citeglot.console import harmless
from citeglot.terminal import Paragraph, describe_draft, describe_found, plain
from citeglot.types import Answer, Draft, Event, Found, Reading
from citeglot.wrapping import cells, cut, wrap

NARROWEST = 20


class Screen:
    """Prints paragraphs: wrapped and with looks at a terminal, plain and whole elsewhere.

    What is under way is shown at a terminal only, each state in the place of the one before; a terminal that cannot
    do that gets a line for each. Leaving the context takes it away.
    """

    def __init__(self) -> None:
        self._output, self._errors = _console(sys.stdout), _console(sys.stderr)
        self._live: Live | None = None
        self._told = ""

    def __enter__(self) -> "Screen":
        return self

    def __exit__(self, *_: object) -> None:
        self.clear()

    def print(self, paragraphs: Sequence[Paragraph]) -> None:
        """Print to standard output."""
        self.clear()
        _print(self._output, paragraphs)

    def tell(self, paragraphs: Sequence[Paragraph]) -> None:
        """Print to standard error."""
        self.clear()
        _print(self._errors, paragraphs)

    @property
    def is_terminal(self) -> bool:
        """Whether standard output is a terminal."""
        return self._output.is_terminal

    def show(self, paragraphs: Sequence[Paragraph]) -> None:
        """Print to the terminal that the person looks at, if there is one."""
        if self._output.is_terminal:
            self.print(paragraphs)
        elif self._errors.is_terminal:
            self.tell(paragraphs)

    def state(self, text: str) -> None:
        """Show what is going on."""
        if self._errors.is_dumb_terminal and text != self._told:
            _print(self._errors, [Paragraph(text)])
        self._told = text
        self.under_way([Paragraph(text, look="dim")])

    def under_way(self, paragraphs: Sequence[Paragraph]) -> None:
        """Show paragraphs in the place of those before, the end of what is longer than the terminal is high."""
        if not self._errors.is_terminal or self._errors.is_dumb_terminal:
            return
        lines = _lines(paragraphs, self._errors.width)
        shown = Text("\n", no_wrap=True, end="").join(lines[-max(1, self._errors.height - 2) :])
        if self._live is None:
            self._live = Live(
                console=self._errors,
                auto_refresh=False,
                transient=True,
                redirect_stdout=False,
                redirect_stderr=False,
                vertical_overflow="crop",
            )
            self._live.start()
        self._live.update(shown, refresh=True)

    def clear(self) -> None:
        """Take away what is under way."""
        if self._live is not None:
            live, self._live = self._live, None
            live.stop()


def follow(events: Generator[Event, None, None], screen: Screen) -> Answer | None:
    """Show the events of an answering and return the answer; Ctrl-C stops the model, keeps the draft and gives None."""
    draft = ""
    try:
        with closing(events):
            for event in events:
                match event:
                    case Found(passages=passages):
                        screen.show(describe_found(passages))
                        screen.state("Looking for the answer …")
                    case Reading():
                        screen.state("Reading the best sentences …")
                    case Draft(text=draft):
                        screen.under_way(describe_draft(draft))
                    case Answer():
                        return event
    except KeyboardInterrupt:
        screen.tell([*(describe_draft(draft) if draft else ()), Paragraph("Stopped; there is no checked answer.")])
    return None


def _console(stream: TextIO) -> Console:
    """Return a console for a stream: codes at a terminal alone, whatever the environment asks for elsewhere."""
    at_terminal = stream.isatty()
    return Console(
        file=stream,
        force_terminal=at_terminal,
        color_system="auto" if at_terminal and not os.environ.get("NO_COLOR") else None,
        markup=False,
        highlight=False,
        emoji=False,
    )


def _print(console: Console, paragraphs: Sequence[Paragraph]) -> None:
    if console.is_terminal:
        for line in _lines(paragraphs, console.width):
            console.print(line, soft_wrap=True)
    else:
        console.file.write(plain(paragraphs) + "\n")
    console.file.flush()


def _lines(paragraphs: Sequence[Paragraph], width: int) -> list[Text]:
    """Return paragraphs as lines that fit a terminal; its last cell stays free, where some terminals break already."""
    lines: list[Text] = []
    for one in paragraphs:
        indent = cells(one.lead)
        room = max(NARROWEST, width - 1) - indent
        text, tail = (harmless(part).replace("\t", " ") for part in (one.text, one.tail))
        texts = [cut(text, room, tail)] if one.one_line else wrap(text + tail, room)
        leads = [one.lead, *[" " * indent] * (len(texts) - 1)]
        lines += [Text(lead + text, style=one.look) for lead, text in zip(leads, texts, strict=True)]
    return lines
