"""A line of JSON for each question, for those who run a server: what came of it, and none of its words by default."""

import json
import logging
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from citeglot.deployment import Service
from citeglot.errors import EnvironmentLacks
from citeglot.observing import Asked
from citeglot.types import Answer


class QuestionLog:
    """Writes to the standard error or to the end of a file; EnvironmentLacks where the file cannot be opened."""

    def __init__(self, service: Service) -> None:
        self._with_questions = service.log_questions
        self._logger = logging.Logger("citeglot.questions")  # of its own: nothing else writes between the lines
        self._logger.addHandler(_handler(service.log_file))

    def observe(self, asked: Asked) -> None:
        """Write the line of a question."""
        line = line_of(asked) | ({"question": asked.question} if self._with_questions else {})
        self._logger.info("%s", json.dumps(line, ensure_ascii=False))


def line_of(asked: Asked) -> dict[str, Any]:
    """Return what is told of a question: numbers, codes and names of models, nothing that a person wrote."""
    line: dict[str, Any] = {
        "time": datetime.now(UTC).isoformat(timespec="milliseconds"),
        "id": asked.id,
        "outcome": asked.outcome,
        "ms": round(1000 * asked.seconds, 1),
        "question_characters": len(asked.question),
        "turns": asked.turns,
        "filtered": asked.filtered,
    }
    if asked.error:
        line["error"] = asked.error
    return line | (_line_of_answer(asked.answer) if asked.answer else {})


def _line_of_answer(answer: Answer) -> dict[str, Any]:
    timings = {name: getattr(answer.timings, name) for name in ("first_passage_ms", "first_token_ms", "total_ms")}
    return {
        "language": answer.language,
        "kind": answer.kind,
        "confidence": round(answer.confidence, 4),
        "passages": len(answer.passages),
        "sentences": len(answer.sentences),
        "citations": len(answer.citations),
        "notices": len(answer.notices),
        **{name: None if value is None else round(value, 1) for name, value in timings.items()},
        "models": answer.models,
        "generation": answer.generation,
    }


def _handler(file: str) -> logging.Handler:
    if not file:
        return logging.StreamHandler()
    try:
        return logging.FileHandler(Path(file).expanduser(), encoding="utf-8")
    except OSError as problem:
        raise EnvironmentLacks(
            f"The log {file} cannot be written ({problem.strerror}). Expected a file in a folder that is there and may "
            "be written to: mend [server] log_file, or take it out for the standard error."
        ) from None
