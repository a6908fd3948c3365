"""Filters as a person types them."""

from datetime import date

import pytest
from index_support import five_articles, update

from citeglot.documents import fulfils
from citeglot.errors import WrongUse
from citeglot.index import open_index
from citeglot.page import Reader
from citeglot.page_filters import NOTHING, Narrowing, describe, filters_of, language_choices, read_narrowing
from citeglot.page_texts import page_texts
from citeglot.types import Filters

READERS = {language: Reader(language, texts) for language, texts in page_texts().items()}
GERMAN = READERS["de"]


@pytest.fixture(scope="module")
def generation(tmp_path_factory):
    """An index of the five articles."""
    folder = tmp_path_factory.mktemp("index")
    update(folder, five_articles().values())
    return open_index(folder)


@pytest.mark.parametrize(
    ("language", "typed", "day"),
    [
        ("en", "2024-01-31", date(2024, 1, 31)),
        ("de", "31.1.2024", date(2024, 1, 31)),
        ("de", "3. Februar 2024", date(2024, 2, 3)),
        ("no", "31.01.2024", date(2024, 1, 31)),
        ("ja", "2024年1月31日", date(2024, 1, 31)),
        ("ja", "２０２４-０１-３１", date(2024, 1, 31)),
        ("hi", "31 जनवरी 2024", date(2024, 1, 31)),
    ],
)
def test_a_date_is_read_as_the_reader_writes_it(generation, language, typed, day):
    """The form of the contract, and the forms of the reader's language."""
    assert filters_of(Narrowing(since=typed), generation, READERS[language]).since == day


@pytest.mark.parametrize("language", READERS)
@pytest.mark.parametrize(
    "typed", ["gestern", "2024-13-01", "31.02.2024", "2024", "2024-01-01 bis 2024-02-01", "x" * 300]
)
def test_a_wrong_date_is_told_in_the_readers_language(generation, language, typed):
    """The sentence names what was typed."""
    texts = page_texts()[language]
    with pytest.raises(WrongUse) as told:
        filters_of(Narrowing(until=typed), generation, READERS[language])
    assert str(told.value) == texts["filter_date_wrong"].format(typed=typed)


def test_a_period_that_ends_before_it_begins_is_told(generation):
    """Both dates stand in the sentence; a single day is a period."""
    with pytest.raises(WrongUse, match=r"2024-01-01.*2024-02-01"):
        filters_of(Narrowing(since="2024-02-01", until="2024-01-01"), generation, GERMAN)
    filters_of(Narrowing(since="2024-02-01", until="2024-02-01"), generation, GERMAN)


@pytest.mark.parametrize(
    ("typed", "names"),
    [
        ("hi.txt", {"hi.txt"}),
        ("*.txt", {"de.txt", "en.txt", "hi.txt", "ja.txt", "no.txt"}),
        ("[dh]*", {"de.txt", "hi.txt"}),
        ("大臣は１月に到着した。橋について話した。", {"ja.txt"}),
        ("o.t", {"no.txt"}),
    ],
)
def test_an_article_is_meant_by_name_title_part_or_pattern(generation, typed, names):
    """What is typed becomes the pattern that lets exactly the articles through that are meant."""
    filters = filters_of(Narrowing(article=typed), generation, GERMAN)
    assert {name for name, entry in generation.documents.items() if fulfils(entry, filters)} == names


def test_an_article_that_is_not_there_is_told(generation):
    """Nothing is searched with a filter that lets nothing through; without an index it is taken as it stands."""
    for typed in ("nirgends", "z*", "["):
        with pytest.raises(WrongUse, match="Kein Artikel"):
            filters_of(Narrowing(article=typed), generation, GERMAN)
    assert filters_of(Narrowing(article="z*"), None, GERMAN) == Filters(document="z*")


def test_a_name_with_wildcards_in_it_means_itself(tmp_path):
    """An article called "[1].txt" is found by its name."""
    articles = five_articles()
    from dataclasses import replace

    update(tmp_path, [replace(articles["de.txt"], name="[1].txt"), replace(articles["en.txt"], name="1.txt")])
    generation = open_index(tmp_path)
    filters = filters_of(Narrowing(article="[1].txt"), generation, GERMAN)
    assert [name for name, entry in generation.documents.items() if fulfils(entry, filters)] == ["[1].txt"]


def test_whatever_comes_from_the_boxes_is_read():
    """Forged values count as empty, codes are texts, and nothing is longer than it can be meant."""
    assert read_narrowing(None, None, None, None) == NOTHING
    assert read_narrowing({"a": 1}, 7, ["x"], {}) == NOTHING
    assert read_narrowing(["de", 7, "de", "x" * 99], "a\u202e.txt ", " 2024 ", "x" * 999) == Narrowing(
        ("de",), "a.txt", "2024", "x" * 300
    )


@pytest.mark.parametrize("language", READERS)
def test_the_fold_is_named_after_what_is_chosen(generation, language):
    """Languages by their names, the article by its title, the dates; the bare name where nothing is chosen."""
    reader = READERS[language]
    assert describe(NOTHING, generation, reader) == reader.texts["filters"]
    named = describe(Narrowing(("hi",), "en.txt", "2024-01-01", ""), generation, reader)
    for part in (reader.texts["language_hi"], "The minister arrived", "2024-01-01"):
        assert part in named


def test_languages_are_offered_by_their_names(generation):
    """Each language of the index, named for the reader and ordered by the name."""
    assert language_choices(generation, GERMAN)[0] == ("Deutsch", "de")
    assert {code for _, code in language_choices(generation, READERS["ja"])} == {"de", "en", "hi", "ja", "no"}
    assert language_choices(None, GERMAN) == []
