"""Follow-ups, and the sentences of the hits in their order."""

import numpy as np
import pytest
from fakes import HashEmbedder
from index_support import five_articles, nearest, update

from citeglot.index import open_index
from citeglot.retrieval import in_context, leans, rank_sentences, standalone
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


def test_sentences_are_ranked_over_all_hits(tmp_path):
    """The sentence that is asked for is first, as the slice of its document that it is, and the limit holds."""
    update(tmp_path, five_articles().values())
    generation, embedder = open_index(tmp_path), HashEmbedder()
    question = embedder.embed_question("She spoke about bridges.")
    hits = nearest(generation, question, 8)
    ranked = rank_sentences(generation, question, hits, 3)
    assert len(ranked) == 3 and ranked[0].text == "She spoke about bridges."
    assert [one.score for one in ranked] == sorted((one.score for one in ranked), reverse=True)
    for one in ranked:
        assert one.span.of(generation.document(one.hit.chunk.document).text) == one.text
        vectors = generation.sentence_vectors(one.hit.chunk)
        assert np.allclose(
            vectors[one.hit.chunk.sentences.index(one.span)], embedder.embed_question(one.text), atol=2e-3
        )
