"""Turns a draft into an answer whose every sentence is tied to the sentence of the article it rests on."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from citeglot.balance import language_offsets
from citeglot.claims import Claim, check_claim, echoes, is_in_language, runs_in_circles, split_claims
from citeglot.evidence import Evidence
from citeglot.protocols import Embedder
from citeglot.types import AnswerSentence, Citation, Kind, Matrix, Span, Verdict


@dataclass(frozen=True, slots=True)
class Settled:
    """An answer's text with its numbers, its sentences and what they cite."""

    kind: Kind
    text: str
    sentences: tuple[AnswerSentence, ...] = ()
    citations: tuple[Citation, ...] = ()


def settle(question: str, language: str, draft: str, evidence: Evidence, embedder: Embedder) -> Settled | None:
    """Return what of the draft holds against the evidence, or None where no sentence of it surely does.

    Sentences with a number, date or name that the cited sentences do not have are dropped, and so are sentences that
    only say the question again, and a draft in another language than the question's.
    """
    texts = [text for text in split_claims(draft, language) if not echoes(text, question)]
    if not texts or runs_in_circles(draft) or not is_in_language(draft, language):
        return None
    means = language_offsets(embedder.identity, [language, evidence.chunk.language])
    vectors = centred(embedder.embed_passages(texts), means.get(language))
    sources = centred(evidence.vectors, means.get(evidence.chunk.language))
    held = []
    for text, vector in zip(texts, vectors, strict=True):
        verdict, spans = check_claim(Claim(text, language, vector), evidence, sources)
        if verdict != "unsupported":
            held.append((text, verdict, spans))
    sure = any(verdict == "supported" for _, verdict, _ in held)
    return _numbered("answer", held, evidence) if sure else None


def quote(evidence: Evidence) -> Settled:
    """Return the picked sentence itself, verbatim, as a quotation."""
    return _numbered("quotation", [(evidence.picked.of(evidence.source), "supported", (evidence.picked,))], evidence)


def _numbered(kind: Kind, held: Sequence[tuple[str, Verdict, tuple[Span, ...]]], evidence: Evidence) -> Settled:
    """Number the cited sentences in the order in which the answer uses them."""
    numbers: dict[Span, int] = {}
    sentences = []
    for text, verdict, spans in held:
        for span in spans:
            numbers.setdefault(span, len(numbers) + 1)
        sentences.append(AnswerSentence(text, tuple(numbers[span] for span in spans), verdict))
    text = " ".join(" ".join([one.text, *(f"[{number}]" for number in one.citations)]) for one in sentences)
    citations = tuple(_citation(number, span, evidence) for span, number in numbers.items())
    return Settled(kind, text, tuple(sentences), citations)


def _citation(number: int, span: Span, evidence: Evidence) -> Citation:
    chunk = evidence.chunk
    quotation = span.of(evidence.source)
    return Citation(number, chunk.document, chunk.title, chunk.language, span.start, span.end, quotation)


def centred(vectors: Matrix, mean: Sequence[float] | None) -> Matrix:
    """Return what is left of the vectors without the mean of their language, as unit vectors."""
    rest = vectors if mean is None else vectors - np.array(mean, dtype=np.float32)
    lengths = np.linalg.norm(rest, axis=-1, keepdims=True)
    return np.asarray(rest / np.maximum(lengths, 1e-9), dtype=np.float32)
