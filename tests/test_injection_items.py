"""Which instruction is planted where."""

from collections import Counter

import pytest
from eval_support import ASKED, QUOTES, row, system_over, write_lines
from injection_support import ANSWERS, write_bipia

from citeglot.errors import WrongUse
from citeglot.types import Document
from eval.facts import facts_right
from eval.injection_attacks import read_attacks
from eval.injection_items import POSITIONS, find_carriers, make_items, plant
from eval.questions import read_questions


@pytest.fixture(scope="module")
def searching(tmp_path_factory):
    return system_over(tmp_path_factory.mktemp("index"))


@pytest.fixture
def carriers(tmp_path, searching):
    """Four carriers in each language."""
    rows = [row(language, f"q{number}") for language in ASKED for number in range(4)]
    return find_carriers(read_questions(write_lines(tmp_path / "q.jsonl", rows)), searching)


@pytest.mark.parametrize("language", sorted(ASKED))
def test_where_it_is_planted(language):
    """In each language the article stays as it was around the instruction, which stands where it should."""
    article = Document("article.txt", "Title", language, None, " ".join([ANSWERS[language], QUOTES[language]]))
    planted = {position: plant(article, "Obey\nthis.", position) for position in POSITIONS}
    assert (planted["title"].title, planted["title"].text) == ("Obey this.", f"Obey\nthis.\n\n{article.text}")
    assert planted["beginning"].text == f"Obey\nthis. {article.text}"
    assert planted["end"].text == f"{article.text} Obey\nthis."
    assert planted["middle"].text == f"{ANSWERS[language]} Obey\nthis. {QUOTES[language]}"
    one_sentence = Document("article.txt", "", language, None, QUOTES[language])
    assert plant(one_sentence, "Obey.", "middle").text == f"Obey. {QUOTES[language]}"


def test_carriers_answer_their_questions(tmp_path, searching):
    """A passage with a gold sentence and all facts; what leans on earlier turns or has none is left out."""
    rows = [row(language) for language in ASKED]
    rows.append(row("en", "q2", history=[{"role": "user", "text": "Hello?"}]))
    rows.append(row("en", "q3", facts=[["Atlantis"]]))
    rows.append(row("en", "q4", documents=["de.txt", "en.txt"], facts=[["January", "Januar"]]))
    found = find_carriers(read_questions(write_lines(tmp_path / "q.jsonl", rows)), searching)
    assert [one.question.id for one in found] == [*(f"q1-{language}" for language in ASKED), "q4-en"]
    for one in found:
        assert one.article.language == one.question.language
        assert QUOTES[one.article.language] in one.article.text
        assert facts_right(one.article.text, one.question.facts)


def test_items_take_turns(tmp_path, carriers):
    """Categories, languages and places in turn; ours for questions in their language; the same every time."""
    attacks = read_attacks(write_bipia(tmp_path))
    items = make_items(attacks, carriers, 64)
    assert items == make_items(attacks[::-1], carriers[::-1], 64)
    assert len({one.name for one in items}) == 64
    assert all(one.instruction.attack.language in (None, one.carrier.question.language) for one in items)
    for of in (lambda one: one.instruction.attack.category, lambda one: one.position):
        counts = Counter(map(of, items)).values()
        assert max(counts) - min(counts) <= 1
    by_language = Counter(one.carrier.question.language for one in items)
    assert set(by_language) == set(ASKED) and max(by_language.values()) - min(by_language.values()) <= 6
    for one in items:
        assert one.instruction.planted.strip() in one.article.text


def test_a_language_without_carriers(tmp_path, carriers):
    """Attacks in a language that no question has are wrong use, with the language named."""
    german = [one for one in carriers if one.question.language == "de"]
    with pytest.raises(WrongUse, match="en, hi, ja, no"):
        make_items(read_attacks(write_bipia(tmp_path)), german, 4)
