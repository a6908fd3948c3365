"""Small true stand-ins for the models: deterministic, no download, every script."""

import hashlib
import math
from collections.abc import Generator, Sequence

import numpy as np
import regex

from citeglot.protocols import Answering, EmbeddingIdentity, InContext, Limits
from citeglot.types import Matrix, Span, Turn, Vector


class HashEmbedder:
    """Hashes character trigrams into 64 dimensions: texts that share words are near each other.

    `answers` is the probability, above 0 and below 1, that each sentence answers the question; where none is given, the
    logit is that of the sentence's nearness, which is above 0 for any. It keeps what it judged.
    """

    identity = EmbeddingIdentity("hash", "0" * 64, "numpy", "float32", 64, "query: ", "passage: ")

    def __init__(self, answers: float | None = None, finds: str = "") -> None:
        self.answers = answers
        self.finds = finds
        self.embedded: list[str] = []
        self.judged: list[tuple[str, tuple[InContext, ...]]] = []

    def _embed(self, text: str) -> Vector:
        vector = np.full(64, 1e-3, dtype=np.float32)
        padded = f"  {text.casefold()}  "
        for start in range(len(padded) - 2):
            digest = hashlib.blake2b(padded[start : start + 3].encode("utf-8", "replace"), digest_size=4).digest()
            vector[int.from_bytes(digest, "little") % 64] += 1.0
        return vector / np.linalg.norm(vector)

    def embed_question(self, question: str) -> Vector:
        return self._embed(question)

    def embed_passages(self, texts: Sequence[str]) -> Matrix:
        self.embedded.extend(texts)
        if not texts:
            return np.zeros((0, 64), dtype=np.float32)
        return np.stack([self._embed(text) for text in texts])

    def answer_logits(self, question: str, sentences: Sequence[InContext]) -> list[float]:
        self.judged.append((question, tuple(sentences)))
        if self.answers is not None:
            return [math.log(self.answers / (1 - self.answers))] * len(sentences)
        return [10 * float(self._embed(question) @ self._embed(f"{one.title} {one.text}")) for one in sentences]

    def find_answer(self, question: str, sentence: InContext) -> Answering:
        """Return what `finds` names, where the sentence has it, else its first number, else all of it."""
        at = sentence.text.find(self.finds) if self.finds else -1
        if at >= 0:
            return Answering(Span(at, at + len(self.finds)), 0.9)
        number = regex.search(r"\d+", sentence.text)
        return Answering(Span(*number.span()) if number else Span(0, len(sentence.text)), 0.5)

    def count_tokens(self, text: str) -> int:
        return max(1, len(text) // 4)


class ScriptedGenerator:
    """Yields queued replies in small pieces and keeps every list of turns it was given.

    `ends` tells whether its replies come to their end or are cut off by a limit.
    """

    name = "scripted"
    context_tokens = 4096

    def __init__(self, replies: Sequence[str] = (), yes: float = 0.9, ends: bool = True) -> None:
        self.replies = list(replies)
        self.yes = yes
        self.ends = ends
        self.asked: list[tuple[Turn, ...]] = []
        self.limits: list[Limits] = []
        self.judged: list[tuple[Turn, ...]] = []
        self.closed = 0

    def count_tokens(self, text: str) -> int:
        return max(1, len(text) // 3)

    def stream(self, turns: Sequence[Turn], limits: Limits) -> Generator[str, None, bool]:
        self.asked.append(tuple(turns))
        self.limits.append(limits)
        reply = self.replies.pop(0) if self.replies else ""
        try:
            for start in range(0, len(reply), 7):
                yield reply[start : start + 7]
        finally:
            self.closed += 1
        return self.ends

    def probability(self, turns: Sequence[Turn], yes: str, no: str) -> float:
        self.judged.append(tuple(turns))
        return self.yes
