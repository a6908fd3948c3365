"""Spellings of one name in several scripts sound alike."""

from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from citeglot.sounds import distance, sounds_of, spelled_out, strong_sounds

WORDS = st.text(alphabet=st.characters(codec="utf-8"), max_size=12)


@pytest.mark.parametrize(
    "forms",
    [
        "Rajnath राजनाथ ラージナート",
        "Grassano ग्रासानो グラッサーノ",
        "Trump ट्रंप ट्रम्प トランプ",
        "Mirziyoyev मिर्ज़ियोयेव मिर्जियोएव ミルジヨーエフ ミルジヨエフ Мирзиёев",
        "Kihara किहारा キハラ きはら ｷﾊﾗ",
        "Norway नॉर्वे ノルウェー",
        "Kitamura कितामुरा キタムラ",
        "Saidov सईदोव サイドフ",
    ],
)
def test_forms_of_a_name_sound_alike(forms):
    """They have the same number of strong consonants and differ by less than one of them."""
    heard = [sounds_of(form) for form in forms.split()]
    assert len({strong_sounds(one) for one in heard}) == 1
    assert all(distance(one, other, 0.5, 9) <= 0.6 + 1e-9 for one, other in combinations(heard, 2))


@pytest.mark.parametrize(
    ("acronym", "written"), [("ICBM", "आईसीबीएम"), ("EU", "ईयू"), ("UK", "यूके"), ("GCAP", "जीसीएपी"), ("X", "एक्स")]
)
def test_an_acronym_can_be_spelled_out(acronym, written):
    """Hindi writes the English names of the letters."""
    assert spelled_out(acronym) == sounds_of(written)


def test_vowels_that_are_not_written_cost_little():
    """Schwa, added u and long vowels are nearly free; another vowel or consonant is not."""
    modi = sounds_of("Modi")
    assert distance(modi, sounds_of("モディ"), 0.5, 9) == 0
    assert distance(sounds_of("Trump"), sounds_of("ट्रंप"), 0.5, 9) <= 0.25
    assert distance(modi, sounds_of("Mada"), 0.5, 9) >= 0.5
    assert distance(modi, sounds_of("Meloni"), 0.5, 9) >= 1


@settings(deadline=None)
@given(WORDS, WORDS)
def test_distance_is_a_distance(one, other):
    """It is nothing from a word to itself, the same both ways, never below nothing; any text has sounds."""
    here, there = sounds_of(one), sounds_of(other)
    assert distance(here, here, 0.3, 99) == 0
    assert distance(here, there, 0.3, 99) == pytest.approx(distance(there, here, 0.3, 99))
    assert strong_sounds(here) <= len(here)


@settings(deadline=None)
@given(WORDS, WORDS, st.floats(0, 3))
def test_a_limit_changes_no_verdict(one, other, limit):
    """Stopping early never puts a pair on the other side of the limit."""
    here, there = sounds_of(one), sounds_of(other)
    full = distance(here, there, 0.3, 999)
    assert (distance(here, there, 0.3, limit) <= limit) == (full <= limit)
