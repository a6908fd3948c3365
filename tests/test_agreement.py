"""What a language model wrote counts where the cross-encoder finds the same answer, in whatever languages."""

import pytest
from answer_support import SENTENCES, build_answers, evidence_for
from fakes import HashEmbedder

from citeglot.agreement import (
    Words,
    agree,
    agreed_countries,
    answering_words,
    names_the_same,
    nearness,
    stands_by,
    told_words,
)
from citeglot.citations import settle
from citeglot.signals import Asking

SHIPS = {
    "de": ("Italien und Japan schickten achtundzwanzig Schiffe.", "achtundzwanzig Schiffe"),
    "en": ("Italy and Japan sent 28 ships.", "28 ships"),
    "hi": ("इटली और जापान ने २८ जहाज़ भेजे।", "२८ जहाज़"),
    "ja": ("イタリアと日本は２８隻の船を送った。", "２８隻"),
    "no": ("Italia og Japan sendte tjueåtte skip.", "tjueåtte skip"),
}
PEOPLE = {
    "de": ("Ihn begleitete Josep Borrell.", "Josep Borrell"),
    "en": ("Josep Borrell went with him.", "Josep Borrell"),
    "hi": ("उनके साथ जोसेप बोरेल थे।", "जोसेप बोरेल"),
    "ja": ("ジョセップ・ボレル氏が同行した。", "ジョセップ・ボレル"),
    "no": ("Josep Borrell var med ham.", "Josep Borrell"),
}
COUNTRIES = {
    "de": ("Beteiligt sind Norwegen und Italien.", "Norwegen und Italien"),
    "en": ("Norway and Italy take part.", "Norway and Italy"),
    "hi": ("नॉर्वे और इटली शामिल हैं।", "नॉर्वे और इटली"),
    "ja": ("ノルウェーとイタリアが参加している。", "ノルウェーとイタリア"),
    "no": ("Norge og Italia er med.", "Norge og Italia"),
}
CITIES = {
    "de": ("Das Treffen war in Tokio.", "Tokio"),
    "en": ("They met in Tokyo.", "Tokyo"),
    "hi": ("वे टोक्यो में मिले।", "टोक्यो"),
    "ja": ("会談は東京で開かれた。", "東京"),
    "no": ("Møtet var i Tokyo.", "Tokyo"),
}
ASKED = {
    "de": "In welcher Stadt?",
    "en": "In which city?",
    "hi": "किस शहर में?",
    "ja": "どの都市ですか。",
    "no": "I hvilken by?",
}
PAIRS = [(one, other) for one in sorted(SHIPS) for other in sorted(SHIPS)]


def words(texts, language):
    """Return the words of one of the sentences that answer."""
    sentence, found = texts[language]
    return Words(found, sentence, language)


@pytest.mark.parametrize(("told", "found"), PAIRS)
@pytest.mark.parametrize("texts", [SHIPS, PEOPLE, COUNTRIES], ids=["number", "name", "countries"])
def test_the_same_answer_is_known_in_every_language(texts, told, found):
    """Numbers in words or any digits, names in any script, countries by any name."""
    assert stands_by(Asking("?", told), words(texts, found), words(texts, told)) is True


@pytest.mark.parametrize(("told", "found"), PAIRS)
def test_another_number_or_country_is_another_answer(told, found):
    """However alike the sentences are."""
    eleven = Words("11", SHIPS[told][0].replace("28", "11").replace("２８", "11").replace("२८", "11"), told)
    if "11" in eleven.sentence:
        assert stands_by(Asking("?", told), words(SHIPS, found), eleven) is False
    assert stands_by(Asking("?", told), words(COUNTRIES, found), words(SHIPS, told)) is False
    assert stands_by(Asking("?", told), words(PEOPLE, found), words(SHIPS, told)) is None


@pytest.mark.parametrize(("told", "found"), PAIRS)
def test_the_same_city_is_known_in_every_language(told, found):
    """Where a city is asked for, its name in any language is told, and another one's is not."""
    asking = Asking(ASKED[told], told)
    assert stands_by(asking, words(CITIES, found), words(CITIES, told)) is True
    assert stands_by(asking, words(CITIES, found), Words("Oslo", "Oslo", told)) is None


def test_part_of_a_list_is_no_answer_and_a_longer_one_may_be():
    """A country more than was found is told only if the sentence has it."""
    found = Words("Norwegen", "Beteiligt sind Norwegen und Italien.", "de")
    for sentence, expected in (("Norway and Italy.", True), ("Norway and France.", False), ("Italy.", False)):
        assert stands_by(Asking("Who takes part?", "en"), found, Words(sentence, sentence, "en")) is expected
    both = Words("Norwegen und Italien", "Beteiligt sind Norwegen und Italien.", "de")
    assert stands_by(Asking("Which ones?", "en"), both, Words("Norway", "Norway takes part.", "en")) is False


def test_what_the_question_told_proves_nothing():
    """Words and countries of the question stand in any answer that repeats it."""
    found = Words("Alessandro Grassano", "Alessandro Grassano kam aus Italien.", "de")
    told = Words("Grassano", "Alessandro Grassano came.", "en")
    assert stands_by(Asking("Where did Alessandro Grassano come from?", "en"), found, told) is None
    assert stands_by(Asking("Who came?", "en"), found, told) is True


