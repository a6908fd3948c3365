"""Several servers that do the same: the first that is well is asked; one that failed rests, and is looked at again."""

import logging
import threading
import time
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TypeVar

from citeglot.errors import ModelFailed
from citeglot.server_client import OutOfTime, ServerFailed
from citeglot.server_member import Member

ROUNDS = 3
FIRST_WAIT = 0.25  # seconds after a round in which no server did it; doubled each time
LONGEST_REST = 60.0
AT_ONCE, IN_LINE = 8, 32  # calls under way, and those that wait for one of them to end
Result = TypeVar("Result")


class ServerPool:
    """The servers in the order in which they are asked. Calls from several threads wait in a bounded line."""

    def __init__(self, members: Sequence[Member]) -> None:
        self.members = tuple(members)
        self.problems: list[str] = []
        self._slots = threading.BoundedSemaphore(AT_ONCE)
        self._line = threading.BoundedSemaphore(AT_ONCE + IN_LINE)

    def look(self) -> None:
        """Look at every server; `problems` says which did not answer as it should, until they are looked at again."""
        self.problems = []
        for one in self.members:
            try:
                one.look()
            except ServerFailed as failure:
                self.leave(one, failure)
                self.problems.append(str(failure))

    @contextmanager
    def turn(self, seconds: float) -> Iterator[None]:
        """Hold one of the places of those who are served at the same time; ModelFailed where none comes free."""
        if not self._line.acquire(blocking=False):
            raise ModelFailed(f"{AT_ONCE + IN_LINE} calls to the language model are under way. Ask again in a moment.")
        try:
            if not self._slots.acquire(timeout=seconds):
                raise ModelFailed(f"The language model was busy with other questions for {seconds:.0f} s. Ask again.")
            try:
                yield
            finally:
                self._slots.release()
        finally:
            self._line.release()

    def first(
        self, call: Callable[[Member], Result], deadline: float, without: Mapping[Member, ServerFailed]
    ) -> tuple[Member, Result]:
        """Return the first server that does what is asked, and what it gave.

        Where none does, those are asked again that were only busy or just fell away, after the wait that they want, a
        few times and never past the deadline; then ModelFailed says what is wrong with each, also those left out.
        OutOfTime where the deadline passed while a server that is well was at work.
        """
        failures: dict[Member, ServerFailed] = {}
        for number in range(ROUNDS):
            for one in self._order(without):
                try:
                    if not one.looked:
                        one.look()
                    given = call(one)
                except ServerFailed as failure:
                    if isinstance(failure, OutOfTime) and time.monotonic() >= deadline:
                        raise
                    failures[one] = failure
                    self.leave(one, failure)
                else:
                    one.failures, one.rests_until = 0, 0.0
                    return one, given
            asked_for = [one.wait for one in failures.values() if one.wait is not None]
            wait = min(asked_for, default=FIRST_WAIT * 2**number)
            if not failures or number == ROUNDS - 1 or time.monotonic() + wait > deadline:
                break
            time.sleep(wait)
        raise _nobody([str(one) for one in {**without, **failures}.values()], bool(without))

    def leave(self, member: Member, failure: ServerFailed) -> None:
        """Let a server that failed rest, longer each time; a busy one is only left for now."""
        if failure.is_busy:
            return
        logging.getLogger(__name__).warning("%s", failure)
        member.failures += 1
        member.looked = False
        member.rests_until = time.monotonic() + min(LONGEST_REST, 2.0**member.failures)

    def _order(self, without: Collection[Member]) -> list[Member]:
        """Return whom to ask, in order: where all of them rest, all of them, the most rested first."""
        there = [one for one in self.members if one not in without]
        now = time.monotonic()
        return [one for one in there if one.rests_until <= now] or sorted(there, key=lambda one: one.rests_until)


def _nobody(failures: Sequence[str], broke_off: bool) -> ModelFailed:
    begun = "The answer broke off, and no other server could finish it. " if broke_off else ""
    told = " ".join(f"{one.rstrip('.')}." for one in failures)
    return ModelFailed(
        f"{begun}{told}{' ' if told else ''}No language model can be reached: start a server, or mend its address in "
        "citeglot.toml or CITEGLOT_LLM_URL. Then ask again; nothing has to be started anew here."
    )
