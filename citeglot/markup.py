"""The article of an HTML page: its text as a reader sees it, and what the page states of it."""

from collections.abc import Iterator
from contextlib import suppress
from copy import deepcopy
from datetime import date
from pathlib import Path

import regex
from lxml import etree, html
from trafilatura import bare_extraction
from trafilatura.metadata import extract_metadata
from trafilatura.settings import DEFAULT_CONFIG, Document

from citeglot.decoding import UnreadableArticle, decode, find_encoding, read_bytes
from citeglot.errors import WrongUse

_DECLARED = regex.compile(
    rb"<meta\b[^>]{0,200}?\bcharset\s*=\s*[\"']?\s*([\w.:-]+)|<\?xml\b[^>]{0,200}?\bencoding\s*=\s*[\"']([\w.:-]+)",
    regex.I,
)
_DECLARED_WITHIN = 4096
_CONTROL = regex.compile(r"[\p{Cc}--\t\n\r]", regex.V1)
_NOT_SHOWN = ("script", "style", "noscript", "template", "object", "svg", "iframe", "textarea", "select", "dialog")
_HIDING_STYLE = regex.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", regex.I)
_SPACE = regex.compile(r"[ \t\n\r\f]+")
_BLOCKS = {"p", "head", "item", "list", "quote", "row", "table", "code", "lb", "div", "fw", "graphic"}
# trafilatura drops characters that are not printable, joiners too; these stand in for them meanwhile.
_STAND_INS = {0x200C: "\U0001d360", 0x200D: "\U0001d361", 0x200E: "\U0001d362", 0x200F: "\U0001d363"}
_BACK = {ord(sign): chr(code) for code, sign in _STAND_INS.items()}
_CONFIG = deepcopy(DEFAULT_CONFIG)
_CONFIG["DEFAULT"]["MIN_EXTRACTED_SIZE"] = "1"  # a short article is one too


def read_page(path: Path, *encodings: str) -> tuple[str, dict[str, str]]:
    """Return the text of a page, a paragraph a line, and what it states: title, date, page-language.

    Scripts, comments and what is hidden by attribute or by its own style are no text; style sheets are not read. The
    page is UTF-8, or UTF-16 with a mark, or what it declares, or one of `encodings`.
    """
    raw = read_bytes(path)
    tree = _parse(decode(raw, *_declared(raw), *encodings))
    _stand_in(tree)
    metadata = _metadata(tree)
    _drop_hidden(tree)
    found = bare_extraction(tree, include_comments=False, config=_CONFIG)
    text = "\n".join(_lines(found.body)) if isinstance(found, Document) else ""
    if not text.strip():
        raise UnreadableArticle("No text was found in the page; a page that a script fills in has none.")
    return text.translate(_BACK), {name: value.translate(_BACK) for name, value in metadata.items()}


def _declared(raw: bytes) -> list[str]:
    found = _DECLARED.search(raw[:_DECLARED_WITHIN])
    with suppress(WrongUse):
        return [find_encoding((found[1] or found[2]).decode("ascii"))] if found else []
    return []


def _parse(text: str) -> html.HtmlElement:
    parser = html.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True, no_network=True)
    try:
        tree = html.document_fromstring(_CONTROL.sub("", text).encode(), parser=parser)
    except etree.ParserError as problem:
        raise UnreadableArticle(f"It is not a page that can be read: {problem}.") from None
    if any("xcessive depth" in error.message for error in parser.error_log):
        raise UnreadableArticle("The elements of the page are nested too deeply.")
    return tree


def _stand_in(tree: html.HtmlElement) -> None:
    for element in tree.iter(etree.Element):
        if element.text:
            element.text = element.text.translate(_STAND_INS)
        if element.tail:
            element.tail = element.tail.translate(_STAND_INS)
        if content := element.get("content"):
            element.set("content", content.translate(_STAND_INS))


def _metadata(tree: html.HtmlElement) -> dict[str, str]:
    """Return what the page states of itself; a date that stands only in its text or its address is not looked for."""
    dates = {"extensive_search": False, "original_date": True, "max_date": f"{date.today():%Y-%m-%d}"}
    stated = extract_metadata(deepcopy(tree), None, dates, False)
    languages = (element.get("lang") for element in tree.iter("html", "body", "main", "article"))
    language = next((one for one in languages if one and one.strip()), "")
    metadata = {"title": stated.title, "date": stated.date, "page-language": language}
    return {name: value for name, value in metadata.items() if value}


def _drop_hidden(tree: html.HtmlElement) -> None:
    for element in list(tree.iter(etree.Element)):
        hidden = (
            element.tag in _NOT_SHOWN
            or element.get("hidden") is not None
            or element.get("aria-hidden", "").strip().lower() == "true"
            or _HIDING_STYLE.search(element.get("style", ""))
        )
        if hidden and element.tag not in ("html", "body"):
            element.drop_tree()


def _lines(body: etree._Element) -> Iterator[str]:
    """Yield the blocks of what trafilatura found; the cells of a row are set apart by tabs."""
    pieces: list[str] = []
    for event, element in etree.iterwalk(body, events=("start", "end")):
        if element.tag in _BLOCKS:
            yield from _line(pieces)
            pieces.clear()
        elif element.tag == "cell" and event == "end":
            pieces.append("\v")
        pieces.append((element.text if event == "start" else element.tail) or "")
    yield from _line(pieces)


def _line(pieces: list[str]) -> Iterator[str]:
    cells = [_SPACE.sub(" ", cell).strip(" ") for cell in "".join(pieces).split("\v")]
    if line := "\t".join(cells).strip("\t "):
        yield line
