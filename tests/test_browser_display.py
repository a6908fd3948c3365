"""What the page shows in a real browser: kinds of answers, hostile text, five languages, and what is missing."""

import os
from types import SimpleNamespace

import pytest
from browser_support import NO_BROWSER, ask, find_browser, opened, served, wait_until
from page_fakes import HINDI, HOSTILE, ScriptedChatbot, answer_by_words

from citeglot.errors import NoIndex
from citeglot.page_texts import page_texts

pytestmark = pytest.mark.browser

LOCALES = {"de": "de-DE", "en": "en-GB", "hi": "hi-IN", "ja": "ja-JP", "no": "nn-NO"}


def test_without_a_browser_the_tests_say_what_to_install(monkeypatch):
    """A missing browser is a failure that names what to install, never a skipped test."""
    monkeypatch.setattr("browser_support.COMMANDS", ())
    monkeypatch.setattr("browser_support.PLACES", ())
    monkeypatch.delenv("CITEGLOT_BROWSER", raising=False)
    nothing = SimpleNamespace(chromium=SimpleNamespace(executable_path=os.devnull + "/none"))
    with pytest.raises(RuntimeError, match="install"):
        find_browser(nothing)
    assert "playwright install chromium" in NO_BROWSER


def test_hostile_text_stays_text(page):
    """Markup in title, name, passage, question and answer is shown as written; nothing runs, nothing is fetched."""
    ask(page, f"feindlich {HOSTILE}")
    page.wait_for_selector(".cg-footer")
    page.wait_for_selector("#cg-panel mark")
    page.wait_for_timeout(500)
    assert "onerror" in page.locator(".cg-said").inner_text()
    shown = page.locator("#cg-chat .message, #cg-panel")
    for tag in (
        "img[src*=evil]",
        "script",
        "form",
        "iframe",
        "style",
        "svg[onload]",
        ".katex",
        ".mermaid",
        "h1",
        "pre",
    ):
        assert shown.locator(tag).count() == 0, tag
    links = [link.get_attribute("href") for link in shown.locator("a").all()]
    assert links and all(link.startswith(("#source-", "#article-")) for link in links)


def test_a_refusal_shows_the_nearest_passages(page):
    """The page says that the articles do not answer this, and shows what is nearest."""
    ask(page, "Gibt es Wasser auf dem Mond?")
    page.wait_for_selector(".cg-footer")
    assert page.locator(".cg-badge").inner_text() == "Nicht in den Artikeln"
    wait_until(page, lambda: "Nächstliegende Textstellen" in page.locator("#cg-panel").inner_text())
    assert page.locator("a.cg-cite").count() == 0 and page.locator("mark").count() == 0


def test_a_quotation_is_labelled_and_keeps_its_language(page):
    """A verbatim Hindi sentence is called one, and browser and screen reader are told its language."""
    ask(page, "Was sagte Borrell?")
    page.wait_for_selector(".cg-footer")
    assert page.locator(".cg-badge").inner_text() == "Wörtlich aus dem Artikel · Hindi"
    assert page.locator(".cg-text").first.get_attribute("lang") == "hi"
    assert page.locator("mark").inner_text() == HINDI


def test_a_doubtful_sentence_is_marked(page):
    """A weak verdict is seen without being loud: a small mark with an explanation."""
    ask(page, "Etwas zweifelhaft?")
    page.wait_for_selector(".cg-footer")
    assert page.locator(".cg-doubt").get_attribute("title") == page_texts()["de"]["verdict_weak"]


@pytest.mark.parametrize("width", [360, 1280])
@pytest.mark.parametrize("language", LOCALES)
def test_the_page_speaks_the_readers_language_and_fits(site, language, width):
    """Labels, examples and states are in the language of the browser, and nothing is wider than the window."""
    texts = page_texts()[language]
    with opened(site.browser, site.url, LOCALES[language], width) as page:
        for key in ("subtitle", "new_chat", "passages_heading", "passages_empty", "welcome", "example_1", "ask"):
            wait_until(page, lambda key=key: texts[key] in page.locator("body").inner_text())
        assert page.locator("#cg-box textarea").get_attribute("placeholder") == texts["question_placeholder"]
        ask(page, f"Gibt es {'Donaudampfschifffahrtsgesellschaft' * 6} auf dem Mond?")
        page.wait_for_selector(".cg-footer")
        assert page.locator(".cg-badge").inner_text() == texts["badge_refusal"]
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_the_page_comes_up_without_an_index(site):
    """It says in the reader's language what to do, keeps the question, and works once it was done."""
    missing = [True]

    def load_later():
        if missing:
            raise NoIndex("There is no index.")
        return ScriptedChatbot(answer_by_words)

    with served(load_later) as url, opened(site.browser, url, "ja-JP") as page:
        page.wait_for_selector("#cg-status .cg-problem")
        assert "python ingest.py" in page.locator("#cg-status").inner_text()
        ask(page, "誰ですか？")
        page.wait_for_selector("#cg-chat .cg-problem")
        assert "誰ですか？" in page.locator("#cg-chat").inner_text()
        missing.clear()
        page.click("#cg-again")
        page.wait_for_selector(".cg-footer")
        wait_until(page, lambda: not page.locator("#cg-status").is_visible())
