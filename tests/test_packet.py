"""The page of a packet: everything that an answer rests on, inert, self-contained, in five languages."""

import html
import json
from dataclasses import replace
from hashlib import sha256
from html.parser import HTMLParser
from string import Formatter

import pytest
import regex
from answer_support import SENTENCES
from hypothesis import given, settings
from hypothesis import strategies as st
from index_support import document, update
from packet_support import HOSTILE, TITLES, answer_to, data_of, index_corpus, reader, write_corpus

from citeglot.index import open_index
from citeglot.packet import packet_texts, render, render_packet
from citeglot.packet_data import make_packet, parse_packet
from citeglot.page import escape
from citeglot.page_texts import page_texts
from citeglot.types import AnswerSentence

LANGUAGES = list(SENTENCES)
LETTERS = {"hi": r"\p{Devanagari}", "ja": r"[\p{Han}\p{Hiragana}\p{Katakana}]", "de": r"\p{Latin}", "no": r"\p{Latin}"}


@pytest.fixture(scope="module")
def generation(tmp_path_factory):
    folder = tmp_path_factory.mktemp("packets")
    return index_corpus(write_corpus(folder / "corpus"), folder / "index")


@pytest.fixture(scope="module")
def hostile(tmp_path_factory):
    folder = tmp_path_factory.mktemp("hostile")
    update(folder / "index", [document(f"en {HOSTILE}.txt", HOSTILE, "en")])
    return open_index(folder / "index")


class Elements(HTMLParser):
    """Every element of a page with its attributes, and the text that is seen."""

    def __init__(self, page):
        super().__init__()
        self.elements, self.seen, self.within = [], [], []
        self.feed(page)

    def handle_starttag(self, tag, attributes):
        self.elements.append((tag, dict(attributes)))
        self.within.append(tag)

    def handle_endtag(self, tag):
        while self.within and self.within.pop() != tag:
            pass

    def handle_data(self, data):
        if not {"script", "style"} & set(self.within):
            self.seen.append(data)


def seen(page):
    return "".join(Elements(page).seen)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("article", ["hi.md", "no.md"])
def test_everything_an_answer_rests_on_is_on_the_page(generation, language, article):
    """Question, answer, verdict, quote, what is around it, article, title, date, place, hash, and how it came about."""
    answer = answer_to(generation, language, article)
    page = render_packet(answer, generation, reader(language))
    text, whole = seen(page), generation.document(article).text
    citation, texts = answer.citations[0], page_texts()[language]
    for expected in (
        answer.question,
        answer.sentences[0].text,
        "[1]",
        texts["verdict_supported"],
        citation.quote,
        whole[citation.start - 20 : citation.start].split("\n")[-1],
        whole[citation.end : citation.end + 10],
        article,
        TITLES[citation.language],
        texts[f"language_{citation.language}"],
        "2024-01-10",
        str(citation.start),
        str(citation.end),
        sha256(whole.encode()).hexdigest(),
        "hash + scripted",
        reader(language).number(0.88, 2),
        packet_texts()[language]["packet"],
    ):
        assert expected in text, expected
    assert f'<html lang="{language}" dir="ltr">' in page
    assert f"<mark>{escape(citation.quote)}</mark>" in page


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_quotation_and_a_refusal_have_packets(generation, language):
    """One is labelled as verbatim, the other shows the nearest passages, each with its place and hash."""
    quotation = seen(render_packet(answer_to(generation, language, kind="quotation"), generation, reader(language)))
    texts = page_texts()[language]
    assert texts["badge_quotation"].format(language=texts[f"language_{language}"]) in quotation
    answer = answer_to(generation, language, kind="refusal", text="Das steht dort nicht.")
    refusal = seen(render_packet(answer, generation, reader(language)))
    assert texts["badge_refusal"] in refusal and texts["nearest"] in refusal and answer.text in refusal
    for hit in answer.passages:
        assert hit.chunk.text.split("\n")[0] in refusal and str(hit.chunk.end) in refusal


def test_a_refusal_without_any_passage(generation):
    """The page says so."""
    page = render_packet(answer_to(generation, "en", kind="refusal", passages=()), generation, reader("en"))
    assert page_texts()["en"]["nothing_found"] in seen(page)


