"""Reading-comprehension files as readings: SQuAD's nested JSON, and flat JSON lines."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import regex

from citeglot.errors import WrongUse
from citeglot.language import detect_language, normalise_code

SUFFIXES = (".json", ".jsonl")
_LINE_END = regex.compile(r"\r\n|[\r\v\f\x85]")
_CONTROL = regex.compile(r"[\p{Cc}--\t\n]|\p{Cs}", regex.V1)


@dataclass(frozen=True, slots=True)
class Reading:
    """A question with the context that answers it, or with passages that may; `collection` is the set it is from.

    `start` is where the first of `answers` begins in `context`, None where the file does not say.
    """

    collection: str
    id: str
    language: str
    question: str
    answers: tuple[str, ...]
    context_id: str
    context: str
    start: int | None
    answerable: bool
    passages: tuple[str, ...] = ()


def read_sets(paths: list[Path]) -> list[Reading]:
    """Return the readings of all files; WrongUse lists every line or entry that is none."""
    readings: list[Reading] = []
    problems: list[str] = []
    for path in paths:
        collection, language = named(path)
        for where, row in _rows(path, problems):
            try:
                readings.append(_reading(collection, language, row))
            except (KeyError, TypeError, ValueError, WrongUse) as problem:
                why = f"the field {problem} is missing" if isinstance(problem, KeyError) else str(problem)
                problems.append(f"{path.name}, {where}: {why}")
    if problems:
        raise WrongUse(f"The question sets have problems ({len(problems)}):\n" + "\n".join(problems))
    return readings


def named(path: Path) -> tuple[str, str | None]:
    """Return collection and language of NAME.LANG.jsonl; the language is None where the name has none."""
    name, _, code = path.stem.rpartition(".")
    try:
        return (name, normalise_code(code)) if name else (path.stem, None)
    except WrongUse:
        return path.stem, None


def tidy(text: str) -> str:
    """Return a text as an article of the corpus holds it: lines ended by "\\n", no control characters."""
    return _CONTROL.sub("", _LINE_END.sub("\n", text))


def _rows(path: Path, problems: list[str]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield the rows of a file, each with its place; nested ones are flattened."""
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except (OSError, UnicodeDecodeError) as problem:
        problems.append(f"{path.name}: cannot be read ({problem})")
        return
    for number, line in enumerate([text] if path.suffix == ".json" else text.split("\n"), start=1):
        where = "the file" if path.suffix == ".json" else f"line {number}"
        if not line.strip():
            continue
        try:
            value = json.loads(line)
            yield from _flattened(value) if path.suffix == ".json" else [(where, value)]
        except (ValueError, RecursionError) as problem:
            problems.append(f"{path.name}, {where}: this is not JSON ({problem})")
        except (KeyError, TypeError, AttributeError) as problem:
            problems.append(f"{path.name}, {where}: this is not laid out as SQuAD is ({problem!r})")


def _flattened(squad: Any) -> Iterator[tuple[str, dict[str, Any]]]:  # noqa: ANN401 - JSON of anyone
    for article_number, article in enumerate(squad["data"]):
        for number, paragraph in enumerate(article["paragraphs"]):
            for asked in paragraph["qas"]:
                answers = asked.get("answers") or []
                yield (
                    f"article {article_number + 1}, paragraph {number + 1}",
                    {
                        "id": asked["id"],
                        "question": asked["question"],
                        "answers": [answer["text"] for answer in answers],
                        "start": answers[0].get("answer_start") if answers else None,
                        "answerable": not asked.get("is_impossible", False),
                        "context_id": f"{article_number}-{number}",
                        "context": paragraph["context"],
                    },
                )


def _reading(collection: str, language: str | None, row: dict[str, Any]) -> Reading:
    if not isinstance(row, dict):
        raise ValueError("this is not an object")
    question, passages, context = _text(row, "question"), row.get("passages") or [], row.get("context") or ""
    if not passages and not tidy(_text(row, "context")).strip():
        raise ValueError("the context is empty")
    answers = row.get("answers") or []
    answers = [answers] if isinstance(answers, str) else answers
    if not all(isinstance(one, str) for one in (*answers, *passages, context)):
        raise ValueError("expected texts in 'answers', 'passages' and 'context'")
    stated = row.get("lang") or row.get("language") or language
    start = row.get("start")
    return Reading(
        collection=collection,
        id=str(row["id"]),
        language=normalise_code(stated) if stated else detect_language(question),
        question=tidy(question).strip(),
        answers=tuple(dict.fromkeys(tidy(one).strip() for one in answers)),
        context_id=str(row.get("context_id") or ""),
        context=tidy(context),
        start=len(tidy(context[:start])) if isinstance(start, int) and start >= 0 else None,
        answerable=bool(row.get("answerable", answers or passages)),
        passages=tuple(tidy(one) for one in passages if tidy(one).strip()),
    )


def _text(row: dict[str, Any], name: str) -> str:
    value = row[name]
    if not isinstance(value, str) or not value.strip():
        raise ValueError(f"{name!r} is {value!r}; expected a text")
    return value
