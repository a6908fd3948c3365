"""Which words of a text are likely names, as far as its letters show."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib import resources

import regex

from citeglot.language import is_function_word
from citeglot.sentences import split_sentences
from citeglot.types import Span

_CODE = regex.compile(
    r"(?<![\p{Latin}\p{M}\p{N}@#/._-])(?:\p{Lu}{1,6}[-‐–]?\d{1,4}\p{Lu}{0,2}|\d?\p{Lu}[\p{Lu}\d]{1,6}|\p{Lu}\p{Ll}?\p{Lu}\p{Lu}+)"
    r"(?![\p{Latin}\p{M}\p{N}@/_])"
)
_KATAKANA = regex.compile(r"[\p{Katakana}ー]{2,}(?:[・=＝][\p{Katakana}ー]+)*")
_HAN = regex.compile(
    r"(?<![\p{Han}々])(?P<name>[\p{Han}々]{2,4}?)(?=・?(?:副|前|元|新)?"
    r"(?:氏|さん|首相|大統領|総理|総書記|国家主席|[国防衛外務内財法商農相]{1,3}(?:大臣|相|長官)|長官|大臣|外相|議員|知事|大使|報道官|将軍))"
)
# words that are translated, not transliterated: common ones in Katakana; what English and German give a capital letter
_TABLES = json.loads(resources.files("citeglot").joinpath("names.json").read_text("utf-8"))
_LOANWORDS = frozenset(_TABLES["loanwords"].split())
_CALENDAR_AND_OFFICE = frozenset(_TABLES["calendar_and_office"].split())
OFFICES = _TABLES["offices"]  # in scripts without case, where they look like names
_OFFICE_HAN = regex.compile("国防|防衛|外務|内務|財務|法務|総務|両国?|各国?|同国?|関係|副|国務|経済|官房|[首外財]相")
_WORD = regex.compile(  # Alessandroです is two words
    r"(?:[\p{Latin}\p{M}\u200c\u200d]+|[[\p{L}\p{M}\u200c\u200d]--\p{Latin}]+)(?:['’](?![sS](?!\p{L}))[\p{L}\p{M}]+)*",
    regex.V1,
)
_ADDRESS = regex.compile(r"https?://\S+|www\.\S+|[\w-]+(?:\.[\w-]+)+/\S+|[\w.]*@[\w.]+")
_CAPITAL = regex.compile(r"\p{Lu}")
_LATIN = regex.compile(r"\p{Latin}")
_JOINT = regex.compile(r"[-‐–]|(?:[ \u00a0](?:von|van|der|de|del|della|di|da|dos|al|bin|ibn|zu))*[ \u00a0]")
_GERMAN_NOUN = regex.compile(
    r"\p{L}{15}|(?:ung|heit|keit|schaft|tion|tät)s\p{Ll}{2}"
    r"|(?:ung|heit|keit|schaft|tion|sion|tät|ismus|nis|tum|ment|ling|thek)(?:e?[ns]|es|en|se)?$"
    r"|(?:minister|präsident|kanzler|general|direktor|sekretär|sprecher|botschafter|chef|leiter|kollege)(?:in|n|s)?$"
)
_GERMAN_BEFORE_NOUN = regex.compile(
    r"(?i:d(?:er|ie|as|en|em|es)|(?:k?ein|mein|dein|sein|ihr|unser|euer)(?:e[mnrs]?)?|(?:dies|jed|jen|welch|all)e[mnrs]?"
    r"|(?:viel|mehrer|einig|beid)e[nr]?|im|am|ins|ans|zum|zur|beim|vom|aufs|zwei|drei|vier|fünf|sechs|\d+\.?)"
    r"|(?!zwischen)[\p{Ll}-]+(?:isch|lich|ig|iv|al|ell|är|los|bar|sam|weit|ant|ent|nd|t)e[mnrs]?"
)


@dataclass(frozen=True, slots=True)
class Name:
    """A word of a text that is likely a name, or neighbours that are one: New Delhi, ラージナート・シン."""

    span: Span
    text: str


def names_in(text: str, language: str) -> tuple[Name, ...]:
    """Return the likely names of a text in order: capitalised words, Katakana, Han before an office, codes.

    Where a sentence begins, a capital letter says nothing: such a word must stand so elsewhere too, or before another.
    In German, which gives every noun a capital letter, a noun is left out where an article or an adjective stands
    before it or its ending makes it one; others stay. In scripts without case only Latin words and codes can be told.
    """
    spans = [Span(*code.span()) for code in _CODE.finditer(text)]
    spans += [Span(*run.span()) for run in _KATAKANA.finditer(text) if run[0] not in _LOANWORDS]
    spans += [Span(*one.span("name")) for one in _HAN.finditer(text) if not _OFFICE_HAN.match(one["name"])]
    taken = {
        place for span in (*spans, *(Span(*one.span()) for one in _ADDRESS.finditer(text))) for place in range(*span)
    }
    spans += [span for span in _capitalised(text, language) if not taken & set(range(*span))]
    return tuple(Name(span, span.of(text)) for span in sorted(spans))


def _capitalised(text: str, language: str) -> list[Span]:
    inside: list[list[Span]] = []
    doubtful: list[list[Span]] = []
    for sentence in split_sentences(text, language):
        words = [Span(*word.span()) for word in _WORD.finditer(text, *sentence)]
        cased = any(_LATIN.search(span.of(text)) and span.of(text).islower() for span in words)
        for run in _runs(text, words, language):
            first = run[0] == words[0] and cased and len(run) == 1
            (doubtful if first else inside).append(run)
    known = {span.of(text) for run in inside for span in run}
    certain = inside + [run for run in doubtful if run[0].of(text) in known]
    return [Span(run[0].start, run[-1].end) for run in certain]


def _runs(text: str, words: Sequence[Span], language: str) -> Iterator[list[Span]]:
    """Yield the neighbours among the words that are capitalised and may be names."""
    run: list[Span] = []
    for before, word in zip((None, *words), words, strict=False):
        if not _may_be_name(text, before, word, language):
            continue
        if run and not _JOINT.fullmatch(text, run[-1].end, word.start):
            yield run
            run = []
        run.append(word)
    if run:
        yield run


def _may_be_name(text: str, before: Span | None, word: Span, language: str) -> bool:
    written = word.of(text)
    if len(written) < 2 or not _CAPITAL.match(written) or written.casefold() in _CALENDAR_AND_OFFICE:
        return False
    if is_function_word(written, language):
        return False
    if language != "de":
        return True
    joined = before is not None and text[before.end : word.start].isspace()
    return not _GERMAN_NOUN.search(written) and not (
        joined and before is not None and _GERMAN_BEFORE_NOUN.fullmatch(before.of(text))
    )
