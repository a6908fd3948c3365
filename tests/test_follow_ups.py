"""Questions that lean on what was said before them."""

import pytest

from citeglot.follow_ups import in_context, leans, standalone
from citeglot.types import Turn


@pytest.mark.parametrize(
    "question, language",
    [
        ("Und in Berlin?", "de"),
        ("Wann hat er das gesagt?", "de"),
        ("And when did she arrive?", "en"),
        ("और दिल्ली में?", "hi"),
        ("उन्होंने क्या कहा?", "hi"),
        ("では、ノルウェーは？", "ja"),
        ("彼はいつ着きましたか？", "ja"),
        ("Og i Oslo?", "no"),
        ("Hva sa han?", "no"),
        ("Seit wann?", "de"),
        ("Why is that?", "en"),
        ("How long is it valid?", "en"),
        ("कब से?", "hi"),
        ("いつから？", "ja"),
        ("Hvorfor det?", "no"),
        ("Warum ist das so?", "de"),
        ("Where was the meeting?", "en"),
        ("What did they say about their neighbours?", "en"),
        ("Is there anything about it?", "en"),
        ("What did Josep Borrell say about it?", "en"),
        ("いつまでに完成させる計画ですか。", "ja"),
        ("どの都市で会いましたか。", "ja"),
        ("Hvor traff han Josep Borrell?", "no"),
    ],
)
def test_a_follow_up_takes_the_question_before_it(question, language):
    """Only the person's own last question, not what the assistant said."""
    history = [Turn("user", "first"), Turn("user", "Wer?"), Turn("assistant", "no")]
    assert leans(question, language)
    assert standalone(question, language, history) == f"Wer?\n{question}"


@pytest.mark.parametrize(
    "question, language",
    [
        ("Mit wem sprach Josep Borrell in Tokio?", "de"),
        ("Who received the Japanese foreign minister in Uzbekistan?", "en"),
        ("जापान और यूरोपीय संघ ने क्या घोषणा की?", "hi"),
        ("日本とウズベキスタンの共同声明はいくつの項目から成りますか？", "ja"),
        ("Hvem er forsvarsministeren i Norge?", "no"),
        ("Qui est le ministre ?", "fr"),
        ("Who is Gram?", "en"),
        ("Was ist GCAP?", "de"),
        ("首相は誰？", "ja"),
        ("In which city did Rajnath Singh meet his Japanese counterpart?", "en"),
        ("How many activities are there in the plan of Italy and Japan?", "en"),
        ("What do Japan and Uzbekistan say in their joint statement?", "en"),
        ("I hvilken by møtte Rajnath Singh hans kollega?", "no"),
        ("भारत की राजधानी क्या है?", "hi"),
        ("日本の防衛予算を教えてください。", "ja"),
        ("２０２４年に何件ありましたか。", "ja"),
    ],
)
def test_a_question_of_its_own_stays_alone(question, language):
    """An earlier topic does not leak into it."""
    history = [Turn("user", "Wer?"), Turn("assistant", "no")]
    assert not leans(question, language)
    assert standalone(question, language, history) == question
    assert in_context(question, history) == f"Wer?\nno\n{question}"
    assert in_context(question, []) == question


def test_the_last_exchange_is_the_context():
    """The last question and the beginning of its answer, without citations; what was said before them is past."""
    history = [
        Turn("user", "Alt?"),
        Turn("assistant", "Ja."),
        Turn("user", "राजनाथ सिंह कहाँ थे?"),
        Turn("assistant", "क्\u200dष में। [1] [2] " + "東" * 400),
    ]
    assert in_context("और कब?", history) == "\n".join(
        [
            "राजनाथ सिंह कहाँ थे?",
            "क्\u200dष में। " + "東" * (300 - len("क्\u200dष में। ")),
            "और कब?",
        ]
    )
    assert in_context("Wer?", history[1:2]) == "Wer?"
