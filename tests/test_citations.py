"""Every sentence of an answer is tied to sentences of the article, verbatim and numbered as they are used."""

import numpy as np
import pytest
from answer_support import SENTENCES, build_answers, evidence_for
from fakes import HashEmbedder

from citeglot.balance import centred
from citeglot.citations import quote, settle
from citeglot.signals import Asking

LANGUAGES = sorted(SENTENCES)
QUESTION = "?"


@pytest.fixture(scope="module")
def generation(tmp_path_factory):
    return build_answers(tmp_path_factory.mktemp("index"))


def settled(generation, language, draft, source="", question=QUESTION):
    """Return what holds of a draft against the three sentences of a language, by default its own."""
    return settle(Asking(question, language), draft, [evidence_for(generation, source or language)], HashEmbedder())


def check_citations(generation, result, language):
    """Quotes are slices of the article, numbers go from 1 up, and sentences cite nothing else."""
    text = generation.document(f"{language}.txt").text
    for one in result.citations:
        assert (one.document, one.language) == (f"{language}.txt", language)
        assert one.start > 0
        assert text[one.start : one.end] == one.quote
        assert one.quote in SENTENCES[language]
    numbers = [one.number for one in result.citations]
    assert numbers == list(range(1, len(numbers) + 1))
    assert sorted({number for one in result.sentences for number in one.citations}) == numbers
    assert result.text == " ".join(
        f"{one.text} {' '.join(f'[{n}]' for n in one.citations)}" for one in result.sentences
    )


@pytest.mark.parametrize("language", LANGUAGES)
def test_numbers_are_in_the_order_of_use(generation, language):
    """The sentence that the answer uses first is number 1, wherever it stands in the article."""
    first, second, third = SENTENCES[language]
    result = settled(generation, language, f"{third} {first} {second}")
    check_citations(generation, result, language)
    assert result.kind == "answer"
    assert [one.quote for one in result.citations] == [third, first, second]
    assert [(one.text, one.citations, one.verdict) for one in result.sentences] == [
        (text, (number,), "supported") for number, text in enumerate((third, first, second), start=1)
    ]


@pytest.mark.parametrize(
    ("language", "draft"),
    [
        ("de", "Der Turm steht dort. Seit 1907 steht der Turm."),
        ("en", "The tower was built. It was built in 1907."),
        ("hi", "मीनार बनी थी। मीनार 1907 में बनी।"),
        ("ja", "塔は建てられた。塔は１９０７年に建てられた。"),
        ("no", "Ta\u030arnet ble bygget. I 1907 ble ta\u030arnet bygget."),
    ],
)
def test_claims_that_rest_on_one_sentence_share_its_number(generation, language, draft):
    """Two sentences of the answer, one citation."""
    result = settled(generation, language, draft)
    check_citations(generation, result, language)
    assert [one.citations for one in result.sentences] == [(1,), (1,)]
    assert [one.quote for one in result.citations] == [SENTENCES[language][1]]


@pytest.mark.parametrize(
    ("language", "draft"),
    [
        ("de", "Die Brücke hat 28 Lampen und der Turm steht seit 1907."),
        ("en", "The bridge has 28 lamps and the tower was built in 1907."),
        ("hi", "पुल पर 28 दीपक हैं और मीनार 1907 में बनी थी।"),
        ("ja", "橋には２８個の灯があり、塔は１９０７年に建てられた。"),
        ("no", "Broen har 28 lamper, og ta\u030arnet ble bygget i 1907."),
    ],
)
def test_a_claim_with_two_facts_cites_both_sentences(generation, language, draft):
    """Each number is in one of the sentences that are cited."""
    result = settled(generation, language, draft)
    check_citations(generation, result, language)
    (sentence,) = result.sentences
    assert sentence.citations == (1, 2)
    assert {one.quote for one in result.citations} == set(SENTENCES[language][:2])


