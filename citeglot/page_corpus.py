"""The articles tab at work: what it shows when it is opened, searched, or reached from a passage."""

from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

import regex

from citeglot.conversation import explain
from citeglot.errors import UserError, WrongUse
from citeglot.library import Library
from citeglot.page import Reader, digest, render_problem, render_state
from citeglot.page_articles import render_article, render_index, render_list
from citeglot.types import Document, Span

if TYPE_CHECKING:
    from citeglot.generation import Generation  # brings the search library, which the page does not wait for

ARTICLE = regex.compile(r"#article-(\d{1,9})-(\d{1,9})-([0-9a-f]{8})-(\S{1,4000})")
LIST = regex.compile(r"#list-(\d{1,9})")
MOST_LOOKED_FOR = 200
Shown = dict[str, Any]


class CorpusPage:
    """Answers what is done in the articles tab with the parts of the page that change, by their names."""

    def __init__(self, library: Library) -> None:
        self._library = library

    def overview(self, wanted: object, reader: Reader, first: int = 0) -> Shown:
        """Return the state of the index, and its articles that `wanted` names, from the `first` one on."""
        words = wanted[:MOST_LOOKED_FOR] if isinstance(wanted, str) else ""

        def show(generation: "Generation") -> Shown:
            return {
                "index": render_index(generation, reader),
                "listing": render_list(generation, words, first, reader),
            }

        try:
            return self._library.read(show)
        except UserError as problem:
            return {"index": explain(problem, reader), "listing": ""}

    def follow(self, wish: object, wanted: object, reader: Reader) -> Shown:
        """Return what a link wishes to see: an article with a sentence marked, or other rows of the list."""
        address = wish[:5000].partition(" ")[0] if isinstance(wish, str) else ""
        if rows := LIST.fullmatch(address):
            return self.overview(wanted, reader, int(rows[1]))
        if match := ARTICLE.fullmatch(address):
            shown = self._article(unquote(match[4]), Span(int(match[1]), int(match[2])), match[3], reader)
            return {"shown_article": shown, "tabs": "articles"}
        return {}

    def _article(self, name: str, sentence: Span, told: str, reader: Reader) -> str:
        try:
            document = self._library.read(lambda generation: generation.document(name))
        except WrongUse:
            return render_problem(reader.say("article_gone", document=name))
        except UserError as problem:
            return explain(problem, reader)
        if is_there(sentence, told, document):
            return render_article(document, sentence, reader)
        changed = render_state(reader.say("sentence_gone"))
        return changed + render_article(document, Span(0, 0), reader)


def is_there(sentence: Span, told: str, document: Document) -> bool:
    """Tell whether an article still has the sentence where it stood; a place without a sentence is always there."""
    return sentence.start >= sentence.end or digest(sentence.of(document.text)) == told
