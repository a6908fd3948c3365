"""The committed question set is what it claims to be."""

import unicodedata
from collections import Counter, defaultdict
from functools import cache
from pathlib import Path

import pytest
import regex
from lingua import Language, LanguageDetectorBuilder

from citeglot.types import Document
from eval.facts import facts_right, holds
from eval.questions import check_against_corpus, read_questions

ROOT = Path(__file__).resolve().parent.parent
LANGUAGES = ("de", "en", "hi", "ja", "no")
LATIN = {Language.GERMAN: "de", Language.ENGLISH: "en", Language.BOKMAL: "no"}
NEW_SUBJECT = {"q089", "q092"}  # these stand alone: the earlier turns say nothing about them
NEW_LANGUAGE = {"q091", "q094"}  # the earlier turns are in another language


@pytest.fixture(scope="module")
def questions():
    """The committed set."""
    return read_questions(ROOT / "eval" / "questions.jsonl")


@pytest.fixture(scope="module")
def articles():
    """The five articles by name, as they are decoded."""
    paths = sorted((ROOT / "corpus").glob("*.txt"))
    return {path.name: path.read_text(encoding="utf-8-sig") for path in paths}


def by_base(questions):
    """Return the rows of each base question."""
    bases = defaultdict(list)
    for question in questions:
        bases[base_of(question)].append(question)
    return bases


def base_of(question):
    """Return the id without its language."""
    return question.id.rpartition("-")[0]


def written_in(text):
    """Return the language of a text: by its script, and by a detector for the three Latin languages."""
    if regex.search(r"\p{Devanagari}", text):
        return "hi"
    if regex.search(r"[\p{Hiragana}\p{Katakana}]", text):
        return "ja"
    return LATIN[latin_detector().detect_language_of(text)]


@cache
def latin_detector():
    """The detector of the three languages that share a script."""
    return LanguageDetectorBuilder.from_languages(*LATIN).build()


def test_counts(questions):
    """At least 48 answerable and 16 unanswerable base questions, 320 rows, eight for each article."""
    bases = by_base(questions)
    answerable = [rows[0] for rows in bases.values() if rows[0].answerable]
    assert len(answerable) >= 48
    assert len(bases) - len(answerable) >= 16
    assert len(questions) >= 320
    per_article = Counter(name for question in answerable for name in question.documents)
    assert len(per_article) == 5
    assert min(per_article.values()) >= 8
    assert sum(len(question.documents) > 1 for question in answerable) >= 3


def test_every_base_question_in_five_languages(questions):
    """A base question has one row for each language, in order, and the rows differ only in their words."""
    for base, rows in by_base(questions).items():
        assert [row.id for row in rows] == [f"{base}-{language}" for language in LANGUAGES]
        assert [row.language for row in rows] == list(LANGUAGES)
        assert len({(row.answerable, row.documents, row.evidence, row.facts, row.split) for row in rows}) == 1, base
    assert [question.id for question in questions] == sorted(question.id for question in questions)


def test_no_question_stands_twice(questions):
    """All questions of all languages differ."""
    assert [text for text, count in Counter(one.question for one in questions).items() if count > 1] == []


def test_split_is_balanced(questions):
    """Half of the base questions of every article, and of the unanswerable ones, is in each split."""
    counts = Counter()
    for rows in by_base(questions).values():
        counts.update((name, rows[0].split) for name in rows[0].documents or ("unanswerable",))
    for name in {name for name, _ in counts}:
        dev, test = counts[name, "dev"], counts[name, "test"]
        assert abs(dev - test) <= 1, (name, dev, test)


def test_gold_is_in_the_articles(questions, articles):
    """Every gold article is there, every quote verbatim and once, and every gold article has a quote."""
    documents = [Document(name, "", "und", None, text) for name, text in articles.items()]
    assert check_against_corpus(questions, documents) == ()
    for question in questions:
        assert {evidence.document for evidence in question.evidence} == set(question.documents), question.id
        for evidence in question.evidence:
            assert articles[evidence.document].count(evidence.quote) == 1, evidence.quote
            assert evidence.quote == evidence.quote.strip()
            assert "\n" not in evidence.quote


