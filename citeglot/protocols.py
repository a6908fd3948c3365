"""The two seams of the program, for models, and the values that belong to them."""

from collections.abc import Generator as Pieces
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from citeglot.types import Matrix, Span, Turn, Vector

_FLOATS = {"float32", "bfloat16", "float16"}


@dataclass(frozen=True, slots=True)
class EmbeddingIdentity:
    """What decides whether two vectors may be compared."""

    name: str
    weights_sha256: str
    backend: str
    number_type: str
    dimension: int
    question_prompt: str
    passage_prompt: str


def comparable(one: EmbeddingIdentity, other: EmbeddingIdentity) -> bool:
    """Return whether vectors of the two may be compared: floating-point types differ by less than 1e-4 in cosine."""
    same_kind = one.number_type == other.number_type or {one.number_type, other.number_type} <= _FLOATS
    return same_kind and replace(one, number_type="") == replace(other, number_type="")


@dataclass(frozen=True, slots=True)
class InContext:
    """A sentence, the title of its article, and the sentence before it (where there is none, the one after it)."""

    text: str
    title: str = ""
    before: str = ""


@dataclass(frozen=True, slots=True)
class Answering:
    """The words of a sentence that answer a question, as a span of it, and how likely it is that they are these."""

    words: Span
    likelihood: float


class Embedder(Protocol):
    """Turns text into unit vectors; questions and passages carry different prompts."""

    @property
    def identity(self) -> EmbeddingIdentity:
        """What the vectors of this embedder depend on."""
        ...

    def embed_question(self, question: str) -> Vector:
        """Return a float32 vector of shape (dimension,)."""
        ...

    def embed_passages(self, texts: Sequence[str]) -> Matrix:
        """Return a float32 matrix of shape (len(texts), dimension), in the order of `texts`."""
        ...

    def answer_logits(self, question: str, sentences: Sequence[InContext]) -> list[float]:
        """Return for each sentence the logit of its answering the question, read together; larger is likelier."""
        ...

    def find_answer(self, question: str, sentence: InContext) -> Answering:
        """Return which words of a sentence, which is not empty, answer a question."""
        ...

    def count_tokens(self, text: str) -> int:
        """Return how many tokens `text` has without prompt and special tokens."""
        ...


@dataclass(frozen=True, slots=True)
class Limits:
    """Where writing stops: tokens written, and seconds since it was called.

    Letters of other scripts than `script`, a name of Unicode's or "CJK", are made unlikely; none where it is empty.
    Runs of digits other than `numbers`, in the digits from 0 to 9, cannot be written; None lets all through.
    """

    max_tokens: int = 160
    seconds: float = 60.0
    script: str = ""
    numbers: frozenset[str] | None = None


class Generator(Protocol):
    """Writes text and judges, one call at a time; every turn's text is data, never control tokens."""

    @property
    def name(self) -> str:
        """The catalogue name of the language model."""
        ...

    @property
    def context_tokens(self) -> int:
        """How many tokens prompt and answer may have together."""
        ...

    def count_tokens(self, text: str) -> int:
        """Return how many tokens `text` has."""
        ...

    def stream(self, turns: Sequence[Turn], limits: Limits) -> Pieces[str, None, bool]:
        """Yield the reply piece by piece, last return whether it came to its end within the limits.

        Closing the iterator stops the model.
        """
        ...

    def probability(self, turns: Sequence[Turn], yes: str, no: str) -> float:
        """Return P(yes) / (P(yes) + P(no)) for the first token of the reply."""
        ...
