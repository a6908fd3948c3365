"""The language of a short question, in five languages and among others."""

import pytest

from citeglot.language import INTERFACE_LANGUAGES, detect_language

QUESTIONS = {
    "de": [
        "Wer ist Jun Miura?",
        "Was ist GCAP?",
        "Wann war das?",
        "Warum?",
        "Wer leitete die italienische Delegation?",
        "Was sagte Borrell in Tokio?",
        "Wie viele Aktivitäten?",
        "Wo liegt Taschkent?",
        "Was bedeutet 木原稔?",
        "Welche Länder sind an GCAP beteiligt?",
        "Wie heißt der Minister?",
        "Mit wem sprach Rajnath Singh?",
        "Was ist „Viksit Bharat“?",
    ],
    "en": [
        "Who is Jun Miura?",
        "What is GCAP?",
        "When was that?",
        "Why?",
        "Who led the Italian delegation?",
        "What did Borrell say in Tokyo?",
        "How many points?",
        "Where is Tashkent?",
        "Who is 木原稔?",
        "Which countries take part in GCAP?",
        "Is Gram a minister?",
        "Whom did Takeshi Iwai meet?",
        "What is Viksit Bharat?",
    ],
    "hi": [
        "जून मिउरा कौन है?",
        "GCAP क्या है?",
        "यह कब हुआ?",
        "क्यों?",
        "इतालवी प्रतिनिधिमंडल का नेतृत्व किसने किया?",
        "बोरेल ने टोक्यो में क्या कहा?",
        "कितनी गतिविधियाँ?",
        "ताशकंद कहाँ है?",
        "Alessandro Grassano कौन है?",
        "Brigadegeneral Alessandro Grassano कौन है?",
        "GCAP में कौन से देश हैं?",
        "मंत्री का नाम क्या है?",
        "राजनाथ सिंह किससे मिले?",
    ],
    "ja": [
        "三浦潤とは誰ですか?",
        "GCAPとは何ですか？",
        "それはいつですか?",
        "なぜ?",
        "イタリア代表団を率いたのは誰ですか。",
        "ボレルは東京で何を言いましたか",
        "活動はいくつ?",
        "タシケントはどこ?",
        "Kihara Minoruは誰ですか？",
        "Alessandro Grassanoとは?",
        "共同声明",
        "大臣の名前は?",
        "ラージナート・シンは誰に会った?",
    ],
    "no": [
        "Hvem er Jun Miura?",
        "Hva er GCAP?",
        "Når var det?",
        "Hvorfor?",
        "Hvem ledet den italienske delegasjonen?",
        "Hva sa Borrell i Tokyo?",
        "Hvor mange aktiviteter?",
        "Hvor ligger Tasjkent?",
        "Kven leia delegasjonen?",
        "Kva er GCAP?",
        "Hvilke land er med i GCAP?",
        "Hva heter ministeren?",
        "Hvor mye investerer Japan?",
        "Hvem møtte Rajnath Singh?",
    ],
}


@pytest.mark.parametrize(("language", "question"), [(code, one) for code, many in QUESTIONS.items() for one in many])
def test_short_questions(language, question):
    """A short question is in the language of its grammar, whatever its names and its other letters."""
    assert detect_language(question, INTERFACE_LANGUAGES) == language


@pytest.mark.parametrize(
    ("language", "question"),
    [
        ("da", "Hvad er GCAP?"),
        ("sv", "Vem är Jun Miura?"),
        ("fr", "Qui a dirigé la délégation italienne ?"),
        ("es", "¿Qué es GCAP?"),
        ("ru", "Кто такой Джун Миура?"),
        ("ar", "ما هو برنامج GCAP؟"),
        ("el", "Τι είναι το GCAP;"),
        ("ko", "GCAP는 무엇입니까?"),
        ("he", "מי הוא ג'ון מיורה?"),
        ("th", "GCAP คืออะไร"),
        ("mr", "GCAP काय आहे? ते कधी सुरू झाले?"),
    ],
)
def test_other_languages_are_not_forced_into_ours(language, question):
    """Preferring five languages leaves the others what they are."""
    assert detect_language(question, INTERFACE_LANGUAGES) == language
