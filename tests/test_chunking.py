"""Chunks tile the document, hold whole sentences, and feel an edit only near it."""

import random

import pytest
import regex
from chunking_support import SENTENCE, TEXT, WORDS, check_tiling, document, edits, words
from hypothesis import given, settings
from hypothesis import strategies as st

from citeglot.chunking import split_document


@given(TEXT, st.integers(1, 12), st.sampled_from([len, words, lambda text: len(text.encode()) // 3]))
@settings(max_examples=200)
def test_chunks_tile_the_text(text, limit, count):
    """Joined chunks are the text; offsets slice it; sentences lie in their chunk and are trimmed."""
    check_tiling(text, limit, count)


@given(TEXT, st.integers(1, 12))
@settings(max_examples=200)
def test_no_chunk_is_longer_or_cuts_a_character(text, limit):
    """Each chunk keeps to the limit unless one visible character is longer; none is cut inside one."""
    whole = {0}
    for cluster in regex.finditer(r"\X", text):
        whole.add(cluster.end())
    for chunk in split_document(document(text), len, limit):
        assert {chunk.start, chunk.end} <= whole
        longest = max(map(len, regex.findall(r"\X", chunk.text)))
        assert len("".join(chunk.text.split())) <= max(limit, longest)


@given(st.lists(st.lists(SENTENCE, min_size=1, max_size=3), min_size=1, max_size=8), SENTENCE, st.randoms())
def test_an_inserted_sentence_changes_at_most_two_chunks(paragraphs, sentence, chance):
    """In paragraphs that fit a chunk, one old chunk goes and at most two new ones come."""
    old = split_document(document("\n".join(map(" ".join, paragraphs))), words, 36)
    chosen = chance.choice(paragraphs)
    chosen.insert(chance.randint(0, len(chosen)), sentence)
    new = split_document(document("\n".join(map(" ".join, paragraphs))), words, 36)
    gone, come = edits(old, new)
    assert gone <= 1
    assert come <= 2


@pytest.mark.parametrize("size", [12, 60, 200])
def test_an_edit_in_a_long_paragraph_is_felt_near_it(size):
    """Even without line ends an edit changes one or two chunks nearly always, and never reaches the far end."""
    few = 0
    for seed in range(60):
        chance = random.Random(seed)
        sentences = ["Og " + " ".join(chance.choices(WORDS, k=chance.randint(6, 40))) + "." for _ in range(size + 1)]
        place = chance.randrange(size)
        without = sentences[:place] + sentences[place + 1 :]
        gone, come = edits(*(split_document(document(" ".join(one)), words, 150) for one in (without, sentences)))
        assert gone <= 6
        few += gone <= 2 and come <= 3
    assert few >= 54


def test_headings_go_with_what_follows():
    """Title, section, dash and dateline stand in the chunk of the first paragraph; a trailing heading stands alone."""
    text = "Japan plans\nWorld\n−\n29 August 3996 3 minutes\nJapan is considering it. It was said.\nNext one here."
    chunks = split_document(document(text, "en"), words, 40)
    assert [len(chunk.sentences) for chunk in chunks] == [6, 1]
    assert [chunk.text for chunk in split_document(document("Ende gut.\nNachwort", "de"), words, 40)] == [
        "Ende gut.\n",
        "Nachwort",
    ]


def test_a_long_sentence_is_cut_between_clauses():
    """A sentence over the limit is cut after a comma before it is cut between words."""
    text = "Eins zwei drei, vier fünf sechs, sieben acht neun zehn elf zwölf."
    assert [chunk.text for chunk in split_document(document(text, "de"), words, 4)] == [
        "Eins zwei drei, ",
        "vier fünf sechs, ",
        "sieben acht neun zehn ",
        "elf zwölf.",
    ]
    japanese = "東京で会談し、" * 3 + "合意した。"
    assert [chunk.text for chunk in split_document(document(japanese, "ja"), len, 8)] == ["東京で会談し、"] * 3 + [
        "合意した。"
    ]


@pytest.mark.parametrize("text", ["", " \n\t\u3000\n"])
def test_blank_text_has_no_chunks(text):
    """Nothing to read gives nothing."""
    assert split_document(document(text), len, 10) == ()


def test_a_chunk_carries_its_document():
    """Name, title, language and date are those of the document."""
    (chunk,) = split_document(document("En setning."), words, 10)
    assert (chunk.document, chunk.title, chunk.language, chunk.date) == ("a.txt", "title", "no", None)


def test_much_white_space_stays_with_its_sentence():
    """White space is neither counted nor a chunk of its own."""
    text = "Eins." + "\n" * 500 + "Zwei" + " " * 500 + "drei."
    assert [len(chunk.text) for chunk in split_document(document(text, "de"), len, 20)] == [505, 509]