def test_facts_are_in_the_evidence(questions):
    """Every fact stands in the evidence in one of its forms, and the evidence of each article holds one."""
    for question in questions:
        for fact in question.facts:
            assert any(holds(evidence.quote, fact) for evidence in question.evidence), (question.id, fact[0])
        for name in question.documents:
            quotes = " ".join(evidence.quote for evidence in question.evidence if evidence.document == name)
            assert any(holds(quotes, fact) for fact in question.facts), (question.id, name)


def test_facts_are_not_in_the_question(questions):
    """Repeating the question is never a right answer."""
    for question in questions:
        assert bool(question.facts) == question.answerable
        if question.facts:
            assert not facts_right(question.question, question.facts), question.id


def test_facts_can_be_said_in_every_script(questions):
    """Every fact has a form in Latin, Devanagari and Japanese letters, or one of digits alone."""
    for question in questions:
        for fact in question.facts:
            forms = " ".join(fact)
            scripts = [bool(regex.search(rf"\p{{{name}}}", forms)) for name in ("Latin", "Devanagari")]
            japanese = bool(regex.search(r"[\p{Han}\p{Hiragana}\p{Katakana}]", forms))
            assert (all(scripts) and japanese) or any(form.isdecimal() for form in fact), (question.id, fact)
            assert len(set(fact)) == len(fact), (question.id, fact)


def test_questions_are_in_their_languages(questions):
    """Script first, a detector for the three Latin languages; texts are NFC and end as questions do."""
    for question in questions:
        text = question.question
        assert unicodedata.is_normalized("NFC", text)
        assert text[-1] == ("。" if question.language == "ja" else "?"), text
        assert written_in(text) == question.language, text


def kind_of(question):
    """Return what the earlier turns are to a question that has some."""
    if not question.answerable:
        return "unanswerable"
    if base_of(question) in NEW_SUBJECT:
        return "new subject"
    return "new language" if base_of(question) in NEW_LANGUAGE else "leans"


def test_follow_ups_of_every_kind_in_both_splits(questions):
    """At least 30 rows have earlier turns; each kind of them is as common in one split as in the other."""
    follow_ups = [question for question in questions if question.history]
    assert len(follow_ups) >= 30
    counts = Counter((kind_of(question), question.split) for question in follow_ups)
    for kind in ("leans", "new subject", "new language", "unanswerable"):
        dev, test = counts[kind, "dev"], counts[kind, "test"]
        assert min(dev, test) >= len(LANGUAGES), kind
        assert abs(dev - test) <= len(LANGUAGES), kind


def test_earlier_turns_alternate_and_do_not_answer(questions):
    """A person asks, the program answers; no earlier turn holds a fact that the follow-up asks for."""
    for question in questions:
        roles = [turn.role for turn in question.history]
        assert roles == ["user", "assistant"] * (len(roles) // 2), question.id
        for turn in question.history:
            assert unicodedata.is_normalized("NFC", turn.text)
            assert not any(holds(turn.text, fact) for fact in question.facts), (question.id, turn.text)


def test_earlier_turns_are_in_one_language(questions):
    """It is the language of the question; after a change of language, another one for each of the five rows."""
    changed = defaultdict(set)
    for question in questions:
        asked = [turn.text for turn in question.history if turn.role == "user"]
        if not asked:
            continue
        language = written_in(" ".join(asked))
        assert (language == question.language) == (base_of(question) not in NEW_LANGUAGE), question.id
        if language != question.language:
            changed[base_of(question)].add(language)
    assert dict(changed) == {base: set(LANGUAGES) for base in NEW_LANGUAGE}
