"""Title, language and date of an article: what it states, or what its text shows."""

from collections.abc import Iterator
from datetime import date, timedelta

import regex

from citeglot.dates import dates_in
from citeglot.errors import WrongUse
from citeglot.formats import Article
from citeglot.language import INTERFACE_LANGUAGES, SHORT_LETTERS, detect_language, normalise_code, script_of
from citeglot.sentences import is_heading, split_sentences
from citeglot.types import Document

_LIKELY = (*INTERFACE_LANGUAGES, "zh")
_TITLE_LENGTH = 80
_HEAD_LINES = 8
_LETTERS_BESIDE_A_DATE = 20  # a place, a weekday, "updated"
_SAMPLE = 20_000  # code points; what tells languages apart takes time that grows with the square of the longest word
_STRETCHES = 10
_CHECKED = 1_000  # code points; to see whether a stated language can be right
_LINE = 2_000  # code points of a line in which a title or a date is looked for
_ONE_DAY = timedelta(days=1)  # where it is tomorrow already

_HID = "Characters that control, hide or turn text around were left out"
_NO_DATE = "The stated date cannot be read or lies ahead; the article has none"
_UNKNOWN_LANGUAGE = "The stated language is not known; that of the text is taken"
_OTHER_LANGUAGE = "The text seems to be in another language than the stated one, which is kept"


def describe_article(name: str, article: Article, today: date) -> Document:
    """Return the document that an article is."""
    language = _language(article)
    return Document(
        name=name,
        title=_title(article, language),
        language=language,
        date=_date(article, language, today),
        text=article.text,
    )


def remarks_on(document: Document, article: Article) -> Iterator[str]:
    """Yield what of an article was not taken as it stands in its file, each as the beginning of a sentence."""
    if article.hid:
        yield _HID
    if article.metadata.get("date") and document.date is None:
        yield _NO_DATE
    if stated := _stated_language(article):
        beginning = article.text[:_CHECKED]
        if not _known(stated):
            yield _UNKNOWN_LANGUAGE
        elif len(regex.findall(r"\p{L}", beginning)) >= SHORT_LETTERS and document.language != _detected(beginning):
            yield _OTHER_LANGUAGE


def _language(article: Article) -> str:
    """Return the stated language, else the one that the text is in.

    A page often states that of its template; it is believed where the text is in a script of that language.
    """
    if known := _known(_stated_language(article)):
        return known
    found = _detected(article.text)
    stated = _known(article.metadata.get("page-language", ""))
    return stated if stated and script_of(stated) == script_of(found) else found


def _stated_language(article: Article) -> str:
    return article.metadata.get("language") or article.metadata.get("lang") or ""


def _known(stated: str) -> str:
    """Return the code of a stated language, or "" where it is none that is known."""
    try:
        return normalise_code(stated)
    except WrongUse:
        return ""


def _detected(text: str) -> str:
    """Return the language of a text; a very long one is judged by stretches from all of it."""
    if len(text) > _SAMPLE:
        step = len(text) // _STRETCHES
        text = "\n".join(text[start : start + _SAMPLE // _STRETCHES] for start in range(0, step * _STRETCHES, step))
    return detect_language(text, _LIKELY)


def _title(article: Article, language: str) -> str:
    """Return the stated title, else a heading at the top, else the beginning of the first sentence."""
    if stated := article.metadata.get("title", "").strip():
        return shorten(stated)
    lines = _lines(article.text)
    first = next((line for line in lines if regex.search(r"[\p{L}\p{N}]", line)), lines[0])
    if found := regex.fullmatch(r"#{1,6}\s+(?<title>.*?)\s*#*", first):
        first = found["title"] or first
    if is_heading(first):
        return " ".join(first.split())
    return shorten(split_sentences(first, language)[0].of(first))


def _lines(text: str) -> list[str]:
    return [line.strip()[:_LINE] for line in text.splitlines() if line.strip()]


def shorten(text: str, length: int = _TITLE_LENGTH) -> str:
    """Return at most `length` visible characters, cut between words where there are any, with "…" where cut."""
    clusters = regex.findall(r"\X", " ".join(text.split()))
    if len(clusters) <= length:
        return "".join(clusters)
    kept = clusters[: length - 1]
    spaces = [place for place, cluster in enumerate(kept) if cluster == " " and place > length // 2]
    if clusters[length - 1] != " " and spaces:
        kept = kept[: spaces[-1]]
    return "".join(kept).rstrip(" ,;:–—-、，") + "…"


def _date(article: Article, language: str, today: date) -> date | None:
    """Return the date the article states of itself: in its front matter, or in a dateline above the first sentence."""
    if stated := article.metadata.get("date"):
        return _first_date(stated, language, today)[0]
    for place, line in enumerate(_lines(article.text)[:_HEAD_LINES]):
        if not is_heading(line):
            return None
        stated_date, beside = _first_date(line, language, today)
        if stated_date and beside <= (_LETTERS_BESIDE_A_DATE if place else 0):
            return stated_date
    return None


def _first_date(text: str, language: str, today: date) -> tuple[date | None, int]:
    """Return the first whole and plausible date of a text, and how many letters stand beside it."""
    for found in dates_in(text, language):
        if found.year and found.month and found.day and found.year >= 1900:
            try:
                stated = date(found.year, found.month, found.day)
            except ValueError:  # the 31st of February
                continue
            if stated > today + _ONE_DAY:
                continue
            return stated, len(regex.findall(r"\p{L}", text[: found.span.start] + text[found.span.end :]))
    return None, 0
