"""Facts in answers: worked by hand, in five languages and their scripts."""

import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from eval.facts import comparable, facts_right, holds

PLAN = [["28", "28th", "achtundzwanzig", "अट्ठाईस", "二十八"], ["2024"]]
NAKATANI = [["Nakatani", "Nakatanis", "नकातानी", "中谷", "ナカタニ"]]
MEDITERRANEAN = [["Mittelmeer", "Mittelmeerraum", "Middelhavet", "Mediterranean", "भूमध्य सागर", "地中海"]]


@pytest.mark.parametrize(
    ("answer", "facts"),
    [
        ("Der Kooperationsplan für 2024 umfasst 28 Aktivitäten.", PLAN),
        ("Achtundzwanzig, so der Plan von 2024.", PLAN),
        ("The plan for 2024 holds “28” activities.", PLAN),
        ("२०२४ की योजना में २८ गतिविधियाँ हैं।", PLAN),
        ("2024 में अट्ठाईस गतिविधियाँ।", PLAN),
        ("２０２４年の計画には２８件の活動があります。", PLAN),
        ("2024年は二十八件です。", PLAN),
        ("Samarbeidsplanen for 2024 har 28 aktiviteter.", PLAN),
        ("Er traf Nakatani.", NAKATANI),
        ("NAKATANI's ministry said so.", NAKATANI),
        ("Det var Nakatanis møte.", NAKATANI),
        ("बोरेल ने नकातानी से मुलाकात की।", NAKATANI),
        ("ボレル氏は中谷防衛相と会談した。", NAKATANI),
        ("相手はﾅｶﾀﾆ氏。", NAKATANI),
        ("im weiteren Mittelmeerraum", MEDITERRANEAN),
        ("भूमध्य सागर में", MEDITERRANEAN),
        ("広域地中海とインド太平洋", MEDITERRANEAN),
        ("rundt Middelhavet", MEDITERRANEAN),
    ],
)
def test_right_answers(answer, facts):
    """An answer is right in the words, digits and script of any of the five languages."""
    assert facts_right(answer, facts)


@pytest.mark.parametrize(
    ("answer", "facts"),
    [
        ("Der Plan umfasst 28 Aktivitäten.", PLAN),
        ("Im Jahr 2024 sind es 280 oder 128.", PLAN),
        ("2024年は百二十八件です。", PLAN),
        ("2024年は28億円です。", PLAN),
        ("The plan of 2024, A28.", PLAN),
        ("२०२४ में १२८ गतिविधियाँ", PLAN),
        ("Das Programm", [["Gram"]]),
        ("कार्यक्रम", [["कार्य"]]),
        ("हिंदी", [["हिंद"]]),
        ("The Nakatanian way", NAKATANI),
        ("", PLAN),
    ],
)
def test_wrong_answers(answer, facts):
    """A missing fact, a longer number and a longer word make an answer wrong."""
    assert not facts_right(answer, facts)


def test_a_form_may_stand_later():
    """A form inside a longer word does not hide the same form later on."""
    assert holds("Das Programm lobte Gram.", ["Gram"])


def test_scripts_without_spaces_are_cut_anywhere():
    """Thai, Han and Kana need no boundary, and neither do Latin words and digits among them."""
    assert holds("日本はGCAPに参加", ["GCAP"])
    assert holds("กรุงเทพมหานคร", ["เทพ"])
    assert holds("9月3日に来日", ["9月3日"])
    assert holds("令和6年9月3日に来日", ["9月3日"])
    assert not holds("19月3日", ["9月3日"])


def test_compositions_and_invisible_characters_do_not_matter():
    """NFD, NFC, joiners and soft hyphens, ß and ss, nukta letters: all the same."""
    assert holds(unicodedata.normalize("NFD", "Østlig Übung in Ålesund"), ["Übung"])
    assert holds("Groß\u00adbritannien", ["GROSSBRITANNIEN"])
    assert holds("रक्\u200dषा", ["रक्षा"])
    assert holds("फ\u093cौज", ["फ़ौज"])
    assert holds("\u200fX\u200e", ["x"])


def test_no_facts_is_an_error():
    """A question without facts never counts as right by accident."""
    with pytest.raises(ValueError, match="at least one fact"):
        facts_right("irgendetwas", [])


def test_empty_forms_match_nothing():
    """A form that vanishes in comparison is found nowhere."""
    assert not holds("text", [""])
    assert not holds("text", ["\u200d"])


@given(st.text(max_size=20))
@example("a\u200d\u0301")
def test_comparable_is_stable(text):
    """Comparing a second time changes nothing."""
    assert comparable(comparable(text)) == comparable(text)


@given(st.text(st.characters(categories=["Ll", "Lo", "Nd", "Mn", "Zs", "Po"]), max_size=12), st.text(max_size=8))
def test_a_form_between_spaces_is_found(form, other):
    """Every form is found when it stands by itself, whatever is around."""
    if comparable(form).strip():
        assert holds(f"{other} {form.strip()} {other}", [form.strip()])
