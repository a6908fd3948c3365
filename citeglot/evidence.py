"""Which sentence answers the question, and whether any does."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise

import regex

from citeglot.calibration import calibration_of
from citeglot.index import Generation
from citeglot.protocols import Embedder, Generator
from citeglot.retrieval import Candidate, rank_sentences
from citeglot.signals import Asking, signals_of
from citeglot.types import Chunk, Hit, Matrix, Span, Turn, Vector

CONSIDERED = 8  # sentences that are judged
MOST = 2  # that an answer is written from
NEARLY = 0.5
_LETTER = regex.compile(r"\p{L}")
SCAFFOLD = 32  # tokens around the turns and of a one-word reply


@dataclass(frozen=True, slots=True)
class Judgement:
    """A candidate, the probability that its sentence contains the answer, and that from which on it is given as one."""

    candidate: Candidate
    confidence: float
    needed: float

    @property
    def is_enough(self) -> bool:
        """Whether it may be given as an answer."""
        return self.confidence >= self.needed


@dataclass(frozen=True, slots=True)
class Evidence:
    """What an answer is written from: the picked sentence with its neighbours, as spans of `source`.

    `vectors` has a row for each of the sentences.
    """

    chunk: Chunk
    source: str
    picked: Span
    sentences: tuple[Span, ...]
    vectors: Matrix

    @property
    def text(self) -> str:
        """The sentences as the language model reads them, with what of white space is between them."""
        pieces = [self.sentences[0].of(self.source)]
        for before, one in pairwise(self.sentences):
            between = self.source[before.end : one.start]
            pieces += [" " if between.strip() else between, one.of(self.source)]
        return "".join(pieces)


def considered(asking: Asking, question: Vector, hits: Sequence[Hit], generation: Generation) -> list[Candidate]:
    """Return the sentences of some hits to be judged: where a number or a date is asked for, those with one.

    One without letters, the date above an article, says nothing.
    """
    nearest = [one for one in rank_sentences(generation, question, hits, CONSIDERED) if _LETTER.search(one.text)]
    if asking.kind not in ("number", "date"):
        return nearest
    return [one for one in nearest if asking.is_met_by(one.text, one.hit.chunk.language) is not False]


def judge(
    asking: Asking, candidates: Sequence[Candidate], generation: Generation, embedder: Embedder
) -> list[Judgement]:
    """Return the judgement of each candidate, the surest first."""
    calibration = calibration_of(embedder.identity)
    signals = signals_of(asking, candidates, generation, embedder)
    found = [
        Judgement(one, calibration.probability(of_it), calibration.needed(of_it))
        for one, of_it in zip(candidates, signals, strict=True)
    ]
    return sorted(found, key=lambda one: -one.confidence)


def turns_that_fit(
    turns_of: Callable[[str], tuple[Turn, ...]], evidence: str, generator: Generator, kept: int
) -> tuple[Turn, ...]:
    """Return the turns over as much of some evidence, from its beginning, as the model's context holds.

    `kept` tokens are left for what is not in the turns. Where even the beginning does not fit, the question is too long
    and the generator says so.
    """
    turns = turns_of(evidence)
    room = generator.context_tokens - kept
    while (excess := sum(generator.count_tokens(turn.text) for turn in turns) - room) > 0 and evidence:
        share = 1 - excess / max(excess, generator.count_tokens(evidence))
        evidence = evidence[: min(int(len(evidence) * share), len(evidence) - 1)]
        turns = turns_of(evidence)
    return turns


def confidence(judgements: Sequence[Judgement]) -> float:
    """Return the probability that the articles answer the question: that of the best candidate, 0 without any."""
    return judgements[0].confidence if judgements else 0.0


def gather_all(generation: Generation, judgements: Sequence[Judgement]) -> list[Evidence]:
    """Return the evidence of the best judgement and of those nearly as good, best first.

    One that would be enough by itself but is far from the best costs reading and holds nothing that the best lacks.
    """
    found: list[Evidence] = []
    for one in judgements:
        good = one.confidence >= NEARLY * judgements[0].confidence
        if good and len(found) < MOST and not any(_holds(other, one.candidate) for other in found):
            found.append(gather(generation, one.candidate))
    return found


def _holds(evidence: Evidence, candidate: Candidate) -> bool:
    return evidence.chunk.document == candidate.hit.chunk.document and candidate.span in evidence.sentences


def gather(generation: Generation, candidate: Candidate) -> Evidence:
    """Return the picked sentence with the one before and the one after it in its passage, where these have letters."""
    chunk, source = candidate.hit.chunk, generation.document(candidate.hit.chunk.document).text
    around = [(row, chunk.sentences[row]) for row in candidate.neighbours]
    kept = [(row, span) for row, span in around if span == candidate.span or _LETTER.search(span.of(source))]
    rows, sentences = [row for row, _ in kept], tuple(span for _, span in kept)
    return Evidence(chunk, source, candidate.span, sentences, generation.sentence_vectors(chunk)[rows])
