"""Pairs of reports that the cross-encoder learns from: each says what it claims, and groups hold no second answer."""

import random
from collections import Counter

import numpy as np
import pytest

from eval.training_twins import WRITTEN, held_out_figures, read_twins, twin_groups

LANGUAGES = {"de", "en", "hi", "ja", "no"}


@pytest.fixture(scope="module")
def twins():
    return read_twins(WRITTEN)


def embed(texts):
    """Vectors by runs of three letters: enough to rank sentences."""
    rows = np.zeros((len(texts), 512), dtype=np.float32)
    for row, text in zip(rows, texts, strict=True):
        for start in range(max(1, len(text) - 2)):
            row[sum(map(ord, text[start : start + 3])) % 512] += 1
    return rows / np.linalg.norm(rows, axis=1, keepdims=True)


def test_every_answer_stands_in_its_sentence(twins):
    """And every question in five languages; the two reports of a pair are in two."""
    for one in twins:
        first, second = one.reports
        assert first.language != second.language and {first.language, second.language} <= LANGUAGES
        for question in one.questions:
            assert set(question.asked) == LANGUAGES and all(text.strip() for text in question.asked.values())
            assert (question.answer is None) == (question.report is None)
    told = Counter(report.language for one in twins for report in one.reports)
    assert set(told) == LANGUAGES


def test_a_follow_up_comes_after_what_it_leans_on(twins):
    """Both in the same language, on two lines."""
    leaning = [question.asked for one in twins for question in one.questions if "\n" in question.asked["en"]]
    assert leaning
    assert all(len(text.split("\n")) == 2 for asked in leaning for text in asked.values())


def test_the_first_of_a_group_answers_and_no_other_does(twins):
    """Of both reports some, in every language, and where nothing answers no first one is asked for."""
    some = twins[:12]
    groups = list(twin_groups(some, embed)(random.Random(2)))
    questions = [question for one in some for question in one.questions]
    assert len(groups) == len(questions)
    for group, question in zip(groups, questions, strict=True):
        assert group.kind == ("none" if question.report is None else "pick")
        assert len(group.pairs) == 4
        assert len({pair.question for pair in group.pairs}) == 1 and group.pairs[0].question in question.asked.values()
        assert len({pair.sentence.title for pair in group.pairs}) == 2
        if group.kind == "pick":
            first, *rest = group.pairs
            words = first.answer.of(first.sentence.text)
            assert not any(words in pair.sentence.text for pair in rest if pair.sentence.title == first.sentence.title)


def test_every_pass_asks_anew(twins):
    """In other languages, beside other sentences; by the same chance the same."""
    groups = twin_groups(twins[:3], embed)
    assert list(groups(random.Random(1))) == list(groups(random.Random(1))) != list(groups(random.Random(2)))


def test_figures_of_who_knows_and_of_who_does_not(twins):
    """One who reads the answer in the sentence is right always, one who likes the first sentence is not."""
    some = twins[:5]
    answers = {
        (text, one.reports[question.report].at(question.place))
        for one in some
        for question in one.questions
        if question.report is not None
        for text in question.asked.values()
    }

    def knows(pairs):
        return [1.0 if (pair.question, pair.sentence) in answers else 0.0 for pair in pairs]

    def first(pairs):
        return [-float(place) for place in range(len(pairs))]

    told = sum(question.report is not None for one in some for question in one.questions)
    assert held_out_figures(some, knows, random.Random(1)) == f"right 1.000 of {told}, area 1.000"
    assert "right 1.000" not in held_out_figures(some, first, random.Random(1))
    assert held_out_figures(some, first, random.Random(1)).endswith("area 0.500")
