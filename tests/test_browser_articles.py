"""Filters and the articles tab in a real browser, over a real index and the fake embedder."""

from dataclasses import replace

import pytest
from browser_support import ask, browsing, opened, served, wait_until
from index_support import document, five_articles, update
from page_fakes import IndexedChatbot

from citeglot.page_texts import page_texts
from citeglot.settings import Settings

pytestmark = pytest.mark.browser

TEXTS = page_texts()["de"]
IN_VIEW = """() => {
    const place = document.querySelector("#article-mark")?.getBoundingClientRect();
    return !!place && place.height > 0 && place.top >= 0 && place.bottom <= innerHeight;
}"""
LONG = "\n\n".join(f"Absatz {number} handelt von Brücke {number * 7919}." for number in range(3000))


@pytest.fixture(scope="module")
def browser():
    """One browser for all tests of this file."""
    with browsing() as browser:
        yield browser


@pytest.fixture
def folder(tmp_path):
    """An index of five articles, one of them under two names, and a very long one."""
    articles = five_articles()
    articles["copy.txt"] = replace(articles["en.txt"], name="copy.txt")
    articles["lang.txt"] = document("lang.txt", LONG, "de")
    update(tmp_path / "index", articles.values())
    return tmp_path / "index"


@pytest.fixture
def site(folder, browser, tmp_path):
    """A page over that index, as a German sees it, its chatbot and its index."""
    chatbot = IndexedChatbot(folder)
    settings = replace(Settings(), index=folder, data=tmp_path / "data")
    with served(chatbot, settings) as url, opened(browser, url, "de-DE") as page:
        page.chatbot, page.home = chatbot, url
        yield page


def _open_articles(page):
    page.get_by_role("tab", name=TEXTS["articles_tab"]).click()
    page.wait_for_selector("#cg-listing .cg-list")


def test_filters_narrow_the_answer_and_are_seen(site):
    """The languages of the index are offered by name; what is chosen narrows the search and stands on the fold."""
    site.click("#cg-filters button.label-wrap")
    site.get_by_label("Hindi").check()
    site.wait_for_selector("#cg-filters >> text=Filter: Hindi")
    ask(site, "Brücken")
    site.wait_for_selector(".cg-footer")
    assert site.chatbot.filters[-1].languages == ("hi",)
    languages = set(site.locator("#cg-panel .cg-language").all_text_contents())
    assert languages == {"Hindi"}
    ask(site, "Und Straßen?")
    wait_until(site, lambda: site.locator(".cg-footer").count() == 2)
    assert site.chatbot.filters[-1].languages == ("hi",)
    site.click("#cg-unfiltered")
    wait_until(site, lambda: site.locator("#cg-filters button.label-wrap").inner_text().startswith("Filter\n"))
    assert not site.get_by_label("Hindi").is_checked()


def test_a_wrong_date_is_met_with_a_sentence(site):
    """The sentence is in the reader's language, beside the box at once; nothing is asked with it."""
    site.click("#cg-filters button.label-wrap")
    site.get_by_label(TEXTS["filter_since"]).fill("vorgestern")
    site.get_by_label(TEXTS["filter_until"]).click()
    site.wait_for_selector("#cg-filter-note >> text=vorgestern")
    ask(site, "Brücken")
    site.wait_for_selector("#cg-note >> text=vorgestern")
    assert site.locator("#cg-box textarea").input_value() == "Brücken" and not site.chatbot.filters
    site.get_by_label(TEXTS["filter_since"]).fill("1. Februar 2025")
    site.click("#cg-box button.submit-button")
    site.wait_for_selector(".cg-footer")
    assert site.chatbot.filters[-1].since.isoformat() == "2025-02-01"


def test_an_article_is_chosen_by_its_title(site):
    """The list of the box offers titles; a title and a part of a name are understood."""
    site.click("#cg-filters button.label-wrap")
    site.get_by_label(TEXTS["filter_article"]).fill("hi.t")
    site.keyboard.press("Tab")
    site.wait_for_selector("#cg-filters >> text=Filter: hi.t")
    ask(site, "Brücken")
    site.wait_for_selector(".cg-footer")
    assert set(site.locator("#cg-panel .cg-document").all_text_contents()) == {"hi.txt"}


def test_the_articles_can_be_read_and_found(site):
    """The tab lists the articles with what is known of them, and shows the whole text of one."""
    _open_articles(site)
    listed = site.locator("#cg-listing").inner_text()
    for words in ("hi.txt", "Japanisch", "2024-01-10", TEXTS["also_in"], "copy.txt"):
        assert words in listed
    site.locator(".cg-ingest summary").click()
    assert TEXTS["ingest_added"].format(count=7) in site.locator("#cg-index").inner_text()
    site.get_by_label(TEXTS["find"]).fill("ja.txt")
    wait_until(site, lambda: site.locator("#cg-listing li").count() == 1)
    site.locator("#cg-listing a.cg-show").first.click()
    site.wait_for_selector("#cg-article .cg-article")
    assert "その後、東京へ行った。" in site.locator("#cg-article").inner_text()


def test_a_card_leads_to_its_sentence_in_a_very_long_article(site):
    """The part around the cited sentence is shown, the sentence marked and in view, and the rest can be reached."""
    ask(site, "Absatz 1500 handelt von Brücke 11878500.")
    site.wait_for_selector(".cg-footer")
    cited = site.locator("#cg-panel mark").first.inner_text()
    site.locator(".cg-cited .cg-show").first.click()
    site.wait_for_selector("#article-mark")
    wait_until(site, lambda: site.evaluate(IN_VIEW))
    assert site.locator("#article-mark").inner_text() == cited
    assert len(site.locator("#cg-article").inner_text()) < 40_000
    site.locator("#cg-article").get_by_text(TEXTS["page_after"]).click()
    wait_until(site, lambda: site.locator("#article-mark").count() == 0)


def test_an_article_that_is_gone_says_so(site, folder):
    """The index is replaced under an open page: what was cited is looked for, and its absence is told."""
    ask(site, "Ministeren kom i januar")
    site.wait_for_selector(".cg-footer")
    articles = five_articles()
    del articles["no.txt"]
    articles["fr.txt"] = document("fr.txt", "Le ministre est arrivé en janvier. Il parle.", "fr")
    update(folder, articles.values(), consent=True)
    site.locator(".cg-cited .cg-show").first.click()
    site.wait_for_selector("#cg-article .cg-problem")
    assert "no.txt" in site.locator("#cg-article").inner_text()
    _open_articles(site)
    wait_until(site, lambda: "fr.txt" in site.locator("#cg-listing").inner_text())
    site.get_by_role("tab", name=TEXTS["chat_tab"]).click()
    site.click("#cg-filters button.label-wrap")
    site.get_by_label("fr", exact=True).wait_for()
    assert site.get_by_label("Norwegisch").count() == 0


def test_the_best_sentence_and_the_copies_stand_on_the_cards(site):
    """A passage that is not cited has its best sentence marked lightly; an article with copies names them."""
    ask(site, "She spoke about bridges")
    site.wait_for_selector(".cg-footer")
    assert site.locator("#cg-panel .cg-rest .cg-best").count() > 0
    assert site.locator(".cg-cited .cg-best").count() == 0
    assert TEXTS["also_in"] in site.locator(".cg-cited").first.inner_text()
