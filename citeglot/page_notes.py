"""What is known of found passages beside their text: the sentence of each that is nearest, and their copies."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from citeglot.errors import UserError
from citeglot.types import Chunk, Found, Span, Turn

if TYPE_CHECKING:
    from citeglot.chatbot import Chatbot  # brings the models' libraries, which the page does not wait for


@dataclass(frozen=True, slots=True)
class CardNotes:
    """The best sentence by article and start of the passage, and the copies of each article."""

    best: Mapping[tuple[str, int], Span] = field(default_factory=dict)
    also: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def best_of(self, chunk: Chunk) -> Span | None:
        """Return the sentence of a passage that is nearest to the question, where it is known."""
        return self.best.get((chunk.document, chunk.start))


NO_NOTES = CardNotes()


def notes_on(found: Found, chatbot: "Chatbot", history: Sequence[Turn]) -> CardNotes:
    """Return what the vectors of the sentences and the index say of the passages; nothing where they cannot."""
    hits = [hit for hit in found.passages if hit.chunk.sentences]
    if not hits:
        return NO_NOTES
    from citeglot.retrieval import rank_sentences

    generation = chatbot.generation
    try:
        query = chatbot.query(found.question, found.language, history)
        best = [one for hit in hits for one in rank_sentences(generation, query.vector, [hit], 1)]
        names = {hit.chunk.document for hit in hits}
        also = {name: copies for name in names if (copies := generation.also_in(name))}
    except UserError:
        return NO_NOTES
    return CardNotes({(one.hit.chunk.document, one.hit.chunk.start): one.span for one in best}, also)
