"""Articles that come out in editions, so that it can be seen which one an answer is from."""

from fakes import HashEmbedder
from index_support import document

from citeglot.chatbot import Chatbot
from citeglot.index import open_index
from citeglot.page import Reader
from citeglot.page_texts import page_texts
from citeglot.settings import Settings

READER = Reader("de", page_texts()["de"])
LANGUAGES = {"de": "Fassung", "en": "Version", "hi": "संस्करण", "ja": "第", "no": "Utgave"}


def edition(number: int):
    """Return five articles whose every sentence says which edition they are of."""
    return [
        document(f"{code}.txt", f"{word} {number}. {word} {number}, Brücke.\n\n{word} {number}, 橋 bridge.")
        for code, word in LANGUAGES.items()
    ]


def chatbot(folder, generator=None) -> Chatbot:
    """Return a chatbot as the page has it, with fake models."""
    return Chatbot(Settings(index=folder), open_index(folder), HashEmbedder(), generator, follow=True)
