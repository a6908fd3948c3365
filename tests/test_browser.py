"""The page in a real browser: with a scripted chatbot, and with the real models."""

import os
from types import SimpleNamespace

import pytest
from browser_support import NO_BROWSER, ask, browsing, find_browser, opened, served
from page_fakes import HINDI, HOSTILE, ITALIAN, ScriptedChatbot, answer_by_words

from citeglot.errors import NoIndex
from citeglot.page_texts import page_texts

pytestmark = pytest.mark.browser

LOCALES = {"de": "de-DE", "en": "en-GB", "hi": "hi-IN", "ja": "ja-JP", "no": "nn-NO"}
IN_VIEW = """() => {
    const place = document.querySelector("mark").getBoundingClientRect();
    return place.top >= 0 && place.bottom <= innerHeight;
}"""


@pytest.fixture(scope="module")
def site():
    """One server over a scripted chatbot and one browser."""
    chatbot = ScriptedChatbot(answer_by_words)
    with served(chatbot) as url, browsing() as browser:
        yield SimpleNamespace(url=url, browser=browser, chatbot=chatbot)


@pytest.fixture
def page(site):
    """The page as a German sees it; every request stays on this machine."""
    with opened(site.browser, site.url, "de-DE") as page:
        yield page
        assert [url for url in page.requests if not url.startswith((site.url, "data:", "blob:"))] == []
        assert page.dialogs == []


def test_without_a_browser_the_tests_say_what_to_install(monkeypatch):
    """A missing browser is a failure that names what to install, never a skipped test."""
    monkeypatch.setattr("browser_support.COMMANDS", ())
    monkeypatch.setattr("browser_support.PLACES", ())
    monkeypatch.delenv("CITEGLOT_BROWSER", raising=False)
    nothing = SimpleNamespace(chromium=SimpleNamespace(executable_path=os.devnull + "/none"))
    with pytest.raises(RuntimeError, match="install"):
        find_browser(nothing)
    assert "playwright install chromium" in NO_BROWSER


def test_a_number_leads_to_the_marked_sentence(page):
    """Question, passages, answer; a click on the number shows the marked sentence, even in a closed card."""
    ask(page, "Wer leitete die Delegation?")
    page.wait_for_selector(".cg-footer")
    mark = page.locator("mark#source-1-1")
    assert mark.inner_text() == ITALIAN
    assert page.locator(".cg-card.cg-cited[open]").count() == 1
    assert not page.locator(".cg-rest .cg-card").first.is_visible()
    page.locator(".cg-card.cg-cited > summary").click()
    assert not mark.is_visible()
    page.locator("a.cg-cite").click()
    mark.wait_for(state="visible")
    page.wait_for_function(IN_VIEW)
    assert page.locator("#cg-box textarea").input_value() == ""


def test_earlier_numbers_still_lead_to_their_own_sentence(page):
    """After a second question, the number of the first answer opens the fold that holds its card."""
    ask(page, "Wer leitete die Delegation?")
    page.wait_for_selector(".cg-footer")
    ask(page, "Was sagte Borrell?")
    page.wait_for_selector("mark#source-2-1")
    assert not page.locator("mark#source-1-1").is_visible()
    page.locator("a.cg-cite").first.click()
    page.locator("mark#source-1-1").wait_for(state="visible")
    assert page.locator("mark#source-1-1").inner_text() == ITALIAN


def test_a_number_keeps_the_conversation_wherever_the_page_was_opened(site):
    """An address with a query, as for the dark theme, is not left by following a number."""
    with opened(site.browser, f"{site.url}?__theme=dark", "de-DE") as page:
        ask(page, "Wer leitete die Delegation?")
        page.wait_for_selector(".cg-footer")
        page.locator("a.cg-cite").click()
        page.wait_for_selector("mark.cg-shown")
        assert page.url == f"{site.url}?__theme=dark"
        assert page.locator(".cg-footer").is_visible()


def test_the_passages_stand_before_the_answer(site):
    """While the answer is being written, the passages are there, and the draft is called a draft."""
    with (
        served(ScriptedChatbot(answer_by_words, words=200, pause=0.1)) as url,
        opened(site.browser, url, "de-DE") as page,
    ):
        ask(page, "Wer leitete die Delegation?")
        page.wait_for_selector(".cg-draft")
        assert page.locator("#cg-panel .cg-card").count() == 2
        assert page.locator(".cg-footer").count() == 0
        assert page_texts()["de"]["writing"] in page.locator("#cg-chat").inner_text()


