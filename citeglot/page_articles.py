"""The articles tab: what the index holds, what the last ingest did, and an article to read."""

import unicodedata
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import regex

from citeglot.documents import DocumentEntry
from citeglot.language import folded
from citeglot.page import Reader, article_address, escape, render_state
from citeglot.page_texts import language_name
from citeglot.types import Document, Span

if TYPE_CHECKING:
    from citeglot.generation import Generation  # brings the search library, which the page does not wait for

ROWS = 50
MOST_SHOWN = 20_000
MOST_NAMED = 20
NEARBY = 500
SEARCHED = 200
GAP = regex.compile(r"[^\S\n]*\n\s*\n[^\S\n]*")
LINE_END = regex.compile(r"[^\S\n]*\n[^\S\n]*")
WRAPPED = 100  # lines that are shorter than this on the average were broken to fit, and are no paragraphs
CHANGES = ("added", "changed", "renamed", "removed", "skipped", "duplicates")


def render_index(generation: "Generation", reader: Reader) -> str:
    """Return which index this is and, folded, what the ingest did that made it."""
    manifest = generation.manifest
    counts = manifest.counts
    line = reader.say(
        "index_state",
        generation=generation.number,
        created=manifest.created.replace("T", " ").removesuffix("+00:00"),
        documents=counts.get("documents", 0),
        chunks=counts.get("chunks", 0),
    )
    return f'<p class="cg-index">{line}</p>{_ingest(manifest.summary, reader)}'


def _ingest(summary: dict[str, Any], reader: Reader) -> str:
    if not summary:
        return ""
    groups = "".join(_group(name, summary.get(name) or (), reader) for name in CHANGES)
    same = reader.say("ingest_same", unchanged=summary.get("unchanged", 0), embedded=summary.get("embedded_chunks", 0))
    return f'<details class="cg-ingest"><summary>{reader.say("ingest")}</summary>{groups}<p>{same}</p></details>'


def _group(name: str, items: Sequence[Any], reader: Reader) -> str:
    if not items:
        return ""
    named = "".join(f'<li dir="auto">{escape(_item(one))}</li>' for one in items[:MOST_NAMED])
    more = f"<li>{reader.say('more', count=len(items) - MOST_NAMED)}</li>" if len(items) > MOST_NAMED else ""
    return f"<p>{reader.say(f'ingest_{name}', count=len(items))}</p><ul>{named}{more}</ul>"


def _item(one: object) -> str:
    match one:
        case {"from": before, "to": after}:
            return f"{before} → {after}"
        case {"path": path, "reason": reason}:
            return f"{path}: {reason}"
        case {"document": document, "of": original}:
            return f"{document} = {original}"
    return str(one)


def render_list(generation: "Generation", wanted: str, first: int, reader: Reader) -> str:
    """Return up to 50 of the articles whose title or name holds `wanted`, from the `first` one on, as a list."""
    found = find_articles(generation, wanted)
    first = min(first, max(0, len(found) - 1)) // ROWS * ROWS
    shown = found[first : first + ROWS]
    if not shown:
        return render_state(reader.say("articles_none"))
    items = "".join(_item_of(generation, entry, reader) for entry in shown)
    range_ = reader.say("articles_shown", first=first + 1, last=first + len(shown), total=len(found))
    links = _turn(first > 0, f"&#35;list-{max(0, first - ROWS)}", reader.say("page_before"))
    links += _turn(first + ROWS < len(found), f"&#35;list-{first + ROWS}", reader.say("page_after"))
    return f'<p class="cg-state">{range_} {links}</p><ul class="cg-list">{items}</ul>'


def find_articles(generation: "Generation", wanted: str) -> list[DocumentEntry]:
    """Return the articles whose title or name holds the words, in the order of their names."""
    words = folded(wanted[:SEARCHED]).split()
    entries = generation.documents.values()
    return [entry for entry in entries if all(word in folded(f"{entry.title}\n{entry.name}") for word in words)]


