"""A sentence that the model wrote is held against the evidence, in five languages."""

import numpy as np
import pytest
from claim_support import GERMAN, evidence_of
from fakes import HashEmbedder

from citeglot.claims import Claim, check_claim, echoes, is_in_language, split_claims


def checked(claim, language, text=GERMAN, source_language="de"):
    """Return the verdict and the cited sentences of a claim."""
    embedder = HashEmbedder()
    evidence = evidence_of(text, source_language)
    check = check_claim(Claim(claim, language, embedder.embed_question(claim)), evidence, evidence.vectors, "")
    return check.verdict, [span.of(text) for span in check.spans]


@pytest.mark.parametrize(
    "claim, language",
    [
        ("Der Plan umfasst 28 Aktivitäten, davon 11 in Italien.", "de"),
        ("Der Plan umfasst achtundzwanzig Aktivitäten.", "de"),
        ("The plan for 2024 has 28 activities, 11 of them in Italy.", "en"),
        ("२०२४ की योजना में 28 गतिविधियाँ हैं, जिनमें 11 इटली में हैं।", "hi"),
        ("２０２４年の計画は２８件の活動を含みます。", "ja"),
        ("Planen for 2024 omfatter 28 aktiviteter.", "no"),
    ],
)
def test_numbers_of_the_evidence_hold_in_any_notation(claim, language):
    """Digits of any script and number words are the same number, and the sentence that has them is cited."""
    verdict, cited = checked(claim, language)
    assert verdict != "unsupported"
    assert any("28 Aktivitäten" in sentence for sentence in cited)


@pytest.mark.parametrize(
    "claim, language",
    [
        ("Der Plan umfasst 29 Aktivitäten.", "de"),
        ("Das Treffen fand 2025 in Tokio statt.", "de"),
        ("The meeting took place in Tokyo on 3 October.", "en"),
        ("योजना में २९ गतिविधियाँ हैं।", "hi"),
        ("計画には３０件の活動があります。", "ja"),
        ("Planen omfatter tolv aktiviteter.", "no"),
    ],
)
def test_a_number_that_stands_nowhere_is_never_supported(claim, language):
    """An invented number, year or date makes the whole sentence unsupported."""
    assert checked(claim, language) == ("unsupported", [])


def test_numbers_of_two_sentences_cite_both():
    """A claim that joins facts cites the fewest sentences that hold them."""
    text = "Norwegen gibt 330 Millionen aus. Es regnet. Japan baut 11 Schiffe."
    verdict, cited = checked("Norwegen gibt 330 Millionen aus und Japan baut 11 Schiffe.", "de", text)
    assert verdict != "unsupported"
    assert cited == ["Norwegen gibt 330 Millionen aus.", "Japan baut 11 Schiffe."]


def test_a_respelled_name_is_not_supported():
    """The sentence is as bad as one with an invented number."""
    assert checked("Die Delegation leitete General Alessandro Grasssano.", "de")[0] == "unsupported"


@pytest.mark.parametrize(
    "draft, claims",
    [
        ("Grassano leitete sie [1]. Es waren 28 [2, 3].", ["Grassano leitete sie.", "Es waren 28."]),
        ("答えは２８です【１】。", ["答えは２８です。"]),
        ("यह 28 है [१]।", ["यह 28 है।"]),
        ("", []),
    ],
)
def test_citation_numbers_of_the_model_are_not_taken(draft, claims):
    """Numbers are ours to give: what the model writes in brackets is dropped."""
    assert split_claims(draft, "de") == claims


@pytest.mark.parametrize(
    "text, language, fits",
    [
        ("Die Delegation wurde von Alessandro Grassano geleitet.", "de", True),
        ("The delegation was led by Alessandro Grassano.", "de", False),
        ("Delegasjonen ble ledet av Alessandro Grassano.", "no", True),
        ("इटली के प्रतिनिधिमंडल का नेतृत्व Alessandro Grassano ने किया।", "hi", True),
        ("Brigadegeneral Alessandro Grassano", "hi", False),
        ("代表団を率いたのは Alessandro Grassano です。", "ja", True),
        ("Alessandro Grassano", "ja", False),
        ("日本防卫大臣", "de", False),
        ("2026", "hi", True),
        ("2035年", "ja", True),
        ("Tokyo", "de", True),
        ("Alessandro Grassano, Tokyo 2024.", "no", True),
        ("The Tokyo talks", "no", False),
    ],
)
def test_the_language_of_an_answer_is_checked(text, language, fits):
    """Names in another script are fine inside a sentence, and are no sentence by themselves."""
    assert is_in_language(text, language) is fits


def test_the_verdict_is_weak_where_nothing_is_alike():
    """A claim without numbers that resembles no sentence is shown, but not as supported."""
    evidence = evidence_of(GERMAN, "de")
    vectors = np.eye(3, 64, dtype=np.float32)
    claim = Claim("Etwas ganz anderes.", "de", np.eye(1, 64, 60, dtype=np.float32)[0])
    check = check_claim(claim, evidence, vectors, "")
    assert (check.verdict, check.is_likely) == ("weak", False)


@pytest.mark.parametrize(
    "claim, question, echo",
    [
        (
            "Borrell og Iwaya uroer det militære samarbeidet.",
            "Hva ved det militære samarbeidet uroer Borrell og Iwaya?",
            True,
        ),
        ("Det var 28.", "Hvor mange var det?", False),
        ("बोरेल चिंतित हैं।", "बोरेल क्यों चिंतित हैं?", True),
        ("", "Wer?", False),
        (
            "北朝鮮はボレル氏が東京で発言した前日に、北朝鮮の実験を行いました。",
            "ボレル氏が東京で発言した前日に、北朝鮮は何の実験を行いましたか。",
            True,
        ),
        (
            "北朝鮮はボレル氏が東京で発言した前日に、ミサイルの実験を行いました。",
            "ボレル氏が東京で発言した前日に、北朝鮮は何の実験を行いましたか。",
            False,
        ),
        ("東京です。", "会談は東京か大阪のどちらで行われましたか。", False),
    ],
)
def test_a_claim_that_only_repeats_the_question_is_no_answer(claim, question, echo):
    """Not a word in it that was not in the question."""
    assert echoes(claim, question) is echo
