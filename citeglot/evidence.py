"""Which sentence answers the question, and whether any does."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from citeglot.calibration import Calibration, calibration_of
from citeglot.index import Generation
from citeglot.prompts import load_prompt
from citeglot.protocols import Embedder, Generator
from citeglot.retrieval import Candidate
from citeglot.signals import Asking, logit, signals_of
from citeglot.types import Chunk, Matrix, Span, Turn

CONSIDERED = 8  # sentences whose signals are computed
WORTH_READING = 4  # those that the language model reads
MOST = 2  # that an answer is written from
NEARLY = 0.5
SCAFFOLD = 32  # tokens around the turns and of a one-word reply


@dataclass(frozen=True, slots=True)
class Judgement:
    """A candidate and the probability that its sentence contains the answer."""

    candidate: Candidate
    confidence: float


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
        """The sentences as the language model reads them."""
        return Span(self.sentences[0].start, self.sentences[-1].end).of(self.source)


@dataclass(frozen=True, slots=True)
class Judge:
    """Judges sentences with the models and calibrations in use."""

    generation: Generation
    embedder: Embedder
    generator: Generator | None
    prompts: Path

    @property
    def calibration(self) -> Calibration:
        """How the signals are joined with the language model in use."""
        return calibration_of(self.embedder.identity, self.generator.name if self.generator else None)

    def judge(self, asking: Asking, candidates: Sequence[Candidate]) -> Iterator[Judgement]:
        """Yield the judgement of each candidate that is worth it, the most promising first."""
        signals = signals_of(asking, candidates, self.generation, self.embedder)
        before = calibration_of(self.embedder.identity, None)
        places = order(signals, before)
        for place in places[:WORTH_READING] if self.generator else places:
            found = dict(signals[place])
            if self.generator:
                found["yes"] = ask_model(asking.question, candidates[place], self.generator, self.prompts)
            yield Judgement(candidates[place], self.calibration.probability(found))


def order(signals: Sequence[Mapping[str, float]], calibration: Calibration) -> list[int]:
    """Return the places of the signals, the most promising first."""
    return sorted(range(len(signals)), key=lambda place: (-calibration.probability(signals[place]), place))


def ask_model(question: str, candidate: Candidate, generator: Generator, prompts: Path) -> float:
    """Return the logit of the language model's Yes to whether the sentence answers the question.

    The question stands first, so that it is read once for all sentences.
    """
    prompt = load_prompt(prompts, "judge", "")
    turns = turns_that_fit(
        lambda text: prompt.fill(question=question, evidence=text), candidate.text, generator, SCAFFOLD
    )
    return logit(generator.probability(turns, "Yes", "No"))


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
    return max((judgement.confidence for judgement in judgements), default=0.0)


def gather_all(generation: Generation, judgements: Sequence[Judgement], enough: float) -> list[Evidence]:
    """Return the evidence of the best judgements, best first: those nearly as good, and those enough by themselves."""
    ranked = sorted(judgements, key=lambda one: -one.confidence)
    found: list[Evidence] = []
    for one in ranked:
        good = one.confidence >= min(enough, NEARLY * ranked[0].confidence)
        if good and len(found) < MOST and not any(_holds(other, one.candidate) for other in found):
            found.append(gather(generation, one.candidate))
    return found


def _holds(evidence: Evidence, candidate: Candidate) -> bool:
    return evidence.chunk.document == candidate.hit.chunk.document and candidate.span in evidence.sentences


def gather(generation: Generation, candidate: Candidate) -> Evidence:
    """Return the picked sentence with the one before and the one after it in its passage."""
    chunk = candidate.hit.chunk
    around = candidate.neighbours
    vectors = generation.sentence_vectors(chunk)[around]
    return Evidence(chunk, generation.document(chunk.document).text, candidate.span, chunk.sentences[around], vectors)
