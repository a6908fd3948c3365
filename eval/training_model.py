"""The cross-encoder as it learns: e5 unchanged, low-rank matrices beside its own, a head, and where answers stand."""

import copy
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import torch
from torch import nn

from citeglot.cross_encoder import FIRST, SCALE, SENTENCE, Pair, pair_tokens, read_together
from eval.training_pairs import Pair as Told

if TYPE_CHECKING:
    from transformers import BertModel, PreTrainedTokenizerFast

RANK, HIDDEN = 16, 128
CHANGED = (
    "attention.self.query",
    "attention.self.key",
    "attention.self.value",
    "attention.output.dense",
    "intermediate.dense",
    "output.dense",
)


@dataclass(frozen=True)
class Read:
    """What came of some pairs: logits, the logits (pairs, tokens, 2) of first and last of an answer, and the truth."""

    logits: torch.Tensor
    places: torch.Tensor
    answers: list[tuple[int, int] | None]


class LowRank(nn.Module):
    """A linear layer that stays as it is, plus the product of two narrow matrices."""

    def __init__(self, base: nn.Linear) -> None:
        super().__init__()
        self.base = base
        self.a = nn.Parameter(torch.randn(RANK, base.in_features) * 0.02)
        self.b = nn.Parameter(torch.zeros(base.out_features, RANK))

    def forward(self, given: torch.Tensor) -> torch.Tensor:
        """Return what the layer returns, changed a little."""
        change = (given @ self.a.T.to(given.dtype)) @ self.b.T.to(given.dtype)
        return self.base(given) + SCALE * change  # type: ignore[no-any-return]


class Learner(nn.Module):
    """Reads pairs as `CrossEncoder` does, with weights that can be learnt."""

    def __init__(self, model: "BertModel", tokenizer: "PreTrainedTokenizerFast") -> None:
        super().__init__()
        self._tokenizer = tokenizer
        self._model = copy.deepcopy(model).requires_grad_(False)
        for layer in self._model.encoder.layer[FIRST:]:
            for name in CHANGED:
                parent, _, last = name.rpartition(".")
                setattr(layer.get_submodule(parent), last, LowRank(layer.get_submodule(name)))
        width = self._model.config.hidden_size
        self.roles = nn.Parameter(torch.zeros(3, width))
        self.head = nn.Sequential(nn.Linear(2 * width, HIDDEN), nn.GELU(), nn.Dropout(0.1), nn.Linear(HIDDEN, 1))
        self.places = nn.Linear(width, 2)

    def parameters(self, recurse: bool = True) -> Iterator[nn.Parameter]:
        """Yield what is learnt."""
        return (one for one in super().parameters(recurse) if one.requires_grad)

    def forward(self, told: Sequence[Told]) -> Read:
        """Return logits of the pairs."""
        pairs, answers = self._encoded(told)
        read, inside, summary = read_together(self._model, self.roles, pairs)
        return Read(self.head(summary)[:, 0], self.places(read).masked_fill(inside == 0, -1e4), answers)

    def logits(self, told: Sequence[Told]) -> list[float]:
        """Return the logits of some pairs without learning."""
        self.eval()
        with torch.inference_mode():
            found: list[float] = self(told).logits.tolist()
        self.train()
        return found

    def _encoded(self, told: Sequence[Told]) -> tuple[list[Pair], list[tuple[int, int] | None]]:
        def ids(texts: list[str]) -> list[list[int]]:
            return list(self._tokenizer(texts, add_special_tokens=False, verbose=False)["input_ids"])

        asked, titles = ids([one.question for one in told]), ids([one.sentence.title for one in told])
        before = ids([one.sentence.before for one in told])
        read = self._tokenizer(
            [one.sentence.text for one in told], add_special_tokens=False, verbose=False, return_offsets_mapping=True
        )
        pairs = [pair_tokens(*some) for some in zip(asked, read["input_ids"], titles, before, strict=True)]
        places = zip(told, pairs, read["offset_mapping"], strict=True)
        return pairs, [_answer_of(one, pair, offsets[:SENTENCE]) for one, pair, offsets in places]

    def take(self, changes: Mapping[str, torch.Tensor]) -> None:
        """Go on from what `changes` returned once."""
        named = self.state_dict()
        for name, value in changes.items():
            name = name.replace("head.1.", "head.3.")
            named[name if name in named else f"_model.encoder.layer.{name}"].copy_(value)

    def changes(self) -> dict[str, torch.Tensor]:
        """Return what `CrossEncoder` needs, in half precision."""
        prefix, found = "_model.encoder.layer.", {}
        for name, value in self.state_dict().items():
            if name.startswith(prefix) and name.endswith((".a", ".b")):
                found[name.removeprefix(prefix)] = value
            elif name == "roles" or name.startswith(("head.", "places.")):
                found[name.replace("head.3.", "head.1.")] = value
        return {name: value.half().contiguous() for name, value in found.items()}


def _answer_of(told: Told, pair: Pair, offsets: Sequence[tuple[int, int]]) -> tuple[int, int] | None:
    """Return the first and the last token of the answer, None where it is not known or was cut off."""
    if told.answer is None or not offsets or offsets[-1][1] < told.answer.end:
        return None
    first = pair.inside.index(True)
    touched = [
        n for n, (start, end) in enumerate(offsets) if end > max(start, told.answer.start) and start < told.answer.end
    ]
    return (first + touched[0], first + touched[-1]) if touched else None
