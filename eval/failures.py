"""Why a question counts as failed, in plain words."""

from collections.abc import Iterable, Sequence

from eval.rows import Row
from eval.summary import ranks, sentence_ranks


def reasons(row: Row) -> Iterable[str]:
    """Yield every reason for which a question counts as failed; none for one that went well."""
    if "error" in row:
        yield "Raised an error"
        return
    found, sentences = ranks(row), sentence_ranks(row)
    if found and not any(found):
        yield "No right article among ten hits"
    elif found and not all(found):
        yield "Not every right article among ten hits"
    if sentences and not any(rank is not None and rank <= 5 for rank in sentences):
        yield "No gold sentence among the first five hits"
    if row["right"] is False:
        yield _wrong(row)
    if row["kind"] in ("answer", "quotation") and not row["language_right"]:
        yield f"Another language than the question's ({row['kind']})"
    if row["citations_right"] is not None and row["citations_right"] < 1 and row["answerable"]:
        yield "A citation to another article, or without a fact"


def explain(rows: Sequence[Row]) -> dict[str, list[Row]]:
    """Return the failed questions under each reason, the most frequent first."""
    groups: dict[str, list[Row]] = {}
    for row in rows:
        for reason in reasons(row):
            groups.setdefault(reason, []).append(row)
    return dict(sorted(groups.items(), key=lambda one: (-len(one[1]), one[0])))


def _wrong(row: Row) -> str:
    if not row["answerable"]:
        return f"Not answerable, and not refused ({row['kind']})"
    return "Answerable, and refused" if row["kind"] == "refusal" else f"A fact is missing ({row['kind']})"
