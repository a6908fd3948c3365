"""What a text is looked up by: the terms of a question and of a passage, cut by the same rules.

Words keep their combining marks and lose their endings (Snowball, where the language has one) and their accents.
Han and Kana are cut into letters, pairs of letters and Katakana words, scripts without spaces into pairs of letters.
"""

import unicodedata
from collections import Counter
from collections.abc import Callable, Iterator
from importlib.metadata import version
from itertools import pairwise

import regex

from citeglot.stems import known_parts, parts_of, stem_of

RULES = 1  # raise it with every change of what `terms` returns
PART_WEIGHT = 0.5

_UNCOVERED = ("Lao", "Khmer", "Myanmar", "Tai_Le", "New_Tai_Lue", "Tai_Tham", "Tai_Viet", "Javanese", "Balinese")
_LETTER = r"[\p{L}\p{M}]"
_CJK = r"[[\p{Han}\p{Hiragana}\p{Katakana}ー\u3099\u309A]&&[\p{L}\p{M}\p{Nl}]]"
_PAIRED = "[[" + "".join(r"\p{" + name + "}" for name in ("Thai", "Hangul", *_UNCOVERED)) + f"]&&{_LETTER}]"
_SPACED = f"[{_LETTER}--{_CJK}--{_PAIRED}]"
_WITHIN = rf"[{_SPACED}\p{{N}}]"
_TOKEN = regex.compile(
    rf"""(?P<cjk>{_CJK}+)
    |(?P<paired>{_PAIRED}+)
    |(?P<abbreviation>(?<!{_WITHIN})\p{{L}}\p{{M}}*(?:\.\p{{L}}\p{{M}}*)+(?!{_WITHIN}))
    |(?P<code>(?<!{_WITHIN})
        (?:{_SPACED}{{1,6}}[-‐–]?[0-9]{{1,5}}{_SPACED}{{0,3}}|[0-9]{{1,4}}{_SPACED}{{1,3}})(?!{_WITHIN}))
    |(?P<number>(?<![0-9])[0-9]{{1,3}}(?:\ [0-9]{{3}})+(?!{_WITHIN})|[0-9]+(?:[.,'][0-9]+)*)
    |(?P<word>{_WITHIN}+(?:'{_SPACED}+)*)""",
    regex.VERBOSE | regex.V1,
)
_SCRIPT = regex.compile("|".join(rf"(?P<{name}>\p{{{name}}})" for name in _UNCOVERED))
_KATAKANA_WORD = regex.compile(r"[\p{Katakana}ー]{3,}")
_CLUSTER = regex.compile(r"\p{L}\p{M}*|\p{M}+")
_GROUPED = regex.compile(r"(?<whole>[0-9]{1,3}(?<mark>[., '])(?:[0-9]{2,3}(?P=mark))*[0-9]{3})(?:[.,](?<rest>[0-9]+))?")

# what an article may write in one way and a question in another
_SAME = str.maketrans("\u02bb\u02bc\u2018\u2019\u201b\u00b4`\u066b\u066c\u200b", "'''''''., ")
_FOREIGN_DIGIT = regex.compile(r"(?![0-9])\p{Nd}")
_IGNORABLE = regex.compile(r"\p{DI}|\u0640")


def analyser_version() -> str:
    """Return what must be equal for the terms of two runs to be comparable."""
    return f"{RULES}/snowball-{version('snowballstemmer')}"


def terms(text: str, language: str) -> list[str]:
    """Return the terms of a text in order, by the rules of a language (ISO 639-1) or the common ones."""
    return [term for token in _TOKEN.finditer(_normalise(text)) for term in _terms(token, language)]


def uncut_scripts(text: str) -> tuple[str, ...]:
    """Return the scripts in a text whose words cannot be told apart (Unicode's names).

    A text in such a script is found by meaning and by pairs of letters only: the person should be told.
    """
    return tuple(sorted({match.lastgroup or "" for match in _SCRIPT.finditer(text)}))


def question_weights(question: str, language: str, known: Callable[[str], bool]) -> dict[str, float]:
    """Return the terms of a question by weight, those of the parts of its compounds at half of it.

    `known` says whether the articles have a term: a compound is cut only where they have both parts.
    """
    counts = Counter(terms(question, language))
    weights = {term: float(count) for term, count in counts.items()}
    for term, count in counts.items():
        for part in known_parts(term, language, known):
            weights[part] = weights.get(part, 0.0) + PART_WEIGHT * count
    return weights


def _normalise(text: str) -> str:
    folded = unicodedata.normalize("NFKC", text.translate(_SAME)).casefold()
    bare = _IGNORABLE.sub("", unicodedata.normalize("NFKC", folded))
    return _FOREIGN_DIGIT.sub(lambda digit: str(unicodedata.decimal(digit[0])), bare)


def _terms(token: "regex.Match[str]", language: str) -> Iterator[str]:
    kind, written = token.lastgroup, token[0]
    if kind == "cjk":
        yield from _cjk_terms(written)
    elif kind == "paired":
        yield from _pairs(_CLUSTER.findall(written))
    elif kind == "abbreviation":
        yield written.replace(".", "")
    elif kind == "number":
        yield from _number_terms(written)
    elif kind == "code":
        parts = regex.findall(r"[0-9]+|[^-‐–0-9]+", written)
        yield "".join(parts)
        yield from (_plain(part) if part.isdecimal() else stem_of(part, language) for part in parts)
    else:
        yield stem_of(written, language)
        yield from parts_of(written, language)


def _cjk_terms(run: str) -> Iterator[str]:
    """Yield letters, pairs of neighbours, and words in Katakana, most of which are names."""
    yield from run
    if len(run) > 1:
        yield from _pairs(list(run))
    yield from _KATAKANA_WORD.findall(run)


def _pairs(letters: list[str]) -> list[str]:
    return [one + other for one, other in pairwise(letters)] or letters


def _number_terms(written: str) -> Iterator[str]:
    """Yield 1000 for 1.000, 1,000 and 1 000; 3.5, 3 and 5 for 3,5; the parts of 10.01.2024 beside the whole."""
    parts = regex.findall("[0-9]+", written)
    if grouped := _GROUPED.fullmatch(written):
        whole = "".join(regex.findall("[0-9]+", grouped["whole"]))
        yield from (whole, f"{whole}.{grouped['rest']}") if grouped["rest"] else (whole,)
    elif len(parts) > 1:
        yield ".".join(parts)
    if not grouped or " " in written:  # 12 000 may be two numbers that stand side by side
        yield from map(_plain, parts)


def _plain(digits: str) -> str:
    return digits.lstrip("0") or "0"