def test_stop_stops_the_model_and_keeps_question_and_draft(site):
    """A click on stop closes the chatbot's iterator; the page says so and takes the next question."""
    chatbot = ScriptedChatbot(answer_by_words, words=1000, pause=0.05)
    with served(chatbot) as url, opened(site.browser, url, "de-DE") as page:
        ask(page, "Wer leitete die Delegation?")
        page.wait_for_selector(".cg-draft")
        page.click("button.stop-button")
        page.wait_for_selector("text=Abgebrochen.")
        page.wait_for_selector("button.submit-button:enabled")
        assert chatbot.closed == 1
        assert "Alessandro" in page.locator(".cg-draft").inner_text()
        assert "Wer leitete die Delegation?" in page.locator("#cg-chat").inner_text()
        chatbot.words = 3
        ask(page, "Gibt es Wasser auf dem Mond?")
        page.wait_for_selector(".cg-footer")


def test_a_closed_tab_stops_the_model(site):
    """Nobody waits for an answer that nobody sees."""
    chatbot = ScriptedChatbot(answer_by_words, words=1000, pause=0.05)
    with served(chatbot) as url:
        with opened(site.browser, url, "de-DE") as page:
            ask(page, "Wer leitete die Delegation?")
            page.wait_for_selector(".cg-draft")
        with opened(site.browser, url, "de-DE") as page:
            for _ in range(100):
                page.wait_for_timeout(100)
                if chatbot.closed:
                    break
    assert chatbot.closed == 1


def test_hostile_text_stays_text(page):
    """Markup in title, name, passage, question and answer is shown as written; nothing runs, nothing is fetched."""
    ask(page, f"feindlich {HOSTILE}")
    page.wait_for_selector(".cg-footer")
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
    assert links and all(link.startswith("#source-") for link in links)


def test_a_refusal_shows_the_nearest_passages(page):
    """The page says that the articles do not answer this, and shows what is nearest."""
    ask(page, "Gibt es Wasser auf dem Mond?")
    page.wait_for_selector(".cg-footer")
    assert page.locator(".cg-badge").inner_text() == "Nicht in den Artikeln"
    assert "Nächstliegende Textstellen" in page.locator("#cg-panel").inner_text()
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


def test_an_example_is_asked_with_a_click(site, page):
    """The examples stand in the reader's language and are asked as they are."""
    page.get_by_text(page_texts()["de"]["example_1"]).click()
    page.wait_for_selector(".cg-footer")
    assert site.chatbot.asked[-1] == (page_texts()["de"]["example_1"], ())


def test_a_new_chat_forgets(site, page):
    """After "new chat" the page is empty, and the next question has no history."""
    ask(page, "Wer leitete die Delegation?")
    page.wait_for_selector(".cg-footer")
    page.get_by_role("button", name=page_texts()["de"]["new_chat"]).click()
    page.wait_for_selector(".cg-welcome")
    assert page.locator(".cg-card").count() == 0
    ask(page, "Gibt es Wasser auf dem Mond?")
    page.wait_for_selector(".cg-footer")
    assert site.chatbot.asked[-1] == ("Gibt es Wasser auf dem Mond?", ())


def test_a_question_that_is_too_long_stays_in_the_box(page):
    """The page says how long it may be, and the person shortens it."""
    ask(page, "x" * 3000)
    page.wait_for_selector("text=3000 Zeichen")
    assert page.locator("#cg-box textarea").input_value() == "x" * 3000
    page.wait_for_selector("button.submit-button:enabled")


@pytest.mark.parametrize("width", [360, 1280])
@pytest.mark.parametrize("language", LOCALES)
def test_the_page_speaks_the_readers_language_and_fits(site, language, width):
    """Labels, examples and states are in the language of the browser, and nothing is wider than the window."""
    texts = page_texts()[language]
    with opened(site.browser, site.url, LOCALES[language], width) as page:
        body = page.locator("body").inner_text()
        for key in ("subtitle", "new_chat", "passages_heading", "passages_empty", "welcome", "example_1", "ask"):
            assert texts[key] in body
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
        page.locator("#cg-chat .message-buttons button").click()
        page.wait_for_selector(".cg-footer")
        assert not page.locator("#cg-status").is_visible()
