"""A conversation on the page in a real browser, with a scripted chatbot."""

import pytest
from browser_support import ask, opened, served, wait_until
from page_fakes import ITALIAN, ScriptedChatbot, answer_by_words

from citeglot.page_texts import page_texts

pytestmark = pytest.mark.browser

IN_VIEW = """() => {
    const place = document.querySelector("mark").getBoundingClientRect();
    return place.top >= 0 && place.bottom <= innerHeight;
}"""


def test_a_number_leads_to_the_marked_sentence(page):
    """Question, passages, answer; a click on the number shows the marked sentence, even in a closed card."""
    ask(page, "Wer leitete die Delegation?")
    page.wait_for_selector(".cg-footer")
    mark = page.locator("mark#source-1-1")
    assert mark.inner_text() == ITALIAN
    page.locator(".cg-rest .cg-card").first.wait_for(state="attached")
    assert page.locator(".cg-card.cg-cited[open]").count() == 1
    assert not page.locator(".cg-rest .cg-card").first.is_visible()
    page.locator(".cg-card.cg-cited > summary").click()
    assert not mark.is_visible()
    page.locator("a.cg-cite").click()
    mark.wait_for(state="visible")
    page.wait_for_function(IN_VIEW)
    wait_until(page, lambda: page.locator("#cg-box textarea").input_value() == "")


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
        wait_until(page, lambda: page.locator("#cg-panel .cg-card").count() == 2)
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
        wait_until(page, lambda: chatbot.closed == 1)
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
            wait_until(page, lambda: chatbot.closed == 1)


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
    wait_until(page, lambda: page.locator(".cg-card").count() == 0)
    ask(page, "Gibt es Wasser auf dem Mond?")
    page.wait_for_selector(".cg-footer")
    assert site.chatbot.asked[-1] == ("Gibt es Wasser auf dem Mond?", ())


def test_a_question_that_is_too_long_stays_in_the_box(page):
    """The page says how long it may be, and goes on saying it while the state of the models is asked for again."""
    ask(page, "x" * 3000)
    page.wait_for_selector("#cg-note >> text=3000 Zeichen")
    page.wait_for_timeout(1500)
    assert page.locator("#cg-note").is_visible()
    assert page.locator("#cg-box textarea").input_value() == "x" * 3000
    page.wait_for_selector("button.submit-button:enabled")
