"""A small true BERT with a tokenizer, and a file of changes to its weights as the cross-encoder has one."""

from pathlib import Path

import torch
from safetensors.torch import save_file
from tiny_e5 import EXTRA, PIECES, tiny_model, write_tiny_e5
from transformers import BertConfig, BertModel, PreTrainedTokenizerFast

from citeglot.cross_encoder import FIRST
from citeglot.models import require_embedding_folder

HIDDEN, INNER, LAYERS, RANK, WIDTH = 32, 48, 5, 2, 8
PLACES = {
    "attention.self.query": (HIDDEN, HIDDEN),
    "attention.self.key": (HIDDEN, HIDDEN),
    "attention.self.value": (HIDDEN, HIDDEN),
    "attention.output.dense": (HIDDEN, HIDDEN),
    "intermediate.dense": (INNER, HIDDEN),
    "output.dense": (HIDDEN, INNER),
}


def tiny_bert(positions: int = 200) -> BertModel:
    """Return an encoder of random weights, always the same ones."""
    torch.manual_seed(7)
    config = BertConfig(
        vocab_size=len(PIECES) + EXTRA,
        hidden_size=HIDDEN,
        num_hidden_layers=LAYERS,
        num_attention_heads=2,
        intermediate_size=INNER,
        max_position_embeddings=positions,
        initializer_range=0.3,
    )
    return BertModel(config).eval()


def tiny_tokenizer(folder: Path) -> PreTrainedTokenizerFast:
    """Return the tokenizer of the tiny e5, which lies in a folder from then on."""
    write_tiny_e5(folder / "tiny.bin")
    unpacked = require_embedding_folder(tiny_model(folder / "tiny.bin"), folder)
    return PreTrainedTokenizerFast(tokenizer_file=str(unpacked / "tokenizer.json"))


def tiny_changes() -> dict[str, torch.Tensor]:
    """Return random changes of every place of the layers that are changed, and a head, always the same ones."""
    random = torch.Generator().manual_seed(8)

    def some(*shape: int) -> torch.Tensor:
        return (torch.randn(shape, generator=random) / 2).half()

    changes = {"roles": some(3, HIDDEN)}
    for layer in range(FIRST, LAYERS):
        for place, (rows, columns) in PLACES.items():
            changes[f"{layer}.{place}.a"], changes[f"{layer}.{place}.b"] = some(RANK, columns), some(rows, RANK)
    changes |= {"head.0.weight": some(WIDTH, 2 * HIDDEN), "head.0.bias": some(WIDTH)}
    changes |= {"head.1.weight": some(1, WIDTH), "head.1.bias": some(1)}
    return changes | {"places.weight": some(2, HIDDEN), "places.bias": some(2)}


def write_changes(path: Path, changes: dict[str, torch.Tensor]) -> Path:
    """Write changes as the file that the cross-encoder reads."""
    save_file(changes, path)
    return path
