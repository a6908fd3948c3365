"""What narrows a search on the page: read from what a person typed, and told in their language."""

import glob
import unicodedata
from dataclasses import asdict, dataclass
from datetime import date
from typing import TYPE_CHECKING

from citeglot.dates import dates_in
from citeglot.documents import fulfils
from citeglot.errors import WrongUse
from citeglot.language import clean, folded
from citeglot.page import Reader
from citeglot.page_texts import language_name
from citeglot.types import Filters

if TYPE_CHECKING:
    from citeglot.generation import Generation  # brings the search library, which the page does not wait for

MOST_CHOICES = 300
MOST_CHARACTERS = 300
WILDCARDS = frozenset("*?[")


@dataclass(frozen=True, slots=True)
class Narrowing:
    """The filters as they stand in their boxes: codes of languages, an article or a pattern, two dates as typed."""

    languages: tuple[str, ...] = ()
    article: str = ""
    since: str = ""
    until: str = ""

    def to_json(self) -> dict[str, object]:
        """Return what `read_narrowing` takes."""
        return asdict(self)


NOTHING = Narrowing()


def read_narrowing(languages: object, article: object, since: object, until: object) -> Narrowing:
    """Return what came from the boxes; what is no text counts as empty, and text is cut to what can be meant."""
    codes = languages if isinstance(languages, list | tuple) else ()
    chosen = tuple(dict.fromkeys(one for one in codes if isinstance(one, str) and len(one) <= 8))
    texts = (clean(one[:MOST_CHARACTERS]) if isinstance(one, str) else "" for one in (article, since, until))
    return Narrowing(chosen, *texts)


def filters_of(narrowing: Narrowing, generation: "Generation | None", reader: Reader) -> Filters:
    """Return the filters that are meant; `WrongUse`, in the reader's language, for what means nothing."""
    since = _read_day(narrowing.since, reader)
    until = _read_day(narrowing.until, reader)
    if since and until and since > until:
        raise WrongUse(reader.texts["filter_dates_crossed"].format(since=since, until=until))
    document = _pattern(narrowing.article, generation, reader) if narrowing.article else None
    return Filters(narrowing.languages, document, since, until)


def describe(narrowing: Narrowing, generation: "Generation | None", reader: Reader) -> str:
    """Return the name of the fold: "Filters", and what is chosen where something is."""
    names = [language_name(code, reader.texts) for code in narrowing.languages]
    entry = generation.documents.get(narrowing.article) if generation else None
    parts = [", ".join(names), (entry.title or entry.name) if entry else narrowing.article]
    parts += [reader.texts[f"filter_{key}_short"].format(day=day) for key, day in _days(narrowing) if day]
    chosen = " · ".join(part[:60] for part in parts if part)
    return reader.texts["filters_chosen"].format(chosen=chosen) if chosen else reader.texts["filters"]


def language_choices(generation: "Generation | None", reader: Reader) -> list[tuple[str, str]]:
    """Return the languages of the index, by their names, with their codes."""
    codes = generation.languages if generation else ()
    return sorted((language_name(code, reader.texts), code) for code in codes)


def article_choices(generation: "Generation | None") -> list[tuple[str, str]]:
    """Return the first articles by title and name, with their names; others are found by typing."""
    entries = list(generation.documents.values())[:MOST_CHOICES] if generation else []
    return [(f"{entry.title} · {entry.name}" if entry.title else entry.name, entry.name) for entry in entries]


def _days(narrowing: Narrowing) -> tuple[tuple[str, str], tuple[str, str]]:
    return ("since", narrowing.since), ("until", narrowing.until)


def _read_day(typed: str, reader: Reader) -> date | None:
    if not typed:
        return None
    text = unicodedata.normalize("NFKC", typed)
    try:
        return date.fromisoformat(text)
    except ValueError:
        found = [one for one in dates_in(text, reader.language) if one.span == (0, len(text))]
    try:
        [one] = found
        return date(one.year or 0, one.month or 0, one.day or 0)
    except ValueError:
        raise WrongUse(reader.texts["filter_date_wrong"].format(typed=typed)) from None


def _pattern(typed: str, generation: "Generation | None", reader: Reader) -> str:
    """Return the pattern over names that is meant by a name, a title, a part of a name or a pattern."""
    if generation is None:
        return typed
    wanted = folded(typed)
    entries = generation.documents
    titled = [entry.name for entry in entries.values() if folded(entry.title) == wanted]
    if typed in entries or len(titled) == 1:
        return glob.escape(typed if typed in entries else titled[0])
    pattern = typed if WILDCARDS & set(typed) else f"*{glob.escape(typed)}*"
    if not any(fulfils(entry, Filters(document=pattern)) for entry in entries.values()):
        raise WrongUse(reader.texts["filter_article_none"].format(typed=typed))
    return pattern
