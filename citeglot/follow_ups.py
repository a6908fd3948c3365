"""Questions that are understood only after what was said before them."""

from collections.abc import Sequence

import regex

from citeglot.places import countries_in
from citeglot.types import Turn

MOST_OF_A_TURN = 600
MOST_OF_AN_ANSWER = 300

# A question that begins with a word of the first kind, or holds one of the others, leans on the question before it; on
# one of the last kind only where nobody is named before it: "When did Gram meet his colleague?" stands alone.
_BEGINNINGS = {
    "de": {"und", "aber", "oder"},
    "en": {"and", "but", "or"},
    "hi": {"और", "लेकिन", "तो"},
    "no": {"og", "men", "eller"},
}
_POINTERS = {
    "de": "er sie ihm ihn ihnen davon dazu dabei dagegen dessen dieser dieses diesem diesen dort",
    "en": "it its those these there",
    "hi": "वह वे यह ये इस उन्होंने उसने उनका उनकी उनके उन्हें उसका उसकी उसके इसका इसकी इसके वहाँ वहां",
    "no": "dette denne disse",
}
_PERSONS = {"en": "he she him her his them they their", "no": "han hun ham henne hans hennes dem deres"}
_NAMED = regex.compile(r"(?<=\s)\p{Lu}\p{L}")
_THERE_IS = regex.compile(r"\b(is|are|was|were|be|been) there\b")  # it points nowhere
# So short a question without a name or a number says too little alone ("Since when?", "Warum ist das so?").
_FEW_WORDS = {"de": 4, "en": 4, "no": 4}
_FEW, _FEW_LETTERS = 3, 8
_TELLING = regex.compile(r"\p{N}|[\p{Katakana}\p{Han}]{2,}|(?<=\s)\p{Lu}")
_JAPANESE = regex.compile(r"^(では|じゃあ|それで|そして|でも)|それ|その|彼|そこ")
_TOPIC = regex.compile(r"[はがも]|\p{N}|\p{Latin}|\p{Katakana}{2,}")  # without one it is told before
_WORD = regex.compile(r"[\p{L}\p{M}]+")
_CITATION = regex.compile(r"\s*\[\d+\]")


def in_context(question: str, history: Sequence[Turn]) -> str:
    """Return a question after the last one before it and what was answered to that, where there is one.

    An answer counts up to its first 300 characters, without its citations: what a follow-up means stands there.
    """
    last = max((place for place, turn in enumerate(history) if turn.role == "user"), default=len(history))
    earlier = [_CITATION.sub("", turn.text[:MOST_OF_A_TURN])[:MOST_OF_AN_ANSWER] for turn in history[last + 1 :]]
    return "\n".join([*(turn.text[-MOST_OF_A_TURN:] for turn in history[last : last + 1]), *earlier, question])


def standalone(question: str, language: str, history: Sequence[Turn]) -> str:
    """Return what is judged and answered: the question, with the last one before it where it leans on that."""
    earlier = [turn.text for turn in history if turn.role == "user"]
    return f"{earlier[-1][-MOST_OF_A_TURN:]}\n{question}" if earlier and leans(question, language) else question


def leans(question: str, language: str) -> bool:
    """Tell whether a question is understood only after another: "And in Berlin?", "When did he?", "Since when?"."""
    if language == "ja":
        return _leans_in_japanese(question)
    folded = _THERE_IS.sub("", question.casefold()) if language == "en" else question.casefold()
    words = _WORD.findall(folded)
    if len(words) <= _FEW_WORDS.get(language, _FEW) and not _TELLING.search(question):
        return True
    if words[:1] and words[0] in _BEGINNINGS.get(language, set()):
        return True
    return any(one in words for one in _POINTERS.get(language, "").split()) or _points_at_somebody(question, language)


def _leans_in_japanese(question: str) -> bool:
    few = sum(map(len, _WORD.findall(question))) <= _FEW_LETTERS and not _TELLING.search(question)
    untold = not _TOPIC.search(question) and not countries_in(question, "ja")
    return few or untold or _JAPANESE.search(question) is not None


def _points_at_somebody(question: str, language: str) -> bool:
    """Tell whether a question speaks of a person, or of people, whom it has not named before."""
    persons = _PERSONS.get(language, "").split()
    word = next((one for one in _WORD.finditer(question) if one.group().casefold() in persons), None)
    return word is not None and not _NAMED.search(question, endpos=word.start())
