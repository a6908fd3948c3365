"""PDFs as a browser prints them: words are whole, in every script."""

import html
from collections import Counter

import pytest
from browser_support import browsing

from citeglot.pdf import read_pdf
from citeglot.settings import ROOT

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def browser():
    """A browser that prints."""
    with browsing() as browser:
        yield browser


def printed(browser, path, text, language):
    """Print a page with a paragraph for each line and return the text of the PDF."""
    page = browser.new_page()
    body = "".join(f"<p>{html.escape(line)}</p>" for line in text.splitlines() if line.strip())
    page.set_content(f"<!doctype html><html lang={language}><meta charset=utf-8><body>{body}</body></html>")
    page.pdf(path=str(path))
    page.close()
    return read_pdf(path)


@pytest.mark.parametrize("article", sorted((ROOT / "corpus").glob("*.txt")), ids=lambda path: path.stem)
def test_words_of_a_printed_article_are_whole(browser, tmp_path, article):
    """Of the words of an article, Hindi too, at least 97 in a hundred are words of its PDF."""
    text = article.read_text(encoding="utf-8")
    expected, found = Counter(text.split()), Counter(printed(browser, tmp_path / "a.pdf", text, "").split())
    assert sum((expected & found).values()) >= 0.97 * sum(expected.values())


def test_lines_of_a_printed_article_are_paragraphs(browser, tmp_path):
    """A paragraph of many printed lines is one line of text again."""
    sentence = "Der Minister reiste am Dienstag nach Oslo und sprach dort über die gemeinsame Übung im Norden. "
    japanese = "日本とノルウェーは防衛協力に関する協定に署名した。" + "大臣は東京を訪れ、首脳会談を行った。" * 9
    text = f"{sentence * 6}\n{japanese}\nEin Satz."
    assert printed(browser, tmp_path / "a.pdf", text, "de").splitlines() == [line.strip() for line in text.splitlines()]


def test_right_to_left_words_of_a_printed_page(browser, tmp_path):
    """Arabic and Hebrew words are read from the right."""
    text = "التقى وزير الدفاع نظيره الياباني في طوكيو\nשר הביטחון נפגש עם עמיתו היפני בטוקיו"
    assert printed(browser, tmp_path / "a.pdf", text, "ar").split() == text.split()
