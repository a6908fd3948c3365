"""Group U of the catalogue of bad input in a real browser: stop and reload, small screens, keyboard, a new index."""

import time
from contextlib import contextmanager
from dataclasses import replace
from types import SimpleNamespace

import pytest
from browser_support import ask, browsing, opened, served, wait_until
from calibration_support import calibrate_fakes
from door_support import bot_over
from edition_support import chatbot as edition_chatbot
from edition_support import edition
from fakes import ScriptedGenerator
from index_support import five_articles, update
from page_fakes import ScriptedChatbot, cited_answer, passage
from page_http import Watched, ask_by_program
from tiny_gguf import END, START, saying, write_tiny_gguf

from citeglot.chat_template import ChatTemplate
from citeglot.llm_llamacpp import LlamaGenerator
from citeglot.page_texts import page_texts
from citeglot.settings import Settings

pytestmark = pytest.mark.browser

TEXTS = page_texts()["de"]
SENTENCES = {
    "ar": "وصل الوزير إلى الجسر (GCAP) في عام 2024، ثم سافر إلى طوكيو.",
    "hi": "प्रतिनिधिमंडल का नेतृत्व ब्रिगेडियर जनरल अलेस्सांद्रो ग्रासानो ने किया था और वे दिल्ली गए।",
    "ja": "代表団はアレッサンドロ・グラッサーノ准将が率い、２０２４年１１月に東京で会合を開いた。",
    "long": "Rindfleischetikettierungsüberwachungsaufgabenübertragungsgesetz" * 4 + " galt.",
}


def answer_in(question):
    """Answer with the sentence that the question names."""
    code = question.split()[0]
    sentence = SENTENCES.get(code, SENTENCES["long"])
    found = passage(f"{sentence} {sentence}", code if code != "long" else "de", f"{'x' * 80}.txt", sentence)
    return cited_answer(question, sentence, sentence, (found, passage(sentence, name="b.txt")), language=code[:2])


@pytest.fixture(scope="module")
def place():
    """One server over answers in several scripts, and one browser."""
    with served(ScriptedChatbot(answer_in)) as url, browsing() as browser:
        yield SimpleNamespace(url=url, browser=browser)


def answered(page, count=1):
    """Wait for the answer of that number, and until the next question is taken."""
    wait_until(page, lambda: page.locator(".cg-footer").count() == count)
    page.wait_for_selector("button.submit-button:enabled")


@contextmanager
def real_model(folder, patch):
    """A chatbot whose real model of two megabytes writes slowly, and how often it has worked."""
    calibrate_fakes(patch)
    update(folder / "index", five_articles().values())
    path = write_tiny_gguf(folder / "slow.gguf", saying(*b"abcdefghijklmnopqrstuvwxyz"))
    generator = LlamaGenerator(path, ScriptedGenerator.name, ChatTemplate(START, END), 4096)
    work, worked = generator._llama.eval, []

    def slowly(tokens):
        worked.append(len(tokens))
        time.sleep(0.06)
        work(tokens)

    patch.setattr(generator._llama, "eval", slowly)
    yield bot_over(folder / "index", generator), generator, worked


def test_stop_reload_and_closing_free_the_model(place, tmp_path, monkeypatch):
    """U02: however a person leaves, a real model stops at its next token, is free, and answers the next one."""
    with real_model(tmp_path, monkeypatch) as (chatbot, generator, worked), served(chatbot) as url:

        def leave(page, how):
            ask(page, "Wann kam der Minister?")
            page.wait_for_selector(f"#cg-chat >> text={TEXTS['writing']}")
            assert generator._lock.locked()
            how()

        def is_free():
            return not generator._lock.locked()

        with opened(place.browser, url, "de-DE") as page:
            leave(page, lambda: page.click("button.stop-button"))
            wait_until(page, is_free)
            before = len(worked)
            page.wait_for_timeout(600)
            assert len(worked) == before
            page.wait_for_selector("button.submit-button:enabled")
            leave(page, page.reload)
            wait_until(page, is_free)
            page.wait_for_selector("button.submit-button:enabled")
            leave(page, lambda: None)
        with opened(place.browser, url, "de-DE") as page:
            wait_until(page, is_free)
        monkeypatch.undo()
        with pytest.MonkeyPatch.context() as patch:
            calibrate_fakes(patch)
            assert ask_by_program(url, "Wann kam der Minister?") in ("answer", "quotation", "refusal")


