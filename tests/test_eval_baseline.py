"""A run against an earlier one: what is a loss, what is chance, and what cannot be compared."""

import json

import pytest
from eval_support import result

from citeglot.errors import WrongUse
from eval.baseline import SCHEMA, compare, read_baseline

RUN = {"schema": SCHEMA, "retrieval_only": True, "questions_sha256": "a", "index": "b", "models": "c", "settings": "d"}


def report(rows, **changes):
    return {"questions": rows, "run": {**RUN, **changes}}


def rows(ranks, **changes):
    return [result(f"q{one}-de", (rank,), **changes) for one, rank in enumerate(ranks)]


def test_equal_runs_have_no_loss():
    """The same rows: every change is exactly 0, nothing moved, nothing to note."""
    found = compare(report(rows([1, 3, None] * 5)), report(rows([1, 3, None] * 5)))
    assert not found.has_loss
    assert {change.change.value for change in found.changes} == {0.0}
    assert not any(found.lost.values()) and not any(found.won.values()) and found.notes == ()


def test_a_loss_beyond_chance():
    """Ten of twenty questions fall out of the first five: a loss, by name; backwards it is none."""
    before, after = report(rows([1] * 20)), report(rows([1] * 10 + [None] * 10))
    found = compare(before, after)
    assert found.has_loss
    assert found.lost["retrieval"] == tuple(f"q{one}-de" for one in range(10, 20))
    by_name = {change.name: change for change in found.changes}
    assert by_name["recall@5"].is_loss and by_name["recall@5"].change.value == -0.5
    back = compare(after, before)
    assert not back.has_loss and len(back.won["retrieval"]) == 10


def test_one_loss_and_one_gain_are_chance():
    """Two of twenty moved, one each way."""
    found = compare(report(rows([1] * 19 + [None])), report(rows([None] + [1] * 19)))
    assert not found.has_loss
    assert found.lost["retrieval"] == ("q0-de",) and found.won["retrieval"] == ("q19-de",)


def test_translations_do_not_make_a_loss():
    """One base question lost in five languages of four base questions is one question, not a loss beyond chance."""

    def run(rank):
        names = [f"q{base}-{language}" for base in range(4) for language in ("de", "en", "hi", "ja", "no")]
        return report([result(name, (rank if name.startswith("q0") else 1,)) for name in names])

    assert not compare(run(1), run(None)).has_loss


def test_more_wrong_refusals_are_a_loss():
    """Of this figure less is better."""
    before = rows([1] * 20, kind="answer", right=True)
    after = rows([1] * 20, kind="refusal", right=False)
    found = compare(report(before), report(after))
    losses = {change.name for change in found.changes if change.is_loss}
    assert losses == {"answers_right", "refusals_wrong"}
    assert len(found.lost["answers"]) == 20


def test_other_questions_are_flagged_and_left_out():
    """Only questions with the same id and words are compared; another file, index and model are named."""
    before = report(rows([1] * 10))
    changed = [*rows([1] * 9), result("q9-de", (None,), question="Something else?")]
    found = compare(before, report(changed, questions_sha256="x", index="y", models="z"))
    assert not found.has_loss and not found.lost["retrieval"]
    text = "; ".join(found.notes)
    assert "question file" in text and "index" in text and "models" in text and "9 questions" in text
    with pytest.raises(WrongUse, match="none of these questions"):
        compare(before, report([result("other-de")]))


@pytest.mark.parametrize(
    "content",
    [
        "",
        "not json",
        "[]",
        "{}",
        '{"run": {"schema": 1, "retrieval_only": true}, "questions": [{"id": "a"}]}',
        '{"run": {"schema": 99, "retrieval_only": true}, "questions": []}',
    ],
)
def test_a_baseline_that_is_none(tmp_path, content):
    """Whatever is no output of this version is refused by name."""
    path = tmp_path / "before.json"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(WrongUse, match=r"before\.json"):
        read_baseline(path, retrieval_only=True)


def test_a_missing_baseline_and_one_of_another_kind(tmp_path):
    """No file is a sentence; retrieval alone is no baseline for answers."""
    with pytest.raises(WrongUse, match="cannot be read"):
        read_baseline(tmp_path / "none.json", retrieval_only=True)
    path = tmp_path / "before.json"
    path.write_text(json.dumps(report(rows([1]))), encoding="utf-8")
    assert read_baseline(path, retrieval_only=True)["questions"]
    with pytest.raises(WrongUse, match="--retrieval-only"):
        read_baseline(path, retrieval_only=False)