@pytest.mark.parametrize(
    ("language", "invented"),
    [
        ("de", "Die Brücke hat 29 Lampen."),
        ("en", "The bridge has 29 lamps."),
        ("hi", "पुल पर 29 दीपक हैं।"),
        ("ja", "橋には２９個の灯がある。"),
        ("no", "Broen har 29 lamper."),
    ],
)
def test_an_invented_number_is_dropped_and_not_counted(generation, language, invented):
    """What is left keeps its own citations; an answer of inventions alone is none."""
    kept = SENTENCES[language][1]
    result = settled(generation, language, f"{invented} {kept}")
    check_citations(generation, result, language)
    assert [one.text for one in result.sentences] == [kept]
    assert result.text == f"{kept} [1]"
    assert settled(generation, language, invented) is None


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_number_alone_beside_a_sentence_is_dropped(generation, language):
    """A planted word at the end of an answer looks like it; by itself it may be the answer."""
    kept = SENTENCES[language][1]
    result = settled(generation, language, f"{kept} 28.")
    assert [one.text for one in result.sentences] == [kept]
    check_citations(generation, result, language)
    assert [one.text for one in settled(generation, language, "1907").sentences] == ["1907"]


@pytest.mark.parametrize("language", [language for language in LANGUAGES if language != "ja"])
def test_a_claim_in_another_language_cites_the_article_in_its_own(generation, language):
    """The quote is in the article's language and letters; the fake embedder sees no likeness with Japanese."""
    result = settled(generation, "en", "The bridge has 28 lamps.", source=language)
    check_citations(generation, result, language)
    assert SENTENCES[language][0] in [one.quote for one in result.citations]


def test_numbers_that_the_model_invented_are_replaced(generation):
    """Its "[7]" points nowhere; ours points to the sentence."""
    result = settled(generation, "en", "The tower was built in 1907 [7].")
    check_citations(generation, result, "en")
    assert "[7]" not in result.text and result.text.endswith("[1]")


@pytest.mark.parametrize(
    "draft",
    [
        "",
        " \n",
        "Die Brücke hat 28 Lampen.",
        "lamp or lamp or lamp or lamp or lamp or lamp or lamp or lamp",
        "How many lamps has the bridge?",
        "[1] [2]",
    ],
    ids=["empty", "space", "language", "loop", "question", "marks"],
)
def test_a_draft_that_says_nothing_settles_nothing(generation, draft):
    """Silence, another language, a loop, the question again and bare numbers are no answer."""
    assert settled(generation, "en", draft, question="How many lamps has the bridge?") is None


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("row", [0, 1, 2])
def test_a_quotation_is_the_picked_sentence(generation, language, row):
    """Verbatim, with number 1 and its place in the article; of the neighbours nothing."""
    result = quote(evidence_for(generation, language, row))
    check_citations(generation, result, language)
    sentence = SENTENCES[language][row]
    assert (result.kind, result.text) == ("quotation", f"{sentence} [1]")
    assert [(one.text, one.citations, one.verdict) for one in result.sentences] == [(sentence, (1,), "supported")]
    assert [one.quote for one in result.citations] == [sentence]


def test_centred_vectors_have_unit_length_and_lack_the_mean():
    """With a mean and without; a single vector too; a vector that is its mean becomes zero, not a division by it."""
    vectors = np.array([[3.0, 4.0], [1.0, 2.0]], dtype=np.float32)
    np.testing.assert_allclose(centred(vectors, None), [[0.6, 0.8], [0.4472136, 0.8944272]], atol=1e-6)
    np.testing.assert_allclose(centred(vectors, (1.0, 2.0)), [[0.7071068, 0.7071068], [0.0, 0.0]], atol=1e-6)
    np.testing.assert_allclose(centred(vectors[0], (3.0, 3.0)), [0.0, 1.0], atol=1e-6)
    assert centred(vectors, (1.0, 2.0)).dtype == np.float32


@pytest.mark.parametrize("draft", ["橋はとても長いです。", "ガリバルディの橋はとても長いです。"])
def test_a_draft_that_nothing_surely_holds_is_no_answer(generation, draft):
    """Code could read no name and no number in it, or found nobody of that name: the sentence itself is better."""
    assert settled(generation, "ja", draft, source="de") is None
