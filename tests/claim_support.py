"""Evidence made of a text, to hold claims against."""

from fakes import HashEmbedder

from citeglot.evidence import Evidence
from citeglot.sentences import split_sentences
from citeglot.types import Chunk

GERMAN = (
    "Die Delegation leitete General Alessandro Grassano. "
    "Der Plan für 2024 umfasst insgesamt 28 Aktivitäten, davon 11 in Italien. "
    "Das Treffen fand in Tokio statt."
)


def evidence_of(text, language):
    """Return a text as evidence whose first sentence was picked."""
    spans = split_sentences(text, language)
    chunk = Chunk("a.txt", "Titel", language, None, 0, len(text), text, spans)
    vectors = HashEmbedder().embed_passages([span.of(text) for span in spans])
    return Evidence(chunk, text, spans[0], spans, vectors)
