"""What is known of passages beside their text."""

from page_fakes import IndexedChatbot, ScriptedChatbot, passage

from citeglot.errors import IndexDamaged
from citeglot.page_notes import NO_NOTES, notes_on
from citeglot.types import Found


def _found(chatbot, question):
    return next(iter(chatbot.ask(question)))


def test_the_best_sentence_of_each_passage_is_one_of_its_own(built):
    """It is the one that shares most with the question, by the vectors stored at ingest."""
    chatbot = IndexedChatbot(built)
    found = _found(chatbot, "She spoke about bridges.")
    notes = notes_on(found, chatbot, ())
    for hit in found.passages:
        assert notes.best_of(hit.chunk) in hit.chunk.sentences
    english = next(hit.chunk for hit in found.passages if hit.chunk.document == "en.txt")
    best = notes.best_of(english)
    assert english.text[best.start - english.start : best.end - english.start] == "She spoke about bridges."


def test_copies_are_named(built):
    """An article that stands under two names has the other one beside it."""
    chatbot = IndexedChatbot(built)
    found = _found(chatbot, "Der Minister kam am 10. Januar an.")
    also = notes_on(found, chatbot, ()).also
    assert also == {"de.txt": ("copy of de.txt",)}


def test_nothing_is_made_up(built):
    """Passages without sentences, and an index that cannot be read, leave the cards as they are."""
    plain = Found("Wer?", "de", (passage("Ein Satz."),))
    assert notes_on(plain, ScriptedChatbot(None), ()) == NO_NOTES
    chatbot = IndexedChatbot(built)
    found = _found(chatbot, "Brücken")

    def fail(*given):
        raise IndexDamaged("It is damaged.")

    chatbot.query = fail
    assert notes_on(found, chatbot, ()) == NO_NOTES
