"""What a person does after an answer, and what is kept, in a real browser."""

import json
from contextlib import contextmanager
from dataclasses import replace

import pytest
from browser_support import ask, browsing, opened, served, wait_until
from page_fakes import IndexedChatbot, ScriptedChatbot, answer_by_words

from citeglot.loading import ChatbotLoader
from citeglot.page_texts import page_texts
from citeglot.settings import Settings

pytestmark = pytest.mark.browser

TEXTS = page_texts()["de"]


@pytest.fixture(scope="module")
def browser():
    """One browser for all tests of this file."""
    with browsing() as browser:
        yield browser


@pytest.fixture
def indexed(built, browser, tmp_path):
    """A page over a real index, as a German sees it, with its folder of data."""
    settings = replace(Settings(), index=built, data=tmp_path / "data")
    with served(IndexedChatbot(built), settings) as url, opened(browser, url, "de-DE") as page:
        page.home, page.data = url, tmp_path / "data"
        yield page


@contextmanager
def _scripted(browser, **how):
    chatbot = ScriptedChatbot(answer_by_words, **how)
    loader = ChatbotLoader(lambda: chatbot)
    with served(loader) as url, opened(browser, url, "de-DE") as page:
        page.chatbot, page.loader, page.home = chatbot, loader, url
        yield page


def test_answering_again_replaces_the_answer(browser):
    """The last question is asked once more, and there is one answer."""
    with _scripted(browser) as page:
        ask(page, "Wer leitete die Delegation?")
        page.wait_for_selector(".cg-footer")
        page.get_by_role("button", name=TEXTS["again"]).click()
        wait_until(page, lambda: len(page.chatbot.asked) == 2 and page.locator(".cg-footer").count() == 1)
        assert page.chatbot.asked[1] == ("Wer leitete die Delegation?", ())


def test_editing_puts_the_question_into_the_box(browser):
    """It can be changed and asked in place of the old one, or left alone."""
    with _scripted(browser) as page:
        ask(page, "Wer leitete die Delegation?")
        page.wait_for_selector(".cg-footer")
        page.get_by_role("button", name=TEXTS["edit"], exact=True).click()
        wait_until(page, lambda: page.locator("#cg-box textarea").input_value() == "Wer leitete die Delegation?")
        page.get_by_role("button", name=TEXTS["edit_not"]).click()
        wait_until(page, lambda: page.locator("#cg-box textarea").input_value() == "")
        page.get_by_role("button", name=TEXTS["edit"], exact=True).click()
        wait_until(page, lambda: page.locator("#cg-box textarea").input_value() != "")
        ask(page, "Gibt es Wasser auf dem Mond?")
        page.wait_for_selector(".cg-refusal")
        assert "Delegation" not in page.locator("#cg-chat").inner_text()
        assert page.chatbot.asked[-1] == ("Gibt es Wasser auf dem Mond?", ())


def test_feedback_is_kept_in_the_users_folder(indexed):
    """What is called right or wrong becomes a row with question, answer and reason; it can be said once."""
    ask(indexed, "Brücken")
    indexed.wait_for_selector(".cg-footer")
    indexed.get_by_role("button", name=TEXTS["wrong"]).click()
    indexed.get_by_label(TEXTS["reason"]).fill("Es waren drei.")
    indexed.get_by_role("button", name=TEXTS["send"]).click()
    indexed.wait_for_selector(f"#cg-note >> text={TEXTS['feedback_saved']}")
    [row] = [json.loads(line) for line in (indexed.data / "feedback.jsonl").read_text("utf-8").splitlines()]
    assert (row["question"], row["rating"], row["reason"]) == ("Brücken", "wrong", "Es waren drei.")
    assert indexed.get_by_role("button", name=TEXTS["right"]).is_disabled()
    ask(indexed, "Straßen")
    wait_until(indexed, lambda: indexed.locator(".cg-footer").count() == 2)
    indexed.get_by_role("button", name=TEXTS["right"]).click()
    indexed.wait_for_selector(f"#cg-note >> text={TEXTS['feedback_saved']}")
    assert len((indexed.data / "feedback.jsonl").read_text("utf-8").splitlines()) == 2


