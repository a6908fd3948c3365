"""The real cross-encoder: which of three sentences answers, in five languages and from one to another."""

import numpy as np
import pytest

from citeglot.embedding import load_embedder
from citeglot.protocols import InContext
from citeglot.settings import load_settings

pytestmark = pytest.mark.models

TEXTS = {
    "de": (
        "Neue Straßenbahn eröffnet",
        "Die neue Linie 14 verbindet seit März den Hafen mit der Universität.",
        "Gebaut wurde sie für 62 Millionen Euro, die Hälfte davon zahlte das Land.",
        "Bürgermeisterin Petra Albers wünscht sich nun auch eine Strecke zum Flughafen.",
    ),
    "en": (
        "Gull Rock lighthouse goes dark",
        "The lighthouse was switched off on 3 May after 140 years.",
        "Its last keeper, Martha Quill, had left the island in 1987.",
        "The building will be turned into a museum of navigation.",
    ),
    "hi": (
        "बाढ़ में पुल बहा",
        "पिछले हफ़्ते की बाढ़ में कोसी नदी पर बना पुराना पुल बह गया।",
        "सेना ने तीन दिन में वहाँ लोहे का अस्थायी पुल खड़ा कर दिया।",
        "नए पक्के पुल का काम अक्टूबर में शुरू होगा।",
    ),
    "ja": (
        "青山水族館でペンギン誕生",
        "水族館では先月、皇帝ペンギンのひなが２羽かえった。",
        "ひなの世話は飼育員の中村由美さんが担当している。",
        "一般公開は８月１日から始まる予定だ。",
    ),
    "no": (
        "Fergen går på hydrogen",
        "Fergen mellom Sandøy og fastlandet går nå på hydrogen i stedet for diesel.",
        "Rederiet slipper dermed å kjøpe 900 tonn drivstoff i året.",
        "Kaptein Ingrid Solheim sier at båten også er blitt mye stillere.",
    ),
}
ASKED = [  # the language of the text, the sentence that answers, the question
    ("de", 1, "Was hat der Bau der Straßenbahn gekostet?"),
    ("de", 2, "Wer möchte eine Verbindung zum Flughafen?"),
    ("de", 1, "路面電車の建設費はいくらでしたか。"),
    ("de", 0, "Hvilke steder knytter den nye trikkelinjen sammen?"),
    ("en", 1, "Who was the last keeper of the lighthouse?"),
    ("en", 2, "What will become of the building?"),
    ("en", 0, "Wann wurde der Leuchtturm abgeschaltet?"),
    ("en", 1, "प्रकाशस्तंभ का अंतिम रखवाला कौन था?"),
    ("hi", 1, "अस्थायी पुल किसने बनाया?"),
    ("hi", 2, "नए पुल का काम कब शुरू होगा?"),
    ("hi", 0, "Which river did the old bridge cross?"),
    ("hi", 2, "Når begynner arbeidet med den nye broen?"),
    ("ja", 1, "ひなの世話をしているのは誰ですか。"),
    ("ja", 2, "ひなはいつから見られますか。"),
    ("ja", 0, "How many penguin chicks hatched?"),
    ("ja", 1, "Wer kümmert sich um die Küken?"),
    ("no", 0, "Hva går fergen på?"),
    ("no", 1, "Hvor mye drivstoff sparer rederiet?"),
    ("no", 2, "船長の名前は何ですか。"),
    ("no", 1, "कंपनी को हर साल कितना ईंधन नहीं ख़रीदना पड़ता?"),
]
UNTOLD = {
    "de": "Wie viele Fahrgäste hat die Straßenbahn am Tag?",
    "en": "How tall is the lighthouse?",
    "hi": "बाढ़ में कितने लोग मारे गए?",
    "ja": "入館料はいくらですか。",
    "no": "Hva koster en billett?",
}


@pytest.fixture(scope="module")
def embedder():
    """The real model, once."""
    return load_embedder(load_settings())


def logits(embedder, language, question):
    """Return the logits of the three sentences of a text, each with the one before it, the first with the second."""
    title, *sentences = TEXTS[language]
    before = [sentences[1], *sentences[:-1]]
    return embedder.answer_logits(
        question, [InContext(text, title, lead) for text, lead in zip(sentences, before, strict=True)]
    )


@pytest.mark.parametrize(("language", "row", "question"), ASKED)
def test_the_sentence_that_answers_has_the_highest_logit(embedder, language, row, question):
    """Asked in the language of the text or in another."""
    found = logits(embedder, language, question)
    assert int(np.argmax(found)) == row, found


@pytest.mark.parametrize("language", sorted(TEXTS))
def test_what_is_not_told_is_less_likely_than_what_is(embedder, language):
    """The best sentence for a question that the text leaves open is below those that answer one of its own language."""
    told = [logits(embedder, *one[::2])[one[1]] for one in ASKED if one[0] == language][:2]
    assert max(logits(embedder, language, UNTOLD[language])) < min(told)


@pytest.mark.parametrize("language", sorted(TEXTS))
def test_company_makes_no_difference(embedder, language):
    """A sentence alone and among very long and very short ones: nearly the same logit."""
    question, _, one = UNTOLD[language], *TEXTS[language][:2]
    (alone,) = embedder.answer_logits(question, [InContext(one)])
    crowd = [InContext(one * 200, one * 100, one * 100), *[InContext(one)] * 20, InContext("")]
    found = embedder.answer_logits(question, crowd)
    assert found[1:21] == pytest.approx([alone] * 20, abs=0.15)
    assert np.isfinite(found).all()


def test_vectors_are_the_same_after_sentences_were_judged(embedder):
    """The embedding model and the cross-encoder share nothing that one of them changes."""
    texts = [one[1] for one in TEXTS.values()]
    before = embedder.embed_passages(texts)
    for language, _, question in ASKED[::4]:
        logits(embedder, language, question)
    np.testing.assert_array_equal(embedder.embed_passages(texts), before)


def test_any_text_can_be_judged(embedder):
    """Nothing, lone surrogates, controls and far too much: a number for each, and none for no sentence."""
    odd = ["", "\ud800", "\0\u202e\ufeff", "🤔" * 5000, "あ" * 100_000, "<s></s><pad>"]
    for question in odd:
        found = embedder.answer_logits(question, [InContext(text, text, text) for text in odd])
        assert len(found) == len(odd) and np.isfinite(found).all()
    assert embedder.answer_logits("?", []) == []
