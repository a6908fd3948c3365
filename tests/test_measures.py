"""Which unit the number has to have that a question asks for, and whether a text has such a number."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from citeglot.language import INTERFACE_LANGUAGES
from citeglot.measures import asked_measure, currency_of, has_measure
from citeglot.numerals import numbers_in
from citeglot.signals import Asking

ASKED = {
    "time": {
        "de": ("Wie lange dauerte es?", "Wie viele Tage blieb sie?"),
        "en": ("How long did it last?", "How many weeks did she stay?"),
        "hi": ("बैठक कितनी देर चली?", "वे कितने दिन रुके?"),
        "ja": ("会談は何時間続きましたか。", "どのくらい続きましたか。", "どれくらいの期間ですか。"),
        "no": ("Hvor lenge varte det?", "Hvor mange dager ble hun?"),
    },
    "money": {
        "de": ("Wie viel kostet es?", "Was kostet es?", "Wie viel investieren sie?", "Wie hoch ist der Preis?"),
        "en": ("How much does it cost?", "What will the bridge cost?", "How much was spent on it?"),
        "hi": ("इस पर कितना खर्च आएगा?", "कितना निवेश होगा?"),
        "ja": ("費用はいくらですか。", "何ドルかかりますか。"),
        "no": ("Hvor mye koster det?", "Hva kommer broen til å koste?", "Hvor mye skal de investere?"),
    },
}  # fmt: skip
TEXTS = {
    "time": {
        "de": ("Es dauerte vier Stunden.", "Nach 3 vollen Tagen.", "Es dauerte eine Woche.", "Es gilt bis Mai."),
        "en": ("It lasted four hours.", "After 3-day talks.", "It took half a year.", "It is valid until May."),
        "hi": ("बैठक चार घंटे चली।", "यह २ दिन चला।", "यह एक सप्ताह चला।", "यह मई तक मान्य है।"),
        "ja": ("会談は２時間続いた。", "4年間の計画だ。", "数週間かかった。", "5月まで有効だ。"),
        "no": ("Det varte i fire timer.", "De neste 3 årene.", "Det tok en uke.", "Det gjelder inntil mai."),
    },
    "money": {
        "de": ("Das kostet 330 Milliarden Dollar.", "Es kostet 5 €."),
        "en": ("It costs $50 million.", "They spent 330 billion US dollars."),
        "hi": ("इसमें 330 अरब डॉलर लगेंगे।", "यह ₹500 का है।"),
        "ja": ("50億ドルを投資する。", "費用は３億円だ。"),
        "no": ("Det koster 330 milliarder dollar.", "Prisen er 12 kroner."),
    },
}  # fmt: skip
OTHERS = {
    "de": "Das 2+2-Treffen fand am 10. Januar 2024 mit 28 Personen statt.",
    "en": "The 2+2 meeting took place on 10 January 2024 with 28 people.",
    "hi": "2+2 बैठक 10 जनवरी 2024 को 28 लोगों के साथ हुई।",
    "ja": "2+2会合は2024年1月10日に28人で行われた。",
    "no": "2+2-møtet fant sted 10. januar 2024 med 28 personer.",
}


def flat(table):
    return [
        (measure, language, text) for measure, some in table.items() for language in some for text in some[language]
    ]


@pytest.mark.parametrize(("measure", "language", "question"), flat(ASKED))
def test_a_question_tells_what_its_number_measures(measure, language, question):
    """In five languages, and it is a question for a number."""
    assert asked_measure(question, language) == measure
    assert Asking(question, language).kind == "number"


@pytest.mark.parametrize(
    ("language", "question"),
    [
        ("de", "Wie viele Schiffe kamen?"),
        ("en", "How many ships came?"),
        ("hi", "कितने जहाज़ आए?"),
        ("ja", "何隻来ましたか。"),
        ("no", "Hvor mange skip kom?"),
        ("fr", "Combien de temps ?"),
    ],
)
def test_a_number_of_things_has_no_unit(language, question):
    """Any number may be it."""
    assert asked_measure(question, language) is None
    assert Asking("How many came?", "en").is_met_by("28 came.", "en") is True


@pytest.mark.parametrize(("measure", "language", "text"), flat(TEXTS))
def test_a_text_has_a_number_with_its_unit(measure, language, text):
    """After it or before it, with a word between, and a time without a number."""
    assert has_measure(measure, text, language)


@pytest.mark.parametrize("language", INTERFACE_LANGUAGES)
@pytest.mark.parametrize("measure", ["time", "money"])
def test_numbers_of_other_things_and_dates_measure_nothing(measure, language):
    """People, a name of digits and the day of a month are neither time that passes nor money."""
    assert not has_measure(measure, OTHERS[language], language)
    question = ASKED[measure][language][0]
    assert Asking(question, language).is_met_by(OTHERS[language], language) is False


@given(st.text(), st.sampled_from([*INTERFACE_LANGUAGES, "fr", "und"]))
def test_any_text_may_be_asked(text, language):
    """Nothing breaks, and a language without words is not held against a text."""
    assert asked_measure(text, language) in ("time", "money", None)
    assert has_measure("time", text, language) in (True, False)
    assert has_measure("money", text, "und")


@pytest.mark.parametrize(
    ("text", "of_text", "said"),
    [
        ("hele 330 milliarder dollar", "no", ("Dollar", "dollars", "डॉलर", "ドル", "dollar")),
        ("28 Euro", "de", ("Euro", "euros", "यूरो", "ユーロ", "euro")),
        ("３億円", "ja", ("Yen", "yen", "येन", "円", "yen")),
        ("28 रुपये", "hi", ("Rupien", "rupees", "रुपये", "ルピー", "rupier")),
        ("28 pounds", "en", ("Pfund", "pounds", "पाउंड", "ポンド", "pund")),
        ("28 ships for 30 kroner", "en", ("", "", "", "", "")),
    ],
)
def test_a_currency_is_said_in_the_readers_language(text, of_text, said):
    """That of this number; none is made up."""
    number = numbers_in(text, of_text)[0]
    assert tuple(currency_of(number, text, of_text, one) for one in ("de", "en", "hi", "ja", "no")) == said
    assert currency_of(number, text, of_text, "fr") == ""
