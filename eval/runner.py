"""Puts every question to the program and keeps one row for each, so that a crash loses one question at most."""

from collections import deque
from collections.abc import Callable, Iterable, Sequence

import regex

from citeglot.errors import UserError
from citeglot.language import detect_language
from citeglot.retrieval import SearchResult
from citeglot.types import UNKNOWN_LANGUAGE, Answer, Citation, Event
from eval.facts import facts_right, holds
from eval.gold import Gold, base_of
from eval.questions import Question
from eval.rows import Row, RowLog
from eval.system import System

K = 10
MARKER = regex.compile(r"\[\d+\]")


def run_questions(
    questions: Sequence[Question], system: System, log: RowLog, progress: Callable[[str, int, int], None]
) -> list[Row]:
    """Return a row for each question in their order; those that the log holds are not asked again."""
    for number, question in enumerate(questions, start=1):
        if question.id not in log.rows:
            log.add(measured(question, system))
        progress("asking", number, len(questions))
    return [log.rows[question.id] for question in questions]


def measured(question: Question, system: System) -> Row:
    """Return the row of one question; whatever it raises is written into the row as its error."""
    row = _blank(question)
    try:
        gold = Gold((), ()) if question.passages else system.library.find(question)
        row["gold_missing"] = list(gold.missing)
        row["gold"] = [article.to_json([]) for article in gold.articles]
        if system.generator is not None:
            row |= _asked(question, system)
        if not question.passages:
            row |= _searched(question, system, gold, row["timings"])
    except UserError as problem:
        return row | _failed(question, str(problem))
    except Exception as problem:  # one broken question must not cost the other answers
        return row | _failed(question, f"{type(problem).__name__}: {problem}")
    return row


def _blank(question: Question) -> Row:
    return {
        "id": question.id,
        "language": question.language,
        "kind": None,
        "right": None,
        "language_right": None,
        "citations_right": None,
        "documents": [],
        "confidence": None,
        "timings": {},
        "base": base_of(question),
        "question": question.question,
        "answerable": question.answerable,
        "with_passages": bool(question.passages),
        "answer": None,
        "expected": {
            "facts": [forms[0] for forms in question.facts],
            "quotes": [evidence.quote for evidence in question.evidence],
        },
        "gold": [],
        "gold_missing": [],
        "own_language_first": None,
        "first_hit_language": None,
    }


def _failed(question: Question, error: str) -> Row:
    return {"kind": "error", "right": False, "error": error, "answer": None}


def _searched(question: Question, system: System, gold: Gold, timings: Row) -> Row:
    """Search for ten hits, and rank the gold among them."""
    found = system.chatbot.search(question.question, K, history=question.history)
    first = found.hits[0].chunk.language if found.hits else None
    can_be_first = question.answerable and question.language in system.generation.languages
    return {
        "documents": [hit.chunk.document for hit in found.hits],
        "gold": [article.to_json(found.hits) for article in gold.articles],
        "own_language_first": first == question.language if can_be_first else None,
        "first_hit_language": first,
        "timings": timings | _search_timings(found),
    }


def _search_timings(found: SearchResult) -> dict[str, float]:
    """Return from question to hits, and of it what embedding, reading the first hits, and all the rest took."""
    return {
        "search_ms": round(found.total_ms, 1),
        "search_embedding_ms": round(found.embedding_ms, 1),
        "search_reading_ms": round(found.reading_ms, 1),
        "search_ranking_ms": round(found.total_ms - found.embedding_ms - found.reading_ms, 1),
    }


def _asked(question: Question, system: System) -> Row:
    if not question.passages:
        return _judged(question, system, _last(system.chatbot.ask(question.question, question.history)))
    with system.over(question.passages) as chatbot:
        return _judged(question, system, _last(chatbot.ask(question.question, question.history)))


def _last(events: Iterable[Event]) -> Answer:
    (answer,) = deque(events, maxlen=1)
    assert isinstance(answer, Answer)
    return answer


def _judged(question: Question, system: System, answer: Answer) -> Row:
    given = answer.to_json()
    cited = [hit.language for hit in answer.citations]
    return {
        "kind": answer.kind,
        "right": is_right(question, answer.kind, answer.text),
        "language_right": is_in_language(answer.text, question.language, cited),
        "citations_right": citations_right(question, answer.citations, system.library.canonical),
        "documents": [hit.chunk.document for hit in answer.passages],
        "confidence": given["confidence"],
        "timings": given["timings"],
        "answer": answer.text,
        "sentences": given["sentences"],
        "cited": [{"document": one.document, "quote": one.quote} for one in answer.citations],
    }


def is_right(question: Question, kind: str, text: str) -> bool | None:
    """Tell whether a question was answered, or refused, as it should be; None where its facts are not given."""
    if not question.answerable or kind == "refusal":
        return question.answerable == (kind != "refusal")
    return facts_right(MARKER.sub(" ", text), question.facts) if question.facts else None


def is_in_language(text: str, language: str, others: Sequence[str] = ()) -> bool:
    """Tell whether an answer is in the language of the question; one of numbers alone is in any language."""
    found = detect_language(MARKER.sub(" ", text), likely=(language, *others))
    return found in (language, UNKNOWN_LANGUAGE)


def citations_right(
    question: Question, citations: Sequence[Citation], canonical: Callable[[str], str | None]
) -> float | None:
    """Return the share of citations to a gold article whose quote holds a fact; None without a citation.

    What the question leaves open is not judged: its articles or its facts.
    """
    gold = {canonical(name) or name for name in question.documents}
    if not citations or (question.answerable and not gold and not question.facts):
        return None
    right = [
        question.answerable
        and (not gold or one.document in gold)
        and (not question.facts or any(holds(one.quote, forms) for forms in question.facts))
        for one in citations
    ]
    return sum(right) / len(right)
