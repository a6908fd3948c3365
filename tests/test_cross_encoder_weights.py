"""The weights that are shipped fit the model that they change."""

import torch
from safetensors import safe_open
from tiny_bert import PLACES
from transformers import BertConfig, BertModel

from citeglot.cross_encoder import FIRST, WEIGHTS


def test_every_shipped_change_has_its_place():
    """In a model of the shape of e5-small: no name is passed over, and no layer from the first changed one is left."""
    with torch.device("meta"):
        model = BertModel(
            BertConfig(hidden_size=384, num_hidden_layers=12, num_attention_heads=12, intermediate_size=1536)
        )
    with safe_open(WEIGHTS, "pt") as file:
        shapes = {name: tuple(file.get_slice(name).get_shape()) for name in file.keys()}  # noqa: SIM118 - no dictionary
    expected = {"roles": (3, 384), "head.0.weight": (128, 768), "head.0.bias": (128,)}
    expected |= {"head.1.weight": (1, 128), "head.1.bias": (1,), "places.weight": (2, 384), "places.bias": (2,)}
    for layer in range(FIRST, 12):
        for place in PLACES:
            rows, columns = model.encoder.layer[layer].get_submodule(place).weight.shape
            rank = shapes[f"{layer}.{place}.a"][0]
            expected |= {f"{layer}.{place}.a": (rank, columns), f"{layer}.{place}.b": (rows, rank)}
    assert shapes == expected
