"""From rows of signals to a calibration and its figures, by hand."""

import pytest

from citeglot.calibration import Calibration
from eval.calibrate import fitted


def questioned(number, right, words, answerable=True, same=False, of="dev"):
    """Return the row of a question with one sentence for each of these signals."""
    signals = [{"words": one, "same": float(same)} for one in words]
    return {
        "id": f"q{number}",
        "base": f"q{number}",
        "set": of,
        "answerable": answerable,
        "signals": signals,
        "right": right,
    }


def clear(count=40):
    """Return questions whose right sentence has the words, and as many that nothing answers."""
    rows = [questioned(n, [False, True], [0.1 + n % 7 / 100, 0.8 + n % 5 / 100]) for n in range(count)]
    return rows + [questioned(count + n, [False], [0.1 + n % 9 / 100], False) for n in range(count)]


def calibration(content):
    """Return the calibration that was written."""
    return Calibration(content["weights"], content["bias"], content["enough"], content["enough_same"])


def test_figures_by_hand():
    """Where the signals part all, every figure is as good as it can be."""
    content = fitted(clear(), ["words"], 0.25)
    assert set(content["weights"]) == {"words"} and content["weights"]["words"] > 0
    dev = content["dev"]
    assert (dev["questions"], dev["right_sentence"], dev["auc"], dev["refusals_wrong"]) == (80, 1.0, 1.0, 0.0)
    assert 0 < dev["wrong_answers"] <= 0.25
    assert dev["refusals_right"] == pytest.approx(1 - 2 * dev["wrong_answers"], abs=2e-3)
    assert 0 < content["enough"] < 1 and content["risk"] == 0.25
    found = calibration(content)
    assert found.probability({"words": 0.8}) > 0.5 > found.probability({"words": 0.18})


def test_less_risk_needs_more_and_is_kept():
    """Down to where nothing is enough: then every question is refused."""
    rows = clear()
    levels, wrong = [], []
    for risk in (0.4, 0.2, 0.1, 0.05, 0.001):
        content = fitted(rows, ["words"], risk)
        levels.append(content["enough"])
        wrong.append(content["dev"]["wrong_answers"])
        assert wrong[-1] <= risk
    assert levels == sorted(levels) and levels[0] < levels[2]
    assert levels[-1] == 1.0 and wrong[-1] == 0
    assert calibration(content).probability({"words": 1e9}) < content["enough"]


def test_a_question_without_sentences_is_no_obstacle():
    """Nothing was found for it that could answer: it is refused whatever is fitted, and counts as that."""
    rows = clear()
    empty = questioned(99, [], [], False)
    more, before = fitted([*rows, empty], ["words"], 0.25), fitted(rows, ["words"], 0.25)
    assert {**more, "dev": None} == {**before, "dev": None}
    assert more["dev"]["questions"] == before["dev"]["questions"] + 1
    assert more["dev"]["refusals_right"] > before["dev"]["refusals_right"]


def test_the_questions_own_language_has_a_threshold_of_its_own():
    """From items, on which the bound holds too; without them it is as the other."""
    rows = clear()
    assert (alone := fitted(rows, ["words"], 0.25))["enough_same"] == alone["enough"]
    items = [
        questioned(200 + n, [n % 2 == 0], [0.5 + n % 2 / 4 + n % 5 / 50], n % 2 == 0, True, "items") for n in range(60)
    ]
    both = fitted([*rows, *items], ["words", "same"], 0.25)
    assert both["enough_same"] > both["enough"]
    assert both["items"]["wrong_answers"] <= 0.25 and both["dev"]["wrong_answers"] <= 0.2


def test_the_bound_holds_on_reports_too():
    """Ours and theirs together; what is fitted on ours alone gives more wrong answers there."""
    rows = clear()
    reports = [
        questioned(400 + n, [n % 2 == 0], [0.3 + n % 3 / 10 + n % 7 / 100], n % 2 == 0, False, "reports")
        for n in range(120)
    ]
    alone, both = fitted(rows, ["words"], 0.25), fitted([*rows, *reports], ["words"], 0.25)
    assert both["enough"] > alone["enough"]
    wrong = sum(both[name]["wrong_answers"] * both[name]["questions"] for name in ("dev", "reports"))
    assert wrong <= 0.25 * (len(rows) + len(reports))
    assert both["dev"]["wrong_answers"] <= 0.2
