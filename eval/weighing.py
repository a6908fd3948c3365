"""What a calibration is fitted on: the signals of the sentences that would be judged, and which of them are right."""

import random
from collections.abc import Iterator, Sequence

from citeglot.chatbot import Chatbot
from citeglot.retrieval import Candidate
from citeglot.signals import signals_of
from citeglot.types import Document, Span, Turn
from eval.facts import facts_right
from eval.gold import base_of
from eval.questions import Question
from eval.refusal_items import Item
from eval.rows import Row
from eval.system import System, considered
from eval.training_twins import Question as Asked
from eval.training_twins import Report, Twins

Place = tuple[str, Span]  # an article's name, and where in it

TOGETHER = 4  # pairs of reports that are searched as one corpus: a question has more to be mistaken for


def weigh(question: Question, system: System) -> Row:
    """Return the signals of the sentences considered, and whether each holds the facts."""
    signals, candidates = _judged(system.chatbot, system, question.question, question.language, question.history)
    right = [question.answerable and facts_right(one.text, question.facts) for one in candidates]
    row = {"set": "dev", "id": question.id, "base": base_of(question), "answerable": question.answerable}
    return row | {"signals": signals, "right": right}


def weigh_item(item: Item, system: System) -> Row:
    """Return the same of an item, of which it is known only whether some sentence answers: any may be the right one."""
    with system.over(item.passages) as chatbot:
        signals, _ = _judged(chatbot, system, item.question, item.language)
    row = {"set": "items", "id": item.name, "base": item.name, "answerable": item.answerable}
    return row | {"signals": signals, "right": [item.answerable] * len(signals)}


def weigh_reports(twins: Sequence[Twins], system: System, chance: random.Random) -> Iterator[Row]:
    """Yield the same of each question on some pairs of reports, asked in one of its languages by chance.

    A sentence is right that has the words that answer, where they stand.
    """
    for start in range(0, len(twins), TOGETHER):
        pairs = list(enumerate(twins[start : start + TOGETHER], start=start))
        documents = {
            number: tuple(_document(f"{number}-{place}", one) for place, one in enumerate(pair.reports))
            for number, pair in pairs
        }
        with system.among([one for some in documents.values() for one in some]) as chatbot:
            for number, pair in pairs:
                for place, question in enumerate(pair.questions):
                    language = chance.choice(sorted(question.asked))
                    row = {"set": "reports", "id": f"{number}-{place}-{language}", "base": str(number)}
                    gold = _gold(question, pair, documents[number])
                    yield row | {"answerable": gold is not None} | _weighed(chatbot, system, question, language, gold)


def _weighed(chatbot: Chatbot, system: System, question: Asked, language: str, gold: Place | None) -> Row:
    before, _, text = question.asked[language].rpartition("\n")
    signals, candidates = _judged(chatbot, system, text, language, (Turn("user", before),) if before else ())
    return {"signals": signals, "right": [gold is not None and _holds(one, *gold) for one in candidates]}


def _judged(
    chatbot: Chatbot, system: System, question: str, language: str, history: Sequence[Turn] = ()
) -> tuple[list[dict[str, float]], list[Candidate]]:
    """Return the sentences that are judged when a question is asked, and before them their signals."""
    asking, candidates = considered(chatbot, question, language, history)
    return signals_of(asking, candidates, chatbot.generation, system.embedder), candidates


def _document(name: str, report: Report) -> Document:
    return Document(f"{name}.txt", report.title, report.language, None, _space(report).join(report.sentences))


def _space(report: Report) -> str:
    return "" if report.language == "ja" else " "


def _gold(question: Asked, pair: Twins, documents: Sequence[Document]) -> Place | None:
    """Return the report that answers and where the words that do stand in it, None where nothing does."""
    if question.report is None or question.answer is None:
        return None
    report = pair.reports[question.report]
    before = sum(len(one) + len(_space(report)) for one in report.sentences[: question.place])
    return documents[question.report].name, Span(before + question.answer.start, before + question.answer.end)


def _holds(candidate: Candidate, document: str, answer: Span) -> bool:
    span = candidate.span
    return candidate.hit.chunk.document == document and span.start <= answer.start and answer.end <= span.end
