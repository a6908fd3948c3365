"""Counts of what was asked and how long it took, in the text format that Prometheus reads."""

import threading
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from citeglot.health import State
from citeglot.observing import Asked

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
SHORT = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0)  # seconds: a search
LONG = (0.5, 1.0, 2.5, 5.0, 10.0, 20.0, 40.0, 80.0, 160.0)  # seconds: what a language model takes
Labels = tuple[tuple[str, str], ...]
Sample = tuple[str, Labels, float]  # what follows the name of the metric, its labels, its value


class Histogram:
    """How many values were at most as large as each of some borders, and their sum."""

    def __init__(self, borders: Sequence[float]) -> None:
        self._borders = borders
        self._counts = [0] * (len(borders) + 1)
        self._sum = 0.0

    def add(self, value: float) -> None:
        """Count a value."""
        self._counts[bisect_left(self._borders, value)] += 1
        self._sum += value

    def samples(self) -> list[Sample]:
        """Return the samples: each border counts all below it."""
        total, samples = 0, []
        for border, count in zip([*map(str, self._borders), "+Inf"], self._counts, strict=True):
            total += count
            samples.append(("_bucket", (("le", border),), float(total)))
        return [*samples, ("_sum", (), self._sum), ("_count", (), float(total))]


class Metrics:
    """Counts questions from the start of the process on; threads may share it. No word of a question is kept."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._answered: Counter[Labels] = Counter()
        self._failed: Counter[Labels] = Counter()
        self._cancelled = 0
        self._search, self._first_word, self._answer = Histogram(SHORT), Histogram(LONG), Histogram(LONG)

    def observe(self, asked: Asked) -> None:
        """Count a question and what came of it."""
        with self._lock:
            if asked.answer:
                timings = asked.answer.timings
                self._answered[("kind", asked.answer.kind), ("language", asked.answer.language)] += 1
                self._search.add(timings.first_passage_ms / 1000)
                self._answer.add(timings.total_ms / 1000)
                if timings.first_token_ms is not None:
                    self._first_word.add(timings.first_token_ms / 1000)
            elif asked.error:
                self._failed[("error", asked.error),] += 1
            else:
                self._cancelled += 1

    def text(self, state: State, in_line: int, turned_away: int) -> str:
        """Return everything as text; `in_line` are the questions in work and waiting."""
        with self._lock:
            parts = [
                _counter("questions_answered", "Questions answered, by kind of answer and language.", self._answered),
                _counter("questions_failed", "Questions that ended with an error, by its name.", self._failed),
                _counter("questions_cancelled", "Questions stopped by those who asked.", {(): self._cancelled}),
                _counter("questions_turned_away", "Questions refused by a full line.", {(): turned_away}),
                _metric("search_seconds", "histogram", "Until the passages stood.", self._search.samples()),
                _metric("first_word_seconds", "histogram", "Until the first word.", self._first_word.samples()),
                _metric("answer_seconds", "histogram", "Until the whole answer.", self._answer.samples()),
            ]
        return "".join([*parts, *_gauges(state, in_line)])


def _gauges(state: State, in_line: int) -> Iterable[str]:
    loaded = {"embedding": state.embedding_model, "language": state.language_model}
    models: list[Sample] = [("", (("model", name),), float(there)) for name, there in loaded.items()]
    yield _gauge("questions_in_work", "Questions being answered.", min(1, in_line))
    yield _gauge("questions_waiting", "Questions that wait for their turn.", max(0, in_line - 1))
    yield _gauge("ready", "1 where questions can be answered in full.", not state.missing)
    yield _gauge("generation", "Number of the index that answers, 0 for none.", state.generation or 0)
    yield _metric("models_loaded", "gauge", "1 for a model that is loaded.", models)


def _gauge(name: str, told: str, value: float) -> str:
    return _metric(name, "gauge", told, [("", (), float(value))])


def _counter(name: str, told: str, values: Mapping[Labels, int]) -> str:
    return _metric(f"{name}_total", "counter", told, [("", labels, float(n)) for labels, n in sorted(values.items())])


def _metric(name: str, kind: str, told: str, samples: Sequence[Sample]) -> str:
    lines = [f"# HELP citeglot_{name} {told}", f"# TYPE citeglot_{name} {kind}"]
    for suffix, labels, value in samples:
        named = ",".join(f'{label}="{_escaped(text)}"' for label, text in labels)
        lines.append(f"citeglot_{name}{suffix}{f'{{{named}}}' if named else ''} {value:.10g}")
    return "\n".join(lines) + "\n"


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
