"""What a question asks for by its words, in five languages."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from citeglot.kinds import KINDS, asked_countries, asked_kind, has_kind
from citeglot.language import INTERFACE_LANGUAGES

ASKED = {
    "number": {
        "de": ("Wie viele Länder nahmen teil?", "Wieviel kostet das?", "Wie lange dauerte es?", "Wie hoch ist er?"),
        "en": ("How many countries took part?", "How much is it?", "How long did it last?", "What share is left?"),
        "hi": ("कितने देश शामिल हुए?", "इसमें कितनी देर लगी?", "कितना खर्च आएगा?"),
        "ja": ("何か国が参加しましたか。", "費用はいくらですか。", "どのくらい続きましたか。", "何年間続きましたか。"),
        "no": ("Hvor mange land deltok?", "Hvor mye koster det?", "Hvor lenge varte det?", "Hvor gammel er han?"),
    },
    "date": {
        "de": ("Wann kam er?", "Seit wann gilt das?", "In welchem Jahr war das?", "Bis zu welchem Datum?"),
        "en": ("When did she arrive?", "Since when?", "In which year was that?", "On what day was it?"),
        "hi": ("वे कब आए?", "यह किस साल हुआ?", "बैठक किस दिन हुई?"),
        "ja": ("いつ到着しましたか。", "それは何年ですか。", "何月に始まりましたか。"),
        "no": ("Når kom hun?", "Siden når?", "Hvilket år var det?", "Hvilken dag var det?"),
    },
    "person": {
        "de": ("Wer kam?", "Wem gehört es?", "Wen traf sie?", "Wessen Haus ist das?", "Welcher Minister war es?"),
        "en": ("Who came?", "Whom did she meet?", "Whose house is it?", "Which foreign minister came?"),
        "hi": ("कौन आया?", "यह किसने कहा?", "वे किस रक्षा मंत्री से मिले?"),
        "ja": ("誰が来ましたか。", "それはだれですか。", "どなたですか。", "どの外務大臣と会いましたか。"),
        "no": ("Hvem kom?", "Hvem traff hun?", "Hvilken utenriksminister kom?"),
    },
    "city": {
        "de": ("In welcher Stadt trafen sie sich?", "Welche Hauptstadt war es?", "Welche großen Städte sind das?"),
        "en": ("In which city did they meet?", "Which two cities are these?", "What capital is it?"),
        "hi": ("वे किस शहर में मिले?", "बैठक किस राजधानी में हुई?", "यह कौन सा शहर है?"),
        "ja": ("どの都市で会いましたか。", "何という町ですか。", "どこの首都ですか。"),
        "no": ("I hvilken by møttes de?", "Hvilken hovedstad var det?", "Hvilke store byer er det?"),
    },
    "other": {
        "de": ("Wo liegt die Stadt?", "Welches Ministerium?", "Welches Landes Hauptstadt ist das?"),
        "en": ("Where is the town?", "Why did he go?", "Which country is it?", "How is it done?"),
        "hi": ("शहर कहाँ है?", "वह क्यों गया?", "यह क्या है?", "यह किस देश की राजधानी है?", "कौन-कौन से देश शामिल हैं?"),
        "ja": ("町はどこですか。", "なぜ行きましたか。", "何ですか。"),
        "no": ("Hvor ligger byen?", "Hvorfor dro han?", "Hvilket land er det?", "Hva heter elven?", "Hvilken hobby?"),
    },
}
QUESTIONS = [
    (kind, language, question)
    for kind, languages in ASKED.items()
    for language, questions in languages.items()
    for question in questions
]


@pytest.mark.parametrize(("kind", "language", "question"), QUESTIONS)
def test_the_words_tell_what_is_asked_for(kind, language, question):
    """However it is typed: in capitals, decomposed, with wide letters, after white space or a joiner at its end."""
    wide = "".join(chr(ord(sign) + 0xFEE0) if "!" <= sign <= "~" else sign for sign in question)
    typed = (question, question.upper(), unicodedata.normalize("NFD", question), wide, f" {question}\u200d")
    assert {one: asked_kind(one, language) for one in typed} == dict.fromkeys(typed, kind)


@pytest.mark.parametrize(
    ("question", "language"),
    [
        ("Werden die Werke der Werft gebaut, wenn die Wanne wendet?", "de"),
        ("Wie vielfältig ist die Landschaft?", "de"),
        ("Does the whole wholesale trade go whenever it whens?", "en"),
        ("Is the Dr. Whoever show however long-lived?", "en"),
        ("Hvilke årsaker nevnes?", "no"),
        ("Er naboens nårlys i hvemstad?", "no"),
    ],
)
def test_question_words_inside_other_words_ask_for_nothing(question, language):
    """A word that begins with one or ends in one is another word."""
    assert asked_kind(question, language) == "other"


@pytest.mark.parametrize(
    ("question", "language"),
    [
        ("Wie lange ist es her, dass jemand weiß, wann das war?", "de"),
        ("How many countries were there when who was president?", "en"),
        ("जब वे आए तब कितने लोग थे और कौन?", "hi"),
        ("いつ、誰が、何人で来ましたか。", "ja"),
        ("Hvor mange var der når det begynte?", "no"),
    ],
)
def test_a_number_is_asked_for_before_all_else(question, language):
    """Of several question words the most telling counts: a clause of time stands in many questions for a number."""
    assert asked_kind(question, language) == "number"


def test_words_are_those_of_the_questions_language():
    """Wer is German, and a language without words of its own asks for something that cannot be told."""
    assert asked_kind("Wer war hvem?", "de") == asked_kind("Wer war hvem?", "no") == "person"
    assert asked_kind("Wer war das?", "no") == asked_kind("Hvem var det?", "de") == "other"
    assert asked_kind("Who was it? Wer? 誰?", "fr") == asked_kind("Who was it?", "und") == "other"


@pytest.mark.parametrize(
    ("question", "language"),
    [
        ("Welche Pläne hat Verteidigungsminister Koizumi?", "de"),
        ("Welche Reise machte der Minister?", "de"),
        ("What did the minister do?", "en"),
        ("Which agreement did Minister Gram sign?", "en"),
        ("किस समझौते पर मंत्री ने हस्ताक्षर किए?", "hi"),
        ("किस समझौते पर दोनों देश सहमत हुए?", "hi"),
        ("どの協定に大臣は署名しましたか。", "ja"),
        ("Hvilken avtale signerte ministeren?", "no"),
        ("Hvilken rolle spiller president Trump?", "no"),
    ],
)
def test_what_somebody_did_does_not_ask_for_a_person(question, language):
    """Between the word that asks and an office or a country there are adjectives and no verb: "which plan has he"."""
    assert asked_kind(question, language) == "other"
    assert asked_countries(question, language) is None


@pytest.mark.parametrize(
    ("question", "language"),
    [
        ("Welchen ehemaligen deutschen Außenminister traf sie?", "de"),
        ("Which former British prime minister came?", "en"),
        ("किस भारतीय रक्षा मंत्री ने यह कहा?", "hi"),
        ("どの国の防衛大臣ですか。", "ja"),
        ("Hvilken tidligere norsk statsminister kom?", "no"),
    ],
)
def test_adjectives_stand_between_the_word_that_asks_and_the_office(question, language):
    """Which former British prime minister asks for one."""
    assert asked_kind(question, language) == "person"


@given(st.text(), st.sampled_from([*INTERFACE_LANGUAGES, "fr", "und", ""]))
def test_every_text_is_a_question_of_some_kind(text, language):
    """Whatever it is, nothing breaks."""
    assert asked_kind(text, language) in (*KINDS, "other")
    assert has_kind(asked_kind(text, language), text, language) in (True, False, None)


@pytest.mark.parametrize("language", INTERFACE_LANGUAGES)
def test_the_pages_languages_have_words_for_every_kind(language):
    """A kind that is told in one of them is told in all."""
    assert {asked_kind(question, language) for _, code, question in QUESTIONS if code == language} == {*KINDS, "other"}


@pytest.mark.parametrize(
    ("language", "question", "expected"),
    [
        ("de", "Welches Land ist der einzige Verbündete?", "one"),
        ("de", "Mit welchem anderen Land wird geübt?", "one"),
        ("de", "Welche Länder nehmen teil?", "many"),
        ("de", "Mit welchen europäischen Partnerländern wird geübt?", "many"),
        ("de", "In welchem Bundesland liegt das?", None),
        ("en", "Which country's missiles are meant?", "one"),
        ("en", "What other nation took part?", "one"),
        ("en", "Which two countries took part?", "many"),
        ("en", "How is the country governed?", None),
        ("hi", "यह किस देश में है?", "one"),
        ("hi", "कौन-सा देश सहयोगी है?", "one"),
        ("hi", "इसमें कौन-कौन से देश शामिल हैं?", "many"),
        ("hi", "किन देशों के साथ तनाव है?", "many"),
        ("hi", "देश की राजधानी क्या है?", None),
        ("ja", "どの国が参加しましたか。", "one"),
        ("ja", "どの国々が参加しましたか。", "many"),
        ("ja", "どの国際機関ですか。", None),
        ("no", "Hvilket land er alliert?", "one"),
        ("no", "Hvilke andre land deltok?", "many"),
        ("no", "Hvor ligger landet?", None),
        ("fr", "Quel pays ?", None),
    ],
)
def test_a_question_for_countries_is_known_by_its_words(language, question, expected):
    """One or several; a country that is only spoken of is not asked for."""
    assert asked_countries(question, language) == expected
