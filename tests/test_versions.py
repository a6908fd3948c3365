"""Versions of one article are known by what they share, in every language."""

from datetime import date

import pytest
from document_support import SAMPLES

from citeglot.types import Document
from citeglot.versions import is_version_of, newest


@pytest.mark.parametrize("language", SAMPLES)
def test_an_edited_article_is_a_version(language):
    """A sentence more, or other white space, and it is the same article; another article is not."""
    text = SAMPLES[language]
    assert is_version_of(text, f"{text} 2024.")
    assert is_version_of(text, text.replace(" ", "\n\n"))
    assert not any(is_version_of(text, SAMPLES[other]) for other in SAMPLES if other != language)


def test_short_texts_are_compared_whole():
    """A word is a version of itself alone."""
    assert is_version_of("abc", "abc")
    assert not is_version_of("abc", "abd")


def test_the_newest_has_the_later_date():
    """A date is later than none; the second one counts where the dates are the same."""
    one, two = Document("a", "", "de", date(2024, 1, 2), "x"), Document("b", "", "de", date(2024, 1, 1), "x")
    none, also = Document("c", "", "de", None, "x"), Document("d", "", "de", None, "x")
    assert newest(one, two) is newest(two, one) is one
    assert newest(none, two) is newest(two, none) is two
    assert newest(none, also) is also
