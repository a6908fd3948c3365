"""Turns a draft into an answer whose every sentence is tied to the sentence of the article it rests on."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from citeglot.agreement import agree, answering_words, told_words
from citeglot.balance import centred, language_offsets
from citeglot.claims import (
    NAMES_ALONE,
    STOPS,
    Check,
    Claim,
    check_claim,
    echoes,
    is_in_language,
    runs_in_circles,
    split_claims,
)
from citeglot.evidence import Evidence
from citeglot.holders import names_another
from citeglot.protocols import Embedder
from citeglot.signals import Asking
from citeglot.types import AnswerSentence, Citation, Kind, Span, Verdict
from citeglot.verdicts import final_verdict

VERDICTS: tuple[Verdict, ...] = ("supported", "weak")
_Source = tuple[Evidence, Span]
_Held = tuple[str, Verdict, list[_Source]]  # a sentence, its verdict and what holds it


@dataclass(frozen=True, slots=True)
class Settled:
    """An answer's text with its numbers, its sentences and what they cite."""

    kind: Kind
    text: str
    sentences: tuple[AnswerSentence, ...] = ()
    citations: tuple[Citation, ...] = ()


def settle(asking: Asking, draft: str, evidence: Sequence[Evidence], embedder: Embedder) -> Settled | None:
    """Return what of the draft holds against some evidence, or None where no sentence of it surely does.

    Sentences with a number, date or name that the cited sentences do not have are dropped, and so are sentences that
    only say the question again or name another person than was asked for, a name or number alone beside a sentence that
    answers, and a draft in another language than the question's. A draft that does not have what was asked for (a
    number, a date, a person) is none, nor is one without a sentence that is at least likely and gives the answer that
    the cross-encoder finds in what it cites. Everything that holds a sentence is cited.
    """
    question, language = asking.question, asking.language
    texts = [text for text in split_claims(draft, language) if not echoes(text, question)]
    if not texts or runs_in_circles(draft) or not is_in_language(draft, language):
        return None
    means = language_offsets(embedder.identity, [language, *(one.chunk.language for one in evidence)])
    vectors = centred(embedder.embed_passages(texts), means.get(language))
    held: list[tuple[_Held, bool]] = []
    for text, vector in zip(texts, vectors, strict=True):
        checks = _checks(Claim(text, language, vector), evidence, means, question)
        if checks and not names_another(asking, text, evidence):
            sources = _sources(checks)
            verdict = final_verdict(asking, text, checks[0][1].verdict, sources)
            likely = any(check.verdict == "supported" or check.is_likely for _, check in checks)
            held.append(((text, verdict, sources), likely and _is_agreed(asking, text, sources, embedder)))
    whole = [one for one in held if not NAMES_ALONE.fullmatch(one[0][0].strip(STOPS))]
    for some in (whole, held):
        told = any(asking.is_met_by(text, language) is not False for (text, _, _), _ in some)
        if told and any(sure for _, sure in some):
            return numbered("answer", [one for one, _ in some])
    return None


def _is_agreed(asking: Asking, claim: str, sources: Sequence[_Source], embedder: Embedder) -> bool:
    """Tell whether the cross-encoder finds what a claim answers in one of the sentences that the claim cites.

    Where a number is asked for, it has to be a sentence with one that has its unit.
    """
    told = told_words(asking, claim, embedder)
    found = (
        answering_words(asking, evidence.chunk, span, embedder)
        for evidence, span in sources
        if asking.kind != "number" or asking.is_met_by(span.of(evidence.source), evidence.chunk.language)
    )
    return any(agree(asking, words, told, embedder) for words in found)


def _checks(
    claim: Claim, evidence: Sequence[Evidence], means: Mapping[str, Sequence[float]], question: str
) -> list[tuple[Evidence, Check]]:
    """Return the evidence with the best verdict on a claim, what makes it likely first; nothing where none holds it."""
    checks = [
        (one, check_claim(claim, one, centred(one.vectors, means.get(one.chunk.language)), question))
        for one in evidence
    ]
    best = next((one for one in VERDICTS if any(one == check.verdict for _, check in checks)), None)
    return sorted((pair for pair in checks if pair[1].verdict == best), key=lambda pair: not pair[1].is_likely)


def _sources(checks: Sequence[tuple[Evidence, Check]]) -> list[_Source]:
    """Return the sentences to cite: all that support the claim, the first where it is weak."""
    sources = [(evidence, span) for evidence, check in checks for span in check.spans]
    return sources if checks[0][1].verdict == "supported" else sources[:1]


def quote(evidence: Evidence) -> Settled:
    """Return the picked sentence itself, verbatim, as a quotation."""
    text = evidence.picked.of(evidence.source)
    return numbered("quotation", [(text, "supported", [(evidence, evidence.picked)])])


def numbered(kind: Kind, held: Sequence[_Held]) -> Settled:
    """Return the sentences with their numbers, in the order in which the answer uses what it cites."""
    citations: dict[tuple[str, Span], Citation] = {}
    sentences = []
    for text, verdict, sources in held:
        numbers = []
        for evidence, span in sources:
            key = (evidence.chunk.document, span)
            if key not in citations:
                citations[key] = _citation(len(citations) + 1, span, evidence)
            numbers.append(citations[key].number)
        sentences.append(AnswerSentence(text, tuple(numbers), verdict))
    text = " ".join(" ".join([one.text, *(f"[{number}]" for number in one.citations)]) for one in sentences)
    return Settled(kind, text, tuple(sentences), tuple(citations.values()))


def _citation(number: int, span: Span, evidence: Evidence) -> Citation:
    chunk = evidence.chunk
    quotation = span.of(evidence.source)
    return Citation(number, chunk.document, chunk.title, chunk.language, span.start, span.end, quotation)
