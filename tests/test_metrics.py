"""What is counted comes out as Prometheus reads it: read back here by the rules of its text format."""

import re

import pytest
from page_fakes import ITALIAN, cited_answer, passage, refused_answer

from citeglot.health import State
from citeglot.metrics import Histogram, Metrics
from citeglot.observing import Asked
from citeglot.types import Timings

LINE = re.compile(r'([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\{((?:[a-z]+="(?:[^"\\\n]|\\["\\n])*",?)*)\})? (\S+)')
READY = State(7, True, True)


def read(text):
    """Return the type of each metric, and the value of each sample by its name and labels; each line must fit."""
    types, values = {}, {}
    assert text.endswith("\n")
    for line in text.splitlines():
        if line.startswith("#"):
            _, word, name, told = line.split(" ", 3)
            assert word in ("HELP", "TYPE") and told
            if word == "TYPE":
                assert name not in types
                types[name] = told
        else:
            name, labels, value = LINE.fullmatch(line).groups()
            base = re.sub(r"_(bucket|sum|count)$", "", name)
            assert name in types or types[base] == "histogram"
            key = (name, *sorted(re.findall(r'([a-z]+)="([^"]*)"', labels or "")))
            assert key not in values
            values[key] = float(value)
    return types, values


def _answered(language="de", kind="answer", first=900.0, total=2345.0):
    answer = cited_answer(
        "Wer?", "Er.", ITALIAN, (passage(ITALIAN),), language=language, kind=kind, timings=Timings(12.0, first, total)
    )
    return Asked("0", "Wer?", 0, False, 3.0, answer)


def test_nothing_asked_yet_is_zero():
    """Every metric is there from the start, with its type."""
    types, values = read(Metrics().text(State(missing=("x",)), 0, 0))
    assert types["citeglot_questions_answered_total"] == "counter" and types["citeglot_ready"] == "gauge"
    assert values["citeglot_questions_turned_away_total",] == 0 and values["citeglot_ready",] == 0
    assert values["citeglot_generation",] == 0
    assert values["citeglot_models_loaded", ("model", "language")] == 0


def test_questions_are_counted_by_kind_and_language():
    """With errors by their names, and what was stopped."""
    metrics = Metrics()
    refused = Asked("1", "谁?", 0, False, 1.0, refused_answer("谁?", ()))
    for one in (_answered(), _answered(), _answered("hi", "quotation"), _answered("ja"), refused):
        metrics.observe(one)
    metrics.observe(Asked("2", "Hvem?", 0, False, 1.0, error="ModelFailed"))
    metrics.observe(Asked("3", "कौन?", 0, False, 1.0))
    _, values = read(metrics.text(READY, 3, 5))
    answered = {key[1:]: value for key, value in values.items() if key[0] == "citeglot_questions_answered_total"}
    assert answered == {
        (("kind", "answer"), ("language", "de")): 2,
        (("kind", "answer"), ("language", "ja")): 1,
        (("kind", "quotation"), ("language", "hi")): 1,
        (("kind", "refusal"), ("language", "de")): 1,
    }
    assert values["citeglot_questions_failed_total", ("error", "ModelFailed")] == 1
    assert values["citeglot_questions_cancelled_total",] == 1
    assert values["citeglot_questions_turned_away_total",] == 5
    assert (values["citeglot_questions_in_work",], values["citeglot_questions_waiting",]) == (1, 2)
    assert (values["citeglot_generation",], values["citeglot_ready",]) == (7, 1)


def test_times_are_in_seconds_and_only_where_there_are_any():
    """A refusal has no first word; each border of a histogram counts all below it."""
    metrics = Metrics()
    metrics.observe(_answered(first=900.0, total=2345.0))
    metrics.observe(Asked("1", "Wer?", 0, False, 1.0, refused_answer("Wer?", ())))
    _, values = read(metrics.text(READY, 0, 0))
    assert values["citeglot_search_seconds_sum",] == pytest.approx(0.024)
    assert values["citeglot_first_word_seconds_count",] == 1
    assert values["citeglot_answer_seconds_count",] == 2
    assert values["citeglot_answer_seconds_bucket", ("le", "1.0")] == 1
    assert values["citeglot_answer_seconds_bucket", ("le", "2.5")] == 2
    assert values["citeglot_answer_seconds_bucket", ("le", "+Inf")] == 2


def test_a_value_on_a_border_counts_below_it():
    """`le` is less or equal."""
    histogram = Histogram((1.0, 2.0))
    for value in (1.0, 1.5, 2.0, 9.0):
        histogram.add(value)
    counts = [value for name, _, value in histogram.samples() if name == "_bucket"]
    assert counts == [1, 3, 4]


def test_what_prometheus_itself_reads():
    """Its own library agrees, where it is installed."""
    parser = pytest.importorskip("prometheus_client.parser")
    metrics = Metrics()
    metrics.observe(_answered())
    families = {one.name: one for one in parser.text_string_to_metric_families(metrics.text(READY, 0, 0))}
    assert families["citeglot_answer_seconds"].type == "histogram"
    (sample,) = families["citeglot_questions_answered"].samples
    assert (sample.labels, sample.value) == ({"kind": "answer", "language": "de"}, 1.0)


def test_no_word_of_a_question_is_counted():
    """Names of errors are those of classes; quotes in a label cannot end it."""
    metrics = Metrics()
    metrics.observe(Asked("1", "Geheim?", 0, False, 1.0, error='a"b\\c\nd'))
    metrics.observe(_answered())
    text = metrics.text(READY, 0, 0)
    assert "Geheim" not in text and "Wer" not in text and ITALIAN not in text
    assert r'error="a\"b\\c\nd"' in text
    read(text)
