"""Whether the quotes of an evidence packet stand in the articles, and whether its page shows what its data say."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, NamedTuple

from citeglot.console import harmless
from citeglot.documents import same_form
from citeglot.errors import WrongUse
from citeglot.packet import DATA_BEGINS, DATA_ENDS, render
from citeglot.packet_data import Packet, Quoted, parse_packet
from citeglot.segment_content import text_hash
from citeglot.types import Document

MAX_BYTES = 32 << 20
SHOWN = 120
State = Literal["holds", "misplaced", "changed", "not found", "renamed", "missing"]


class Place(NamedTuple):
    """Where in which article something stands, in code points."""

    document: str
    start: int


@dataclass(frozen=True, slots=True)
class Checked:
    """What became of a quote.

    `found` is where it stands word for word today. `differences` names what the packet says otherwise of the article
    than the article does: title, language, date.
    """

    quoted: Quoted
    state: State
    found: Place | None = None
    differences: tuple[str, ...] = ()

    @property
    def holds(self) -> bool:
        """Whether the article is the same, and says what the packet says."""
        return self.state == "holds" and not self.differences

    def to_json(self) -> dict[str, Any]:
        """Return what was quoted from where, and what became of it."""
        names = ("number", "document", "start", "end", "quote")
        found = self.found and self.found._asdict()
        stated = {name: getattr(self.quoted, name) for name in names}
        return stated | {"state": self.state, "found": found, "differences": list(self.differences)}


def read_packet(path: Path) -> tuple[Packet, bool]:
    """Return the packet in a file and whether its page is the one that its data make; WrongUse for any other file."""
    text = _read(path)
    _, begins, rest = text.partition(DATA_BEGINS)
    data, ends, _ = rest.partition(DATA_ENDS)
    if not begins:
        raise _no_packet(path, "it holds no packet's data")
    if not ends:
        raise _no_packet(path, "it ends in the middle of the packet's data")
    try:
        packet = parse_packet(data)
    except ValueError as problem:
        raise _no_packet(path, one_line(str(problem))) from None
    return packet, render(packet).rstrip() == text.rstrip()


def _read(path: Path) -> str:
    try:
        if path.exists() and not path.is_file():
            raise _no_packet(path, "it is no file")
        with path.open("rb") as file:
            content = file.read(MAX_BYTES + 1)
    except (OSError, ValueError) as problem:  # ValueError: a NUL character in the name
        raise _no_packet(path, f"it cannot be read: {getattr(problem, 'strerror', None) or problem}") from None
    if len(content) > MAX_BYTES:
        raise _no_packet(path, f"it is larger than {MAX_BYTES >> 20} MiB")
    try:
        return content.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError:
        raise _no_packet(path, "it is not UTF-8") from None


def _no_packet(path: Path, why: str) -> WrongUse:
    return WrongUse(
        f"{path} is not an evidence packet: {why}. Expected is the HTML file as it was saved from the page; save it "
        "there again."
    )


def check_quotes(packet: Packet, documents: Mapping[str, Document]) -> tuple[Checked, ...]:
    """Return what became of each quote in these articles, which are given by name."""
    hashes = {one.name: text_hash(one.text) for one in documents.values()} if packet.evidence else {}
    return tuple(_check(quoted, documents, hashes) for quoted in packet.evidence)


def _check(quoted: Quoted, documents: Mapping[str, Document], hashes: Mapping[str, str]) -> Checked:
    article = documents.get(same_form(quoted.document))
    if article is None:
        return _check_missing(quoted, documents, hashes)
    if hashes[article.name] == quoted.sha256:
        state: State = "holds" if _as_stated(quoted, article.text) else "misplaced"
        return Checked(quoted, state, _place(quoted, article), _differences(quoted, article))
    found = _place(quoted, article)
    return Checked(quoted, "changed" if found else "not found", found)


def _check_missing(quoted: Quoted, documents: Mapping[str, Document], hashes: Mapping[str, str]) -> Checked:
    """Look for an article in vain: another one with its text was renamed, another one may hold the quote."""
    for name, sha256 in hashes.items():
        if sha256 == quoted.sha256:
            state: State = "renamed" if _as_stated(quoted, documents[name].text) else "misplaced"
            return Checked(quoted, state, _place(quoted, documents[name]))
    found = next((place for one in documents.values() if (place := _place(quoted, one))), None)
    return Checked(quoted, "missing", found)


def _as_stated(quoted: Quoted, text: str) -> bool:
    """Say whether the quote, and what the packet shows around it, stands at its place in the text."""
    begins = quoted.start - len(quoted.before)
    whole = quoted.before + quoted.quote + quoted.after
    return begins >= 0 and text[quoted.start : quoted.end] == quoted.quote and text.startswith(whole, begins)


def _place(quoted: Quoted, article: Document) -> Place | None:
    """Return where in an article the quote stands, nearest to where it did, or None."""
    starts = _starts(quoted.quote, article.text)
    start = min(starts, key=lambda one: abs(one - quoted.start), default=None)
    return None if start is None else Place(article.name, start)


def _starts(quote: str, text: str) -> Iterator[int]:
    start = text.find(quote)
    while start >= 0:
        yield start
        start = text.find(quote, start + 1)


def _differences(quoted: Quoted, article: Document) -> tuple[str, ...]:
    today = {"title": article.title, "language": article.language, "date": article.date and article.date.isoformat()}
    return tuple(name for name, value in today.items() if getattr(quoted, name) != value)


def describe_verification(packet: Packet, agrees: bool, checked: tuple[Checked, ...]) -> str:
    """Return in plain sentences what was found."""
    said = " ".join(one.text for one in packet.sentences) or packet.answer
    lines = [
        f"Question: {one_line(packet.question)}",
        f"{packet.kind.capitalize()}: {one_line(said)}",
        f"Saved on {one_line(packet.made)} by citeglot {one_line(packet.program)}, generation {packet.generation}.",
    ]
    lines += [f"[{one.quoted.number}] {describe_checked(one)}" for one in checked]
    if not agrees:
        lines.append(
            "The page is not the one that this program makes of the packet's data: somebody edited it, or another "
            "version made it. Trust what is printed here, not what the page shows."
        )
    wrong = sum(not one.holds for one in checked)
    lines.append(f"{wrong} of {len(checked)} quotes need attention." if wrong else f"Quotes that hold: {len(checked)}.")
    return "\n".join(lines)


def describe_checked(checked: Checked) -> str:
    """Return in a sentence what became of a quote."""
    quoted, found = checked.quoted, checked.found
    name, place = one_line(quoted.document), f"{quoted.start}–{quoted.end}"
    there = f"the quote stands at {found.start} in {one_line(found.document)}" if found else "the quote is not there"
    sentences = {
        "holds": f"{name} holds it at {place}",
        "changed": f"{name} was changed since; {there}, it was at {place}",
        "not found": f"{name} was changed since; {there} any more",
        "renamed": f"{name} has another name now; {there}",
        "missing": f"{name} is not in the corpus; {there}",
        "misplaced": f"{name} is unchanged, but does not say at {place} and around it what the packet says; {there}",
    }
    sentence = f"{sentences[checked.state]}: “{one_line(quoted.quote)}”"
    if checked.differences:
        sentence += f" (the packet gives another {', '.join(checked.differences)} than the article has)"
    return sentence


def one_line(text: str) -> str:
    """Return the beginning of a text on one line, without what could act on a terminal."""
    line = " ".join(text.split())
    return harmless(line if len(line) <= SHOWN else f"{line[:SHOWN]}…")
