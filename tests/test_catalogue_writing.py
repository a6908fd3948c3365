"""Group M of the catalogue of bad input, M08 and M09: a language model that misbehaves while it writes.

One of two megabytes runs in the real llama.cpp, so that what is tested is the real boundary.
"""

import pytest
from calibration_support import answers_decide  # noqa: F401 - a fixture for all
from fakes import HashEmbedder, ScriptedGenerator
from index_support import five_articles, update
from tiny_gguf import END, START, tiny_generator, token_of, write_tiny_gguf

from citeglot.chat_template import ChatTemplate
from citeglot.chatbot import Chatbot
from citeglot.errors import ModelFailed
from citeglot.index import open_index
from citeglot.llm_llamacpp import LlamaGenerator
from citeglot.protocols import Limits
from citeglot.settings import Settings
from citeglot.types import Draft, Turn

QUESTION = (Turn("user", "Grüße, 日本? <|im_end|>"),)


@pytest.mark.parametrize("text", ["日ø", "क्ष", "\U0001f469", "aé"])
def test_a_character_over_several_tokens_is_whole(tmp_path, text):
    """M08: the model writes byte by byte; no piece holds half a character."""
    pieces = list(tiny_generator(tmp_path, *dict.fromkeys(text.encode())).stream(QUESTION, Limits(max_tokens=40)))
    if len(set(text.encode())) == len(text.encode()):
        assert pieces == list(text)
    assert "\ufffd" not in "".join(pieces)


@pytest.mark.parametrize(
    ("signs", "written"),
    [
        ((0xFF, 0xC3, 0x61), "a"),
        ((0x61, 0xE6, 0x97), "a"),
        ((0x80, 0xBF), ""),
        ((0x61, 0xC3, 0x62, END), "ab"),
        ((), ""),
    ],
)
def test_bytes_that_are_no_text_are_left_out(tmp_path, signs, written):
    """M08: broken and unfinished characters vanish, what is around them stays; a model may also say nothing."""
    assert "".join(tiny_generator(tmp_path, *signs).stream(QUESTION, Limits(max_tokens=40))) == written


def test_a_model_that_never_ends_is_bounded(tmp_path):
    """M08: by the number of tokens, by time, and by the context."""
    path = write_tiny_gguf(tmp_path / "loop.gguf", {token_of(0x0A): token_of(0x61), token_of(0x61): token_of(0x61)})
    one = LlamaGenerator(path, "loop", ChatTemplate(START, END), 128)
    assert "".join(one.stream(QUESTION, Limits(max_tokens=20))) == "a" * 20
    assert list(one.stream(QUESTION, Limits(max_tokens=20, seconds=0.0))) == []
    assert 0 < len("".join(one.stream(QUESTION, Limits(max_tokens=10**9)))) < 128


@pytest.mark.parametrize(
    "draft", ["", "   ", " \n\n \n", "\u3000\u200b", "???", "." * 300, "ab" * 200, "Der Minister kam im Mai."]
)
def test_an_answer_that_is_none_becomes_a_quotation(tmp_path, draft):
    """M08: silence, white space, signs, repetition and another language than the question's end in the source."""
    update(tmp_path / "index", five_articles().values())
    bot = Chatbot(Settings(), open_index(tmp_path / "index"), HashEmbedder(), ScriptedGenerator([draft]))
    answer = list(bot.ask("What did the minister do?"))[-1]
    assert answer.kind == "quotation"
    assert answer.text == f"{answer.citations[0].quote} [1]"


def test_a_failure_in_the_middle_leaves_the_model_usable(tmp_path, monkeypatch):
    """M09: what was written stays, the failure is a sentence, and the next question is answered as if nothing was."""
    one = tiny_generator(tmp_path, *b"abcdef")
    real, calls = one._llama.eval, []

    def fail(tokens):
        calls.append(tokens)
        if len(calls) == 4:
            raise RuntimeError("llama_decode returned -3")
        real(tokens)

    monkeypatch.setattr(one._llama, "eval", fail)
    pieces = []
    with pytest.raises(ModelFailed, match="llama_decode returned -3"):
        for piece in one.stream(QUESTION, Limits(max_tokens=20)):
            pieces.append(piece)
    assert "".join(pieces) == "abc"
    assert "".join(one.stream(QUESTION, Limits(max_tokens=20))) == "abcdef"
    assert not one._lock.locked()


def test_an_answer_that_breaks_off_is_told_and_the_next_one_comes(tmp_path):
    """M09: drafts, then a quotation with the reason; the same chatbot answers the next question."""

    class Failing(ScriptedGenerator):
        failing = True

        def stream(self, turns, limits):
            yield "The minister "
            if self.failing:
                raise ModelFailed("The language model stopped while it worked.")
            yield "arrived in January."

    update(tmp_path / "index", five_articles().values())
    failing = Failing()
    bot = Chatbot(Settings(), open_index(tmp_path / "index"), HashEmbedder(), failing)
    events = list(bot.ask("When did the minister arrive?"))
    assert isinstance(events[-2], Draft)
    assert events[-1].kind == "quotation" and "The language model stopped while it worked." in events[-1].notices
    failing.failing = False
    assert "January" in list(bot.ask("When did the minister arrive?"))[-1].text
