"""What the tests of the page share: a chatbot that follows a script, a server on loopback, a real browser.

`python tests/browser_support.py FILE.png [QUESTION] [--width 360] [--locale hi-IN]` saves a picture of the real page.
"""

import argparse
import os
import shutil
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from types import SimpleNamespace

from playwright.sync_api import Browser, Page, Playwright, sync_playwright

from citeglot.types import Answer, AnswerSentence, Chunk, Citation, Draft, Found, Hit, Reading, Timings

ARGUMENTS = (
    "--no-sandbox",
    "--disable-background-networking",
    "--disable-component-update",
    "--no-first-run",
    "--disable-sync",
    "--disable-quic",
)
COMMANDS = (
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "chrome",
    "msedge",
    "microsoft-edge",
)
PLACES = (
    "/usr/bin/chromium",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge",
    r"C:\Program Files\Google\Chrome\Application\chrome.exe",
    r"C:\Program Files (x86)\Google\Chrome\Application\chrome.exe",
    r"C:\Program Files (x86)\Microsoft\Edge\Application\msedge.exe",
    r"C:\Program Files\Microsoft\Edge\Application\msedge.exe",
)
NO_BROWSER = (
    "The browser tests found no Chromium. Install one of: Chromium, Google Chrome or Microsoft Edge "
    "(Debian: apt-get install chromium), or Playwright's own (python -m playwright install chromium), "
    "or name one: CITEGLOT_BROWSER=/path/to/chromium"
)

ITALIAN = "Die Delegationen wurden auf italienischer Seite von Brigadegeneral Alessandro Grassano geleitet."
HINDI = "बोरेल ने कहा, “यह एक ऐतिहासिक कदम है।”"


def find_browser(playwright: Playwright) -> str:
    """Return the path of a Chromium; a `RuntimeError` says what to install where there is none."""
    named = os.environ.get("CITEGLOT_BROWSER")
    if named and not Path(named).is_file():
        raise RuntimeError(f"CITEGLOT_BROWSER names {named}, which is not a file. {NO_BROWSER}")
    on_path = [shutil.which(command) for command in COMMANDS]
    for place in (named, *on_path, *PLACES, playwright.chromium.executable_path):
        if place and Path(place).is_file():
            return place
    raise RuntimeError(NO_BROWSER)


