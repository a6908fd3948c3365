"""Question files: one JSON object a line, read whole or refused with every problem named."""

import json
import reprlib
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import regex

from citeglot.errors import WrongUse
from citeglot.types import Document, Turn
from eval.facts import comparable

Split = Literal["dev", "test"]


@dataclass(frozen=True, slots=True)
class Evidence:
    """A sentence that answers a question, verbatim from its article."""

    document: str
    quote: str


@dataclass(frozen=True, slots=True)
class Question:
    """One line of a question file.

    `documents` names every article that answers; a right answer holds one form of each of `facts`.
    Where `passages` are given, they are the evidence and retrieval is skipped.
    """

    id: str
    language: str
    question: str
    answerable: bool
    documents: tuple[str, ...]
    evidence: tuple[Evidence, ...]
    facts: tuple[tuple[str, ...], ...]
    history: tuple[Turn, ...]
    passages: tuple[str, ...]
    split: Split


@dataclass(frozen=True, slots=True)
class GoldProblem:
    """A question whose gold is not in the corpus: it measures nothing and is counted apart."""

    id: str
    document: str
    message: str


def read_questions(path: Path) -> tuple[Question, ...]:
    """Return the questions of a UTF-8 file in its order, texts in NFC.

    Raises WrongUse that lists all problems with their line numbers, or says why the file cannot be read.
    """
    questions: list[Question] = []
    problems: list[str] = []
    first_lines: dict[str, int] = {}
    for number, line in _lines(path):
        row, found = _parse(line)
        if isinstance(row.get("id"), str):
            first = first_lines.setdefault(row["id"], number)
            if first != number:
                found.append(f"the id {row['id']!r} was used in line {first}; expected another one")
        problems += [f"line {number}: {problem}" for problem in found]
        if not found:
            questions.append(_question(row))
    if problems:
        raise WrongUse(f"{path} has problems ({len(problems)}):\n" + "\n".join(problems) + "\nMend them and run again.")
    if not questions:
        raise WrongUse(f"{path} holds no question. Expected one JSON object a line, as in eval/questions.jsonl.")
    return tuple(questions)


def check_against_corpus(questions: Iterable[Question], documents: Iterable[Document]) -> tuple[GoldProblem, ...]:
    """Return every gold article that is missing and every quote that its article does not hold verbatim."""
    texts = {document.name: document.text for document in documents}
    return tuple(problem for question in questions for problem in _gold_problems(question, texts))


def _gold_problems(question: Question, texts: dict[str, str]) -> Iterator[GoldProblem]:
    for name in question.documents:
        if name not in texts:
            yield GoldProblem(question.id, name, f"{question.id}: the article {name} is not in the corpus")
    for evidence in question.evidence:
        if evidence.document in texts and evidence.quote not in texts[evidence.document]:
            message = f"{question.id}: {evidence.document} does not hold the quote “{evidence.quote}”"
            yield GoldProblem(question.id, evidence.document, message)


def _lines(path: Path) -> Iterator[tuple[int, str]]:
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except OSError as problem:
        raise WrongUse(
            f"The question file {path} cannot be read ({problem.strerror}). Give a file of JSON lines."
        ) from None
    except UnicodeDecodeError as problem:
        raise WrongUse(f"The question file {path} is not UTF-8 (byte {problem.start}). Save it as UTF-8.") from None
    for number, line in enumerate(text.split("\n"), start=1):  # splitlines() would cut at U+2028, legal in JSON
        if line.strip():
            yield number, line


