"""Plain sentences for people at a terminal: values in, text out."""

from collections.abc import Sequence

from citeglot.types import Answer, Hit

KINDS = {
    "answer": "",
    "quotation": "No answer held against the articles; this is the nearest sentence, verbatim:\n",
    "refusal": "",
}
SHOWN_CHARACTERS = 200


def describe_answer(answer: Answer) -> str:
    """Return an answer with its sources; a refusal with the nearest passages."""
    lines = [KINDS[answer.kind] + answer.text, ""]
    if answer.kind == "refusal":
        lines += ["Nearest passages:", describe_hits(answer.passages[:3]), ""]
    for one in answer.citations:
        lines.append(f"[{one.number}] {one.document}, {one.start}–{one.end} ({one.language}): {one.title}")
        lines.append(f"    {_indented(one.quote)}")
    weak = [one.text for one in answer.sentences if one.verdict == "weak"]
    lines += [f"Weakly supported: {text}" for text in weak]
    seconds = answer.timings.total_ms / 1000
    models = ", ".join(name for name in answer.models.values() if name)
    lines.append(
        f"({len(answer.passages)} passages, {seconds:.1f} s, confidence {answer.confidence:.2f}, "
        f"index generation {answer.generation}, {models})"
    )
    return "\n".join(lines)


def describe_hits(hits: Sequence[Hit]) -> str:
    """Return a list of passages, each with its place and the beginning of its text."""
    if not hits:
        return "No passage fits."
    lines = []
    for number, hit in enumerate(hits, start=1):
        chunk = hit.chunk
        dated = f", {chunk.date.isoformat()}" if chunk.date else ""
        lines.append(f"{number}. {chunk.document}, {chunk.start}–{chunk.end} ({chunk.language}{dated}): {chunk.title}")
        text = " ".join(chunk.text.split())
        shown = text if len(text) <= SHOWN_CHARACTERS else text[:SHOWN_CHARACTERS] + "…"
        lines.append(f"    {shown}  [{hit.score:.3f}]")
    return "\n".join(lines)


def _indented(text: str) -> str:
    return text.strip().replace("\n", "\n    ")


def table(rows: Sequence[Sequence[str]]) -> str:
    """Return rows in columns that line up."""
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows
    )
