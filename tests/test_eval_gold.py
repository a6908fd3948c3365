"""Where gold stands in an index."""

from dataclasses import replace

import pytest
from eval_support import QUOTES, questions_of, row, system_over
from index_support import document, five_articles

from eval.gold import base_of


@pytest.fixture(scope="module")
def system(tmp_path_factory):
    articles = five_articles()
    twice = [replace(articles["en.txt"], name="a copy.txt"), document("no-å.txt", "Et hus. Et hus. Et tre.")]
    return system_over(tmp_path_factory.mktemp("index"), documents=[*articles.values(), *twice])


@pytest.mark.parametrize("language", ["de", "hi", "ja", "no"])
def test_the_span_of_a_quote_is_the_quote(system, tmp_path, language):
    """In each language the gold sentence is found as a slice of its article."""
    (question,) = questions_of(tmp_path, [row(language)])
    (article,) = system.library.find(question).articles
    text = system.generation.document(article.document).text
    assert [span.of(text) for span in article.spans] == [QUOTES[language]]
    assert article.language == language


def test_ranks_are_those_of_the_hits(system, tmp_path):
    """The article's rank is that of its first hit, the sentence's that of the first hit that holds all of it."""
    (question,) = questions_of(tmp_path, [row("de")])
    (article,) = system.library.find(question).articles
    hits = system.chatbot.search(question.question, 100).hits
    found = article.to_json(hits)
    assert hits[found["rank"] - 1].chunk.document == "de.txt"
    assert all(hit.chunk.document != "de.txt" for hit in hits[: found["rank"] - 1])
    assert QUOTES["de"] in hits[found["sentence_rank"] - 1].chunk.text
    assert all(QUOTES["de"] not in hit.chunk.text for hit in hits[: found["sentence_rank"] - 1])
    nothing = article.to_json([])
    assert (nothing["rank"], nothing["sentence_rank"], nothing["sentences"]) == (None, None, 1)


def test_one_text_under_two_names_is_one_article(system, tmp_path):
    """Gold that names either of them, or both, is found where the search shows the text."""
    given = row("en", documents=["en.txt", "a copy.txt"])
    (question,) = questions_of(tmp_path, [given])
    gold = system.library.find(question)
    assert len(gold.articles) == 1 and gold.missing == ()
    assert any(gold.articles[0].stands_in(hit) for hit in system.chatbot.search("minister January", 50).hits)


def test_names_and_quotes_that_are_not_there_are_told_apart(system, tmp_path):
    """What is missing is named; a decomposed name is the same name; a quote that stands twice has two places."""
    other = [{"document": "de.txt", "quote": "Kein Satz."}, {"document": "no-å.txt", "quote": "Et hus."}]
    given = row("de", documents=["de.txt", "gone.txt", "no-a\u030a.txt", "no-å.txt"], evidence=other)
    (question,) = questions_of(tmp_path, [given])
    gold = system.library.find(question)
    assert [one.document for one in gold.articles] == ["de.txt", "no-å.txt"]
    assert [len(one.spans) for one in gold.articles] == [0, 2]
    assert len(gold.missing) == 2
    assert "gone.txt" in gold.missing[0] and "Kein Satz." in gold.missing[1]


@pytest.mark.parametrize(
    ("name", "language", "base"),
    [
        ("q1-de", "de", "q1"),
        ("q1-nb", "nb", "q1"),
        ("a-b-hi", "hi", "a-b"),
        ("1747", "no", "1747"),
        ("x-7", "de", "x-7"),
    ],
)
def test_base_of_a_question(tmp_path, name, language, base):
    """The id without the language at its end; an id without one is its own base."""
    given = row("de") | {"id": name, "language": language}
    assert base_of(questions_of(tmp_path, [given])[0]) == base