@pytest.mark.parametrize("width", [320, 640])
def test_a_small_screen_and_large_scripts(place, width):
    """U09: at 320 px, and at 640 (200 % of 1280), nothing is wider than the window; Arabic runs from the right."""
    with opened(place.browser, place.url, "de-DE", width) as page:
        for count, (code, sentence) in enumerate(SENTENCES.items(), start=1):
            ask(page, f"{code} {sentence[:60]}?")
            answered(page, count)
            said, card = page.locator(".cg-said").last, page.locator("#cg-panel .cg-text").first
            wait_until(page, lambda card=card, sentence=sentence: sentence[:30] in card.inner_text())
            assert sentence[:30] in said.inner_text()
            for text in (said, card):
                assert text.evaluate("one => getComputedStyle(one).direction") == ("rtl" if code == "ar" else "ltr")
            for tab in ("articles_tab", "chat_tab"):
                assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
                page.get_by_role("tab", name=TEXTS[tab]).click()


def focused(page):
    """Return what is in focus: the name that a screen reader says, and a selector's worth of what it is."""
    return page.evaluate("""() => {
        const one = document.activeElement;
        const label = one.labels?.[0]?.innerText || one.getAttribute("aria-label") || one.getAttribute("title");
        const labelled = document.getElementById(one.getAttribute("aria-labelledby"))?.innerText;
        const name = (label || labelled || one.innerText || one.placeholder || "").trim();
        return [name, one.matches("a.cg-cite") ? "number" : one.id || one.className || one.tagName];
    }""")


def tab_to(page, wanted, most=80):
    """Go on by the keyboard until something is in focus; return the names of what was passed."""
    passed = []
    for _ in range(most):
        page.keyboard.press("Tab")
        name, what = focused(page)
        passed.append((name, what))
        if wanted in what:
            return passed
    raise AssertionError(f"no {wanted} within {most} presses of Tab: {passed}")


def test_the_keyboard_is_enough(place):
    """U09: ask, follow a number, go on to every control: each has a name, and no mouse is needed."""
    with opened(place.browser, place.url, "de-DE") as page:
        wait_until(page, lambda: page.evaluate("document.activeElement.tagName") == "TEXTAREA")
        page.keyboard.type("de Wer leitete die Delegation?")
        page.keyboard.press("Enter")
        answered(page)
        page.evaluate("document.activeElement.blur()")
        passed = tab_to(page, "number")
        page.locator(".cg-cited").first.evaluate("one => one.open = false")
        page.keyboard.press("Enter")
        page.locator("mark.cg-shown").first.wait_for(state="visible")
        passed += tab_to(page, "BODY")
        assert [what for name, what in passed if not name and what != "BODY"] == []
        assert {TEXTS["new_chat"], TEXTS["again"], TEXTS["save"], TEXTS["articles_tab"]} <= {name for name, _ in passed}


def test_the_keyboard_stops_an_answer(place):
    """U09: while it is being written, Tab leads to the stop button, and Enter stops."""
    chatbot = Watched(words=1000, pause=0.05)
    with served(chatbot) as url, opened(place.browser, url, "de-DE") as page:
        wait_until(page, lambda: page.evaluate("document.activeElement.tagName") == "TEXTAREA")
        page.keyboard.type("Wer leitete die Delegation?")
        page.keyboard.press("Enter")
        page.wait_for_selector(".cg-draft")
        tab_to(page, "stop-button")
        page.keyboard.press("Enter")
        page.wait_for_selector(f"text={TEXTS['stopped']}")
        wait_until(page, lambda: chatbot.running == 0)


def test_an_old_number_under_a_new_index(place, tmp_path, monkeypatch):
    """U10: an ingest while the page is open: the old answer keeps its sentence, the next one has the new edition."""
    calibrate_fakes(monkeypatch)
    update(tmp_path, edition(1))
    chatbot = edition_chatbot(tmp_path, ScriptedGenerator())
    settings = replace(Settings(), index=tmp_path, data=tmp_path / "data")
    with served(chatbot, settings) as url, opened(place.browser, url, "de-DE") as page:
        ask(page, "Fassung, Brücke?")
        answered(page)
        before = page.locator("#source-1-1").inner_text()
        assert " 1" in before
        update(tmp_path, edition(2))
        page.locator("a.cg-cite").first.click()
        page.wait_for_selector("mark.cg-shown")
        assert page.locator("mark.cg-shown").inner_text() == before
        ask(page, "Fassung, Brücke?")
        answered(page, 2)
        assert " 2" in page.locator("#source-2-1").inner_text()
        assert page.locator("#source-1-1").text_content() == before
        page.locator(".cg-earlier > summary").click()
        page.locator(".cg-earlier a.cg-show").first.click()
        page.wait_for_selector("#cg-article .cg-problem, #cg-article .cg-state")
        assert page.locator("#cg-article mark").count() == 0
