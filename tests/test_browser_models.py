"""The page in a real browser over the real index and models."""

from dataclasses import replace

import pytest
from browser_support import ask, browsing, opened, served

from citeglot.loading import load
from citeglot.settings import load_settings

pytestmark = [pytest.mark.browser, pytest.mark.models]


@pytest.fixture(scope="module")
def site(five_articles_index):
    """One server over the index of the five articles, and one browser; the models are loaded once."""
    settings = replace(load_settings(), index=five_articles_index)
    with served(lambda: load(settings), settings) as url, browsing() as browser:
        yield url, browser


def test_the_italian_delegation(site):
    """With the real index and models: who led it, in German, cited from the Italian article, the name marked."""
    url, browser = site
    with opened(browser, url, "de-DE") as page:
        ask(page, "Wer leitete die italienische Delegation?")
        page.wait_for_selector(".cg-footer", timeout=300_000)
        assert "Alessandro Grassano" in page.locator(".cg-said").inner_text()
        card = page.locator(".cg-card.cg-cited").first
        assert "001_e5d52137aeddb82a.txt" in card.inner_text()
        page.locator("a.cg-cite").first.click()
        mark = page.locator("mark", has_text="Alessandro Grassano").first
        mark.wait_for(state="visible")
        assert [address for address in page.requests if not address.startswith((url, "data:", "blob:"))] == []


@pytest.mark.parametrize(
    ("locale", "question"),
    [
        ("en-GB", "What is the recipe for pancakes?"),
        ("ja-JP", "月に水はありますか？"),
    ],
)
def test_what_the_articles_never_mention_is_refused(site, locale, question):
    """With the real index and models: no answer is made up, and the nearest passages are shown."""
    url, browser = site
    with opened(browser, url, locale) as page:
        ask(page, question)
        page.wait_for_selector(".cg-footer", timeout=300_000)
        assert page.locator(".cg-refusal").count() == 1
        page.locator("#cg-panel .cg-card").first.wait_for()
