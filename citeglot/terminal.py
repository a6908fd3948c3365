"""Plain sentences for people at a terminal: values in, paragraphs out."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from citeglot.console import harmless
from citeglot.types import Answer, Citation, Hit

QUOTATION = "No answer held against the articles; this is the nearest sentence, verbatim:"
SHOWN_CHARACTERS = 200
NEAREST = 3


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A text from anywhere: what stands before and after it, how it looks at a terminal, and whether one line is all.

    Further lines begin where the first one does after its `lead`; `look` is a style of rich's. A text that is cut to
    one line leaves room for its `tail`.
    """

    text: str
    lead: str = ""
    look: str = ""
    one_line: bool = False
    tail: str = ""


def plain(paragraphs: Iterable[Paragraph]) -> str:
    """Return paragraphs as text for a file: whole, unwrapped, and nothing in it does anything to a terminal."""
    return "\n".join(
        one.lead + harmless(one.text + one.tail).replace("\n", "\n" + " " * len(one.lead)) for one in paragraphs
    )


def describe_answer(answer: Answer, passages_shown: bool = False) -> list[Paragraph]:
    """Return an answer with its sources, a refusal with the nearest passages, and what it cost.

    Where the passages were not shown before, an answer has them below its sources.
    """
    lines = [Paragraph(QUOTATION)] if answer.kind == "quotation" else []
    lines += [Paragraph(answer.text, look="bold"), Paragraph("")]
    dates = {hit.chunk.document: hit.chunk.date for hit in answer.passages}
    for one in answer.citations:
        dated = f", {day.isoformat()}" if (day := dates.get(one.document)) else ""
        lines += _source(one, dated)
    lines += [
        Paragraph(one.text, "Not fully verified: ", "yellow") for one in answer.sentences if one.verdict == "weak"
    ]
    if answer.kind == "refusal":
        lines += [Paragraph("Nearest passages:"), *describe_hits(answer.passages[:NEAREST])]
    elif not passages_shown:
        lines += [Paragraph(""), Paragraph("Passages found:"), *describe_hits(answer.passages)]
    return [*lines, Paragraph(""), Paragraph(_cost(answer), look="dim")]


def _source(citation: Citation, dated: str) -> list[Paragraph]:
    place = f"{citation.document}, {citation.start}–{citation.end} ({citation.language}{dated}): {citation.title}"
    return [Paragraph(place, f"[{citation.number}] ", "cyan"), Paragraph(citation.quote.strip(), "    ")]


def _cost(answer: Answer) -> str:
    timings = answer.timings
    written = f"first word after {timings.first_token_ms / 1000:.1f} s, " if timings.first_token_ms else ""
    models = ", ".join(name for name in answer.models.values() if name)
    return (
        f"({len(answer.passages)} passages after {timings.first_passage_ms / 1000:.2f} s, {written}all after "
        f"{timings.total_ms / 1000:.1f} s, confidence {answer.confidence:.2f}, index generation {answer.generation}, "
        f"{models})"
    )


def describe_hits(hits: Sequence[Hit]) -> list[Paragraph]:
    """Return a list of passages, each with its place and the beginning of its text."""
    if not hits:
        return [Paragraph("No passage fits.")]
    lines = []
    for number, hit in enumerate(hits, start=1):
        chunk = hit.chunk
        dated = f", {chunk.date.isoformat()}" if chunk.date else ""
        place = f"{chunk.document}, {chunk.start}–{chunk.end} ({chunk.language}{dated}): {chunk.title}"
        text = " ".join(chunk.text.split())
        shown = text if len(text) <= SHOWN_CHARACTERS else text[:SHOWN_CHARACTERS] + "…"
        lines += [Paragraph(place, f"{number}. ", "cyan"), Paragraph(f"{shown}  [{hit.score:.3f}]", "    ")]
    return lines


def describe_found(hits: Sequence[Hit]) -> list[Paragraph]:
    """Return passages as they are shown while the answer is on its way: two lines for each."""
    if not hits:
        return describe_hits(hits)
    lines = [Paragraph(f"Passages found: {len(hits)}")]
    for number, hit in enumerate(hits, start=1):
        chunk = hit.chunk
        facts = ", ".join([chunk.language, *([chunk.date.isoformat()] if chunk.date else []), chunk.document])
        lines.append(Paragraph(chunk.title, f"{number:>2}. ", "cyan", one_line=True, tail=f" ({facts})"))
        lines.append(Paragraph(chunk.text, "    ", one_line=True))
    return [*lines, Paragraph("")]


def describe_draft(text: str) -> list[Paragraph]:
    """Return what the model has written so far, and that nobody has checked it."""
    return [Paragraph("Draft, not checked yet:", look="dim"), Paragraph(text, look="dim italic")]


def table(rows: Sequence[Sequence[str]]) -> str:
    """Return rows in columns that line up."""
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows
    )
