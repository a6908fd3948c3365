"""The offices that a text speaks of, in any of the five languages."""

import tomllib
import unicodedata

import pytest

from citeglot.offices import WORDS, offices_in

TOLD = {
    "defence_minister": ("Verteidigungsministern", "Minister of Defence", "रक्षामंत्री", "防衛相", "forsvarsministeren"),
    "foreign_minister": ("Außenministerin", "foreign minister", "विदेश मंत्री", "外相", "utenriksminister"),
    "finance_minister": ("Finanzminister", "finance minister", "वित्त मंत्री", "財務大臣", "finansministeren"),
    "interior_minister": ("Innenminister", "Home Secretary", "गृह मंत्री", "内務大臣", "innenriksminister"),
    "trade_minister": ("Handelsminister", "trade minister", "व्यापार मंत्री", "経済産業大臣", "næringsminister"),
    "prime_minister": ("Premierminister", "Prime Minister", "प्रधानमंत्री", "首相", "statsministeren"),
    "president": ("Präsidenten", "president", "राष्ट्रपति", "大統領", "presidenten"),
    "vice_president": ("Vizepräsident", "vice president", "उपराष्ट्रपति", "副大統領", "visepresident"),
    "chancellor": ("Bundeskanzler", "chancellor", "चांसलर", "", "kansleren"),
    "monarch": ("Königin", "the king", "राजा", "国王", "kongen"),
    "emperor": ("Kaiser", "emperor", "सम्राट", "天皇", "keiseren"),
    "foreign_policy_chief": (
        "Außenbeauftragter",
        "foreign policy chief",
        "विदेश नीति प्रमुख",
        "上級代表",
        "utenrikssjef",
    ),
    "secretary_general": ("Generalsekretär", "Secretary-General", "महासचिव", "事務総長", "generalsekretæren"),
    "ambassador": ("Botschafterin", "ambassador", "राजदूत", "大使", "ambassadør"),
    "attache": ("Attaché", "defence attaché", "अताशे", "駐在武官", "forsvarsattaché"),
    "spokesperson": ("Regierungssprecher", "spokesperson", "प्रवक्ता", "報道官", "talsperson"),
    "general": ("Brigadegeneral", "General Smith", "जनरल", "将軍", "generalen"),
    "admiral": ("Admiral", "rear admiral", "एडमिरल", "提督", "admiralen"),
    "commander": ("Befehlshaber", "commander", "कमांडर", "司令官", "kommandør"),
    "chief_of_staff": ("Generalstabschef", "chief of staff", "सेना प्रमुख", "統合幕僚長", "forsvarssjef"),
    "mayor": ("Oberbürgermeister", "mayor", "महापौर", "市長", "ordfører"),
    "governor": ("Gouverneur", "governor", "राज्यपाल", "知事", "guvernør"),
}


@pytest.mark.parametrize(("office", "words"), TOLD.items())
def test_an_office_is_known_in_every_language(office, words):
    """In capitals, decomposed, and with the endings that grammar gives it."""
    for word in filter(None, words):
        for text in (f"… {word} …", word.upper(), unicodedata.normalize("NFD", word)):
            assert office in offices_in(text), text


def test_every_office_is_tested():
    """And none is told of twice by the same words, but where one word is two offices."""
    with WORDS.open("rb") as file:
        assert set(tomllib.load(file)) == set(TOLD)
    for office, words in TOLD.items():
        assert all(offices_in(word) == {office} for word in words if word and word != "defence attaché"), office


@pytest.mark.parametrize(
    "text",
    [
        "Das Vereinigte Königreich und die Botschaft in Rom.",
        "In general the United Kingdom votes in the General Assembly.",
        "दूतावास और मंत्रालय",
        "大使館と外務省",
        "Ambassaden og departementet",
        "",
    ],
)
def test_what_only_sounds_like_an_office_is_none(text):
    """Embassies, ministries and kingdoms are no persons."""
    assert not offices_in(text)


@pytest.mark.parametrize(
    "text",
    [
        "im Verteidigungsministerium",
        "Außenministerien",
        "the Ministry of Defence",
        "रक्षा मंत्रालय",
        "防衛省",
        "forsvarsministeriet",
    ],
)
def test_a_ministry_is_no_minister(text):
    """Somebody else may speak for it."""
    assert offices_in(text) == frozenset()
