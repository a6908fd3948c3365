"""Reads a question and a sentence together: the embedding model with small trained changes to its weights.

The changes are low-rank (LoRA, Hu et al. 2021) and lie in `cross_encoder.safetensors`; `python -m eval.train` made
them. Compared as vectors, question and sentence were each read without the other.
"""

import copy
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any

from citeglot.batches import buckets, together_on
from citeglot.lately import Lately
from citeglot.protocols import Answering, InContext
from citeglot.types import Span

if TYPE_CHECKING:
    import torch
    from transformers import BertModel, PreTrainedTokenizerFast

WEIGHTS = Path(__file__).with_name("cross_encoder.safetensors")
FIRST = 3  # the layer from which on the weights are changed
SCALE = 1.0  # alpha / rank
START, PADDING, END = 0, 1, 2  # e5's own tokens for these
QUESTION, SENTENCE, BEFORE, TITLE = 40, 128, 36, 16  # tokens read of each
LONGEST = 24  # tokens of an answer within its sentence
REMEMBERED = 1024  # sentences with their questions: what was read to order the hits is judged next


@dataclass(frozen=True, slots=True)
class Pair:
    """A question and a sentence as they are read: token ids, whose each is, and which are the sentence's."""

    ids: list[int]
    roles: list[int]
    inside: list[bool]


def pair_tokens(question: Sequence[int], sentence: Sequence[int], title: Sequence[int], before: Sequence[int]) -> Pair:
    """Return the tokens in the order in which they were trained on; e5's separators stand between the parts.

    Of a long sentence before, the end counts.
    """
    asked = [START, *question[:QUESTION], END]
    told = [*sentence[:SENTENCE], END]
    title = [*title[:TITLE], END] if title else []
    rest = [*title, *before[-BEFORE:], END]
    roles = [0] * len(asked) + [1] * len(told) + [2] * len(rest)
    inside = [False] * len(asked) + [True] * (len(told) - 1) + [False] * (len(rest) + 1)
    return Pair([*asked, *told, *rest], roles, inside)


def read_together(
    model: "BertModel", roles: "torch.Tensor", pairs: Sequence[Pair]
) -> tuple["torch.Tensor", "torch.Tensor", "torch.Tensor"]:
    """Return what is read of each token of some pairs, which tokens are the sentence's, and what the head is given.

    Of shapes (pairs, tokens, width), (pairs, tokens, 1) and (pairs, 2 * width), in float32; `roles` has a row for each
    role, which is added where the changed layers begin.
    """
    import torch

    length = max(len(pair.ids) for pair in pairs)

    def padded(rows: Sequence[Sequence[int]], fill: int) -> torch.Tensor:
        return torch.tensor([[*row, *[fill] * (length - len(row))] for row in rows], device=roles.device)

    added = roles[padded([pair.roles for pair in pairs], 0)]
    inside = padded([pair.inside for pair in pairs], 0).float()[..., None]
    mask = padded([[1] * len(pair.ids) for pair in pairs], 0)

    def add_roles(_: torch.nn.Module, arguments: tuple[Any, ...]) -> tuple[Any, ...]:
        return arguments[0] + added.to(arguments[0].dtype), *arguments[1:]

    with model.encoder.layer[FIRST].register_forward_pre_hook(add_roles):
        found = model(input_ids=padded([pair.ids for pair in pairs], PADDING), attention_mask=mask)
    read = found.last_hidden_state.float()
    mean = (read * inside).sum(1) / inside.sum(1).clamp(min=1)
    return read, inside, torch.cat([read[:, 0], mean], dim=-1)


class CrossEncoder:
    """Scores sentences as answers to a question; one caller at a time."""

    def __init__(self, model: "BertModel", tokenizer: "PreTrainedTokenizerFast") -> None:
        """Take over a BERT encoder, whose own weights stay as they are, and its tokenizer."""
        from safetensors.torch import load_file

        weights = {name: tensor.float() for name, tensor in load_file(WEIGHTS).items()}
        self._tokenizer = tokenizer
        self._model = copy.deepcopy(model, {id(model.embeddings): model.embeddings})
        self._roles = weights["roles"].to(model.device, model.dtype)
        self._head = [weights[name].to(model.device) for name in ("head.0.weight", "head.0.bias", "head.1.weight")]
        self._bias = float(weights["head.1.bias"])
        self._places = [weights[name].to(model.device) for name in ("places.weight", "places.bias")]
        self._change(weights)
        self._known: Lately[tuple[str, InContext], float] = Lately(REMEMBERED)

    def _change(self, weights: "dict[str, torch.Tensor]") -> None:
        for name, parameter in self._model.encoder.layer.named_parameters():
            place = name.removesuffix(".weight")
            if f"{place}.a" in weights:
                change = SCALE * weights[f"{place}.b"] @ weights[f"{place}.a"]
                parameter.data = (parameter.data.float() + change.to(parameter.device)).to(parameter.dtype)

    def logits(self, question: str, sentences: Sequence[InContext]) -> list[float]:
        """Return for each sentence the logit of its answering the question, before any calibration.

        What was read lately is remembered.
        """
        keys = [(question, one) for one in sentences]
        return self._known.of(keys, lambda new: self._read(question, [one for _, one in new]))

    def _read(self, question: str, sentences: Sequence[InContext]) -> list[float]:
        """Return the logits of some sentences, those of like length read together."""
        asked, *read = self._tokens([question, *chain.from_iterable((s.text, s.title, s.before) for s in sentences)])
        pairs = [pair_tokens(asked, *read[start : start + 3]) for start in range(0, len(read), 3)]
        found = [0.0] * len(pairs)
        for places in buckets([len(pair.ids) for pair in pairs], together_on(self._roles.device.type)):
            for place, logit in zip(places, self._forward([pairs[place] for place in places]), strict=True):
                found[place] = logit
        return found

    def find(self, question: str, sentence: InContext) -> Answering:
        """Return where in a sentence that answers the question the answer stands; all of a sentence without a token."""
        import torch

        (asked,), (title,), (before,) = (self._tokens([text]) for text in (question, sentence.title, sentence.before))
        read = self._tokenizer(sentence.text, add_special_tokens=False, verbose=False, return_offsets_mapping=True)
        pair = pair_tokens(asked, read["input_ids"], title, before)
        if not any(pair.inside):
            return Answering(Span(0, len(sentence.text)), 0.0)
        first, count = pair.inside.index(True), sum(pair.inside)
        weight, bias = self._places
        with torch.inference_mode():
            tokens, *_ = read_together(self._model, self._roles, [pair])
            likely = torch.log_softmax(tokens[0, first : first + count] @ weight.T + bias, 0)
        together = likely[:, :1] + likely[:, 1]  # of each first token with each last one
        together = together.masked_fill(torch.ones_like(together).triu().tril(LONGEST - 1) == 0, -torch.inf)
        begin, end = divmod(int(together.argmax()), count)
        offsets = read["offset_mapping"]
        return Answering(Span(offsets[begin][0], offsets[end][1]), float(together.max().exp()))

    def _tokens(self, texts: Sequence[str]) -> list[list[int]]:
        return [list(ids) for ids in self._tokenizer(list(texts), add_special_tokens=False, verbose=False)["input_ids"]]

    def _forward(self, pairs: Sequence[Pair]) -> list[float]:
        import torch
        from torch.nn.functional import gelu

        weight, bias, last = self._head
        with torch.inference_mode():
            *_, summary = read_together(self._model, self._roles, pairs)
            return [float(one) for one in (gelu(summary @ weight.T + bias) @ last.T)[:, 0] + self._bias]
