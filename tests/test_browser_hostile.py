"""A corpus, questions and a model that are all hostile, in a real browser: nothing runs, and nothing is fetched."""

from contextlib import contextmanager
from dataclasses import replace

import pytest
from browser_support import ask, browsing, opened, served, wait_until
from calibration_support import calibrate_fakes
from door_support import bot_over
from hostile_support import EVIL, PAYLOADS, WITNESSES, Echo, acted, ingest_hostile

from citeglot.page_texts import page_texts
from citeglot.settings import Settings

pytestmark = pytest.mark.browser

MARKUP = [one for one in PAYLOADS if one.startswith("<") and "http-equiv" not in one]  # that one leaves the page
TEXTS = page_texts()["en"]
CHAT = "#cg-chat .message, #cg-panel"
ARTICLES = "#cg-index, #cg-listing, #cg-article"


@pytest.fixture(scope="module")
def hostile(tmp_path_factory):
    """The page over a hostile corpus and a model that repeats it, and a browser."""
    with pytest.MonkeyPatch.context() as patch:
        calibrate_fakes(patch)
        folder = tmp_path_factory.mktemp("hostile")
        index = ingest_hostile(folder)
        settings = replace(Settings(), index=index, data=folder / "data")
        with served(bot_over(index, Echo()), settings) as url, browsing() as browser:
            yield url, browser


@contextmanager
def watched(hostile):
    """The page in a browser that lets nothing out, and keeps what would go out, pop up or be downloaded."""
    url, browser = hostile
    with opened(browser, url, "en-GB") as page:
        page.strays = []
        page.context.on("page", lambda one: page.strays.append(f"a window: {one.url}"))
        page.on("download", lambda one: page.strays.append(f"a download: {one.url}"))
        page.on("framenavigated", lambda one: page.strays.append(f"went to {one.url}"))
        page.context.route(lambda address: address.startswith(EVIL), lambda route: route.abort())
        yield page


def answered(page, count):
    """Wait for the answer of that number, and for its evidence."""
    wait_until(page, lambda: page.locator(".cg-footer").count() == count)
    page.wait_for_selector("button.submit-button:enabled")


def test_nothing_of_a_hostile_corpus_acts(hostile):
    """Title, body, outlet, address and file name in the cards, what the model repeats of them in the answer."""
    with watched(hostile) as page:
        said, shown = "", ""
        for witness in WITNESSES[:13:3]:
            if said:
                page.get_by_role("button", name=TEXTS["new_chat"]).click()
                page.wait_for_selector(".cg-welcome")
            ask(page, f"What says the {witness}, the {witness}?")
            answered(page, 1)
            assert acted(page, CHAT) == []
            said += page.locator(".cg-said").last.inner_text()
            shown += page.locator("#cg-panel").text_content()
        assert "window.ran" in said  # as letters, where the model repeats it
        for sign in ("<script>window.ran", "[p](", "<form", "<style>", "onerror=", EVIL):
            assert sign in shown, sign
        for fold in page.locator("#cg-panel details:not([open]) > summary").all():
            if fold.is_visible():
                fold.click()
        page.locator("a.cg-cite").last.click()
        page.wait_for_timeout(300)
        assert acted(page, CHAT) == []


def test_the_look_sees_what_acts(hostile):
    """Were a payload put into the page as it is, this would be seen: that nothing is found means something."""
    put = "one => document.querySelector('#cg-panel').append(document.createRange().createContextualFragment(one))"
    with watched(hostile) as page:
        for markup in MARKUP:
            page.evaluate(put, markup)
            page.wait_for_timeout(50)
            assert acted(page, CHAT), markup
            page.evaluate("() => { document.querySelector('#cg-panel').replaceChildren(); delete window.ran; }")
            for seen in (page.requests, page.dialogs, page.strays):
                seen.clear()


def test_nothing_of_a_hostile_question_acts(hostile):
    """What a person pastes into the box stays what it is, in the chat, in the folds of earlier ones and after retry."""
    with watched(hostile) as page:
        for count, start in enumerate(range(0, len(PAYLOADS), 7), start=1):
            question = " ".join(PAYLOADS[start : start + 7])[:1900]
            ask(page, question)
            answered(page, count)
            assert acted(page, CHAT) == []
            assert "window.ran" in page.locator("#cg-chat .user").last.inner_text()
        page.reload()
        answered(page, count)
        page.strays.clear()
        assert "window.ran" in page.locator("#cg-chat .user").last.inner_text()
        assert acted(page, CHAT) == []


def test_nothing_in_the_articles_tab_acts(hostile):
    """The list, the search in it, what the ingest did, and every third article as a whole."""
    with watched(hostile) as page:
        page.get_by_role("tab", name=TEXTS["articles_tab"]).click()
        page.wait_for_selector("#cg-listing a.cg-show")
        assert acted(page, ARTICLES) == []
        page.locator("#cg-index summary").click()
        for witness in WITNESSES[::3]:
            page.locator("#cg-listing a.cg-show", has_text=f"The {witness}").click()
            page.wait_for_selector(f"#cg-article .cg-article-title >> text=The {witness}")
            assert "window.ran" in page.locator("#cg-article").inner_text() + EVIL
            assert acted(page, ARTICLES) == []
        page.get_by_label(TEXTS["find"]).fill(PAYLOADS[1])
        wait_until(page, lambda: page.locator("#cg-listing tbody tr").count() <= 1)
        assert acted(page, ARTICLES) == []


def test_nothing_in_the_filters_acts(hostile):
    """The titles that the box of articles offers, the one that is chosen, and what was typed instead."""
    with watched(hostile) as page:
        page.click("#cg-filters button.label-wrap")
        box = page.locator("#cg-article-filter input")
        box.click()
        page.wait_for_selector("#cg-article-filter [role=option], [role=listbox] [role=option]")
        assert acted(page, CHAT) == []
        page.locator("[role=option]").first.click()
        wait_until(page, lambda: "script" in page.locator("#cg-filters").inner_text())
        assert acted(page, CHAT) == []
        box.fill(PAYLOADS[1])
        box.press("Tab")
        ask(page, "What says the beaver, the beaver?")
        page.wait_for_selector("button.submit-button:enabled")
        page.wait_for_timeout(300)
        assert acted(page, CHAT) == []


def test_nothing_in_a_packet_acts(hostile, tmp_path):
    """The file that the page saves, opened from the disk: no request but its own, nothing runs, no link leads out."""
    with watched(hostile) as page:
        ask(page, f"What says the beaver, the beaver? {PAYLOADS[1]} {PAYLOADS[9]}")
        answered(page, 1)
        with page.expect_download() as saved:
            page.get_by_role("button", name=TEXTS["save"]).click()
        saved.value.save_as(tmp_path / "packet.html")
        address = (tmp_path / "packet.html").as_uri()
        page.requests.clear()
        page.strays.clear()
        page.goto(address)
        assert "window.ran" in page.locator("body").inner_text()
        page.strays.remove(f"went to {address}")
        assert [one for one in acted(page, "body") if "citeglot-packet" not in one and "<style>" not in one] == []
