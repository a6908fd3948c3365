"""The articles tab: state of the index, list, text."""

from dataclasses import replace
from datetime import date

import pytest
import regex
from index_support import document, five_articles, update
from page_fakes import HOSTILE

from citeglot.corpus import Skipped
from citeglot.index import open_index
from citeglot.page import Reader, escape
from citeglot.page_articles import MOST_SHOWN, find_articles, part_of, render_article, render_index, render_list
from citeglot.page_texts import page_texts
from citeglot.types import Document, Span

GERMAN = Reader("de", page_texts()["de"])
TEXTS = page_texts()["de"]


def _generation(folder, articles, **options):
    update(folder, articles, **options)
    return open_index(folder)


def test_the_last_ingest_is_told_as_the_index_keeps_it(tmp_path):
    """Which generation, how much of what, what came and went, and what could not be read and why."""
    articles = five_articles()
    update(tmp_path, articles.values())
    del articles["no.txt"]
    articles["new.txt"] = document("new.txt", "Etwas Neues steht hier. Und mehr.", "de")
    generation = _generation(tmp_path, articles.values(), skipped=[Skipped("bad<.pdf", "It is <empty>.")])
    shown = render_index(generation, GERMAN)
    for part in ("Index 2", "Artikel: 5", "Hinzugekommen: 1", "new.txt", "Entfernt: 1", "no.txt", "Nicht gelesen: 1"):
        assert escape(part) in shown, part
    assert escape("bad<.pdf: It is <empty>.") in shown


def test_long_lists_of_changes_are_cut_and_counted(tmp_path):
    """Twenty names stand there, and how many more there are."""
    generation = _generation(tmp_path, [document(f"{n:03}.txt", f"Satz {n} steht hier.", "de") for n in range(70)])
    shown = render_index(generation, GERMAN)
    assert shown.count("<li") == 21 and "und 50 weitere" in shown


def test_the_list_tells_what_is_known_and_turns_its_pages(tmp_path):
    """Fifty articles at a time, each with language, date, length, passages and copies; links lead on and back."""
    articles = [document(f"{n:03}.txt", f"Satz {n} steht hier ganz allein.", "de") for n in range(120)]
    original = replace(articles[0], date=date(2024, 5, 1))
    generation = _generation(tmp_path, [original, *articles[1:], replace(articles[0], name="copy.txt")])
    first = render_list(generation, "", 0, GERMAN)
    assert escape("Artikel 1 bis 50 von 121") in first and first.count("<li>") == 50
    for part in ("Sprache:", "2024-05-01", "Zeichen:", "Textstellen:", "Auch in:", "copy.txt"):
        assert escape(part) in first, part
    assert "&#35;list-50" in first and "&#35;list-0" not in first
    last = render_list(generation, "", 10**8, GERMAN)
    assert escape("Artikel 101 bis 121 von 121") in last and "&#35;list-50" in last


def test_articles_are_found_by_words_of_title_or_name(built):
    """Case and width of letters do not count; all words do; nothing found is a sentence."""
    generation = open_index(built)
    assert [entry.name for entry in find_articles(generation, "MINISTER LEEDS")] == []
    assert [entry.name for entry in find_articles(generation, "ja.TXT")] == ["ja.txt"]
    assert [entry.name for entry in find_articles(generation, "मंत्री hi.txt")] == ["hi.txt"]
    assert escape(TEXTS["articles_none"]) in render_list(generation, "nirgends", 0, GERMAN)


@pytest.mark.parametrize("language", ["de", "hi", "ja", "no", "en"])
def test_the_whole_text_stands_there_with_the_sentence_marked(language):
    """The mark holds exactly the sentence; without marks and line ends the text is the article's."""
    article = five_articles()[f"{language}.txt"]
    end = article.text.index("\n")
    shown = render_article(article, Span(0, end), GERMAN)
    assert f'<mark id="article-mark" tabindex="-1">{escape(article.text[:end])}</mark>' in shown
    body = regex.search(r'<div class="cg-article"[^>]*>(.*)</div>', shown)[1]
    bare = regex.sub(r"<br>|<mark[^>]*>|</mark>", "", body)
    assert bare == "".join(escape(part) for part in regex.split(r"\s*\n\s*", article.text))


def test_of_a_very_long_article_the_part_around_the_sentence_is_shown():
    """At most 20,000 characters and a little, the sentence among them, and links that reach all of the rest."""
    text = "\n".join(f"Zeile {number} mit ein paar Wörtern." for number in range(10_000))
    article = Document("lang.txt", "Lang", "de", None, text)
    start = text.index("Zeile 5000 ")
    shown = render_article(article, Span(start, start + 20), GERMAN)
    assert "article-mark" in shown and len(shown) < 3 * MOST_SHOWN
    assert escape(TEXTS["page_after"]) in shown and escape(TEXTS["page_before"]) in shown
    place, seen = Span(0, 0), 0
    while seen < len(text):
        part = part_of(text, place)
        assert part.start <= seen < part.end
        seen, place = part.end, Span(part.end, part.end)


@pytest.mark.parametrize("place", [0, 1, 19_999, 20_001, 39_999])
def test_no_letter_is_torn_from_its_marks(place):
    """A part begins and ends between whole characters, also in a text without any line end."""
    text = "क्षि" * 10_000
    part = part_of(text, Span(place, place))
    for edge in part:
        assert edge == len(text) or regex.match(r"\p{L}", text[edge])


def test_a_mark_outside_of_the_text_does_no_harm():
    """Any numbers show the article."""
    article = five_articles()["de.txt"]
    for span in (Span(10**9, 10**9 + 1), Span(5, 3), Span(0, 10**9)):
        assert "Minister" in render_article(article, span, GERMAN)


def test_hostile_articles_are_text(tmp_path):
    """Markup in name, title and text is shown as written, in the list and in the article."""
    article = Document(HOSTILE[:60].replace("\n", " "), HOSTILE, "de", None, HOSTILE)
    generation = _generation(tmp_path, [article])
    for shown in (render_list(generation, "", 0, GERMAN), render_article(article, Span(0, 30), GERMAN)):
        assert not regex.search(r"<(img|script|form|iframe|svg|style|button)|\]\(|\$\$|\*\*", shown)
