"""The evidence panel of the chat page: passages as cards, the cited sentences marked."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import regex

from citeglot.page import Reader, anchor, article_address, escape, render_state
from citeglot.page_articles import render_copies
from citeglot.page_notes import NO_NOTES, CardNotes
from citeglot.page_texts import language_name
from citeglot.types import Answer, Chunk, Citation, Hit, Span

BEGINNING = regex.compile(r"\X{0,160}")


@dataclass(frozen=True, slots=True)
class Card:
    """A passage of the panel and the citations that point into it."""

    chunk: Chunk
    hit: Hit | None
    citations: tuple[Citation, ...] = ()

    def sentence(self, notes: CardNotes) -> Span:
        """Return the sentence that matters most: the first one cited, the best one, or nothing at the beginning."""
        cited = [Span(one.start, one.end) for one in self.citations[:1]]
        return cited[0] if cited else notes.best_of(self.chunk) or Span(self.chunk.start, self.chunk.start)


@dataclass(frozen=True, slots=True)
class Panel:
    """What cards are shown for: a reader, what is known of the passages, and the exchange that anchors name."""

    reader: Reader
    notes: CardNotes = NO_NOTES
    exchange: int = 0


def render_found(passages: Sequence[Hit], reader: Reader, notes: CardNotes = NO_NOTES) -> str:
    """Return the passages as they were found, the nearest one open."""
    cards = [Card(hit.chunk, hit) for hit in passages]
    return _section(reader.say("found"), cards, Panel(reader, notes), opened=1)


def render_evidence(answer: Answer, exchange: int, reader: Reader, notes: CardNotes = NO_NOTES) -> str:
    """Return the panel of a finished answer: cited cards first and open, the rest folded; or the nearest passages."""
    if not answer.citations:
        cards = [Card(hit.chunk, hit) for hit in answer.passages]
        return _section(reader.say("nearest"), cards, Panel(reader, notes), opened=1)
    cited = cited_cards(answer)
    shown = {card.hit for card in cited}
    rest = [Card(hit.chunk, hit) for hit in answer.passages if hit not in shown]
    return render_cited(answer, exchange, reader, notes) + _folded(rest, Panel(reader, notes))


def render_cited(answer: Answer, exchange: int, reader: Reader, notes: CardNotes = NO_NOTES) -> str:
    """Return the cited cards alone, with the cited sentences marked; nothing where nothing is cited."""
    cards = cited_cards(answer)
    return _section(reader.say("cited"), cards, Panel(reader, notes, exchange), opened=len(cards)) if cards else ""


def render_earlier(earlier: Iterable[tuple[str, str]], reader: Reader) -> str:
    """Return the cited cards of earlier questions, folded, so that their numbers still lead somewhere."""
    return "".join(
        f'<details class="cg-earlier"><summary dir="auto">{reader.say("earlier", question=question)}</summary>'
        f"{evidence}</details>"
        for question, evidence in earlier
    )


def cited_cards(answer: Answer) -> list[Card]:
    """Return a card for each passage that is cited, in the order of the numbers.

    A citation outside of every passage gets a card of its own that holds its sentence.
    """
    cards = [Card(hit.chunk, hit, _inside(hit.chunk, answer.citations)) for hit in answer.passages]
    placed = {one.number for card in cards for one in card.citations}
    cards += [Card(_lone_chunk(one), None, (one,)) for one in answer.citations if one.number not in placed]
    return sorted((card for card in cards if card.citations), key=lambda card: card.citations[0].number)


def _inside(chunk: Chunk, citations: Sequence[Citation]) -> tuple[Citation, ...]:
    return tuple(
        sorted(
            (one for one in citations if one.document == chunk.document and chunk.start <= one.start < chunk.end),
            key=lambda one: one.number,
        )
    )


def _lone_chunk(citation: Citation) -> Chunk:
    return Chunk(
        document=citation.document,
        title=citation.title,
        language=citation.language,
        date=None,
        start=citation.start,
        end=citation.end,
        text=citation.quote,
        sentences=(),
    )


def _section(heading: str, cards: Sequence[Card], panel: Panel, opened: int) -> str:
    body = "".join(_card(card, panel, place < opened) for place, card in enumerate(cards))
    return f'<p class="cg-heading">{heading}</p>{body or render_state(panel.reader.say("nothing_found"))}'


def _folded(cards: Sequence[Card], panel: Panel) -> str:
    if not cards:
        return ""
    body = "".join(_card(card, panel, opened=False) for card in cards)
    label = panel.reader.say("not_cited", count=len(cards))
    return f'<details class="cg-rest"><summary>{label}</summary>{body}</details>'


def _card(card: Card, panel: Panel, opened: bool) -> str:
    chunk = card.chunk
    language = escape(chunk.language)
    numbers = "".join(f'<span class="cg-number">{one.number}</span>' for one in card.citations)
    title = f'<span class="cg-title" dir="auto" lang="{language}">{escape(chunk.title or chunk.document)}</span>'
    return (
        f'<details class="cg-card{" cg-cited" if card.citations else ""}"{" open" if opened else ""}>'
        f"<summary>{numbers}{title}{_facts(card, panel.reader)}"
        f'<span class="cg-beginning" dir="auto" lang="{language}">{escape(_beginning(chunk.text))}</span></summary>'
        f'<p class="cg-text" dir="auto" lang="{language}">{_marked(card, panel)}</p>{_ways_on(card, panel)}</details>'
    )


def _ways_on(card: Card, panel: Panel) -> str:
    """Return the links under a passage: to its place in the article, and to the articles that say the same."""
    chunk, sentence = card.chunk, card.sentence(panel.notes)
    text = chunk.text[sentence.start - chunk.start : sentence.end - chunk.start]
    address = article_address(chunk.document, sentence, text)
    copies = render_copies(panel.notes.also.get(chunk.document, ()))
    also = f"<span>{panel.reader.say('also_in')} {copies}</span>" if copies else ""
    return f'<p class="cg-ways"><a class="cg-show" href="{address}">{panel.reader.say("show_in_article")}</a>{also}</p>'


def _beginning(text: str) -> str:
    """Return the first characters of a passage, whole ones, on one line: what a folded card is known by."""
    start = BEGINNING.match(" ".join(text.split()))
    return start[0] if start else ""


def _facts(card: Card, reader: Reader) -> str:
    chunk = card.chunk
    facts = [f'<span class="cg-language">{escape(language_name(chunk.language, reader.texts))}</span>']
    if chunk.date:
        facts.append(f"<span>{escape(chunk.date.isoformat())}</span>")
    if card.hit:
        exact = reader.say(
            "score_title", score=reader.number(card.hit.score, 4), cosine=reader.number(card.hit.cosine, 4)
        )
        facts.append(f'<span title="{exact}">{reader.say("score")} {reader.number(card.hit.score, 2)}</span>')
    facts.append(f'<span class="cg-document">{escape(chunk.document)}</span>')
    return f'<span class="cg-facts">{"".join(facts)}</span>'


def _marked(card: Card, panel: Panel) -> str:
    """Return the passage with each cited sentence in a `<mark>` with the anchor of its number, else the best one."""
    text, origin = card.chunk.text.rstrip(), card.chunk.start
    best = () if card.citations else [(panel.notes.best_of(card.chunk), '<span class="cg-best">', "</span>")]
    cited = [
        (Span(one.start, one.end), f'<mark id="{anchor(panel.exchange, one.number)}">', "</mark>")
        for one in sorted(card.citations, key=lambda one: (one.start, one.end))
    ]
    pieces, position = [], 0
    for span, opening, closing in (*cited, *best):
        if span is None:
            continue
        start = max(position, span.start - origin)
        end = max(start, span.end - origin)
        pieces.append(f"{escape(text[position:start])}{opening}{escape(text[start:end])}{closing}")
        position = end
    return "".join(pieces) + escape(text[position:])