def _item_of(generation: "Generation", entry: DocumentEntry, reader: Reader) -> str:
    facts = {
        "column_language": escape(language_name(entry.language, reader.texts)),
        "column_date": escape(entry.date.isoformat()) if entry.date else "",
        "column_characters": reader.thousands(len(generation.document(entry.name).text)),
        "column_chunks": reader.thousands(len(generation.chunks(entry.name))),
        "also_in": render_copies(generation.also_in(entry.name)),
    }
    told = "".join(f"<span>{reader.say(name)} {fact}</span>" for name, fact in facts.items() if fact)
    return (
        f'<li><a class="cg-show" href="{article_address(entry.name)}" dir="auto" lang="{escape(entry.language)}">'
        f'{escape(entry.title or entry.name)}</a><span class="cg-facts"><span dir="auto">{escape(entry.name)}</span>'
        f"{told}</span></li>"
    )


def render_copies(names: Sequence[str]) -> str:
    """Return the names of copies as links to them."""
    links = [f'<a class="cg-show" href="{article_address(one)}" dir="auto">{escape(one)}</a>' for one in names[:5]]
    return "&#44; ".join(links) + (" …" if len(names) > 5 else "")


def render_article(document: Document, marked: Span, reader: Reader) -> str:
    """Return an article to read, `marked` in a `<mark>`; of a very long one the part around it, and links onward."""
    language = escape(document.language)
    shown = part_of(document.text, marked)
    facts = [language_name(document.language, reader.texts), document.date.isoformat() if document.date else ""]
    line = " · ".join(escape(fact) for fact in (*facts, document.name) if fact)
    return (
        f'<h2 class="cg-article-title" dir="auto" lang="{language}">{escape(document.title or document.name)}</h2>'
        f'<p class="cg-state" dir="auto">{line}</p>{_onward(document, shown, reader)}'
        f'<div class="cg-article" dir="auto" lang="{language}">{_body(document.text, shown, marked)}</div>'
    )


def part_of(text: str, marked: Span) -> Span:
    """Return which part of a text is shown: up to 20,000 characters around the mark, or from its start on."""
    if len(text) <= MOST_SHOWN:
        return Span(0, len(text))
    margin = (MOST_SHOWN - (marked.end - marked.start)) // 2 if marked.end > marked.start else 0
    start = max(0, min(marked.start - max(0, margin), len(text) - 1))
    start = (text.rfind("\n", max(0, start - NEARBY), start) + 1) or start
    end = min(len(text), start + MOST_SHOWN)
    while start > 0 and _joins(text[start]):
        start -= 1
    while end < len(text) and _joins(text[end]):
        end += 1
    return Span(start, end)


def _joins(character: str) -> bool:
    return unicodedata.category(character).startswith("M") or character == "\u200d"


def _onward(document: Document, shown: Span, reader: Reader) -> str:
    total = len(document.text)
    if shown == (0, total):
        return ""
    line = reader.say("article_part", first=shown.start + 1, last=shown.end, total=total)
    before = max(0, shown.start - MOST_SHOWN)
    links = _turn(shown.start > 0, article_address(document.name, Span(before, before)), reader.say("page_before"))
    after = article_address(document.name, Span(shown.end, shown.end))
    links += _turn(shown.end < total, after, reader.say("page_after"))
    return f'<p class="cg-state">{line} {links}</p>'


def _turn(there: bool, address: str, label: str) -> str:
    return f'<a class="cg-show" href="{address}">{label}</a> ' if there else ""


def _body(text: str, shown: Span, marked: Span) -> str:
    start = min(max(marked.start, shown.start), shown.end)
    end = min(max(marked.end, start), shown.end)
    gaps = GAP if GAP.search(text) or text.count("\n") * WRAPPED > len(text) else LINE_END
    before, sentence, after = (
        _paragraphs(text[one.start : one.end], gaps)
        for one in (Span(shown.start, start), Span(start, end), Span(end, shown.end))
    )
    return f'{before}<mark id="article-mark" tabindex="-1">{sentence}</mark>{after}' if sentence else before + after


def _paragraphs(text: str, gaps: "regex.Pattern[str]") -> str:
    return "<br><br>".join(escape(part) for part in gaps.split(text))
