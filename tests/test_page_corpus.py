"""Links into the articles tab."""

import html

import pytest
from index_support import document, five_articles, update

from citeglot.library import Library
from citeglot.page import Reader, article_address, escape
from citeglot.page_corpus import CorpusPage
from citeglot.page_texts import page_texts
from citeglot.types import Span

TEXTS = page_texts()["de"]
GERMAN = Reader("de", TEXTS)


@pytest.fixture
def folder(tmp_path):
    """An index of five articles and one with a difficult name."""
    articles = five_articles()
    articles["odd"] = document("क्षि [1] #%41-2.txt", "Ein Satz. Noch einer.", "de")
    update(tmp_path, articles.values())
    return tmp_path


def _address(name, sentence, text):
    return html.unescape(article_address(name, sentence, text)) + " 1"


def test_a_link_leads_to_the_sentence_whatever_the_article_is_called(folder):
    """Address and reading of it are inverse, also for names of any script with marks in them."""
    page = CorpusPage(Library(folder))
    for name, text in (("क्षि [1] #%41-2.txt", "Ein Satz."), ("ja.txt", "大臣は１月に到着した。")):
        shown = page.follow(_address(name, Span(0, len(text)), text), "", GERMAN)
        assert shown["tabs"] == "articles"
        assert f'<mark id="article-mark" tabindex="-1">{escape(text)}</mark>' in shown["shown_article"]


def test_an_article_that_went_and_a_sentence_that_changed_are_told(folder):
    """Nothing else is marked in the place of a sentence that is not there any more."""
    page = CorpusPage(Library(folder))
    gone = page.follow(_address("weg.txt", Span(0, 5), "Hallo"), "", GERMAN)["shown_article"]
    assert escape(TEXTS["article_gone"].format(document="weg.txt")) in gone
    changed = page.follow(_address("de.txt", Span(0, 5), "Hallo"), "", GERMAN)["shown_article"]
    assert escape(TEXTS["sentence_gone"]) in changed and "article-mark" not in changed and "Minister" in changed


@pytest.mark.parametrize(
    "wish",
    [
        None,
        7,
        "",
        "#article",
        "#article-1-2-3-x",
        "#article--1-0-00000000-de.txt",
        "#list-x",
        "#article-" + "9" * 5000,
        "javascript:alert(1)",
    ],
)
def test_a_forged_wish_changes_nothing(folder, wish):
    """What is no link of the page is no wish."""
    assert CorpusPage(Library(folder)).follow(wish, "", GERMAN) == {}


def test_a_forged_name_reads_no_file(folder):
    """Only articles of the index are shown, whatever path is asked for."""
    shown = CorpusPage(Library(folder)).follow("#article-0-0-00000000-..%2F..%2Fetc%2Fpasswd 1", "", GERMAN)
    assert "cg-problem" in shown["shown_article"] and "root:" not in shown["shown_article"]


def test_without_an_index_the_tab_says_what_to_do(tmp_path):
    """The state of the index is the reason why there is none, in the reader's language."""
    page = CorpusPage(Library(tmp_path))
    assert escape("python ingest.py") in page.overview("", GERMAN)["index"]
    assert page.overview(7, GERMAN)["listing"] == ""
    shown = page.follow("#article-0-0-00000000-de.txt 1", "", GERMAN)
    assert escape("python ingest.py") in shown["shown_article"]


def test_the_tab_follows_the_index(folder):
    """What an ingest brought is listed when the tab is opened again."""
    page = CorpusPage(Library(folder))
    assert "neu.txt" not in page.overview("", GERMAN)["listing"]
    articles = {**five_articles(), "neu.txt": document("neu.txt", "Ganz neu ist das hier.", "de")}
    update(folder, articles.values())
    assert escape("neu.txt") in page.overview("", GERMAN)["listing"]
