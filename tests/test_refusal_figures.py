"""Figures of refusals, by hand."""

from eval.refusal_figures import figures, summarise


def judged(name, answerable, kind, gpt4_refused=None, **changes):
    """Return a row as a run leaves it."""
    given = {"id": name, "language": "en", "answerable": answerable, "kind": kind, "gpt4_refused": gpt4_refused}
    return given | {"confidence": 0.5, "plain": 0.5} | changes


def test_figures():
    """Shares, areas and their differences, by hand; a verdict that says neither is left out."""
    rows = [
        judged("a", True, "answer", False, confidence=0.9, plain=0.4),
        judged("b", True, "refusal", True, confidence=0.6, plain=0.6),
        judged("c", False, "refusal", False, confidence=0.2, plain=0.5),
        judged("d", False, "quotation", None, confidence=0.7, plain=0.1),
    ]
    found = {name: (one["value"], one["n"]) for name, one in figures(rows).items()}
    assert found == {
        "right_refusals": (0.5, 2),
        "recognised_answers": (0.5, 2),
        "mean_of_both": (0.5, 4),
        "confidence_auc": (0.75, 4),
        "plain_auc": (0.75, 4),
        "confidence_auc_less_plain": (0.0, 4),
        "gpt4_right_refusals": (0.0, 1),
        "gpt4_recognised_answers": (0.5, 2),
        "gpt4_mean_of_both": (0.25, 3),
        "mean_of_both_less_gpt4": (0.5, 3),
    }


def test_the_difference_of_areas_is_paired():
    """The same signal twice differs by nothing in every resample; a better one by an interval above 0."""
    rows = [judged(str(n), n % 2 == 0, "answer", confidence=n % 2 == 0, plain=(n * 7919 % 40) / 40) for n in range(80)]
    better = figures(rows)["confidence_auc_less_plain"]
    same = figures([row | {"confidence": row["plain"]} for row in rows])["confidence_auc_less_plain"]
    assert 0.3 < better["low"] < better["value"] < better["high"]
    assert (same["value"], same["low"], same["high"]) == (0.0, 0.0, 0.0)


def test_an_error_is_a_failure():
    """It is neither a right refusal nor an answer, has no confidence, and is counted."""
    broken = {"kind": "error", "error": "no", "confidence": None, "plain": None}
    rows = [judged("a", True, "answer") | broken, judged("b", False, "refusal") | broken]
    found = summarise(rows)
    assert (found["errors"], found["counted"]) == (2, 0)
    assert found["overall"]["right_refusals"]["count"] == found["overall"]["recognised_answers"]["count"] == 0
    assert found["overall"]["confidence_auc"]["value"] is None
