"""Chunks counted by the real tokenizer tile the document and feel an edit only near it."""

import pytest
from chunking_support import SENTENCE, TEXT, document, edits
from hypothesis import given, settings
from hypothesis import strategies as st

from citeglot.chunking import split_document
from citeglot.language import detect_language
from citeglot.settings import ROOT, load_settings


@pytest.fixture(scope="module")
def count_tokens():
    """The real tokenizer of the embedding model."""
    from citeglot.token_counter import load_token_counter

    chosen = load_settings()
    return load_token_counter(chosen.models / chosen.embedding_model)


@pytest.mark.models
@given(text=TEXT, limit=st.integers(4, 30))
@settings(max_examples=200, deadline=None)
def test_chunks_tile_the_text_with_the_real_tokenizer(count_tokens, text, limit):
    """Joined chunks are the text, whatever the tokenizer does with white space and rare characters."""
    chunks = split_document(document(text), count_tokens, limit)
    assert "".join(chunk.text for chunk in chunks) == (text if text.strip() else "")


@pytest.mark.models
@given(st.lists(st.lists(SENTENCE, min_size=1, max_size=3), min_size=1, max_size=8), SENTENCE, st.randoms())
@settings(deadline=None)
def test_an_insertion_is_local_with_the_real_tokenizer(count_tokens, paragraphs, sentence, chance):
    """An inserted sentence changes at most two chunks, counted in tokens of the embedding model."""
    old = split_document(document("\n".join(map(" ".join, paragraphs))), count_tokens, 120)
    chosen = chance.choice(paragraphs)
    chosen.insert(chance.randint(0, len(chosen)), sentence)
    gone, come = edits(old, split_document(document("\n".join(map(" ".join, paragraphs))), count_tokens, 120))
    assert gone <= 1
    assert come <= 2


@pytest.mark.models
def test_the_five_articles_fit_the_model(count_tokens):
    """Chunks of the articles have about 200 tokens at most, far from the 512 the model reads."""
    for path in (ROOT / "corpus").glob("*.txt"):
        text = path.read_text("utf-8")
        for chunk in split_document(document(text, detect_language(text)), count_tokens, 200):
            assert count_tokens(chunk.text) <= 210


@pytest.mark.models
def test_an_insertion_in_an_article_is_local(count_tokens):
    """A sentence put before any sentence of the five articles changes one chunk into at most two."""
    added = {
        "de": "Das wurde gestern mitgeteilt.",
        "hi": "यह कल बताया गया।",
        "no": "Det ble meldt i går.",
        "en": "It was so.",
    }
    for path in (ROOT / "corpus").glob("*.txt"):
        text = path.read_text("utf-8")
        language = detect_language(text)
        old = split_document(document(text, language), count_tokens, 200)
        for place in sorted({span.start for chunk in old for span in chunk.sentences}):
            longer = f"{text[:place]}{added[language]} {text[place:]}"
            gone, come = edits(old, split_document(document(longer, language), count_tokens, 200))
            assert gone <= 2
            assert come <= 2