@contextmanager
def browsing() -> Iterator[Browser]:
    """Give a headless Chromium."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_browser(playwright), args=list(ARGUMENTS))
        try:
            yield browser
        finally:
            browser.close()


@contextmanager
def opened(browser: Browser, url: str, locale: str = "en-US", width: int = 1280) -> Iterator[Page]:
    """Give the page as a person of that language sees it; `page.requests` holds the address of each request."""
    context = browser.new_context(locale=locale, viewport={"width": width, "height": 860})
    page = context.new_page()
    page.requests, page.dialogs = [], []
    context.on("request", lambda request: page.requests.append(request.url))
    page.on("dialog", lambda dialog: (page.dialogs.append(dialog.message), dialog.dismiss()))
    try:
        page.goto(url)
        page.wait_for_selector(".cg-welcome")
        page.wait_for_selector("button.submit-button:enabled")
        yield page
    finally:
        context.close()


def ask(page: Page, question: str) -> None:
    """Type a question and send it."""
    page.fill("#cg-box textarea", question)
    page.keyboard.press("Enter")


def save_picture(page: Page, path: str | Path) -> None:
    """Save what the page shows as a PNG file."""
    page.screenshot(path=str(path), animations="disabled")


def passage(text: str, language: str = "de", name: str = "a.txt", title: str = "Ein Titel", start: int = 0) -> Hit:
    """Return a found passage that is one sentence."""
    return Hit(Chunk(name, title, language, None, start, start + len(text), text, ()), 0.1234, 0.8765)


def cited_answer(
    question: str, text: str, sentence: str, passages: tuple[Hit, ...], verdict: str = "supported", **changes: object
) -> Answer:
    """Return an answer of one sentence that cites `sentence` of the first passage."""
    chunk = passages[0].chunk
    start = chunk.start + chunk.text.index(sentence)
    citation = Citation(1, chunk.document, chunk.title, chunk.language, start, start + len(sentence), sentence)
    fields = {
        "question": question,
        "language": "de",
        "kind": "answer",
        "text": f"{text} [1]",
        "sentences": (AnswerSentence(text, (1,), verdict),),
        "citations": (citation,),
        "passages": passages,
        "confidence": 0.9,
        "timings": Timings(12.0, 900.0, 2345.0),
        "models": {"embedding": "hash", "language": "scripted"},
        "generation": 3,
    }
    return Answer(**(fields | changes))


def refused_answer(question: str, passages: tuple[Hit, ...]) -> Answer:
    """Return a refusal in German."""
    text = "Die Artikel beantworten diese Frage nicht."
    timings = Timings(12.0, None, 800.0)
    models = {"embedding": "hash", "language": "scripted"}
    return Answer(question, "de", "refusal", text, (), (), passages, 0.1, timings, models, 3)


class ScriptedChatbot:
    """Answers by a function from question to `Answer`, with the events of a real one; counts what was closed."""

    notice = ""
    generation = SimpleNamespace(number=3)

    def __init__(self, answer: Callable[[str], Answer], words: int = 4, pause: float = 0.0) -> None:
        self.answer = answer
        self.words = words
        self.pause = pause
        self.asked: list[tuple[str, tuple]] = []
        self.closed = 0

    def ask(self, question, history=(), filters=None):
        self.asked.append((question, tuple(history)))
        answer = self.answer(question)
        try:
            yield Found(question, answer.language, answer.passages)
            yield Reading(1, len(answer.passages))
            for count in range(1, self.words):
                time.sleep(self.pause)
                yield Draft(" ".join(answer.text.split()[:count]) or "…")
            yield answer
        except GeneratorExit:
            self.closed += 1
            raise

    def search(self, question, k=10, filters=None):
        hits = [hit.to_json() for hit in self.answer(question).passages[:k]]
        result = {"question": question, "language": "de", "hits": hits, "timings": {"total_ms": 1.5}}
        return SimpleNamespace(to_json=lambda: result)


@contextmanager
def served(chatbot: object, settings: object = None) -> Iterator[str]:
    """Serve the page over `chatbot` (or a function that loads one) on a free port of loopback."""
    import app
    from citeglot.loading import ChatbotLoader
    from citeglot.page_server import serve
    from citeglot.settings import Settings

    loader = ChatbotLoader(chatbot if callable(chatbot) else lambda: chatbot)
    loader.start()
    blocks = app.build_page(loader, settings or Settings())
    try:
        yield serve(partial(blocks.launch, theme=app.THEME), "127.0.0.1", free_port())
    finally:
        blocks.close(verbose=False)


def free_port() -> int:
    """Return a port of loopback that nothing listens on."""
    import socket

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def main(arguments: list[str]) -> None:
    """Save a picture of the real page after the answer to a question."""
    from citeglot.loading import load
    from citeglot.settings import load_settings

    parser = argparse.ArgumentParser(description="Save a picture of the chat page after an answer.")
    parser.add_argument("file")
    parser.add_argument("question", nargs="?", default="Wer leitete die italienische Delegation?")
    parser.add_argument("--width", type=int, default=1280)
    parser.add_argument("--locale", default="de-DE")
    options = parser.parse_args(arguments)
    settings = load_settings()
    with (
        served(lambda: load(settings), settings) as url,
        browsing() as browser,
        opened(browser, url, options.locale, options.width) as page,
    ):
        ask(page, options.question)
        page.wait_for_selector(".cg-footer", timeout=300_000)
        page.wait_for_timeout(500)
        save_picture(page, options.file)


if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
    main(sys.argv[1:])