@pytest.mark.parametrize("verdict", ["supported", "weak", "unsupported"])
def test_every_verdict_is_said_in_words(generation, verdict):
    """A mark alone would not be read on paper."""
    answer = answer_to(generation, "en", sentences=(AnswerSentence("Yes.", (1,), verdict),))
    assert page_texts()["en"][f"verdict_{verdict}"] in seen(render_packet(answer, generation, reader("en")))


def test_the_file_needs_nothing_and_runs_nothing(generation):
    """No script but data, no address of anything, and a policy that would forbid both."""
    page = render_packet(answer_to(generation, "de"), generation, reader("de"))
    elements = Elements(page).elements
    assert [attributes for tag, attributes in elements if tag == "script"] == [
        {"type": "application/json", "id": "citeglot-packet"}
    ]
    policy = {"http-equiv": "Content-Security-Policy", "content": "default-src 'none'; style-src 'unsafe-inline'"}
    assert ("meta", policy) in elements
    assert not {"link", "img", "iframe", "form", "base", "object"} & {tag for tag, _ in elements}
    addresses = [value for _, attributes in elements for name, value in attributes.items() if name in ("href", "src")]
    assert addresses and all(regex.fullmatch(r"#quote-\d+", one) for one in addresses)
    assert not regex.search(r"url\(|@import", page)
    assert "prefers-color-scheme: dark" in page and "@media print" in page


def test_hostile_text_stays_text(hostile):
    """In question, answer, notices, name, title, quote, model: no element is made, and the data come back whole."""
    (name,) = hostile.documents
    given_texts = {"question": HOSTILE, "text": HOSTILE, "notices": (HOSTILE,), "models": {"embedding": HOSTILE}}
    said = (AnswerSentence(HOSTILE, (1,), "weak"),)
    answer = replace(answer_to(hostile, "en", name), language=HOSTILE, sentences=said, **given_texts)
    page = render_packet(answer, hostile, reader("en"))
    tags = [tag for tag, _ in Elements(page).elements]
    assert tags.count("script") == 1 and tags.count("style") == 1 and "img" not in tags
    packet = json.loads(data_of(page))
    assert (packet["question"], packet["evidence"][0]["quote"]) == (HOSTILE, HOSTILE)
    assert packet["evidence"][0]["title"] == hostile.document(name).title
    assert "alert(1)" in html.unescape(seen(page))


@settings(max_examples=60, deadline=None)
@given(st.text(st.characters(), max_size=60), st.text(max_size=30))
def test_any_text_comes_back_from_the_data(generation, question, said):
    """Surrogates, quotes, ends of scripts and comments: the same data make the same file, with one script."""
    base = answer_to(generation, "en")
    answer = replace(base, question=question, sentences=(AnswerSentence(said, (1,), "weak"),))
    page = render(packet := make_packet(answer, generation, "ja"))
    data = data_of(page)
    assert not regex.search(r"[<>&]|[^\x20-\x7e]", data)
    assert parse_packet(data) == packet and render(parse_packet(data)) == page
    page.encode("utf-8")


def test_half_a_surrogate_pair_does_not_break_a_packet(generation):
    """Lone halves are shown as such, two halves side by side as what they make together."""
    for question in ("a\ud800b", "\ud83d\ude00?"):
        packet = make_packet(replace(answer_to(generation, "en"), question=question), generation, "en")
        page = render(packet)
        assert render(parse_packet(data_of(page))) == page
        page.encode("utf-8")


def test_five_languages_say_the_same_things():
    """Keys and placeholders are equal, nothing is empty or left in English, and no text of the page is overwritten."""
    tables = packet_texts()
    assert set(tables) == set(page_texts())
    for language, table in tables.items():
        assert list(table) == list(tables["en"]) and not table.keys() & page_texts()[language].keys()
        for key, text in table.items():
            names = [[name for _, name, _, _ in Formatter().parse(one) if name] for one in (text, tables["en"][key])]
            assert sorted(names[0]) == sorted(names[1]), key
            assert regex.search(LETTERS.get(language, r"\p{Latin}"), text), key
            assert language == "en" or text != tables["en"][key], key
