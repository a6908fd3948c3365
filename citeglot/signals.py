"""What speaks for and against a sentence holding the answer, as numbers that a calibration joins.

Questions that the articles do not answer are mostly near to them: another country, another year, a detail that is not
told. So what matters is not how near the whole question is but whether some of it is nowhere in the passage.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from citeglot.follow_ups import standalone
from citeglot.index import Generation
from citeglot.kinds import Asked, asked_kind, has_kind
from citeglot.measures import asked_measure, has_measure
from citeglot.numerals import unsupported_numbers
from citeglot.offices import offices_in
from citeglot.places import countries_in
from citeglot.protocols import Embedder, InContext
from citeglot.retrieval import Candidate, is_planted, rows_around
from citeglot.types import Chunk, Document, Span, Turn

NAMES = (
    "answers",  # logit of the sentence answering the question, both read together
    "places",  # minus the countries of the question that are not named around the sentence or in the title
    "unnamed",  # minus those of them that the whole article does not name
    "offices",  # minus the offices of the question (foreign minister) that are not named there
    "numbers",  # minus the numbers of the question that are nowhere in the article
    "same",  # 1 where the sentence is in the question's language
    "same_answers",  # the first of these, where it is
)


@dataclass(frozen=True, slots=True)
class Asking:
    """What is asked: the question, the one it leans on before it where there is one, and its language."""

    question: str
    language: str

    @property
    def last(self) -> str:
        """The question without the one that it leans on."""
        return self.question.rpartition("\n")[2]

    @property
    def kind(self) -> Asked:
        """What the question asks for."""
        return asked_kind(self.last, self.language)

    @property
    def countries(self) -> frozenset[str]:
        """The countries that are named, by their codes."""
        return countries_in(self.question, self.language)

    def is_met_by(self, text: str, language: str) -> bool | None:
        """Tell whether a text has what is asked for, a number with its unit; None where that cannot be told."""
        has, measure = has_kind(self.kind, text, language), asked_measure(self.last, self.language)
        return has_measure(measure, text, language) if has and measure and self.kind == "number" else has


def asked(question: str, language: str, history: Sequence[Turn]) -> Asking:
    """Return a question as it is judged and answered after what was said before it."""
    return Asking(standalone(question, language, history), language)


def answer_logits(asking: Asking, sentences: Sequence[InContext], embedder: Embedder) -> list[float]:
    """Return for each sentence the logit of its answering the question, both read together.

    One that leans on another question is read after it and alone: what answers the other one does not answer it.
    """
    logits = [embedder.answer_logits(one, sentences) for one in dict.fromkeys((asking.question, asking.last))]
    return [sum(some) / len(some) for some in zip(*logits, strict=True)]


def signals_of(
    asking: Asking, candidates: Sequence[Candidate], generation: Generation, embedder: Embedder
) -> list[dict[str, float]]:
    """Return the signals of each candidate by name."""
    if not candidates:
        return []
    names = {one.hit.chunk.document: one.hit.chunk.language for one in candidates}
    missing = {
        name: len(unsupported_numbers(asking.question, asking.language, generation.document(name).text, language))
        for name, language in names.items()
    }
    countries, offices = asking.countries, offices_in(asking.question)
    answers = answer_logits(asking, [in_context(one.hit.chunk, one.span) for one in candidates], embedder)
    found = []
    for one, logit in zip(candidates, answers, strict=True):
        chunk = one.hit.chunk
        held = offices_in(one.told) if offices else frozenset()
        far = countries_missing(countries, one)
        unnamed = far - _named(generation.document(chunk.document), chunk.language) if far else far
        same = float(chunk.language == asking.language)
        less = (-len(far), -len(unnamed), -len(offices - held), -missing[chunk.document])
        values = (logit, *map(float, less), same, same * logit)
        found.append(dict(zip(NAMES, values, strict=True)))
    return found


@lru_cache(maxsize=16)
def _named(document: Document, language: str) -> frozenset[str]:
    return countries_in(document.title, language) | countries_in(document.text, language)


def countries_missing(countries: frozenset[str], candidate: Candidate) -> frozenset[str]:
    """Return those of some countries that are named neither around a sentence nor in its article's title."""
    return countries - countries_in(candidate.told, candidate.hit.chunk.language) if countries else countries


def in_context(chunk: Chunk, span: Span) -> InContext:
    """Return a sentence of a passage as it is read with the question; nothing around it says how that is answered."""
    row = chunk.sentences.index(span)
    other = [chunk.sentence(one) for one in rows_around(chunk, span) if one != row][:1]
    title = "" if is_planted(chunk, chunk.title) else chunk.title
    return InContext(chunk.sentence(row), title, "".join(other))
