"""A packet in a real browser: it asks for nothing, runs nothing, and reads well at every width, light and dark."""

import json

import pytest
from index_support import document, update
from packet_support import HOSTILE, answer_to, index_corpus, reader, save, write_corpus
from playwright.sync_api import sync_playwright

from citeglot.index import open_index
from citeglot.packet import render_packet

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def browser():
    from browser_support import ARGUMENTS, find_browser

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_browser(playwright), args=list(ARGUMENTS))
        yield browser
        browser.close()


@pytest.mark.parametrize("scripts", [True, False])
def test_a_hostile_packet_does_nothing(browser, tmp_path, scripts):
    """No request but that of the file itself, no dialog, no error of the policy; the data are those that were saved."""
    update(tmp_path / "index", [document(f"en {HOSTILE}.txt", HOSTILE, "en")])
    generation = open_index(tmp_path / "index")
    answer = answer_to(generation, "en", *generation.documents, question=HOSTILE, text=HOSTILE, notices=(HOSTILE,))
    path = save(tmp_path, answer, generation)
    page = browser.new_context(java_script_enabled=scripts).new_page()
    requests, told = [], []
    page.on("request", lambda request: requests.append(request.url))
    page.on("dialog", lambda dialog: told.append(dialog.message))
    page.on("console", lambda message: told.append(message.text))
    page.goto(path.as_uri())
    page.click("a[href='#quote-1']")
    assert {url.split("#")[0] for url in requests} == {path.as_uri()} and told == []
    assert page.locator("script").count() == 1 and page.locator("img, form, iframe").count() == 0
    assert page.locator("h1").inner_text().startswith("</script><script>alert(1)</script>")
    packet = json.loads(page.locator("#citeglot-packet").text_content())
    assert packet["evidence"][0]["quote"] == HOSTILE
    page.close()


@pytest.mark.parametrize("language", ["de", "en", "hi", "ja", "no"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_packet_fits_a_narrow_screen(browser, tmp_path, language, scheme):
    """Nothing has to be scrolled sideways at 320 pixels, and text differs from what is behind it."""
    generation = index_corpus(write_corpus(tmp_path / "corpus"), tmp_path / "index")
    page = browser.new_context(color_scheme=scheme, viewport={"width": 320, "height": 640}).new_page()
    page.set_content(render_packet(answer_to(generation, language), generation, reader(language)))
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    ink, paper = page.evaluate(
        "[getComputedStyle(document.body).color, getComputedStyle(document.body).backgroundColor]"
    )
    dark = [sum(map(int, colour[4:-1].split(","))) < 300 for colour in (ink, paper)]
    assert dark == ([True, False] if scheme == "light" else [False, True])
    page.close()
