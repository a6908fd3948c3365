"""Reviewed feedback becomes evaluation questions that the evaluation reads, or every problem at once."""

import json
import unicodedata

import pytest
from answer_support import SENTENCES
from hypothesis import given, settings
from hypothesis import strategies as st
from packet_support import answer_to, index_corpus, write_corpus

from citeglot.errors import WrongUse
from citeglot.feedback import read_feedback, save_feedback, to_line
from citeglot.review import make_questions, read_lines, to_review
from citeglot.types import Document
from eval.questions import read_questions

TEXT = "Die Brücke hat 28 Lampen. Der Turm steht seit 1907 dort."
DOCUMENTS = {"a.txt": Document("a.txt", "A", "de", None, TEXT)}
REVIEWED = {
    "reviewed": True,
    "id": "1",
    "language": "de",
    "question": "Wie viele?",
    "answerable": True,
    "documents": ["a.txt"],
    "evidence": [{"document": "a.txt", "quote": "Die Brücke hat 28 Lampen."}],
    "facts": [["28", "achtundzwanzig"]],
}


@pytest.fixture(scope="module")
def generation(tmp_path_factory):
    folder = tmp_path_factory.mktemp("review")
    return index_corpus(write_corpus(folder / "corpus"), folder / "index")


def lines(*rows):
    return [(number, json.dumps(row)) for number, row in enumerate(rows, start=1)]


def problems(*rows):
    with pytest.raises(WrongUse) as caught:
        make_questions(lines(*rows), DOCUMENTS)
    return str(caught.value)


@pytest.mark.parametrize("language", SENTENCES)
def test_from_a_thumb_to_a_question(generation, tmp_path, language):
    """Saved, exported, reviewed: the evaluation reads what comes out, and it is what the answer said."""
    save_feedback(tmp_path, answer_to(generation, language), "right")
    save_feedback(tmp_path, answer_to(generation, language, kind="refusal"), "right")
    exported = [to_review(row) for row in read_feedback(tmp_path)[0]]
    assert [row["reviewed"] for row in exported] == [False, False]
    documents = {one: generation.document(one) for one in generation.documents}
    questions, unreviewed = make_questions(lines(*(row | {"reviewed": True} for row in exported)), documents)
    path = tmp_path / "questions.jsonl"
    path.write_bytes(b"".join(map(to_line, questions)))
    answered, refused = read_questions(path)
    quote = unicodedata.normalize("NFC", SENTENCES[language][0])
    assert unreviewed == 0 and answered.answerable and not refused.answerable
    assert answered.documents == (f"{language}.md",) and answered.split == refused.split == "dev"
    assert [unicodedata.normalize("NFC", one.quote) for one in answered.evidence] == [quote]
    assert answered.facts == ((("２８" if language == "ja" else "28"),),)


def test_a_wrong_answer_suggests_nothing(generation, tmp_path):
    """What it cited is shown to the reviewer, who says what would have been right."""
    save_feedback(tmp_path, answer_to(generation, "no"), "wrong", "feil")
    (row,) = map(to_review, read_feedback(tmp_path)[0])
    assert (row["answerable"], row["documents"], row["evidence"], row["facts"]) == (None, [], [], [])
    assert row["cited"][0]["quote"] == SENTENCES["no"][0] and row["reason"] == "feil"
    with pytest.raises(WrongUse, match="'answerable' is null; expected true or false"):
        make_questions(lines(row | {"reviewed": True}), DOCUMENTS)


def test_the_shape_is_that_of_the_contract():
    """Every field of a question and no other; what a reviewer does not fill in is empty."""
    (question,), unreviewed = make_questions(lines(REVIEWED | {"cited": [], "rating": "wrong"}), DOCUMENTS)
    given_fields = {name: value for name, value in REVIEWED.items() if name != "reviewed"}
    assert question == given_fields | {"history": [], "passages": [], "split": "dev"} and unreviewed == 0


def test_rows_that_are_not_reviewed_are_counted():
    """Nothing else of them is looked at; without any other there is nothing to do."""
    row = {"reviewed": False}
    assert make_questions(lines(row, REVIEWED, row), DOCUMENTS)[1] == 2
    assert "No row is reviewed; 2 are not" in problems(row, row)
    assert "No row is reviewed; 0 are not" in problems()


WRONG = {
    "id": "",
    "language": "Deutsch",
    "question": " \u200b ",
    "answerable": "yes",
    "documents": "a.txt",
    "evidence": [{"quote": "x"}],
    "facts": [[]],
    "history": [{"role": "system", "text": "x"}],
}


def test_all_problems_at_once():
    """Every field of a wrong type, every line by its number, and what is no row."""
    told = problems(*({**REVIEWED, "id": name, name: value} for name, value in WRONG.items()), [], {}, {"reviewed": 1})
    for number, name in enumerate(WRONG, start=1):
        assert f"line {number}: '{name}' is" in told
    assert "line 9: row: expected an object" in told
    assert "line 10: row.reviewed" in told and "line 11: row.reviewed" in told
    assert "problems (11)" in told


def test_gold_is_looked_up_in_the_articles():
    """An article that is not there, a quote that does not stand in it, evidence of an article that is not named."""
    evidence = [{"document": "a.txt", "quote": "Die Brücke hat 29 Lampen."}, {"document": "b.txt", "quote": "x"}]
    told = problems(REVIEWED | {"documents": ["a.txt", "c.txt"], "evidence": evidence})
    assert "line 1: the corpus has no article 'c.txt'" in told
    assert "line 1: a.txt does not hold the quote “Die Brücke hat 29 Lampen.”" in told
    assert "line 1: 'evidence' names 'b.txt'; expected it in 'documents' too" in told
    assert "'documents' is empty" in problems(REVIEWED | {"documents": [], "evidence": []})


def test_an_unanswerable_question_has_no_gold():
    """Each field that is not empty is told."""
    told = problems(REVIEWED | {"answerable": False})
    assert all(f"'answerable' is false, but '{name}'" in told for name in ("documents", "evidence", "facts"))


def test_one_id_in_two_lines():
    """The evaluation would refuse it."""
    assert "the id '1' stands in several lines" in problems(REVIEWED, REVIEWED)


texts = st.text(st.characters(), max_size=6)
values = st.one_of(texts, st.lists(texts), st.lists(st.lists(texts)), st.booleans(), st.none(), st.integers())


@settings(max_examples=150, deadline=None)
@given(st.sampled_from([name for name in REVIEWED if name != "reviewed"]), values)
def test_what_is_taken_the_evaluation_takes(tmp_path_factory, name, value):
    """Whatever a person writes into a field: it is refused here, or read there."""
    try:
        questions, _ = make_questions(lines(REVIEWED | {name: value}), DOCUMENTS)
    except WrongUse:
        return
    path = tmp_path_factory.mktemp("taken") / "questions.jsonl"
    path.write_bytes(b"".join(map(to_line, questions)))
    assert len(read_questions(path)) == 1


def test_files_that_cannot_be_read(tmp_path):
    """Missing, a folder, no UTF-8; a line separator inside of a row is no end of a line."""
    for path, content in ((tmp_path / "none", None), (tmp_path, None), (tmp_path / "x", b"\xff\xfe")):
        if content:
            path.write_bytes(content)
        with pytest.raises(WrongUse, match="cannot be read"):
            read_lines(path)
    (tmp_path / "y").write_bytes('\ufeff{"a": "\u2028"}\r\n\n{}\n'.encode())
    assert [number for number, _ in read_lines(tmp_path / "y")] == [1, 3]
