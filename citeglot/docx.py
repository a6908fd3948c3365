"""The text of a Word document: its body, tables, text boxes and footnotes, as they read with all changes accepted."""

import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path

from lxml import etree

from citeglot.decoding import UnreadableArticle

MAX_XML_BYTES = 100_000_000
_PARTS = ("word/document.xml", "word/footnotes.xml", "word/endnotes.xml")
_NOT_TEXT = {"del", "moveFrom", "Fallback", "instrText", "delText", "pPr", "sectPr", "tblPr"}
_SIGNS = {"tab": "\t", "br": "\n", "cr": "\n", "noBreakHyphen": "\u2011", "ptab": "\t"}
_OLD = b"\xd0\xcf\x11\xe0"


def read_docx(path: Path) -> str:
    """Return the text of a .docx file, a paragraph a line, the cells of a row set apart by tabs."""
    with path.open("rb") as file:
        if file.read(4) == _OLD:
            raise UnreadableArticle(
                "It is protected by a password, or a document of the old kind (.doc); save it as .docx without one."
            )
    try:
        with zipfile.ZipFile(path) as archive:
            present = [name for name in _PARTS if name in archive.namelist()]
            if _PARTS[0] not in present:
                raise UnreadableArticle("It is a ZIP archive, but not a Word document.")
            if sum(archive.getinfo(name).file_size for name in present) > MAX_XML_BYTES:
                most = MAX_XML_BYTES // 1_000_000
                raise UnreadableArticle(f"Unpacked, its text takes more than {most} MB; that is no article.")
            lines = [line for name in present for line in _paragraphs(archive.read(name))]
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError) as problem:
        raise UnreadableArticle(f"It is not a whole Word document ({problem}).") from None
    return "\n".join(lines)


def _paragraphs(xml: bytes) -> Iterator[str]:
    """Yield the paragraphs of a part in the order in which they begin; one inside another, a text box, on its own."""
    parser = etree.XMLParser(resolve_entities=False, load_dtd=False, no_network=True, huge_tree=False)
    try:
        root = etree.fromstring(xml, parser)
    except etree.XMLSyntaxError as problem:
        raise UnreadableArticle(f"It is not a whole Word document ({problem.msg}).") from None
    if root.getroottree().docinfo.doctype:
        raise UnreadableArticle("Its XML has a document type, which no Word document has.")
    yield from _blocks(root)


def _blocks(element: etree._Element) -> Iterator[str]:
    for child in element:
        name = _name(child)
        if name in _NOT_TEXT:
            continue
        if name == "p":
            yield from _paragraph(child)
        elif name == "tr":
            cells = (" ".join(" ".join(_blocks(cell)).split()) for cell in child if _name(cell) not in _NOT_TEXT)
            yield "\t".join(cells).rstrip("\t")
        else:
            yield from _blocks(child)


def _paragraph(paragraph: etree._Element) -> Iterator[str]:
    boxes: list[etree._Element] = []
    yield "".join(_pieces(paragraph, boxes))
    for box in boxes:
        yield from _blocks(box)


def _pieces(element: etree._Element, boxes: list[etree._Element]) -> Iterator[str]:
    """Yield what runs of a paragraph say, and put text boxes aside; hidden runs say nothing."""
    for child in element:
        name = _name(child)
        if name == "t":
            yield child.text or ""
        elif name in _SIGNS:
            yield _SIGNS[name]
        elif name == "txbxContent":
            boxes.append(child)
        elif name not in _NOT_TEXT and not (name == "r" and _is_hidden(child)):
            yield from _pieces(child, boxes)


def _is_hidden(run: etree._Element) -> bool:
    marks = (mark for one in run if _name(one) == "rPr" for mark in one if _name(mark) in ("vanish", "webHidden"))
    return any(mark.get(f"{{{etree.QName(mark).namespace}}}val", "true") not in ("0", "false", "off") for mark in marks)


def _name(element: etree._Element) -> str:
    """Return the name without its namespace: transitional and strict documents differ in that."""
    return etree.QName(element).localname if isinstance(element.tag, str) else ""
