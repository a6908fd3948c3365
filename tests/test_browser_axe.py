"""axe-core finds nothing serious on any state of the page: light and dark, on a wide screen and on a phone."""

import threading
from contextlib import contextmanager
from dataclasses import replace

import pytest
from axe_support import problems
from browser_support import ask, browsing, opened, served, wait_until
from page_fakes import IndexedChatbot, ScriptedChatbot, answer_by_words

from citeglot.errors import ModelFailed, NoIndex
from citeglot.page_texts import page_texts
from citeglot.settings import Settings
from citeglot.types import Draft, Found

pytestmark = pytest.mark.browser

SIZES = {"light": ("", 1280), "dark phone": ("?__theme=dark", 360)}
TEXTS = page_texts()["de"]


class HeldChatbot(ScriptedChatbot):
    """Waits, where its question says so, before the first event, after the passages, or after the first draft."""

    def __init__(self):
        super().__init__(answer_by_words)
        self.go_on = threading.Event()

    def ask(self, question, history=(), filters=None):
        self._wait("halt 1" in question)
        for event in super().ask(question, history, filters):
            yield event
            self._wait("halt 2" in question and isinstance(event, Found))
            self._wait("halt 3" in question and isinstance(event, Draft))
            if "kaputt" in question and isinstance(event, Draft):
                raise ModelFailed("The model stopped while it worked.")

    def _wait(self, here):
        if here:
            self.go_on.wait(60)
            self.go_on.clear()


@pytest.fixture(scope="module")
def held():
    """One server over a chatbot that can be held at each step, and one browser."""
    chatbot = HeldChatbot()
    with served(chatbot) as url, browsing() as browser:
        yield url, browser, chatbot


@contextmanager
def looked_at(browser, url, size):
    """The page at a size, and a function to look at one of its states; at the end none may have had a problem."""
    query, width = SIZES[size]
    found = {}
    with opened(browser, url + query, "de-DE", width) as page:
        page.emulate_media(reduced_motion="reduce")
        yield page, lambda state: found.update({state: problems(page)})
    told = [f"{state}: {one}" for state, problems_of_it in found.items() for one in problems_of_it]
    assert not told, "\n".join(told)


def ready(page):
    """Wait until the box takes the next question."""
    page.wait_for_selector("button.submit-button:enabled")


@pytest.mark.parametrize("size", SIZES)
def test_while_an_answer_comes(held, size):
    """Nothing asked yet; searching; passages found; writing; stopped."""
    url, browser, chatbot = held
    with looked_at(browser, url, size) as (page, look):
        look("nothing asked")
        ask(page, "halt 1: Wer leitete die Delegation?")
        page.wait_for_selector("button.stop-button")
        look("searching")
        chatbot.go_on.set()
        page.wait_for_selector(".cg-footer")
        ready(page)
        ask(page, "halt 2: Wer leitete die Delegation?")
        wait_until(page, lambda: page.locator(".cg-footer").count() == 1 and page.locator(".cg-state").count() > 0)
        page.wait_for_selector("#cg-panel .cg-card")
        look("passages found")
        chatbot.go_on.set()
        wait_until(page, lambda: page.locator(".cg-footer").count() == 2)
        ready(page)
        ask(page, "halt 3: Wer leitete die Delegation?")
        page.wait_for_selector(".cg-draft")
        look("writing")
        page.click("button.stop-button")
        ready(page)
        chatbot.go_on.set()
        look("stopped")


@pytest.mark.parametrize("size", SIZES)
def test_when_it_is_there(held, size):
    """An answer with its cards open and closed, a doubtful one, a refusal, a quotation, a failure."""
    url, browser, _ = held
    questions = ("Wer leitete die Delegation?", "Etwas zweifelhaft?", "Gibt es den Mond?", "Was sagte Borrell?")
    with looked_at(browser, url, size) as (page, look):
        for count, question in enumerate(questions, start=1):
            ask(page, question)
            wait_until(page, lambda count=count: page.locator(".cg-footer").count() == count)
            ready(page)
            look(question)
        page.locator("#cg-panel details:not([open]) > summary").first.click()
        page.locator("a.cg-cite").first.click()
        look("a card and a sentence")
        ask(page, "kaputt?")
        page.wait_for_selector("#cg-chat .cg-problem")
        ready(page)
        ask(page, "x" * 3000)
        page.wait_for_selector("#cg-note >> text=3000")
        look("a failure")


@pytest.mark.parametrize("size", SIZES)
def test_while_models_load_and_when_something_is_missing(held, size):
    """The models are being loaded; there is no index."""
    gate = threading.Event()

    def load():
        gate.wait(60)
        raise NoIndex("There is no index in index/.")

    with served(load) as url, looked_at(held[1], url, size) as (page, look):
        page.wait_for_selector("#cg-status .cg-state")
        look("loading")
        gate.set()
        page.wait_for_selector("#cg-status .cg-problem")
        look("no index")


@pytest.mark.parametrize("size", SIZES)
def test_around_an_answer(held, built, tmp_path, size):
    """Filters open and wrong; the question edited; a reason asked for and thanked for; the articles; the packet."""
    settings = replace(Settings(), index=built, data=tmp_path / "data")
    with served(IndexedChatbot(built), settings) as url, looked_at(held[1], url, size) as (page, look):
        page.click("#cg-filters button.label-wrap")
        page.get_by_label("Hindi").check()
        page.get_by_label(TEXTS["filter_since"]).fill("gestern")
        page.get_by_label(TEXTS["filter_until"]).click()
        page.wait_for_selector("#cg-filter-note >> text=gestern")
        look("filters")
        page.click("#cg-unfiltered")
        wait_until(page, lambda: page.get_by_label(TEXTS["filter_since"]).input_value() == "")
        ask(page, "Brücken")
        page.wait_for_selector(".cg-footer")
        ready(page)
        page.get_by_role("button", name=TEXTS["edit"], exact=True).click()
        page.wait_for_selector("#cg-note .cg-state")
        look("editing")
        page.get_by_role("button", name=TEXTS["edit_not"]).click()
        page.get_by_role("button", name=TEXTS["wrong"]).click()
        page.get_by_label(TEXTS["reason"]).fill("Es waren drei.")
        look("a reason")
        page.get_by_role("button", name=TEXTS["send"]).click()
        page.wait_for_selector(f"#cg-note >> text={TEXTS['feedback_saved']}")
        look("thanks")
        with page.expect_download() as saved:
            page.get_by_role("button", name=TEXTS["save"]).click()
        saved.value.save_as(tmp_path / "packet.html")
        page.get_by_role("tab", name=TEXTS["articles_tab"]).click()
        page.wait_for_selector("#cg-listing a.cg-show")
        look("articles")
        page.locator("#cg-listing a.cg-show").first.click()
        page.wait_for_selector("#cg-article .cg-article-title")
        look("an article")
        page.goto((tmp_path / "packet.html").as_uri())
        look("the packet")