def _parse(line: str) -> tuple[dict[str, Any], list[str]]:
    try:
        row = json.loads(line)
    except (ValueError, RecursionError) as problem:
        return {}, [f"this is not JSON ({problem})"]
    if not isinstance(row, dict):
        return {}, [f"{reprlib.repr(row)} is not an object; expected {{…}}"]
    found = [f"the field {name!r} is missing" for name in REQUIRED if name not in row]
    found += [f"the field {name!r} is unknown; expected {', '.join(FIELDS)}" for name in row if name not in FIELDS]
    wrong = [name for name, (is_right, _) in FIELDS.items() if name in row and not is_right(row[name])]
    found += [f"{name!r} is {reprlib.repr(row[name])}; expected {FIELDS[name][1]}" for name in wrong]
    row = DEFAULTS | row
    gold_is_readable = "answerable" in row and not set(wrong) & {"answerable", *GOLD, "passages"}
    return row, found + (_contradictions(row) if gold_is_readable else [])


def _contradictions(row: dict[str, Any]) -> list[str]:
    if not row["answerable"]:
        given = [name for name in GOLD if row[name]]
        return [f"the question is not answerable but has {name!r}; expected an empty list" for name in given]
    strangers = sorted({one["document"] for one in row["evidence"]} - set(row["documents"]))
    found = [f"'evidence' names {name!r}; expected it in 'documents' too" for name in strangers]
    if not row["documents"] and not row["passages"]:
        found.append("the question is answerable; expected at least one of 'documents', or 'passages'")
    return found


def _question(row: dict[str, Any]) -> Question:
    return Question(
        id=row["id"],
        language=NORWEGIAN.get(row["language"], row["language"]),
        question=_nfc(row["question"]),
        answerable=row["answerable"],
        documents=tuple(row["documents"]),
        evidence=tuple(Evidence(**one) for one in row["evidence"]),
        facts=tuple(tuple(map(_nfc, alternatives)) for alternatives in row["facts"]),
        history=tuple(Turn(**one) for one in row["history"]),
        passages=tuple(row["passages"]),
        split=row["split"],
    )


def _nfc(text: str) -> str:
    return unicodedata.normalize("NFC", text)


def _is_text(value: object) -> bool:
    return isinstance(value, str) and bool(value.strip()) and not SURROGATE.search(value)


def _is_list_of(is_right: Callable[[Any], bool]) -> Callable[[Any], bool]:
    return lambda value: isinstance(value, list) and all(map(is_right, value))


def _is_object_of(*fields: str) -> Callable[[Any], bool]:
    return lambda value: isinstance(value, dict) and set(value) == set(fields) and all(map(_is_text, value.values()))


def _is_fact(value: object) -> bool:
    return isinstance(value, list) and bool(value) and all(_is_text(form) and comparable(form) for form in value)


def _is_turn(value: object) -> bool:
    if not isinstance(value, dict) or not _is_object_of("role", "text")(value):
        return False
    return value["role"] in ("user", "assistant")


SURROGATE = regex.compile(r"\p{Cs}")
GOLD = ("documents", "evidence", "facts")
NORWEGIAN = {"nb": "no", "nn": "no"}  # as articles have it
FIELDS: dict[str, tuple[Callable[[Any], bool], str]] = {
    "id": (_is_text, "a text"),
    "language": (lambda value: _is_text(value) and bool(regex.fullmatch("[a-z]{2,3}", value)), "a code such as de"),
    "question": (_is_text, "a text"),
    "answerable": (lambda value: isinstance(value, bool), "true or false"),
    "documents": (_is_list_of(_is_text), "a list of article names"),
    "evidence": (_is_list_of(_is_object_of("document", "quote")), 'a list of {"document": "…", "quote": "…"}'),
    "facts": (_is_list_of(_is_fact), 'a list of lists of forms, such as [["28", "achtundzwanzig"], ["2024"]]'),
    "history": (_is_list_of(_is_turn), 'a list of {"role": "user" or "assistant", "text": "…"}'),
    "passages": (_is_list_of(_is_text), "a list of texts"),
    "split": (lambda value: value in ("dev", "test"), "dev or test"),
}
DEFAULTS: dict[str, Any] = {name: [] for name in (*GOLD, "history", "passages")} | {"split": "test"}
REQUIRED = tuple(name for name in FIELDS if name not in DEFAULTS)
