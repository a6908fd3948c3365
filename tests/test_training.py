"""What the cross-encoder learns from: the true halves, groups that say what they claim, and a step that learns."""

import random

import pytest
import torch

from citeglot.protocols import InContext
from eval.datasets import split_of
from eval.reading_sets import Reading
from eval.refusal_items import Item
from eval.refusal_items import split_of as item_split
from eval.train import group_loss, steps
from eval.training_items import item_groups
from eval.training_pairs import Group, Pair, gold_of, reading_groups, shape, swapped

TEXTS = {
    "de": ("Die Brücke ist alt. Sie hat 28 Lampen. Es regnet oft.", "28 Lampen", "Wie viele Lampen hat die Brücke?"),
    "en": ("The bridge is old. It has 28 lamps. It often rains.", "28 lamps", "How many lamps has the bridge?"),
    "hi": ("पुल पुराना है। उस पर २८ दीपक हैं। अक्सर बारिश होती है।", "२८ दीपक", "पुल पर कितने दीपक हैं?"),
    "ja": ("橋は古い。灯は２８個ある。よく雨が降る。", "２８個", "橋に灯はいくつありますか？"),
    "no": ("Broen er gammel. Den har 28 lamper. Det regner ofte.", "28 lamper", "Hvor mange lamper har broen?"),
}


def reading(language, number, collection="set"):
    text, answer, question = TEXTS[language]
    return Reading(
        collection, f"q{number}", language, question, (answer,), f"c{number}", text, text.index(answer), True
    )


READINGS = [reading(language, number) for number in range(12) for language in TEXTS]


@pytest.mark.parametrize("language", sorted(TEXTS))
def test_gold_is_the_sentence_with_the_answer(language):
    """Of the dev half alone; the answer stands where it is said to."""
    golds = [one for one in gold_of(READINGS) if one.reading.language == language]
    assert golds and all(split_of(one.reading) == "dev" for one in golds)
    assert len(golds) < len(READINGS) / len(TEXTS)
    for one in golds:
        assert one.place == 1
        assert one.answer.of(one.sentences[1]) == TEXTS[language][1]
        assert one.at(1).before == one.sentences[0] and one.at(0).before == one.sentences[1]


def test_the_first_of_a_group_answers_and_no_other_does():
    """Whatever language the question and the text are in."""
    golds = gold_of(READINGS)
    groups = reading_groups(golds, random.Random(3))
    answers = {answer for _, answer, _ in TEXTS.values()}
    asked = {question for _, _, question in TEXTS.values()}
    for group in groups:
        first, *rest = group.pairs
        if group.kind == "pick":
            assert any(answer in first.sentence.text for answer in answers) and first.question in asked
            for pair in rest:
                changed = pair.question not in asked
                assert changed or not any(answer in pair.sentence.text for answer in answers)
    assert {"pick", "none"} <= {group.kind for group in groups}
    crossed = {(shape(g.pairs[0].question[0]), shape(g.pairs[0].sentence.text[0])) for g in groups}
    assert len(crossed) > 4


@pytest.mark.parametrize(
    ("question", "words"),
    [
        ("Wie alt ist der Laternenmast?", {"Laternenmast": 1, "Wagen": 1, "Turm": 2}),
        ("How old are those lanterns?", {"lanterns": 1, "carriages": 1}),
        ("इस मकान में कितने दीपक हैं?", {"मकान": 1, "गाड़ियाँ": 2}),
        ("車両はいくつありますか？", {"車両": 1, "塔屋": 1}),
        ("Hvor gammel er lyktestolpen?", {"lyktestolpen": 1, "jernbanen": 1}),
    ],
)
def test_a_changed_question_is_another_of_the_same_shape(question, words):
    """One word is another that looks like it, in each language; the rest stays."""
    found = {swapped(question, words, random.Random(seed)) for seed in range(30)} - {None}
    assert found and question not in found
    for changed in found:
        assert changed[-1] == question[-1] and any(word in changed for word in words)
        assert sum(one != other for one, other in zip(changed.split(), question.split(), strict=True)) == 1


def test_a_number_in_a_question_changes_by_a_digit():
    """Full-width and Devanagari digits too; nothing else looks like it stands in."""
    for question in ("War 1995?", "何が１９９５年に？", "१९९५ में क्या?"):
        found = {swapped(question, {}, random.Random(seed)) for seed in range(20)} - {None}
        assert found and question not in found
        assert all(sum(letter.isdigit() for letter in one) == 4 for one in found)


def test_items_of_the_test_half_are_never_learnt_from():
    """Nor is anything said of single sentences of an item that is answered."""
    passages = tuple(f"Title {n}: It has {n} lamps. The weather was fine on day {n}." for n in range(4))
    items = [Item(f"{n}#0", "en", "How many lamps has it?", n % 2 == 0, passages, "") for n in range(60)]
    groups = item_groups(items)
    dev = [one for one in items if item_split(one.name) == "dev"]
    assert 0 < len(groups) == len(dev) < len(items)
    assert [group.kind for group in groups] == ["some" if one.answerable else "none" for one in dev]
    assert all("lamps" in group.pairs[0].sentence.text for group in groups)
    assert all(pair.sentence.title.startswith("Title") for group in groups for pair in group.pairs)


def test_steps_hold_every_group_once():
    """Mixed, and none is lost."""
    groups = [Group("none", (Pair(f"q{n}", InContext("x" * n)),)) for n in range(1, 700)]
    found = [group for step in steps(list(groups), random.Random(1)) for group in step]
    assert sorted(map(id, found)) == sorted(map(id, groups)) and found != groups


@pytest.mark.parametrize(
    ("kind", "good", "bad"),
    [
        ("pick", [4.0, -4.0, -4.0], [-4.0, 4.0, 0.0]),
        ("none", [-5.0, -5.0], [-5.0, 3.0]),
        ("some", [-3.0, 4.0], [-3.0, -4.0]),
    ],
)
def test_the_loss_is_less_where_the_logits_are_right(kind, good, bad):
    """Near nothing where they are surely right."""
    right, wrong = (float(group_loss(kind, torch.tensor(one))) for one in (good, bad))
    assert 0 <= right < 0.1 < 1 < wrong