def test_an_answer_is_saved_as_one_file(indexed):
    """One click gives a file with a telling name that holds question and quote, and the server keeps nothing of it."""
    ask(indexed, "Brücken & <Straßen>?")
    indexed.wait_for_selector(".cg-footer")
    quote = indexed.locator("#cg-panel mark").first.inner_text()
    with indexed.expect_download() as download:
        indexed.get_by_role("button", name=TEXTS["save"]).click()
    name = download.value.suggested_filename
    assert name.startswith("citeglot-") and name.endswith("-Brücken-Straßen.html")
    saved = download.value.path().read_text("utf-8")
    assert "citeglot-packet" in saved and quote.split()[0] in saved
    assert download.value.url.startswith("blob:")
    indexed.wait_for_selector("#cg-note >> text=" + name)


def test_a_conversation_survives_a_reload_until_a_new_chat(indexed):
    """Questions, answers, evidence and filters come back; the next question is a follow-up; "new chat" forgets."""
    indexed.click("#cg-filters button.label-wrap")
    indexed.get_by_label("Deutsch").check()
    indexed.wait_for_selector("#cg-filters >> text=Filter: Deutsch")
    ask(indexed, "Brücken")
    indexed.wait_for_selector(".cg-footer")
    said = indexed.locator("#cg-chat .cg-said").inner_text()
    indexed.wait_for_timeout(500)
    indexed.reload()
    indexed.wait_for_selector(".cg-footer")
    assert indexed.locator("#cg-chat .cg-said").inner_text() == said
    indexed.locator("a.cg-cite").first.click()
    indexed.wait_for_selector("mark.cg-shown")
    indexed.wait_for_selector("#cg-filters >> text=Filter: Deutsch")
    assert indexed.get_by_role("button", name=TEXTS["save"]).is_visible()
    indexed.get_by_role("button", name=TEXTS["new_chat"]).click()
    indexed.wait_for_selector(".cg-welcome")
    indexed.wait_for_timeout(500)
    indexed.reload()
    indexed.wait_for_selector(".cg-welcome")
    indexed.wait_for_timeout(1000)
    assert indexed.locator(".cg-footer").count() == 0


def test_two_tabs_keep_two_conversations(indexed):
    """What is asked in one tab does not reach the other, also when it is reloaded."""
    other = indexed.context.new_page()
    other.goto(indexed.home)
    other.wait_for_selector("button.submit-button:enabled")
    ask(indexed, "Brücken")
    indexed.wait_for_selector(".cg-footer")
    ask(other, "Leeds")
    other.wait_for_selector(".cg-footer")
    other.wait_for_timeout(500)
    indexed.reload()
    indexed.wait_for_selector(".cg-footer")
    assert "Brücken" in indexed.locator("#cg-chat").inner_text()
    assert "Leeds" not in indexed.locator("#cg-chat").inner_text()


def test_who_waits_is_told_how_many_are_before(browser):
    """A second question waits its turn and says so; where the line is full, it is told and stays in the box."""
    with _scripted(browser, words=60, pause=0.1) as page:
        ask(page, "Wer leitete die Delegation?")
        page.wait_for_selector(".cg-draft")
        with opened(browser, page.home, "ja-JP") as second:
            ask(second, "誰ですか？")
            second.wait_for_selector(f"text={page_texts()['ja']['in_line'].format(count=1)}")
            second.click("button.stop-button")
            second.wait_for_selector(f"text={page_texts()['ja']['stopped']}")
        assert page.chatbot.closed == 0
        assert [question for question, _ in page.chatbot.asked] == ["Wer leitete die Delegation?"]


def test_a_full_line_is_told_in_the_readers_language(browser):
    """Too many questions: a quiet note in Hindi, the question still in its box, and everything else works."""
    with _scripted(browser, words=200, pause=0.1) as page:
        ask(page, "Wer leitete die Delegation?")
        page.wait_for_selector(".cg-draft")
        with opened(browser, page.home, "hi-IN") as second:
            page.loader.line._places = 0
            ask(second, "कौन?")
            second.wait_for_selector("#cg-note .cg-state")
            assert second.locator("#cg-note").inner_text() == page_texts()["hi"]["busy"]
            assert second.locator("#cg-box textarea").input_value() == "कौन?"


def test_a_finished_answer_is_announced_politely(browser):
    """One live region, which is silent while words come and then says the answer; the chat itself is not read out."""
    with _scripted(browser, words=5, pause=0.1) as page:
        ask(page, "Wer leitete die Delegation?")
        page.wait_for_selector(".cg-footer")
        region = page.locator("#cg-live")
        wait_until(page, lambda: "Grassano" in region.inner_text())
        assert region.get_attribute("aria-live") == "polite" and region.get_attribute("role") == "status"
        assert page.locator("#cg-chat [role=log]").get_attribute("aria-live") == "off"
        assert page.locator("#cg-filters button.label-wrap").get_attribute("aria-expanded") == "false"
