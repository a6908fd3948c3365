"""What the model is given to write from, and the fixed sentences that need no model."""

from collections.abc import Generator as Pieces
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from string import Template

from citeglot.claims import echoes, is_in_language, runs_in_circles, split_claims
from citeglot.constraints import digits_of
from citeglot.evidence import SCAFFOLD, Evidence, turns_that_fit
from citeglot.language import script_of
from citeglot.lexical import uncut_scripts
from citeglot.prompts import language_name, load_prompt
from citeglot.protocols import Generator, Limits

REFUSALS = {
    "de": "Die Artikel beantworten diese Frage nicht.",
    "en": "The articles do not answer this question.",
    "hi": "लेखों में इस प्रश्न का उत्तर नहीं है।",
    "ja": "この質問の答えは記事の中にありません。",
    "no": "Artiklene svarer ikke på dette spørsmålet.",
}
UNCUT = {
    "de": "Die Wörter dieser Schrift ($scripts) lassen sich nicht trennen: Gesucht wurde vor allem nach der Bedeutung.",
    "en": "The words of this script ($scripts) cannot be told apart: the search went mainly by meaning.",
    "hi": "इस लिपि ($scripts) के शब्द अलग-अलग नहीं पहचाने जा सकते: खोज मुख्यतः अर्थ के आधार पर हुई।",
    "ja": "この文字（$scripts）は単語に区切れないため、主に意味で検索しました。",
    "no": "Ordene i denne skriften ($scripts) kan ikke skilles fra hverandre: Søket gikk mest etter mening.",
}
UNFITTED = {
    "de": "Für diese Modelle wurde die Zuversicht nicht angepasst; es wird öfter abgelehnt. (python -m eval.calibrate)",
    "en": "The confidence was not fitted for these models; more is refused. (python -m eval.calibrate)",
    "hi": "इन मॉडलों के लिए विश्वास-स्तर समायोजित नहीं है; अधिक प्रश्न अस्वीकार होते हैं। (python -m eval.calibrate)",
    "ja": "このモデルでは確信度が調整されていないため、答えを控えることが多くなります。(python -m eval.calibrate)",
    "no": "Sikkerheten er ikke tilpasset disse modellene; flere spørsmål blir avvist. (python -m eval.calibrate)",
}
LIMITS = Limits(max_tokens=160, seconds=60.0)
COPIED = Limits(max_tokens=40, seconds=30.0)
AROUND = " \t\"'“”„«»「」『』*.,;:。、।"


def refusal(language: str) -> str:
    """Return "the articles do not answer this" in the language of the question, or in English."""
    return REFUSALS.get(language, REFUSALS["en"])


def search_notices(question: str, language: str) -> tuple[str, ...]:
    """Return what a person should know of how their question was searched for, in its language or in English."""
    scripts = uncut_scripts(question)
    told = Template(UNCUT.get(language, UNCUT["en"])).substitute(scripts=", ".join(scripts))
    return (told,) if scripts else ()


def calibration_notices(fitted: bool, language: str) -> tuple[str, ...]:
    """Return that the confidence is a cautious guess, where it is, in the language of the question or in English."""
    return () if fitted else (UNFITTED.get(language, UNFITTED["en"]),)


def write(
    question: str, language: str, evidence: Sequence[Evidence], generator: Generator, prompts: Path
) -> Iterator[str]:
    """Yield the answer as far as it is written, growing; it ends with its paragraph or when it turns in circles.

    One in another script than the question's language is written once more in that script, and grows anew, where code
    could look up what it says.

    Its last word is the answer without the sentence that a limit cut off, and the empty text where the model only
    said its instructions again.
    """
    prompt, name = load_prompt(prompts, "answer", language), language_name(language)
    text = "\n\n".join(one.text for one in evidence)
    turns = turns_that_fit(
        lambda text: prompt.fill(question=question, evidence=text, language=name),
        text,
        generator,
        SCAFFOLD + LIMITS.max_tokens,
    )
    limits = replace(LIMITS, numbers=_numbers(question, language, evidence))
    with closing(generator.stream(turns, limits)) as pieces:
        written, is_whole = yield from _paragraph(pieces)
    script = script_of(language)
    if written and _is_worth_it(script, language, evidence) and not is_in_language(written, language):
        # what was read is kept by the generator: only the writing costs again
        with closing(generator.stream(turns, replace(limits, script=script))) as pieces:
            written, is_whole = yield from _paragraph(pieces)
    claims = split_claims(written, language)
    instructions = " ".join(turn.text for turn in prompt.fill(question="", evidence="", language=name))
    if any(echoes(claim, instructions) for claim in claims):
        yield ""
    elif not is_whole:
        yield " ".join(claims[:-1])


def copied(question: str, evidence: Evidence, generator: Generator, prompts: Path) -> str:
    """Return the words of some evidence that answer a question, as a language model copies them."""
    prompt = load_prompt(prompts, "words", "")
    turns = turns_that_fit(
        lambda text: prompt.fill(question=question, evidence=text),
        evidence.text,
        generator,
        SCAFFOLD + COPIED.max_tokens,
    )
    with closing(generator.stream(turns, COPIED)) as pieces:
        return "".join(pieces).strip().partition("\n")[0].strip(AROUND)


def _is_worth_it(script: str, language: str, evidence: Sequence[Evidence]) -> bool:
    """Tell whether what is written in a script can be held against the evidence: by its names, or by its words.

    A script that is known by its language alone cannot be asked for.
    """
    if script in ("Latin", language):
        return False
    return script == "CJK" or any(script_of(one.chunk.language) == script for one in evidence)


def _numbers(question: str, language: str, evidence: Sequence[Evidence]) -> frozenset[str]:
    """Return the digits that may be written: those of the numbers and dates of the evidence and of the question."""
    there = [digits_of(f"{one.chunk.title}\n{one.text}", one.chunk.language) for one in evidence]
    return digits_of(question, language).union(*there)


def _paragraph(pieces: Pieces[str, None, bool]) -> Pieces[str, None, tuple[str, bool]]:
    """Yield the first paragraph as it grows; return it, and whether no limit cut it off."""
    written = ""
    while True:
        try:
            piece = next(pieces)
        except StopIteration as last:
            return written.rstrip(), bool(last.value)
        written, end, _ = (written + piece).lstrip().partition("\n")
        yield written.rstrip()
        if end or runs_in_circles(written):
            return written.rstrip(), True