def test_what_is_of_another_kind_contradicts_nothing():
    """A cross-encoder that misses the number does not take away the one that the model found, nor give it one."""
    found = Words("der Turm", "Der Turm steht seit 1907 dort.", "de")
    asking = Asking("In what year was it built?", "en")
    assert asking.kind == "date"
    assert stands_by(asking, found, Words("in 1907", "It was built in 1907.", "en")) is True
    assert stands_by(asking, found, Words("the tower", "It was the tower.", "en")) is False


@pytest.fixture(scope="module")
def generation(tmp_path_factory):
    return build_answers(tmp_path_factory.mktemp("index"))


@pytest.mark.parametrize("language", sorted(SENTENCES))
def test_a_draft_that_says_another_thing_is_not_given(generation, language):
    """It is near to the sentence, has nothing that the sentence lacks, and does not answer."""
    evidence = evidence_for(generation, language)
    draft = SENTENCES[language][1]
    asking = Asking("?", language)
    assert settle(asking, draft, [evidence], HashEmbedder(finds="1907"))
    assert settle(asking, draft, [evidence], HashEmbedder(finds="１９０７"))
    without = draft.replace("1907", "").replace("１９０７", "")
    assert settle(asking, without, [evidence], HashEmbedder()) is None


def test_words_near_in_meaning_agree(generation):
    """Where nothing can be looked up, the words that answer are compared, not the sentences around them."""
    evidence = evidence_for(generation, "en", 2)
    asking = Asking("?", "en")
    found = answering_words(asking, evidence.chunk, evidence.picked, HashEmbedder(finds="in the evening"))
    assert found == Words("in the evening", SENTENCES["en"][2], "en")
    near, far = HashEmbedder(finds="the evenings"), HashEmbedder(finds="rather soon")
    other = Words("noiseless", "A ship moves, quite noiseless.", "en")
    assert agree(asking, found, told_words(asking, "A ship: the evenings, mostly.", near), near)
    assert not agree(asking, other, told_words(asking, "A ship leaves rather soon.", far), far)
    assert nearness(found, found, near) == pytest.approx(1, abs=1e-5)


ALLIES = "Italien, das Vereinigte Königreich und Japan bauen es, nicht Frankreich."


@pytest.mark.parametrize(
    ("found", "draft", "many", "expected"),
    [
        ("Italien, das Vereinigte Königreich und Japan", "イタリアと日本です。", True, {"IT", "GB", "JP"}),
        ("Italien", "इटली, जापान और यूनाइटेड किंगडम", True, {"IT", "GB", "JP"}),
        ("Italien und Japan", "France og Norge", True, set()),  # one that is not named here: nothing is told
        ("Italien und Japan", "Frankrike", True, set()),
        ("Italien", "", True, set()),  # one is not many
        ("Frankreich", "Frankrike", False, {"FR"}),
        ("Frankreich", "", False, set()),  # four countries stand here
        ("Frankreich", "Italia", False, set()),
        ("Italien, das Vereinigte Königreich", "Italy", False, {"IT"}),
        ("Italien, das Vereinigte Königreich", "", False, set()),
        ("", "Italy", False, set()),
    ],
)
def test_countries_answer_where_nothing_speaks_against_them(found, draft, many, expected):
    """In whatever language they are told; of several, one reader may have named only some."""
    asking, words = Asking("Wer baut es?", "de"), Words(found, ALLIES, "de")
    assert agreed_countries(asking, words, Words(draft, draft, "no"), many) == expected


def test_the_only_country_of_a_sentence_needs_nobody_to_tell_of_it():
    """What was found is all there is."""
    words = Words("फ़्रांस", "फ़्रांस ने इसे बनाया।", "hi")
    assert agreed_countries(Asking("Welches Land baute es?", "de"), words, Words("", "", "de"), False) == {"FR"}


def test_what_the_question_names_and_unions_are_no_answer():
    """The countries of the question are known, and the European Union is none."""
    words = Words("Japan und die Europäische Union", "Japan und die Europäische Union kamen.", "de")
    assert agreed_countries(Asking("Was will Japan?", "de"), words, words, True) == set()


@pytest.mark.parametrize(
    ("found", "language", "draft", "told_in", "expected"),
    [
        ("hele 330 milliarder dollar", "no", "330億ドルです。", "ja", True),  # the word after it is wrong
        ("achtundzwanzig", "de", "There are 28.", "en", True),
        ("२८ जहाज़", "hi", "28 skip", "no", True),
        ("２８隻", "ja", "२८", "hi", True),
        ("28", "en", "There are 11 and 17.", "en", False),
        ("280", "en", "28", "de", False),
        ("many", "en", "many", "en", False),
        ("11. Oktober 2025", "de", "2025年10月11日", "ja", True),
    ],
)
def test_a_number_is_told_by_its_value_or_its_digits(found, language, draft, told_in, expected):
    """Digits of any script; a word for its size may be missing or wrong."""
    assert names_the_same(Words(found, found, language), Words(draft, draft, told_in)) is expected
