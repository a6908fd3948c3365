"""Feedback and the file of an answer."""

import json
from dataclasses import replace
from datetime import UTC, datetime

import pytest
import regex
from page_fakes import IndexedChatbot

from citeglot.conversation import Exchange, converse
from citeglot.library import Library
from citeglot.loading import ChatbotLoader
from citeglot.page import Reader, escape
from citeglot.page_actions import ask_why, file_name, judge, save
from citeglot.page_texts import page_texts

TEXTS = page_texts()["no"]
NORWEGIAN = Reader("no", TEXTS)


@pytest.fixture(scope="module")
def conversation(built):
    """A conversation of one answered question."""
    *_, conversation = converse("Brücken", (), ChatbotLoader(lambda: IndexedChatbot(built)), NORWEGIAN)
    return conversation


def test_a_judgement_becomes_a_row_and_is_thanked_for(conversation, tmp_path):
    """The row holds the answer and the reason; the buttons rest, and the box for the reason is put away."""
    shown = judge(tmp_path / "data", conversation, "wrong", " Feil år\u202e. ", NORWEGIAN)
    [row] = [json.loads(line) for line in (tmp_path / "data" / "feedback.jsonl").read_text("utf-8").splitlines()]
    assert (row["rating"], row["reason"], row["question"]) == ("wrong", "Feil år.", "Brücken")
    assert escape(TEXTS["feedback_saved"]) in shown["note"].value
    assert shown["right"].interactive is False and shown["because"].visible is False


def test_what_cannot_be_kept_is_told(conversation, tmp_path):
    """A folder that is a file: the reader is told in their language, with the reason."""
    (tmp_path / "data").write_text("a file")
    shown = judge(tmp_path / "data", conversation, "right", "", NORWEGIAN)
    assert escape(TEXTS["feedback_not_saved"]) in shown["note"].value


@pytest.mark.parametrize("reason", [None, 7, ["x"], "x" * 10**6, "😀" * 3000])
def test_any_reason_is_taken(conversation, tmp_path, reason):
    """What is no text is no reason; what is too long is cut."""
    judge(tmp_path, conversation, "wrong", reason, NORWEGIAN)
    assert (tmp_path / "feedback.jsonl").exists()


def test_without_an_answer_there_is_nothing_to_do(tmp_path, built):
    """Forged events on an empty or failed conversation change nothing."""
    for conversation in ((), (Exchange("Hvem?"),)):
        assert judge(tmp_path, conversation, "right", "", NORWEGIAN) == {}
        assert save(Library(built), conversation, NORWEGIAN) == {}
        assert ask_why(conversation)["because"].visible is False
    assert not (tmp_path / "feedback.jsonl").exists()


def test_an_answer_becomes_a_file_of_its_own(conversation, built):
    """The browser gets name and page as text; nothing is written here."""
    shown = save(Library(built), conversation, NORWEGIAN)
    file = json.loads(shown["packet"])
    assert file["html"].startswith("<!doctype html>") and 'lang="no"' in file["html"]
    assert escape(file["name"]) in shown["note"].value


def test_an_answer_whose_articles_changed_is_told(conversation, built):
    """A packet is made from the articles of its answer, or not at all."""
    answer = conversation[0].answer
    citation = replace(answer.citations[0], quote="Noe annet.")
    old = (replace(conversation[0], answer=replace(answer, generation=99, citations=(citation,))),)
    assert escape(TEXTS["packet_not_made"]) in save(Library(built), old, NORWEGIAN)["note"].value


@pytest.mark.parametrize(
    ("question", "name"),
    [
        ("Wer leitete die Delegation?", "Wer-leitete-die-Delegation"),
        ("नई दिल्ली में कौन?", "नई-दिल्ली-में-कौन"),
        ("誰ですか？", "誰ですか"),
        ("../../etc/passwd\\..\\x:y|z", "etc-passwd-x-y-z"),
        ("\u202e<script>.exe", "script-exe"),
        ("???", "answer"),
        ("क्षि" * 200, "क्षि" * 50),
    ],
)
def test_the_name_of_a_file_is_safe_and_telling(question, name):
    """The day and the beginning of the question; nothing that means something to a file system."""
    made = file_name(question, datetime(2024, 1, 31, tzinfo=UTC))
    assert made == f"citeglot-2024-01-31-{name}.html"
    assert len(made.encode()) <= 255 or "क्षि" in question
    assert not regex.search(r'[/\\:*?"<>|\p{C}--\u200d]', made, regex.V1)
