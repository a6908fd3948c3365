"""Texts of every kind to cut into chunks, and what an edit changed."""

from hypothesis import strategies as st

from citeglot.chunking import split_document
from citeglot.types import Document

PIECES = st.sampled_from(
    [
        "Das ist ein Satz. ",
        "Am 10. - 11. Januar. ",
        "wort ",
        "Überschrift\n",
        "यह एक वाक्य है। ",
        "क्\u200dष",
        "यह, ",
        "これは文です。",
        "漢字、",
        "かな",
        "「引用。」",
        "هذه جملة. ",
        "１２",
        "٣،",
        "👩🏽\u200d💻",
        "🇳🇴",
        "e\u0301\u0323",
        "한국",
        "\n",
        "\n\n",
        " ",
        "\u3000",
        "\t ",
        "\u200b",
        "\u2028",
        "x" * 9,
        "। ",
        "! ",
    ]
)


TEXT = st.lists(PIECES, max_size=40).map("".join)


WORDS = ["Japan", "møte", "वार्ता", "forsvar", "Länder", "plan", "सहयोग", "fregatt", "Norwegen", "talks"]


SENTENCE = st.lists(st.sampled_from(WORDS), min_size=4, max_size=9).map(lambda words: "Og " + " ".join(words) + ".")


def words(text):
    """Count words: the plainest counter there is."""
    return len(text.split())


def document(text, language="no"):
    """Return an article of this text."""
    return Document("a.txt", "title", language, None, text)


def edits(old, new):
    """Return how many chunks of `old` are gone and how many of `new` are not in `old`."""
    before, after = [chunk.text for chunk in old], [chunk.text for chunk in new]
    return sum(text not in after for text in before), sum(text not in before for text in after)


def check_tiling(text, limit, count):
    """Joined chunks are the text; offsets slice it; sentences lie in their chunk and are trimmed."""
    chunks = split_document(document(text), count, limit)
    assert "".join(chunk.text for chunk in chunks) == (text if text.strip() else "")
    for chunk in chunks:
        assert text[chunk.start : chunk.end] == chunk.text
        assert chunk.sentences
        inside = "".join(span.of(text) for span in chunk.sentences)
        assert "".join(inside.split()) == "".join(chunk.text.split())
        assert all(span.of(text) == span.of(text).strip() for span in chunk.sentences)
        assert all(chunk.start <= span.start < span.end <= chunk.end for span in chunk.sentences)
