"""Sentences as vectors, through sentence-transformers; and token counts without loading it."""

import json
import os
import threading
from collections.abc import Callable, Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from citeglot.batches import buckets, together_on
from citeglot.cross_encoder import CrossEncoder
from citeglot.errors import ModelFailed
from citeglot.models import CatalogueModel, find_model, require_embedding_folder
from citeglot.number_types import best_number_type
from citeglot.protocols import Answering, EmbeddingIdentity, InContext
from citeglot.recorded import RECORD
from citeglot.settings import Settings
from citeglot.token_counter import encodable, load_token_counter
from citeglot.types import Matrix, Vector

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

LONGEST, SPECIAL = 508, 4  # tokens of a text that are read; its prompt, beginning and end
REFERENCE = Path(__file__).parent / "e5_reference.json"


class SentenceTransformerEmbedder:
    """An `Embedder` over a sentence-transformers folder; one caller at a time, the others wait.

    Texts longer than the model's 512 tokens are embedded by their beginning.
    """

    def __init__(self, folder: Path, model: CatalogueModel, number_type: str | None = None) -> None:
        self.model = _load(folder, number_type or best_number_type())
        self._folder = folder
        self._lock = threading.Lock()
        self._identity = EmbeddingIdentity(
            name=model.name,
            weights_sha256=_weights_sha256(folder),
            backend="sentence-transformers",
            number_type=str(self.model.dtype).removeprefix("torch."),
            dimension=self.model.get_embedding_dimension(),
            question_prompt=self.model.prompts["query"],
            passage_prompt=self.model.prompts["document"],
        )

    @property
    def identity(self) -> EmbeddingIdentity:
        """What the vectors of this embedder depend on."""
        return self._identity

    @property
    def device(self) -> str:
        """Where the model computes: cpu, cuda:0, mps."""
        return str(self.model.device)

    def embed_question(self, question: str) -> Vector:
        """Return a float32 unit vector of shape (dimension,)."""
        import torch
        from sentence_transformers.util import batch_to_device

        # not `encode`: what that does for many texts takes a fifth of the time of one
        with self._lock, torch.inference_mode():
            asked = self.model.preprocess([self.identity.question_prompt + encodable(question)])
            found = self.model(batch_to_device(asked, self.model.device))["sentence_embedding"]
        return self._unit(found.float().cpu().numpy()).reshape(-1)

    def embed_passages(self, texts: Sequence[str]) -> Matrix:
        """Return float32 unit vectors of shape (len(texts), dimension), in the order of `texts`."""
        found = np.zeros((len(texts), self.identity.dimension), np.float32)
        for rows in self._batches(texts):
            some = [encodable(texts[row]) for row in rows]
            with self._lock:
                found[rows] = self.model.encode_document(some, batch_size=len(some), show_progress_bar=False)
        return self._unit(found)

    def _batches(self, texts: Sequence[str]) -> list[list[int]]:
        """Return which texts are encoded together; the library itself sorts by letters and pads more."""
        return buckets([min(self._counter(text), LONGEST) + SPECIAL for text in texts], together_on(self.device))

    def answer_logits(self, question: str, sentences: Sequence[InContext]) -> list[float]:
        """Return for each sentence the logit of its answering the question."""
        told = [_encodable_in_context(one) for one in sentences]
        with self._lock:
            return self._cross_encoder.logits(encodable(question), told)

    def find_answer(self, question: str, sentence: InContext) -> Answering:
        """Return which words of a sentence, which is not empty, answer a question."""
        with self._lock:
            return self._cross_encoder.find(encodable(question), _encodable_in_context(sentence))

    @cached_property
    def _cross_encoder(self) -> CrossEncoder:
        return CrossEncoder(self.model[0].auto_model, self.model.tokenizer)

    def count_tokens(self, text: str) -> int:
        """Return how many tokens `text` has without prompt and special tokens."""
        return self._counter(text)

    @cached_property
    def _counter(self) -> Callable[[str], int]:
        # A second tokenizer: the model's own one is not to be used while it works in another thread.
        return load_token_counter(self._folder)

    def _unit(self, found: Matrix) -> Matrix:
        """Return vectors of length 1; `ModelFailed` where what the model made is none nearly."""
        lengths = np.linalg.norm(found, axis=1, keepdims=True)
        if not np.allclose(lengths, 1.0, atol=0.02):  # false for every non-finite value
            raise ModelFailed(
                f"The embedding model {self.identity.name} made vectors of length {lengths.min()} to {lengths.max()} "
                f"on {self.device} in {self.identity.number_type}; expected 1. Check it with: "
                "python -m citeglot models verify"
            )
        return np.ascontiguousarray(found / lengths)  # bfloat16 alone leaves lengths of 0.99


def load_embedder(settings: Settings) -> SentenceTransformerEmbedder:
    """Load the embedding model of the settings after hashing its files, and check it against reference vectors.

    A number type whose vectors are not the reference's is not used; `ModelFailed` where float32's are not either.
    """
    model = find_model(settings.embedding_model)
    folder = require_embedding_folder(model, settings.models)
    embedder = SentenceTransformerEmbedder(folder, model)
    if embedder.identity.number_type != "float32" and reference_cosine(embedder) < _least_cosine():
        embedder = SentenceTransformerEmbedder(folder, model, "float32")
    if (found := reference_cosine(embedder)) < _least_cosine():
        raise ModelFailed(
            f"The embedding model {model.name} does not reproduce its reference vectors on {embedder.device}: cosine "
            f"{found:.4f}, expected at least {_least_cosine()}. Remove {folder} and start again: it is unpacked anew."
        )
    return embedder


def reference_cosine(embedder: SentenceTransformerEmbedder) -> float:
    """Return the least cosine between our vectors and the reference, over its sentences in five languages."""
    reference = _reference()["vectors"]
    ours = embedder.embed_passages([one["text"] for one in reference])
    theirs = np.array([one["vector"] for one in reference], dtype=np.float32)
    return float(np.min(np.sum(ours * theirs, axis=1) / np.linalg.norm(theirs, axis=1)))


def _least_cosine() -> float:
    return float(_reference()["least_cosine"])


def _reference() -> dict[str, Any]:
    return dict(json.loads(REFERENCE.read_text(encoding="utf-8")))


def _encodable_in_context(one: InContext) -> InContext:
    return InContext(encodable(one.text), encodable(one.title), encodable(one.before))


def _weights_sha256(folder: Path) -> str:
    record = json.loads((folder / RECORD).read_text(encoding="utf-8"))
    return str(record["files"]["model.safetensors"])


def _load(folder: Path, number_type: str) -> "SentenceTransformer":
    """Load a local folder in silence: standard error is for people, and nothing may ask the network."""
    os.environ["HF_HUB_OFFLINE"] = "1"
    os.environ["HF_HUB_DISABLE_TELEMETRY"] = "1"
    import transformers
    from sentence_transformers import SentenceTransformer

    transformers.utils.logging.disable_progress_bar()
    transformers.utils.logging.set_verbosity_error()
    try:
        return SentenceTransformer(str(folder), local_files_only=True, model_kwargs={"dtype": number_type})
    except (OSError, ValueError, RuntimeError, KeyError) as problem:
        raise ModelFailed(
            f"The embedding model in {folder} could not be loaded: {problem}. Remove the folder and start again: it is "
            "unpacked anew."
        ) from None
