"""The texts of the page, in five languages."""

from string import Formatter

import pytest
import regex

from citeglot.page_texts import language_name, page_texts, preferred_language

LETTERS = {"hi": r"\p{Devanagari}", "ja": r"[\p{Han}\p{Hiragana}\p{Katakana}]", "de": r"\p{Latin}", "no": r"\p{Latin}"}


def _placeholders(text):
    return sorted(name for _, name, _, _ in Formatter().parse(text) if name)


def test_five_languages_say_the_same_things():
    """Each language has the keys of English, with the same placeholders, and nothing is left empty."""
    tables = page_texts()
    assert set(tables) == {"de", "en", "hi", "ja", "no"}
    for table in tables.values():
        assert list(table) == list(tables["en"])
        for key, text in table.items():
            assert text.strip()
            assert _placeholders(text) == _placeholders(tables["en"][key]), key


@pytest.mark.parametrize("language", LETTERS)
def test_texts_are_written_in_the_script_of_their_language(language):
    """No text was left in English: Hindi and Japanese stand in their scripts, the others differ from English."""
    tables = page_texts()
    for key, text in tables[language].items():
        assert regex.search(LETTERS[language], text), key
        assert text != tables["en"][key] or len(text) < 8, key


@pytest.mark.parametrize(
    ("header", "language"),
    [
        ("de-DE,de;q=0.9,en;q=0.8", "de"),
        ("nb-NO,nb;q=0.9,no;q=0.8,en;q=0.7", "no"),
        ("nn-NO", "no"),
        ("no", "no"),
        ("ja", "ja"),
        ("hi-IN, en;q=0.5", "hi"),
        ("fr-FR, fr;q=0.9, de;q=0.5, en;q=0.3", "de"),
        ("en;q=0.2, ja;q=0.9", "ja"),
        ("de;q=0", "en"),
        ("ko", "en"),
        ("", "en"),
        (None, "en"),
        (";;q=x,,=;q=", "en"),
    ],
)
def test_the_browser_decides_the_language(header, language):
    """The page takes the best liked of its languages, and English for everything else, garbage included."""
    assert preferred_language(header) == language


def test_a_language_without_a_name_shows_its_code():
    """An article in a language the table does not name is shown with its code."""
    assert language_name("hi", page_texts()["de"]) == "Hindi"
    assert language_name("fr", page_texts()["de"]) == "fr"
