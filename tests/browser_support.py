"""What the tests of the page share: a server on loopback, a real browser.

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
from http.client import HTTPConnection
from pathlib import Path
from types import SimpleNamespace
from urllib.parse import urlsplit

from playwright.sync_api import Browser, Page, Playwright, sync_playwright

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


def wait_until(page: Page, holds: Callable[[], bool], seconds: float = 30.0) -> None:
    """Wait until something holds, also outside the page; after some seconds, an `AssertionError`."""
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline, f"this did not come to hold within {seconds:g} seconds"
        page.wait_for_timeout(50)


def save_picture(page: Page, path: str | Path) -> None:
    """Save what the page shows as a PNG file."""
    page.screenshot(path=str(path), animations="disabled")


@contextmanager
def served(chatbot: object, settings: object = None) -> Iterator[str]:
    """Serve the page over `chatbot` (or a function that loads one, or a loader) on a free port of loopback."""
    import app
    from citeglot.loading import ChatbotLoader
    from citeglot.page_server import serve
    from citeglot.settings import Settings

    loader = chatbot
    if not isinstance(chatbot, ChatbotLoader):
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


def get(url, path="/", **headers):
    """Return response and body of a plain request, with a Host header of choice."""
    place = urlsplit(url)
    connection = HTTPConnection(place.hostname, place.port, timeout=10)
    connection.putrequest("GET", path, skip_host=True)
    for name, value in ({"Host": place.netloc} | headers).items():
        connection.putheader(name, value)
    connection.endheaders()
    response = connection.getresponse()
    body = response.read()
    connection.close()
    return response, body


@contextmanager
def scripted_site():
    """One server over a scripted chatbot and one browser."""
    from page_fakes import ScriptedChatbot, answer_by_words

    chatbot = ScriptedChatbot(answer_by_words)
    with served(chatbot) as url, browsing() as browser:
        yield SimpleNamespace(url=url, browser=browser, chatbot=chatbot)


@contextmanager
def german_page(site):
    """The page as a German sees it; every request stays on this machine."""
    with opened(site.browser, site.url, "de-DE") as page:
        yield page
        assert [url for url in page.requests if not url.startswith((site.url, "data:", "blob:"))] == []
        assert page.dialogs == []


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
