"""A name is found in a text of any script, and another name is not."""

import pytest
import regex
from name_support import measure, rows

from citeglot.spellings import stands_in
from eval.questions import read_questions

HINDI = "भारत के रक्षा मंत्री राजनाथ सिंह ने नई दिल्ली में जापान के मिनोरु किहारा से मुलाकात की।"
JAPANESE = (
    "ラージナート・シン国防相はニューデリーで木原みのる防衛大臣と会談した。ノルウェーのグラム国防相も東京を訪れた。"
)
GERMAN = (
    "Verteidigungsminister Rajnath Singh und sein Amtskollege Kihara Minoru sprachen in Neu-Delhi. Indiens Ziel: 2047."
)
NORWEGIAN = "Norges forsvarsminister Arild Gram møtte Minoru Kihara i Tokyo; Mirzijojev kom ikke."
ENGLISH = "Rajnath Singh met Minoru Kihara in New Delhi. The EU and NATO were told of GCAP and the F-35, ISRO too."


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("Rajnath Singh", HINDI),
        ("Rajnath Singh", JAPANESE),
        ("राजनाथ सिंह", GERMAN),
        ("राजनाथ सिंह", JAPANESE),
        ("ラージナート・シン", ENGLISH),
        ("ラージナート・シン", HINDI),
        ("Minoru Kihara", HINDI),
        ("Kihara Minoru", ENGLISH),
        ("キハラ・ミノル", NORWEGIAN),
        ("ニューデリー", ENGLISH),
        ("New Delhi", JAPANESE),
        ("नॉर्वे", JAPANESE),
        ("Arild Gram", "अरिल्ड ग्राम ने टोक्यो में कहा"),
        ("アリルド・グラム", NORWEGIAN),
        ("मिर्ज़ियोयेव", NORWEGIAN),
        ("Мирзиёев", NORWEGIAN),
        ("Indien", GERMAN),
        ("Norge", NORWEGIAN),
        ("木原", JAPANESE),
        ("東京", JAPANESE),
        ("ＧＣＡＰ", ENGLISH),
        ("F35", ENGLISH),
        ("एफ-35", ENGLISH),
        ("EU", "ईयू और जापान"),
        ("जीसीएपी", ENGLISH),
        ("नाटो", ENGLISH),
        ("इसरो", ENGLISH),
        ("singh", "SINGH"),
    ],
)
def test_a_name_is_found(name, text):
    """As written, inflected, in another order, in another script, as an acronym letter by letter or as a word."""
    assert stands_in(name, text)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("Narendra Modi", HINDI),
        ("Rajnath Sharma", HINDI),
        ("Minoru Kimura", HINDI),
        ("Manmohan Singh", JAPANESE),
        ("राहुल गांधी", GERMAN),
        ("सिन्हा", GERMAN),
        ("ナレンドラ・モディ", ENGLISH),
        ("スウェーデン", NORWEGIAN),
        ("Gram", "Das Programm der Grammatik"),
        ("Rom", "Der Roman ist ein Problem"),
        ("Singh Kihara", ENGLISH),
        ("Kibara", ENGLISH),
        ("UN", ENGLISH),
        ("F-16", ENGLISH),
        ("II", "यह और वह"),
        ("木村", JAPANESE),
        ("ペキン", "カペキンタ"),
        ("Joe", "जो लोग आए"),
        ("", ENGLISH),
        ("—", ENGLISH),
    ],
)
def test_another_name_is_not(name, text):
    """Neither a namesake, nor a part of a word, nor grammar that sounds alike."""
    assert not stands_in(name, text)


def test_marks_and_joiners_do_not_matter():
    """A nukta, half nasals, ZWJ, decomposed letters and half-width Katakana are spellings of one name."""
    for form in ("मिर्ज़ियोयेव", "मिर्जियोयेव", "मिर्\u200dज़ियोयेव"):
        assert stands_in("Mirziyoyev", form)
    assert stands_in("Trump", "ट्रम्प") and stands_in("Trump", "ट्रंप")
    assert stands_in("Söder", "So\u0308der")
    assert stands_in("Kihara", "ｷﾊﾗ")


def test_names_of_three_scripts_are_told_apart():
    """Of names that nothing was fitted on, 85 % of the pairs are found, and 98 % of what is found is right."""
    fitted, held_out = rows()
    recall, precision = measure(held_out, stands_in)
    assert recall >= 0.85 and precision >= 0.98, (recall, precision)
    assert len(fitted) + len(held_out) >= 60


def test_facts_of_the_question_set_are_found(pytestconfig):
    """Persons and places of our questions stand in their other forms in ≥ 85 % of cases; of others in none but 2 %."""
    path = pytestconfig.rootpath / "eval" / "questions.jsonl"
    wanted = {"q002", "q013", "q014", "q023", "q024", "q034", "q045", "q047", "q055", "q057"}
    facts = {one.id[:4]: one.facts[0] for one in read_questions(path) if one.id[:4] in wanted}
    assert len(facts) == len(wanted)
    latin = {key: [form for form in forms if form.isascii()] for key, forms in facts.items()}
    other = {
        key: [form for form in forms if regex.search(r"\p{Deva}|\p{Katakana}", form)] for key, forms in facts.items()
    }
    found = [any(stands_in(form, one) for form in latin[key]) for key in facts for one in other[key]]
    wrong = [
        stands_in(form, one) for key in facts for form in latin[key] for no in facts if no != key for one in other[no]
    ]
    assert sum(found) >= 0.85 * len(found)
    assert sum(wrong) <= 0.02 * sum(found)
