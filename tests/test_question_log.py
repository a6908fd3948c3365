"""A line of JSON for each question; no word that a person wrote is in it unless that was asked for."""

import json

import pytest
from page_fakes import HINDI, ITALIAN, cited_answer, passage, refused_answer

from citeglot.deployment import Service
from citeglot.errors import EnvironmentLacks
from citeglot.observing import Asked
from citeglot.question_log import QuestionLog, line_of

QUESTIONS = (
    "Wer leitete die italienische Delegation?",
    "Who led the Italian delegation?",
    "इतालवी प्रतिनिधिमंडल का नेतृत्व किसने किया?",
    "イタリア代表団を率いたのは誰ですか。",
    "Hvem ledet den italienske delegasjonen?",
)


def _asked(question):
    answer = cited_answer(question, ITALIAN, ITALIAN, (passage(ITALIAN, name="geheim.txt", title="Vertraulich"),))
    return Asked("0a", question, 2, True, 1.5, answer)


def test_a_line_says_what_came_of_a_question():
    """Codes, counts and times, as JSON on one line each."""
    line = line_of(_asked(QUESTIONS[0]))
    assert line.pop("time").endswith("+00:00")
    assert line == {
        "id": "0a",
        "outcome": "answered",
        "ms": 1500.0,
        "question_characters": len(QUESTIONS[0]),
        "turns": 2,
        "filtered": True,
        "language": "de",
        "kind": "answer",
        "confidence": 0.9,
        "passages": 1,
        "sentences": 1,
        "citations": 1,
        "notices": 0,
        "first_passage_ms": 12.0,
        "first_token_ms": 900.0,
        "total_ms": 2345.0,
        "models": {"embedding": "hash", "language": "scripted"},
        "generation": 3,
    }


@pytest.mark.parametrize("question", QUESTIONS)
def test_no_word_of_question_answer_or_article_is_written(question, capsys):
    """Neither text nor name nor title, in any script, of an answer, a refusal or an error."""
    log = QuestionLog(Service(log="json"))
    log.observe(_asked(question))
    refused = refused_answer(question, (passage(HINDI, "hi", "गुप्त.txt", "शीर्षक"),))
    log.observe(Asked("0b", question, 0, False, 0.5, refused))
    log.observe(Asked("0c", question, 0, False, 0.5, error="ModelFailed"))
    log.observe(Asked("0d", question, 0, False, 0.5))
    out, err = capsys.readouterr()
    assert out == ""
    lines = [json.loads(line) for line in err.splitlines()]
    assert [one["outcome"] for one in lines] == ["answered", "answered", "failed", "cancelled"]
    assert [one.get("kind") for one in lines] == ["answer", "refusal", None, None]
    assert lines[2]["error"] == "ModelFailed"
    for secret in (
        question,
        *(word for word in question.split() if len(word) > 3),
        ITALIAN,
        "Grassano",
        HINDI,
        "geheim",
        "Vertraulich",
        "गुप्त",
        "शीर्षक",
    ):
        assert secret not in err


def test_questions_are_written_where_that_was_asked_for(tmp_path):
    """As they were asked, in UTF-8, line ends inside them escaped; lines of an earlier run stay."""
    file = tmp_path / "fragen.jsonl"
    file.write_text("{}\n", encoding="utf-8")
    log = QuestionLog(Service(log="json", log_file=str(file), log_questions=True))
    for question in (*QUESTIONS, "eins\nzwei\u2028drei", "क्\u200dष"):
        log.observe(_asked(question))
    lines = file.read_bytes().decode("utf-8").split("\n")
    assert [json.loads(line).get("question") for line in lines[1:-1]] == [
        *QUESTIONS,
        "eins\nzwei\u2028drei",
        "क्\u200dष",
    ]
    assert lines[0] == "{}" and lines[-1] == ""


def test_a_file_that_cannot_be_written_is_told(tmp_path):
    """Before anything is served."""
    with pytest.raises(EnvironmentLacks, match=r"nowhere.*log_file"):
        QuestionLog(Service(log="json", log_file=str(tmp_path / "nowhere" / "log.jsonl")))
