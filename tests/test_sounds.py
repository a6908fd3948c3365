"""Spellings of one name in several scripts sound alike, and give one key."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from name_support import measure, rows

from citeglot.sounds import distance, sound_key, sounds_of, spelled_out, strong_sounds

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
def test_forms_of_a_name_share_a_key(forms):
    """The key is equal, not merely near, so that it can be a search term."""
    keys = {sound_key(form) for form in forms.split()}
    assert len(keys) == 1 and None not in keys


@pytest.mark.parametrize("word", ["", "2024", "Abe", "आबे", "アベ", "Modi", "木原", "い", "—"])
def test_short_words_have_no_key(word):
    """Fewer than 3 consonants tell nobody from anybody."""
    assert sound_key(word) is None


def test_keys_tell_names_apart():
    """Keys of names that nothing was fitted on meet in most pairs of one name and hardly in others."""
    single = [row for row in rows()[1] if all(len(form.replace("・", " ").split()) == 1 for form in row)]
    single = [row for row in single if all(map(sound_key, row))]
    recall, precision = measure(single, lambda one, other: sound_key(one) == sound_key(other))
    assert recall >= 0.6 and precision >= 0.95, (recall, precision)


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


@given(WORDS, WORDS)
def test_distance_is_a_distance(one, other):
    """It is nothing from a word to itself, the same both ways, never below nothing; any text has sounds."""
    here, there = sounds_of(one), sounds_of(other)
    assert distance(here, here, 0.3, 99) == 0
    assert distance(here, there, 0.3, 99) == pytest.approx(distance(there, here, 0.3, 99))
    assert strong_sounds(here) <= len(here)


@given(WORDS, WORDS, st.floats(0, 3))
def test_a_limit_changes_no_verdict(one, other, limit):
    """Stopping early never puts a pair on the other side of the limit."""
    here, there = sounds_of(one), sounds_of(other)
    full = distance(here, there, 0.3, 999)
    assert (distance(here, there, 0.3, limit) <= limit) == (full <= limit)
