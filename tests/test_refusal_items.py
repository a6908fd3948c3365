"""Items of refusals: read whole, split for good, sampled the same way every time."""

from collections import Counter

import pytest
from eval_support import write_lines
from refusal_support import ANSWERED, PASSAGES, UNKNOWN, item, line

from citeglot.errors import WrongUse
from eval.refusal_items import Item, choose, read_items, split_of


def many(language, count=100):
    """Return as many items of each kind."""
    return [item(f"{language}{number}#{kind}", language, bool(kind)) for number in range(count) for kind in (0, 1)]


def test_items_are_read(tmp_path):
    """Each language: question, passages and verdict as they stand in the file."""
    for language, (question, answering, other) in PASSAGES.items():
        path = write_lines(tmp_path / f"nomiracl.{language}.jsonl", [line("7#1", language, True, UNKNOWN)])
        assert read_items([path]) == [Item("7#1", language, question, True, (answering, other), UNKNOWN)]
    verdicts = [ANSWERED, UNKNOWN, "No, the answer is not present.", "Unable to generate response."]
    rows = [line(str(number), gpt4=verdict) for number, verdict in enumerate(verdicts)]
    items = read_items([write_lines(tmp_path / "nomiracl.en.jsonl", rows)])
    assert [one.gpt4_refused for one in items] == [False, True, True, None]


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"passages": [], "context": "A text."}, "'passages'"),
        ({"answerable": "no"}, "true or false"),
        ({"id": "1"}, "used before"),
        ({"question": ""}, "question"),
    ],
)
def test_what_is_no_item_is_named(tmp_path, changes, said):
    """A line without passages, without a verdict of its judges, with a known id or no question is told."""
    path = write_lines(tmp_path / "nomiracl.en.jsonl", [line("1"), line("2") | changes])
    with pytest.raises(WrongUse, match=said):
        read_items([path])


def test_halves_stay_what_they_are():
    """Thresholds were fitted on dev: no item may ever move; two of five are dev."""
    names = ["de:9293217#0", "en:11627096#0", "hi:1035272#0", "ja:2231267#0", "de:217379#0", "en:1660708#0"]
    assert [split_of(name) for name in names] == ["dev", "test", "test", "test", "test", "dev"]
    found = Counter(split_of(f"{number}#0") for number in range(5000))
    assert 0.37 < found["dev"] / 5000 < 0.43


def test_the_sample_is_balanced_and_fixed():
    """As many answerable items as others in each language, whatever the order of the files; a larger one adds."""
    items = [one for language in PASSAGES for one in many(language)]
    small, large = choose(items, "test", 10), choose(items[::-1], "test", 20)
    kinds = Counter((one.language, one.answerable) for one in small)
    assert kinds == Counter({(language, kind): 5 for language in PASSAGES for kind in (True, False)})
    assert set(small) < set(large)
    assert {split_of(one.name) for one in large} == {"test"}
    assert not set(large) & set(choose(items, "dev", 20))
    assert small[:5] != [one for one in items if one.answerable and split_of(one.name) == "test"][:5]


def test_a_sample_that_cannot_be_had(capsys):
    """Fewer items than asked for are told; a language without any, or an empty half, is wrong use."""
    items = many("de", 10)
    assert 0 < len(choose(items, "test", 40)) < 40
    assert "de:" in capsys.readouterr().err
    assert {one.language for one in choose([*items, *many("ja", 10)], "test", 4, ["ja", "ja"])} == {"ja"}
    with pytest.raises(WrongUse, match="no items in hi"):
        choose(items, "test", 4, ["hi"])
    with pytest.raises(WrongUse, match="--split"):
        choose([one for one in items if split_of(one.name) == "dev"], "test", 4)
