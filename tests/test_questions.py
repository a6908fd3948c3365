"""What the reader of question files takes, and what it refuses."""

import json
import unicodedata

import pytest

from citeglot.errors import WrongUse
from citeglot.types import Document, Turn
from eval.questions import Evidence, Question, check_against_corpus, read_questions

ROW = {"id": "a", "language": "de", "question": "Wo?", "answerable": True, "documents": ["a.txt"]}


@pytest.fixture
def write(tmp_path):
    """Write rows (objects, or lines as they are) to a file and return its path."""

    def write(*rows, end="\n", start=""):
        path = tmp_path / "questions.jsonl"
        lines = [row if isinstance(row, str) else json.dumps(row, ensure_ascii=False) for row in rows]
        path.write_bytes((start + end.join(lines) + end).encode("utf-8"))
        return path

    return write


def problems_of(path):
    """Return what the reader says of a file that it refuses."""
    with pytest.raises(WrongUse) as raised:
        read_questions(path)
    assert raised.value.exit_code == 2
    return str(raised.value)


def test_reads_all_fields(write):
    """Every field arrives as it was written."""
    row = ROW | {
        "evidence": [{"document": "a.txt", "quote": "Dort."}],
        "facts": [["dort", "there"], ["2024"]],
        "history": [{"role": "user", "text": "Wer?"}],
        "passages": ["Da."],
        "split": "dev",
    }
    evidence = (Evidence("a.txt", "Dort."),)
    facts = (("dort", "there"), ("2024",))
    history = (Turn("user", "Wer?"),)
    expected = Question("a", "de", "Wo?", True, ("a.txt",), evidence, facts, history, ("Da.",), "dev")
    assert read_questions(write(row)) == (expected,)


def test_optional_fields_are_empty(write):
    """A file needs nothing but the question, its language, whether it has an answer, and where."""
    (question,) = read_questions(write(ROW))
    assert (question.evidence, question.facts, question.history, question.passages) == ((), (), (), ())
    assert question.split == "test"


def test_byte_order_mark_line_ends_and_empty_lines(write):
    """What other systems put into text files is no mistake; U+2028 inside a text is no line end."""
    path = write(ROW, "", ROW | {"id": "b", "question": "Wo\u2028denn?"}, end="\r\n", start="\ufeff")
    assert [question.question for question in read_questions(path)] == ["Wo?", "Wo\u2028denn?"]


def test_questions_and_facts_become_nfc(write):
    """Decomposed letters are composed; quotes and names stay as the article has them."""
    nfd = unicodedata.normalize("NFD", "Größe in Ålesund फ़ौज が")
    row = ROW | {"question": nfd, "facts": [[nfd]], "evidence": [{"document": "a.txt", "quote": nfd}]}
    (question,) = read_questions(write(row))
    assert question.question == question.facts[0][0] == unicodedata.normalize("NFC", nfd)
    assert question.evidence[0].quote == nfd


def test_both_norwegian_forms_are_no(write):
    """Bokmål and Nynorsk carry the code that articles carry."""
    questions = read_questions(write(*(ROW | {"id": code, "language": code} for code in ("nb", "nn", "no"))))
    assert {question.language for question in questions} == {"no"}


