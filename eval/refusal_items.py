"""NoMIRACL's items: questions with ten judged passages each, read, split and sampled the same way every time."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from citeglot.errors import WrongUse
from eval.questions import Split
from eval.reading_sets import read_sets
from eval.runs import in_chance_order, tell

GPT4_REFUSED = {"Yes, answer is present.": False, "No, the answer is not present.": True, "I don't know.": True}
DEV_PERCENT = 40


@dataclass(frozen=True, slots=True)
class Item:
    """A question with its passages; `gpt4` is the published verdict as it stands in the file."""

    id: str
    language: str
    question: str
    answerable: bool
    passages: tuple[str, ...]
    gpt4: str

    @property
    def name(self) -> str:
        """The id with the language: the same article may be asked about in two."""
        return f"{self.language}:{self.id}"

    @property
    def gpt4_refused(self) -> bool | None:
        """Whether GPT-4 is published to have refused; None where its verdict is neither."""
        return GPT4_REFUSED.get(self.gpt4)


def read_items(files: Sequence[Path]) -> list[Item]:
    """Return the items of all files; WrongUse lists every line that is none."""
    items: dict[str, Item] = {}
    problems = []
    for path in files:
        readings = read_sets([path])  # says what is wrong with a line
        rows = [json.loads(line) for line in path.read_text(encoding="utf-8-sig").split("\n") if line.strip()]
        for one, row in zip(readings, rows, strict=True):
            item = Item(one.id, one.language, one.question, one.answerable, one.passages, str(row.get("gpt4", "")))
            if not one.passages or not isinstance(row.get("answerable"), bool):
                problems.append(f"{path.name}, {one.id}: expected 'passages', and 'answerable' true or false")
            elif items.setdefault(item.name, item) is not item:
                problems.append(f"{path.name}, {one.id}: this id was used before; expected another one")
    if problems:
        raise WrongUse("The items have problems:\n" + "\n".join(problems))
    return list(items.values())


def split_of(name: str) -> Split:
    """Return the half that an item belongs to, by a hash of its name: `dev` to fit on, `test` to report."""
    return "dev" if int(hashlib.sha256(name.encode()).hexdigest(), 16) % 100 < DEV_PERCENT else "test"


def choose(items: Sequence[Item], split: Split, number: int, languages: Sequence[str] | None = None) -> list[Item]:
    """Return `number` items of each language, half of them answerable; fewer, with a notice, where there are fewer."""
    there = sorted({one.language for one in items})
    if missing := sorted(set(languages or ()) - set(there)):
        raise WrongUse(f"There are no items in {', '.join(missing)}; the files are in {', '.join(there)}.")
    chosen: list[Item] = []
    for language in dict.fromkeys(languages or there):
        for answerable, wanted in ((True, number - number // 2), (False, number // 2)):
            side = [one for one in items if (one.language, one.answerable) == (language, answerable)]
            own = in_chance_order((one for one in side if split_of(one.name) == split), lambda one: one.id)[:wanted]
            if len(own) < wanted:
                kind = "answerable" if answerable else "unanswerable"
                tell([f"{language}: {len(own)} {kind} items of {wanted} are there."])
            chosen += own
    if not chosen:
        raise WrongUse(f"None of the {len(items)} items is in the split {split!r}. Name the other one with --split.")
    return chosen
