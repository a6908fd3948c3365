"""From rows to figures: what counts, what does not, and what a cell of the matrix is."""

import pytest
from eval_support import result

from eval.summary import confidence_auc, estimate, risk_coverage, summarise, timings


def two_languages():
    """Two questions in two languages; the gold stands in a German and a Hindi article."""

    def gold(german, hindi):
        return [
            {"document": "a", "language": "de", "rank": german, "sentences": 1, "sentence_rank": german},
            {"document": "b", "language": "hi", "rank": hindi, "sentences": 0, "sentence_rank": None},
        ]

    return [
        result("q1-de", gold=gold(1, 4)),
        result("q1-hi", gold=gold(6, 1)),
        result("q2-de", gold=gold(2, None)),
        result("q2-hi", gold=gold(None, 3)),
    ]


def test_overall_figures():
    """Worked out by hand over the four rows."""
    overall = summarise(two_languages())["overall"]
    values = {name: (overall[name]["count"], overall[name]["n"]) for name in overall if overall[name]["count"]}
    assert values["recall@1"] == (2, 4)
    assert values["recall@5"] == (4, 4)
    assert values["complete@10"] == (2, 4)
    assert values["evidence_recall@5"] == (2, 4)
    assert overall["mrr"]["value"] == pytest.approx((1 + 1 + 1 / 2 + 1 / 3) / 4, abs=1e-5)


def test_a_cell_is_the_gold_in_one_language():
    """German questions find the Hindi article in one of two; a cell counts what is gold in its language only."""
    cells = summarise(two_languages())["cells"]
    assert {(row, column) for row in cells for column in cells[row]} == {
        ("de", "de"),
        ("de", "hi"),
        ("hi", "de"),
        ("hi", "hi"),
    }
    counts = {key: cells[key[0]][key[1]]["recall@5"]["count"] for key in [("de", "de"), ("de", "hi"), ("hi", "de")]}
    assert counts == {("de", "de"): 2, ("de", "hi"): 1, ("hi", "de"): 0}
    assert cells["de"]["hi"]["evidence_recall@5"]["n"] == 0
    assert cells["de"]["hi"]["evidence_recall@5"]["value"] is None


def test_by_k():
    """Recall by k never falls and ends at recall@10."""
    by_k = summarise(two_languages())["recall_by_k"]
    assert by_k["de"] == [0.5] + [1.0] * 9
    assert by_k["hi"] == [0.5, 0.5] + [1.0] * 8
    assert summarise(two_languages())["complete_by_k"]["hi"] == [0.0] * 5 + [0.5] * 5


def test_gold_that_is_missing_is_no_failure():
    """A question whose articles are not in the index is counted apart and left out of retrieval."""
    rows = [result("q1-de", (1,)), result("q2-de", (), gold_missing=["x is not there", "y is not there"])]
    metrics = summarise(rows)
    assert metrics["gold_missing"] == 2
    assert metrics["questions_without_gold"] == 1
    assert (metrics["overall"]["recall@1"]["value"], metrics["overall"]["recall@1"]["n"]) == (1.0, 1)


def test_answers():
    """Right answers are of the answerable, refusals of each kind of question, language of what was said."""
    rows = [
        result("q1-de", kind="answer", right=True, language_right=True, citations_right=1.0, confidence=0.9),
        result("q2-de", kind="quotation", right=False, language_right=False, citations_right=0.5, confidence=0.7),
        result("q3-de", kind="refusal", right=False, language_right=True, confidence=0.2),
        result("q4-de", kind="error", right=False, error="x"),
        result("q5-de", (), answerable=False, kind="refusal", right=True, language_right=True, confidence=0.3),
        result("q6-de", (), answerable=False, kind="answer", right=False, language_right=True, confidence=0.8),
        result("q7-de", kind="answer", right=None, language_right=True, confidence=0.6),
    ]

    def figure(name):
        found = estimate(rows, name)
        return found.count, found.n

    assert figure("answers_right") == (1, 4)
    assert figure("language_right") == (3, 4)
    assert figure("language_right_written") == (3, 3)
    assert figure("refusals_right") == (1, 2)
    assert figure("refusals_wrong") == (1, 5)
    assert estimate(rows, "citations_right").value == 0.75
    assert confidence_auc(rows).value == pytest.approx((2 + 1 + 0 + 1) / 8)
    assert risk_coverage(rows) == [[0.2, 0.0], [0.4, 0.5], [0.6, 0.66667]]


def test_question_language_first():
    """Only questions whose language has an article count."""
    rows = [result(f"q{one}-de", own_language_first=first) for one, first in enumerate([True, False, None])]
    found = estimate(rows, "question_language_first")
    assert (found.count, found.n) == (1, 2)


def test_timings():
    """Percentiles of each timing; what did not happen has no time."""
    rows = [result(timings={"total_ms": float(one), "first_token_ms": None}) for one in range(101)]
    assert timings(rows) == {"total_ms": {"p50": 50.0, "p95": 95.0, "n": 101}}


def test_no_rows_have_no_figures():
    """Nothing measured is None everywhere, never 0 or 100 %."""
    metrics = summarise([])
    assert all(figure["value"] is None and figure["n"] == 0 for figure in metrics["overall"].values())
    assert metrics["cells"] == {} and metrics["risk_coverage"] == []