def test_all_problems_at_once(write):
    """Every bad line is named with its number, and every problem of a line."""
    path = write(
        ROW,
        '{"id": "b", ',
        "[1, 2]",
        {"id": "c", "language": "Deutsch", "question": " ", "answerable": "yes", "answer": "x"},
        {"language": "hi"},
        ROW,
        "[" * 100_000,
    )
    text = problems_of(path)
    assert str(path) in text
    for expected in (
        "line 2: this is not JSON",
        "line 3: [1, 2] is not an object",
        "line 4: the field 'answer' is unknown",
        "line 4: 'language' is 'Deutsch'",
        "line 4: 'question' is ' '",
        "line 4: 'answerable' is 'yes'; expected true or false",
        "line 5: the field 'id' is missing",
        "line 5: the field 'question' is missing",
        "line 5: the field 'answerable' is missing",
        "line 6: the id 'a' was used in line 1",
        "line 7: this is not JSON",
    ):
        assert expected in text
    assert "line 1:" not in text


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"answerable": False}, "not answerable but has 'documents'"),
        ({"answerable": False, "documents": [], "facts": [["x"]]}, "not answerable but has 'facts'"),
        (
            {"answerable": False, "documents": [], "evidence": [{"document": "a.txt", "quote": "x"}]},
            "not answerable but has 'evidence'",
        ),
        ({"documents": []}, "at least one of 'documents'"),
        ({"documents": "a.txt"}, "'documents' is 'a.txt'; expected a list"),
        ({"evidence": [{"document": "b.txt", "quote": "x"}]}, "'evidence' names 'b.txt'"),
        ({"evidence": [{"document": "a.txt"}]}, "'evidence' is"),
        ({"facts": ["28"]}, "'facts' is ['28']"),
        ({"facts": [[]]}, "'facts' is"),
        ({"facts": [["\u200d"]]}, "'facts' is"),
        ({"history": [{"role": "system", "text": "x"}]}, "'history' is"),
        ({"history": [{"role": ["user"], "text": "x"}]}, "'history' is"),
        ({"passages": [1]}, "'passages' is [1]"),
        ({"split": "train"}, "'split' is 'train'; expected dev or test"),
        ({"split": ["dev"]}, "'split' is"),
        ({"language": "DE"}, "'language' is 'DE'"),
        ({"id": 7}, "'id' is 7"),
        ({"id": "x", "answerable": 1}, "'answerable' is 1"),
    ],
)
def test_what_a_row_may_not_be(write, change, expected):
    """Wrong types, unknown values and contradictions are refused with the value and what was expected."""
    (line,) = [line for line in problems_of(write(ROW | change)).splitlines() if line.startswith("line 1: ")]
    assert expected in line


def test_half_a_character_is_refused(write):
    """A lone surrogate, legal in JSON's escapes, could never be printed or embedded."""
    text = problems_of(write(json.dumps(ROW | {"question": "Wo\ud800?"})))
    assert "line 1: 'question' is" in text
    text.encode("utf-8")


def test_given_passages_need_no_articles(write):
    """With passages, retrieval is skipped: no gold article is asked for, answerable or not."""
    rows = [ROW | {"id": str(yes), "documents": [], "passages": ["Da."], "answerable": yes} for yes in (True, False)]
    assert len(read_questions(write(*rows))) == 2


@pytest.mark.parametrize("content", [b"", b"\n\n", b"\xef\xbb\xbf\r\n"])
def test_no_questions_is_an_error(tmp_path, content):
    """An empty file is never a hundred per cent."""
    path = tmp_path / "empty.jsonl"
    path.write_bytes(content)
    assert "holds no question" in problems_of(path)


def test_unreadable_files(tmp_path):
    """A missing file, a folder and another encoding are told apart, without a traceback."""
    assert "cannot be read" in problems_of(tmp_path / "none.jsonl")
    assert "cannot be read" in problems_of(tmp_path)
    path = tmp_path / "latin1.jsonl"
    path.write_bytes(json.dumps(ROW | {"question": "Größe?"}, ensure_ascii=False).encode("latin-1"))
    assert "is not UTF-8" in problems_of(path)


def test_gold_that_is_not_in_the_corpus(write):
    """A missing article and a changed sentence are named with the question."""
    rows = [
        ROW | {"id": "gone", "documents": ["gone.txt"], "evidence": [{"document": "gone.txt", "quote": "x"}]},
        ROW | {"id": "changed", "evidence": [{"document": "a.txt", "quote": "Dort drüben."}]},
        ROW | {"id": "right", "evidence": [{"document": "a.txt", "quote": "Dort."}]},
    ]
    found = check_against_corpus(read_questions(write(*rows)), [Document("a.txt", "", "de", None, "Hier. Dort.")])
    assert [(problem.id, problem.document) for problem in found] == [("gone", "gone.txt"), ("changed", "a.txt")]
    assert "Dort drüben." in found[1].message
