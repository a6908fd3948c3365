"""What the cross-encoder learns between languages: pairs of reports on like matters, asked about in five languages.

`twins/` was written for this by an assistant model; what is told is invented. A question on one report of a pair
comes near to sentences of the other, and some questions neither answers.
"""

import json
import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from citeglot.protocols import InContext
from citeglot.settings import ROOT
from citeglot.types import Matrix, Span
from eval.metrics import area_under_curve
from eval.training_pairs import Group, Pair, in_context

WRITTEN = ROOT / "eval" / "twins"
HELD_OUT = 10  # of so many pairs one is not learnt from
NEAREST = 4  # sentences of a report that come near to a question
OFTEN = ("hi", "ja")  # languages in which questions are asked twice as often: from these, more goes wrong


@dataclass(frozen=True, slots=True)
class Report:
    """A report of a pair, as sentences."""

    language: str
    title: str
    sentences: tuple[str, ...]

    def at(self, place: int) -> InContext:
        """Return one of its sentences as the cross-encoder reads it."""
        return in_context(self.sentences, place, self.title)


@dataclass(frozen=True, slots=True)
class Question:
    """A question in each language, which sentence of which report answers it (None: no one does) and in what words.

    A follow-up has the question that it leans on before it, on a line of its own.
    """

    asked: dict[str, str]
    report: int | None
    place: int
    answer: Span | None


@dataclass(frozen=True, slots=True)
class Twins:
    """Two reports with the questions about them."""

    reports: tuple[Report, ...]
    questions: tuple[Question, ...]


def read_twins(folder: Path) -> list[Twins]:
    """Return the pairs of reports in the files of a folder, in the order of their names."""
    lines = [line for path in sorted(folder.glob("*.jsonl")) for line in path.read_text(encoding="utf-8").split("\n")]
    return [_twins(json.loads(line)) for line in lines if line.strip()]


def parted(twins: Sequence[Twins]) -> tuple[list[Twins], list[Twins]]:
    """Return the pairs that the cross-encoder learns from, and those that it does not."""
    return [one for place, one in enumerate(twins) if place % HELD_OUT], list(twins[::HELD_OUT])


def _twins(told: dict[str, object]) -> Twins:
    texts, questions = told["texts"], told["questions"]
    assert isinstance(texts, list) and isinstance(questions, list)
    reports = tuple(Report(one["language"], one["title"], tuple(one["sentences"])) for one in texts)
    found: list[Question] = []
    for one in questions:
        before = found[one["after"]].asked if one.get("after") is not None else {}
        asked = {name: f"{before[name]}\n{text}" if before else text for name, text in one["ask"].items()}
        if one["text"] is None:
            found.append(Question(asked, None, 0, None))
        else:
            start = reports[one["text"]].sentences[one["sentence"]].find(one["answer"])
            answer = Span(start, start + len(one["answer"])) if start >= 0 else None
            found.append(Question(asked, one["text"], one["sentence"], answer))
    return Twins(reports, tuple(found))


def twin_groups(
    twins: Sequence[Twins], embed: Callable[[list[str]], Matrix]
) -> Callable[[random.Random], Iterator[Group]]:
    """Return what gives a group of each question, asked in one of its languages by chance, each time anew.

    Beside the sentence that answers stand those that come near to the question, of both reports.
    """
    near = list(_nearest(twins, embed))

    def groups(chance: random.Random) -> Iterator[Group]:
        for one, ranked in zip(twins, near, strict=True):
            for question, order in zip(one.questions, ranked, strict=True):
                yield _group(one.reports, question, order, chance)

    return groups


def held_out_figures(twins: Sequence[Twins], logits: Callable[[list[Pair]], list[float]], chance: random.Random) -> str:
    """Return how often the right sentence of both reports is picked, and how well answered questions are told.

    That is the area under the curve of the surest sentence's logit. Each question is asked in a language by chance.
    """
    right: list[bool] = []
    told: list[float] = []
    silent: list[float] = []
    for one in twins:
        for question in one.questions:
            asked = question.asked[chance.choice(sorted(question.asked))]
            places = [(n, place) for n, report in enumerate(one.reports) for place in range(len(report.sentences))]
            found = logits([Pair(asked, one.reports[n].at(place)) for n, place in places])
            if question.report is not None:
                right.append(places[int(np.argmax(found))] == (question.report, question.place))
            (silent if question.report is None else told).append(max(found))
    area = area_under_curve(told, silent)
    return f"right {np.mean(right):.3f} of {len(right)}, area {area:.3f}"


def _nearest(twins: Sequence[Twins], embed: Callable[[list[str]], Matrix]) -> Iterator[list[list[list[int]]]]:
    """Yield for each pair and question the places of the sentences of each report, those nearest to it first."""
    texts = [
        [[question.asked["en"] for question in one.questions], *(list(report.sentences) for report in one.reports)]
        for one in twins
    ]
    vectors = embed([text for one in texts for some in one for text in some])
    ends = np.cumsum([len(some) for one in texts for some in one])
    parts = iter(np.split(vectors, ends[:-1]))
    for one in texts:
        asked, *told = [next(parts) for _ in one]
        orders = [np.argsort(-(asked @ sentences.T), axis=1).tolist() for sentences in told]
        yield [list(some) for some in zip(*orders, strict=True)]


def _group(reports: Sequence[Report], question: Question, order: list[list[int]], chance: random.Random) -> Group:
    asked = question.asked[chance.choice([*sorted(question.asked), *OFTEN])]
    wanted = [2, 2]
    if question.report is not None:
        wanted[1 - question.report] = 1
    silent = []
    for number, (report, places, count) in enumerate(zip(reports, order, wanted, strict=True)):
        near = [place for place in places if not _answers(question, number, report, place)][:NEAREST]
        silent += [report.at(place) for place in chance.sample(near, min(count, len(near)))]
    wrong = tuple(Pair(asked, sentence) for sentence in silent)
    if question.report is None:
        return Group("none", wrong)
    right = Pair(asked, reports[question.report].at(question.place), question.answer)
    return Group("pick", (right, *wrong))


def _answers(question: Question, number: int, report: Report, place: int) -> bool:
    """Tell whether a sentence answers, or holds the words that do."""
    if question.report != number:
        return False
    words = question.answer.of(report.sentences[question.place]) if question.answer else ""
    return place == question.place or (bool(words) and words.casefold() in report.sentences[place].casefold())
