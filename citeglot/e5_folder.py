"""What an e5 model is, and how it is written down as a sentence-transformers folder."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from numpy.typing import NDArray

if TYPE_CHECKING:
    from tokenizers.normalizers import Normalizer

Array = NDArray[Any]

SPECIAL_TOKENS = {"bos": "<s>", "pad": "<pad>", "eos": "</s>", "unk": "<unk>", "mask": "<mask>"}
FULLWIDTH_TILDE = "\uff5e"  # NFKC changes it; the normalisation that the tokenizer was trained with does not
PLACEHOLDER = "\ufdd0"  # a noncharacter: no text holds it, no normalisation touches it


@dataclass(frozen=True, slots=True)
class Shape:
    """The sizes of a BERT encoder."""

    hidden: int
    layers: int
    heads: int
    inner: int
    vocabulary: int
    positions: int
    types: int
    epsilon: float


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """Unigram pieces with their scores, the number of the unknown one, and what single characters become."""

    pieces: list[tuple[str, float]]
    unknown: int
    replacements: dict[str, str]


@dataclass(frozen=True, slots=True)
class E5:
    """A whole model; `tensors` are float32 under the names of transformers' BertModel."""

    shape: Shape
    vocabulary: Vocabulary
    tensors: dict[str, Array]


def tensor_names(shape: Shape) -> dict[str, tuple[str, int, int]]:
    """Return, by the name in the 4-bit file, the name in BertModel, and the rows and columns of each tensor."""
    hidden, inner = shape.hidden, shape.inner
    names = {
        "emb.word": ("embeddings.word_embeddings.weight", shape.vocabulary, hidden),
        "emb.pos": ("embeddings.position_embeddings.weight", shape.positions, hidden),
        "emb.type": ("embeddings.token_type_embeddings.weight", shape.types, hidden),
        "emb.ln.w": ("embeddings.LayerNorm.weight", 1, hidden),
        "emb.ln.b": ("embeddings.LayerNorm.bias", 1, hidden),
    }
    parts = {
        "q": ("attention.self.query", hidden, hidden),
        "k": ("attention.self.key", hidden, hidden),
        "v": ("attention.self.value", hidden, hidden),
        "ao": ("attention.output.dense", hidden, hidden),
        "aln": ("attention.output.LayerNorm", 1, hidden),
        "fi": ("intermediate.dense", inner, hidden),
        "fo": ("output.dense", hidden, inner),
        "oln": ("output.LayerNorm", 1, hidden),
    }
    for layer in range(shape.layers):
        for short, (name, rows, columns) in parts.items():
            long = f"encoder.layer.{layer}.{name}"
            names[f"l{layer}.{short}.w"] = (f"{long}.weight", rows, columns)
            names[f"l{layer}.{short}.b"] = (f"{long}.bias", 1, columns if rows == 1 else rows)
    return names


def write_folder(target: Path, model: E5, prompts: Mapping[str, str]) -> None:
    """Write the folder that `SentenceTransformer(target)` loads; `prompts` has the keys query and passage."""
    from safetensors.numpy import save_file

    target.mkdir(parents=True)
    weights = target / "model.safetensors"
    save_file(model.tensors, weights, metadata={"format": "pt"})
    weights.chmod(0o644)  # the library makes it readable for its owner alone; model folders may be shared
    _write_tokenizer(target / "tokenizer.json", model.vocabulary)
    for name, content in _configuration(model.shape, prompts).items():
        path = target / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(json.dumps(content, indent=2), encoding="utf-8")


def _write_tokenizer(path: Path, vocabulary: Vocabulary) -> None:
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers, processors

    tokenizer = Tokenizer(models.Unigram(vocabulary.pieces, unk_id=vocabulary.unknown, byte_fallback=False))
    tokenizer.normalizer = _normalizer(vocabulary.replacements)
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence([pre_tokenizers.WhitespaceSplit(), pre_tokenizers.Metaspace()])
    tokenizer.decoder = decoders.Metaspace()
    tokenizer.add_special_tokens(list(SPECIAL_TOKENS.values()))
    start, end = SPECIAL_TOKENS["bos"], SPECIAL_TOKENS["eos"]
    tokenizer.post_processor = processors.TemplateProcessing(
        single=f"{start} $A {end}",
        special_tokens=[(token, tokenizer.token_to_id(token)) for token in (start, end)],
    )
    tokenizer.save(str(path))


def _normalizer(replacements: Mapping[str, str]) -> "Normalizer":
    """Return NFKC with the exceptions of the model's own table, which knows single characters only.

    NFKC proper also joins a letter and the accent that follows it, as the tokenizer's training did.
    """
    from tokenizers import Regex, normalizers

    dropped = "".join(sorted(character for character, becomes in replacements.items() if becomes == ""))
    blank = "".join(sorted(character for character, becomes in replacements.items() if becomes == " "))
    return normalizers.Sequence(
        [
            normalizers.Replace(Regex(_one_of(dropped)), ""),
            normalizers.Replace(Regex(_one_of(blank)), " "),
            normalizers.Replace(FULLWIDTH_TILDE, PLACEHOLDER),
            normalizers.NFKC(),
            normalizers.Replace(PLACEHOLDER, FULLWIDTH_TILDE),
        ]
    )


def _one_of(characters: str) -> str:
    return "[" + "".join(f"\\x{{{ord(character):x}}}" for character in characters) + "]"


def _configuration(shape: Shape, prompts: Mapping[str, str]) -> dict[str, Any]:
    """Return the content of each JSON file by its path in the folder."""
    return {
        "config.json": {
            "architectures": ["BertModel"],
            "model_type": "bert",
            "dtype": "float32",
            "hidden_act": "gelu",
            "hidden_size": shape.hidden,
            "intermediate_size": shape.inner,
            "num_hidden_layers": shape.layers,
            "num_attention_heads": shape.heads,
            "max_position_embeddings": shape.positions,
            "type_vocab_size": shape.types,
            "vocab_size": shape.vocabulary,
            "layer_norm_eps": shape.epsilon,
            "pad_token_id": 1,
        },
        "tokenizer_config.json": {
            "tokenizer_class": "PreTrainedTokenizerFast",
            "model_max_length": shape.positions,
            **{f"{name}_token": token for name, token in SPECIAL_TOKENS.items()},
            "cls_token": SPECIAL_TOKENS["bos"],
            "sep_token": SPECIAL_TOKENS["eos"],
        },
        "modules.json": [
            {"idx": 0, "name": "0", "path": "", "type": "sentence_transformers.models.Transformer"},
            {"idx": 1, "name": "1", "path": "1_Pooling", "type": "sentence_transformers.models.Pooling"},
            {"idx": 2, "name": "2", "path": "2_Normalize", "type": "sentence_transformers.models.Normalize"},
        ],
        "sentence_bert_config.json": {"max_seq_length": shape.positions, "do_lower_case": False},
        "1_Pooling/config.json": {"word_embedding_dimension": shape.hidden, "pooling_mode_mean_tokens": True},
        "2_Normalize/config.json": {},
        # encode_document looks for a prompt "document" before one named "passage", and would take an empty one.
        "config_sentence_transformers.json": {
            "model_type": "SentenceTransformer",
            "prompts": {**prompts, "document": prompts["passage"]},
            "similarity_fn_name": "cosine",
        },
    }
