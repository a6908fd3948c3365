"""The text of a PDF document, its lines joined to paragraphs again."""

from collections.abc import Iterator
from ctypes import c_double
from dataclasses import dataclass
from itertools import pairwise
from math import hypot
from pathlib import Path
from statistics import median

import pypdfium2
import pypdfium2.raw as pdfium
import regex

from citeglot.decoding import UnreadableArticle

_NEIGHBOURS = 4  # lines on each side that tell how wide the column is
_WIDE_GAP = 1.3  # times the usual distance of lines; a wider one parts paragraphs
_VOWEL_SIGN = 0.33  # of the size of the font: wider than its sign, narrower than sign and space
_BULLET = regex.compile(r"[•‣▪●○■–—*-]\s")
_RIGHT_TO_LEFT = regex.compile(r"[[\p{Arabic}\p{Hebrew}\p{Syriac}\p{Thaana}\p{Nko}]&&[\p{L}\p{M}]]+", regex.V1)
_AFTER_A_CLUSTER = regex.compile(r"\p{L}\p{M}*+(?<=\p{Mc}\p{M}*)(?P<gap> )(?=\S)")
_LINE = regex.compile(r"[^\r\n\x02]+\x02?")  # PDFium writes U+0002 for a hyphen and the end of the line after it
_HYPHEN = regex.compile(r"(?<=\p{L}\p{M}*)[-\u00AD\u2010\x02]$")
_AFTER_A_HALF_WORD = regex.compile(r"(?:und|oder|bis|og|eller|and|or|to)\b")  # "Land- und Seestreitkräfte"
_WITHOUT_SPACES = r"[\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}、。，．！？「」『』（）・ー]"
_FIRST_WORD = regex.compile(rf"{_WITHOUT_SPACES}|[^\s\0]+")
_NO_SPACE = regex.compile(rf"{_WITHOUT_SPACES}\n{_WITHOUT_SPACES}")


@dataclass(frozen=True, slots=True)
class _Line:
    """A line as it stands on its page; widths and the height of the baseline are in points."""

    text: str
    width: float
    first_word: float
    height: float


def read_pdf(path: Path) -> str:
    """Return the text of a PDF file, a paragraph a line; pictures of text have none."""
    try:
        with pypdfium2.PdfDocument(path) as document:
            lines = [line for page in document for line in _lines(page.get_textpage())]
    except pypdfium2.PdfiumError as problem:
        if getattr(problem, "err_code", None) in (pdfium.FPDF_ERR_PASSWORD, pdfium.FPDF_ERR_SECURITY):
            raise UnreadableArticle("The PDF is protected by a password; save it without one.") from None
        raise UnreadableArticle(f"It is not a whole PDF document ({problem}).") from None
    if not lines:
        raise UnreadableArticle(
            "The PDF has no text, only pictures of it; put it through text recognition (OCR) first."
        )
    return "\n".join(_paragraphs(lines))


def _lines(page: pypdfium2.PdfTextPage) -> Iterator[_Line]:
    """Yield the lines of a page that say something."""
    text = "".join(chr(pdfium.FPDFText_GetUnicode(page, place)) for place in range(page.count_chars()))
    apart = {found.start("gap") for found in _AFTER_A_CLUSTER.finditer(text) if not _parts_words(page, found)}
    for line in _LINE.finditer(text):
        first = _FIRST_WORD.search(text, *line.span())
        if first:
            words = "".join(sign for place, sign in _in_reading_order(text, line, page) if place not in apart)
            words = words.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
            yield _Line(
                " ".join(words.split()),
                _width(page, first.start(), line.end() - 1),
                _width(page, first.start(), first.end() - 1),
                _origin(page, first.start())[1],
            )


def _in_reading_order(text: str, line: "regex.Match[str]", page: pypdfium2.PdfTextPage) -> Iterator[tuple[int, str]]:
    """Yield places and characters; right-to-left words that were read from the left are turned around."""
    order = list(range(*line.span()))
    for word in _RIGHT_TO_LEFT.finditer(text, *line.span()):
        if _sides(page, word.start())[0] < _sides(page, word.end() - 1)[0]:
            start, end = (place - line.start() for place in word.span())
            order[start:end] = reversed(order[start:end])
    return ((place, text[place]) for place in order)


def _parts_words(page: pypdfium2.PdfTextPage, found: "regex.Match[str]") -> bool:
    """Say whether the gap after a cluster of an Indian script is wider than a vowel sign.

    Browsers write such a cluster for the place of its first glyph alone, and PDFium takes the others for a space.
    """
    before, gap = found.end() - 2, found.start("gap")
    if _origin(page, before) != _origin(page, gap) or not pdfium.FPDFText_IsGenerated(page, gap):
        return True
    matrix = pdfium.FS_MATRIX()
    pdfium.FPDFText_GetMatrix(page, before, matrix)
    size = pdfium.FPDFText_GetFontSize(page, before) * hypot(matrix.a, matrix.b)
    return bool(_sides(page, gap + 1)[0] - _sides(page, before)[1] > _VOWEL_SIGN * size)


def _width(page: pypdfium2.PdfTextPage, first: int, last: int) -> float:
    sides = [*_sides(page, first), *_sides(page, last)]
    return max(sides) - min(sides)


def _sides(page: pypdfium2.PdfTextPage, place: int) -> tuple[float, float]:
    """Return where a character begins and ends from the left edge of the page, in points."""
    left, right, bottom, top = (c_double() for _ in range(4))
    pdfium.FPDFText_GetCharBox(page, place, left, right, bottom, top)
    return left.value, right.value


def _origin(page: pypdfium2.PdfTextPage, place: int) -> tuple[float, float]:
    x, y = c_double(), c_double()
    pdfium.FPDFText_GetCharOrigin(page, place, x, y)
    return x.value, y.value


def _paragraphs(lines: list[_Line]) -> Iterator[str]:
    gaps = [before.height - after.height for before, after in pairwise(lines) if before.height > after.height]
    widest = _WIDE_GAP * median(gaps or [0.0])
    pieces = [lines[0].text]
    for place, (before, after) in enumerate(pairwise(lines)):
        near = lines[max(0, place - _NEIGHBOURS) : place + _NEIGHBOURS + 1]
        would_fit = before.width + after.first_word < _column(near)
        if would_fit or before.height - after.height > widest or _BULLET.match(after.text):
            yield "".join(pieces)
            pieces = []
        else:
            pieces[-1] = _going_on(pieces[-1], after.text)
        pieces.append(after.text)
    yield "".join(pieces)


def _column(lines: list[_Line]) -> float:
    """Return how wide a column is; one line that is wider than others that agree is a heading across columns."""
    widths = sorted((line.width for line in lines), reverse=True)
    return widths[1] if len(widths) > 2 and widths[2] > 0.9 * widths[1] else widths[0]


def _going_on(line: str, after: str) -> str:
    """Return a line so that the next one of its paragraph can follow: with a space or none, a parted word whole."""
    if not _HYPHEN.search(line):
        return line if _NO_SPACE.fullmatch(f"{line[-1:]}\n{after[:1]}") else line + " "
    if _AFTER_A_HALF_WORD.match(after):
        return f"{line[:-1]}- "
    return line[:-1] if after[:1].islower() else f"{line[:-1]}-"
