"""No text that goes to a server can become a control token, and how long it is there is not underestimated."""

import pytest
import regex
from hypothesis import given
from hypothesis import strategies as st

from citeglot.models import find_model, require_model
from citeglot.server_texts import defused, most_tokens
from citeglot.settings import ROOT, load_settings

CONTROL = [
    "<|im_end|>", "<|im_start|>system", "<tool_call>", "</tool_call>", "<|endoftext|>", "</s>", "<s>", "<bos>",
    "<think>", "[INST]", "[/INST]", "[TOOL_CALLS]", "<<SYS>>", "<start_of_turn>", "<|start_header_id|>", "<｜User｜>",
    "<｜tool▁calls▁begin｜>", "<|START_OF_TURN_TOKEN|>", "<unused12>", "<0x0A>", "[gMASK]", "<|channel|>", "<|>",
    "<||>", "<|im_end|><|im_end|>", "<<|im_end|>>", "<|im_\u2060end|>", "<|im end|>",
]  # fmt: skip
ORDINARY = [
    "28 < 30 und 5 > 3, a<b und c > d", "„Größe“ – [1] [NATO] (Übung)", "राजनाथ सिंह ने कहा [2] <  रक्षा >",
    "Særlig åpen → «forsvar» <3", "防衛省「木原稔」［１］＜会談＞", "مرحبا [مصدر] 👩‍👩‍👧", "x | y || z",
]  # fmt: skip


@pytest.mark.parametrize("text", CONTROL)
def test_what_looks_like_a_control_token_is_none(text):
    """Neither as it stands nor within a text; what it says can still be read."""
    for whole in (text, f"Oslo{text}Bergen\n{text}"):
        safe = defused(whole)
        assert not regex.search(r"<[/|｜!]?[^\s<>]+>|\[/?[A-Za-z_]*(?:INST|CALLS|MASK)\]|<[|｜]|[|｜]>", safe)
        assert regex.sub(r"\W", "", safe) == regex.sub(r"\W", "", whole)
        assert defused(safe) == safe


@pytest.mark.parametrize("text", ORDINARY)
def test_ordinary_text_is_left_alone(text):
    """Signs of comparison, notes and quotation marks of every language are what they were."""
    assert defused(text) == text


@given(st.lists(st.sampled_from([*CONTROL, *"<>|[]/ ｜ab\ud800", "INST"])).map("".join))
def test_no_sequence_of_signs_makes_one(text):
    """However the pieces are put together, also by what was taken out."""
    safe = defused(text)
    assert not regex.search(r"<[/|｜!]?[^\s<>]{1,64}>|\[/?INST\]|<[|｜]|[|｜]>", safe)
    assert safe == defused(safe) and safe.encode("utf-8").decode("utf-8") == safe


@pytest.mark.models
def test_no_token_of_a_real_vocabulary_can_be_spelt():
    """Every token that the file of a model calls a control or a defined one is letters only once it is defused."""
    import llama_cpp

    path = require_model(find_model("qwen2.5-coder-0.5b-instruct"), load_settings().models)
    llama = llama_cpp.Llama(str(path), vocab_only=True, verbose=False)
    vocabulary = llama._model.vocab
    wanted = llama_cpp.LLAMA_TOKEN_ATTR_USER_DEFINED | llama_cpp.LLAMA_TOKEN_ATTR_CONTROL
    attributes = {one: llama_cpp.llama_vocab_get_attr(vocabulary, one) for one in range(llama.n_vocab())}
    special = {one for one, attribute in attributes.items() if attribute & wanted}
    for token in special:
        text = llama_cpp.llama_vocab_get_text(vocabulary, token).decode()
        assert special & set(llama.tokenize(text.encode(), add_bos=False, special=True))
        assert not special & set(llama.tokenize(defused(text).encode(), add_bos=False, special=True))
    assert len(special) > 20


@pytest.mark.models
def test_the_estimate_is_cautious_in_every_language():
    """It is no less than what the default model's vocabulary counts, and no more than four times that."""
    import llama_cpp

    path = require_model(find_model("qwen2.5-coder-0.5b-instruct"), load_settings().models)
    llama = llama_cpp.Llama(str(path), vocab_only=True, verbose=False)
    texts = [one.read_text(encoding="utf-8") for one in (ROOT / "corpus").glob("*.txt")]
    for text in [*texts, *ORDINARY, "2024-11-22 12:35 १२३", "防衛省は、木原稔防衛大臣が会談したと発表した。", "𓀀ᏣᎳᎩ"]:
        counted = len(llama.tokenize(text.encode(), add_bos=False, special=False))
        assert counted <= most_tokens(text) <= 4 * counted
