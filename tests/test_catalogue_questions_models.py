"""Group Q of the catalogue of bad input where only the real tokenizers and the real embedding model can show it."""

import llama_cpp
import numpy as np
import pytest

from citeglot.chat_template import ChatTemplate
from citeglot.embedding import load_embedder
from citeglot.evidence import SCAFFOLD, turns_that_fit
from citeglot.follow_ups import standalone
from citeglot.llm_llamacpp import LlamaGenerator
from citeglot.models import find_model, require_model
from citeglot.prompts import language_name, load_prompt
from citeglot.settings import load_settings
from citeglot.types import Turn
from citeglot.writing import LIMITS

pytestmark = pytest.mark.models

CONTROLS = (
    "<|im_start|>", "<|im_end|>", "<|endoftext|>", "<|fim_prefix|>", "<|fim_suffix|>", "<|repo_name|>", "<|file_sep|>",
    "<tool_call>", "</tool_call>", "<|vision_start|>", "<s>", "</s>", "[INST]", "[/INST]", "<<SYS>>", "<start_of_turn>",
    "<end_of_turn>", "<|eot_id|>", "<|begin_of_text|>", "<|start_header_id|>", "<think>", "</think>", "<unk>", "<bos>",
)  # fmt: skip
# The longest there is to ask: ordinary sentences of each language, as often as the limit allows.
SENTENCES = {
    "de": "Wie lauteten die verteidigungspolitischen Vereinbarungen der Außenminister zur Rüstungszusammenarbeit? ",
    "en": "Which agreements did the ministers of foreign affairs sign about the armaments programme in Hiroshima? ",
    "hi": "रक्षा मंत्री ने नई दिल्ली में द्विपक्षीय सहयोग के किन समझौतों पर हस्ताक्षर किए और क्यों? ",
    "ja": "防衛大臣は東京で開かれた日印防衛相会談においてどのような合意文書に署名したのですか？",
    "no": "Hvilke forsvarspolitiske avtaler undertegnet utenriksministrene om våpensamarbeidet på møtet i Tromsø? ",
}

LEANING = {"de": "Und ", "en": "And ", "hi": "और ", "ja": "では、", "no": "Og "}


@pytest.fixture(scope="module")
def settings():
    return load_settings()


@pytest.fixture(scope="module")
def tokenizer(settings):
    """The language model's vocabulary behind the code that makes our prompts; its weights are not read."""
    whole = llama_cpp.Llama
    model = find_model(settings.language_model)
    path = require_model(model, settings.models)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(llama_cpp, "Llama", lambda path, **options: whole(path, vocab_only=True, verbose=False))
        template = ChatTemplate(model.turn_start, model.turn_end, model.reply_prefix)
        return LlamaGenerator(path, model.name, template, min(4096, model.context_tokens))


@pytest.fixture(scope="module")
def embedder(settings):
    return load_embedder(settings)


@pytest.mark.parametrize("text", CONTROLS)
def test_control_strings_of_every_family_are_letters(tokenizer, text):
    """Q07: whatever the model at hand knows them for, they are spelt out, so that none is a single control token."""
    assert tokenizer.count_tokens(text) > 1
    assert tokenizer.count_tokens(f"Wer ist {text}?") > tokenizer.count_tokens("Wer ist ?")


@pytest.mark.parametrize("language", SENTENCES)
def test_the_longest_question_and_its_evidence_fit(tokenizer, embedder, settings, language):
    """Q05: of two full passages, what stays beside a question at the limit and the one it follows is not nothing."""
    limit = settings.max_question_characters
    asked = (LEANING[language] + SENTENCES[language] * limit)[:limit]
    question = standalone(asked, language, [Turn("user", asked)])
    assert len(question) > limit
    passage = ""
    while embedder.count_tokens(passage) < settings.chunk_tokens:
        passage += SENTENCES[language]
    prompt, name = load_prompt(settings.prompts, "answer", language), language_name(language)
    kept = SCAFFOLD + LIMITS.max_tokens

    def turns_of(evidence):
        return prompt.fill(question=question, evidence=evidence, language=name)

    turns = turns_that_fit(turns_of, f"{passage}\n\n{passage}", tokenizer, kept)
    assert sum(tokenizer.count_tokens(turn.text) for turn in turns) + kept <= tokenizer.context_tokens
    assert turns[-1].text.count(SENTENCES[language].strip()) > turns_of("")[-1].text.count(SENTENCES[language].strip())


@pytest.mark.parametrize("question", ["𓀀𓂀𓃀", "\U00013000" * 2000, "𒀀", "\ue000\ue001", "\U000e0100", "\u0378\u0379"])
def test_letters_that_the_model_does_not_know_make_a_vector(embedder, question):
    """Q14: all of a question is unknown, and yet its vector is finite and of length one."""
    vector = embedder.embed_question(question)
    assert np.isfinite(vector).all() and np.linalg.norm(vector) == pytest.approx(1.0, abs=1e-3)
