"""Title, language and date of an article: what it states, or what its text shows."""

from datetime import date

import regex

from citeglot.dates import dates_in
from citeglot.decoding import UnreadableArticle
from citeglot.errors import WrongUse
from citeglot.formats import Article
from citeglot.language import INTERFACE_LANGUAGES, detect_language, normalise_code, script_of
from citeglot.sentences import is_heading, split_sentences
from citeglot.types import Document

_LIKELY = (*INTERFACE_LANGUAGES, "zh")
_TITLE_LENGTH = 80
_HEAD_LINES = 8
_LETTERS_BESIDE_A_DATE = 20  # a place, a weekday, "updated"


def describe_article(name: str, article: Article, today: date) -> Document:
    """Return the document that an article is; `UnreadableArticle` where it states a language that is not known."""
    language = _language(article)
    return Document(
        name=name,
        title=_title(article, language),
        language=language,
        date=_date(article, language, today),
        text=article.text,
    )


def _language(article: Article) -> str:
    """Return the stated language, else the one that the text is in.

    A page often states that of its template; it is believed where the text is in a script of that language.
    """
    if stated := article.metadata.get("language") or article.metadata.get("lang"):
        try:
            return normalise_code(stated)
        except WrongUse as problem:
            raise UnreadableArticle(f"It states a language that is not known: {problem}", article.key) from None
    found = detect_language(article.text, _LIKELY)
    try:
        stated = normalise_code(article.metadata.get("page-language", ""))
    except WrongUse:
        return found
    return stated if script_of(stated) == script_of(found) else found


def _title(article: Article, language: str) -> str:
    """Return the stated title, else a heading at the top, else the beginning of the first sentence."""
    if stated := article.metadata.get("title", "").strip():
        return shorten(stated)
    lines = [line.strip() for line in article.text.splitlines() if line.strip()]
    first = next((line for line in lines if regex.search(r"[\p{L}\p{N}]", line)), lines[0])
    if found := regex.fullmatch(r"#{1,6}\s+(?<title>.*?)\s*#*", first):
        first = found["title"] or first
    if is_heading(first):
        return " ".join(first.split())
    return shorten(split_sentences(first, language)[0].of(first))


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
    lines = [line.strip() for line in article.text.splitlines() if line.strip()][:_HEAD_LINES]
    for place, line in enumerate(lines):
        if not is_heading(line):
            return None
        stated_date, beside = _first_date(line, language, today)
        if stated_date and beside <= (_LETTERS_BESIDE_A_DATE if place else 0):
            return stated_date
    return None


def _first_date(text: str, language: str, today: date) -> tuple[date | None, int]:
    """Return the first whole and plausible date of a text, and how many letters stand beside it."""
    for found in dates_in(text, language):
        if found.year and found.month and found.day and 1900 <= found.year <= today.year + 1:
            try:
                stated = date(found.year, found.month, found.day)
            except ValueError:  # the 31st of February
                continue
            return stated, len(regex.findall(r"\p{L}", text[: found.span.start] + text[found.span.end :]))
    return None, 0
