"""Feedback that a person reviews, and the evaluation questions it becomes."""

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import regex

from citeglot.documents import same_form
from citeglot.errors import WrongUse
from citeglot.feedback import Row
from citeglot.fields import Fields
from citeglot.types import Document

Lines = list[tuple[int, str]]
GOLD = ("documents", "evidence", "facts")
_NUMBER = regex.compile(r"\p{Nd}+(?:[.,:٫٬]\p{Nd}+)*")
_VISIBLE = regex.compile(r"[^\s\p{Cf}\p{Cc}]")
_LANGUAGE = regex.compile("[a-z]{2,3}")


def to_review(row: Row) -> Row:
    """Return a row of feedback with what a person fills in; for an answer called right, as the answer has it."""
    right = row["rating"] == "right"
    cited = [{"document": one["document"], "quote": one["quote"]} for one in row["citations"]]
    gold = cited if right else []
    return {
        "reviewed": False,
        **{name: row[name] for name in ("id", "time", "rating", "reason", "kind", "answer")},
        "cited": cited,
        "language": row["language"],
        "question": row["question"],
        "history": [],
        "answerable": row["kind"] != "refusal" if right else None,
        "documents": list(dict.fromkeys(one["document"] for one in gold)),
        "evidence": gold,
        "facts": _numbers(row) if right else [],
    }


def _numbers(row: Row) -> list[list[str]]:
    """Return the numbers of an answer, which are its facts more often than not."""
    found = [number for one in row["sentences"] for number in _NUMBER.findall(one["text"])]
    return [[number] for number in dict.fromkeys(found)]


def make_questions(lines: Lines, documents: Mapping[str, Document]) -> tuple[list[Row], int]:
    """Return the evaluation questions of the reviewed rows, and how many are not reviewed.

    WrongUse lists everything that is wrong, with the numbers of the lines.
    """
    questions: list[Row] = []
    problems: list[str] = []
    unreviewed = 0
    for number, line in lines:
        try:
            row = Fields("row", json.loads(line))
            reviewed = row.take("reviewed", bool)
            found = _problems(row, documents) if reviewed else []
        except (ValueError, RecursionError) as problem:
            problems.append(f"line {number}: {problem}")
            continue
        unreviewed += not reviewed
        problems += [f"line {number}: {problem}" for problem in found]
        if reviewed and not found:
            questions.append(_question(row.value))
    twice = [name for name, count in Counter(one["id"] for one in questions).items() if count > 1]
    problems += [f"the id {name!r} stands in several lines; expected each once" for name in twice]
    if problems:
        raise WrongUse(f"The rows have problems ({len(problems)}):\n" + "\n".join(problems) + "\nMend them, run again.")
    if not questions:
        raise WrongUse(
            f'No row is reviewed; {unreviewed} are not. Fill in what the rows ask for, set "reviewed" to true, and run '
            "again."
        )
    return questions, unreviewed


def read_lines(path: Path) -> Lines:
    """Return the lines of a file that are not empty, each with its number; WrongUse where it cannot be read."""
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except (OSError, ValueError) as problem:  # ValueError: no UTF-8, or a NUL character in the name
        raise WrongUse(
            f"{path} cannot be read ({getattr(problem, 'strerror', None) or problem}). Give the file that `feedback "
            "export` wrote."
        ) from None
    # splitlines() would cut at U+2028, legal in JSON
    return [(number, line) for number, line in enumerate(text.split("\n"), start=1) if line.strip()]


def _question(row: Row) -> Row:
    given = {name: row[name] for name in ("language", "question", "answerable", *GOLD)}
    return {"id": row["id"], **given, "history": row.get("history", []), "passages": [], "split": "dev"}


def _problems(row: Fields, documents: Mapping[str, Document]) -> list[str]:
    """Return what keeps a reviewed row from being a question: wrong types first, then what contradicts the articles."""
    content = {"history": []} | row.value
    wrong = [
        f"{name!r} is {json.dumps(content.get(name)):.80}; expected {expected}"
        for name, (is_right, expected) in EXPECTED.items()
        if not is_right(content.get(name))
    ]
    return wrong or list(_contradictions(content, documents))


def _contradictions(row: dict[str, Any], documents: Mapping[str, Document]) -> Iterator[str]:
    if not row["answerable"]:
        yield from (f"'answerable' is false, but {name!r} is not empty; expected []" for name in GOLD if row[name])
        return
    if not row["documents"]:
        yield "'documents' is empty; expected the name of each article that answers the question"
    for name in row["documents"]:
        if same_form(name) not in documents:
            yield f"the corpus has no article {name!r}"
    for one in row["evidence"]:
        if one["document"] not in row["documents"]:
            yield f"'evidence' names {one['document']!r}; expected it in 'documents' too"
        article = documents.get(same_form(one["document"]))
        if article and one["quote"] not in article.text:
            yield f"{one['document']} does not hold the quote “{one['quote']:.80}”"


def _is_text(value: object) -> bool:
    return isinstance(value, str) and bool(_VISIBLE.search(value)) and not regex.search(r"\p{Cs}", value)


def _are_texts(values: Iterable[object]) -> bool:
    return all(map(_is_text, values))


def _is_quote(value: object) -> bool:
    return isinstance(value, dict) and set(value) == {"document", "quote"} and _are_texts(value.values())


def _is_fact(value: object) -> bool:
    return isinstance(value, list) and bool(value) and _are_texts(value)


def _is_turn(value: object) -> bool:
    if not isinstance(value, dict) or set(value) != {"role", "text"}:
        return False
    return value["role"] in ("user", "assistant") and _is_text(value["text"])


def _all(values: object, is_right: Any) -> bool:  # noqa: ANN401 (a test of any value)
    return isinstance(values, list) and all(map(is_right, values))


EXPECTED: dict[str, tuple[Any, str]] = {
    "id": (_is_text, "a text"),
    "language": (lambda value: isinstance(value, str) and bool(_LANGUAGE.fullmatch(value)), "a code such as de"),
    "question": (_is_text, "a text"),
    "answerable": (lambda value: isinstance(value, bool), "true or false"),
    "documents": (lambda value: _all(value, _is_text), "a list of article names"),
    "evidence": (lambda value: _all(value, _is_quote), 'a list of {"document": "…", "quote": "…"}'),
    "facts": (lambda value: _all(value, _is_fact), 'a list of lists of forms, such as [["28", "achtundzwanzig"]]'),
    "history": (lambda value: _all(value, _is_turn), 'a list of {"role": "user" or "assistant", "text": "…"}'),
}
