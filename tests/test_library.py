"""The index as the page reads it."""

import pytest
from index_support import five_articles, update

from citeglot.errors import NoIndex
from citeglot.library import Library


def test_an_index_that_comes_later_is_found(tmp_path):
    """Where there is none, that is said; once it was made it is read, without a restart."""
    library = Library(tmp_path)
    with pytest.raises(NoIndex):
        library.newest()
    update(tmp_path, five_articles().values())
    assert library.read(lambda generation: generation.languages) == ("de", "en", "hi", "ja", "no")


def test_the_newest_generation_is_read_and_older_ones_while_they_are_there(tmp_path):
    """A new ingest is seen at once; the generation of an earlier answer is found by its number."""
    library = Library(tmp_path)
    articles = five_articles()
    update(tmp_path, articles.values())
    assert library.newest().number == 1
    del articles["hi.txt"]
    update(tmp_path, articles.values())
    assert library.newest().number == 2
    assert "hi.txt" in library.generation(1).documents
    assert library.generation(2) is library.newest() and library.generation(99) is library.newest()
