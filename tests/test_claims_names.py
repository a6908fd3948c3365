"""The names and words of a sentence that the model wrote are held against the evidence."""

import numpy as np
import pytest
from claim_support import GERMAN, evidence_of
from fakes import HashEmbedder

from citeglot.claims import Claim, check_claim, respelled_names


@pytest.mark.parametrize(
    "claim, language, evidence, source_language, respelled",
    [
        ("General Nakaatani kam.", "de", "General Nakatani kam.", "de", ("Nakaatani",)),
        ("Minister Grasano spoke.", "en", "Alessandro Grassano spoke.", "de", ("Grasano",)),
        ("Norwegens Minister kam.", "de", "Norwegen hat einen Minister.", "de", ()),
        ("Norges Minister Gram kam.", "no", "Norge og Gram", "no", ()),
        ("Japans minister dro til Usbekistan.", "no", "The Japanese minister went to Uzbekistan.", "en", ()),
        ("Sie trafen sich in Tokio und Taschkent.", "de", "They met in Tokyo and Tashkent.", "en", ()),
        ("Møtet var i Tasjkent.", "no", "Das Treffen war in Taschkent.", "de", ()),
        ("They met in Tokoy.", "en", "They met in Tokyo.", "en", ("Tokoy",)),
        ("मंत्री नकातानी आए।", "hi", "नकातानी आए", "hi", ()),
        ("グラム大臣", "ja", "Gram", "no", ()),
    ],
)
def test_respelled_names_are_found(claim, language, evidence, source_language, respelled):
    """A name that is nearly one of the evidence's is a mistake; an inflection is not, nor another language's name."""
    like = Claim(claim, language, HashEmbedder().embed_question(claim))
    assert respelled_names(like, evidence_of(evidence, source_language)) == respelled


@pytest.mark.parametrize(
    "claim, language, text, source_language, verdict",
    [
        ("चीन, रूस और उत्तर कोरिया", "hi", "चीन, रूस और उत्तर कोरिया", "hi", "supported"),
        ("Japan fears Uttar Pradesh.", "en", "जापान उत्तर कोरिया से डरता है।", "hi", "weak"),
        ("They met in New Delhi.", "en", "Treffen in Neu-Delhi.", "de", "supported"),
        ("東京で会った。", "ja", "Møtet var i Tokyo.", "no", "weak"),
        ("率いたのは Alessandro Grassano です。", "ja", "Leiter: Alessandro Grassano", "de", "supported"),
        ("率いたのはグラッサーノです。", "ja", "Leiter: Alessandro Grassano", "de", "supported"),
        ("率いたのはガリバルディです。", "ja", "Leiter: Alessandro Grassano", "de", "weak"),
    ],
)
def test_names_of_another_script_are_not_taken_on_trust(claim, language, text, source_language, verdict):
    """What code cannot look up is weak at most, however alike the sentences are."""
    evidence = evidence_of(text, source_language)
    like = evidence.vectors[0]
    assert check_claim(Claim(claim, language, like), evidence, evidence.vectors, "").verdict == verdict


@pytest.mark.parametrize(
    "claim, language, question, likely",
    [
        ("पुल बहुत लंबा है।", "hi", "पुल कैसा है?", False),
        ("आलेशार्डो ग्रासन ने पुल पार किया।", "hi", "पुल किसने पार किया?", False),
        ("橋はとても長いです。", "ja", "橋はどうですか。", False),
        ("Broen er svært lang.", "no", "Hvordan er broen?", True),
        ("木原稔防衛相は橋を渡った。", "ja", "木原稔防衛相は何を渡りましたか。", True),
        ("木原稔防衛相は橋を渡った。", "ja", "誰が橋を渡りましたか。", False),
        ("ガリバルディは橋を渡った。", "ja", "誰が橋を渡りましたか。", False),
        ("The bridge was crossed by Garibaldi.", "en", "Who crossed the bridge?", False),
    ],
)
def test_a_weak_claim_is_likely_where_it_names_nobody_new(claim, language, question, likely):
    """Names of the question may be said again although no article has them in that script; others may not.

    Across scripts a claim without a name or a number that code could look up is not likely: a small model respells.
    """
    evidence = evidence_of("Die Brücke ist sehr lang.", "de")
    check = check_claim(Claim(claim, language, evidence.vectors[0]), evidence, evidence.vectors, question)
    assert (check.verdict == "supported" or check.is_likely) is likely


@pytest.mark.parametrize(
    "claim, language, verdict",
    [
        ("28", "de", "supported"),
        ("２８件", "ja", "supported"),
        ("२८।", "hi", "supported"),
        ("Tokio.", "de", "supported"),
        ("Kyoto.", "de", "weak"),
        ("Sie alle", "de", "weak"),
    ],
)
def test_a_word_or_a_number_of_the_evidence_needs_no_likeness(claim, language, verdict):
    """Its own few letters are near to nothing; one that stands there is held all the same."""
    evidence = evidence_of(GERMAN, "de")
    far = Claim(claim, language, np.eye(1, 64, 60, dtype=np.float32)[0])
    assert check_claim(far, evidence, np.eye(3, 64, dtype=np.float32), "").verdict == verdict


@pytest.mark.parametrize(
    ("claim", "language"),
    [
        ("Mirziyoyev received Iwai.", "en"),
        ("Mirziyoyev empfing Iwai in Japan.", "de"),
        ("मिर्ज़ियोयेव ने इवाई का स्वागत किया।", "hi"),
        ("ミルジヨエフがイワイを迎えた。", "ja"),
        ("Mirziyoyev tok imot Iwai.", "no"),
    ],
)
def test_the_sentence_that_has_a_name_is_cited_with_the_nearest(claim, language):
    """Who reads the citation finds everybody who is told of, but for those who are asked about; a country is nobody."""
    evidence = evidence_of("Minister Iwai came. President Mirziyoyev received him. They love Japan.", "en")
    like = Claim(claim, language, evidence.vectors[0])
    assert check_claim(like, evidence, evidence.vectors, "Who?").spans == evidence.sentences[:2]
    assert check_claim(like, evidence, evidence.vectors, f"{claim}?").spans == evidence.sentences[:1]
