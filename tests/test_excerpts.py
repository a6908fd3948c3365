"""Where no sentence could be written, the words of the evidence that answer are said in the reader's language."""

import pytest
from answer_support import candidate_of
from index_support import document, update

from citeglot.agreement import Words
from citeglot.evidence import gather
from citeglot.excerpts import FRAMES, excerpt
from citeglot.index import open_index
from citeglot.language import INTERFACE_LANGUAGES, detect_language
from citeglot.signals import Asking

TEXTS = {
    "de": (
        "Die Gespräche leitete Brigadegeneral Alessandro Grassano am 10. und 11. Oktober 2025.",
        "Beteiligt sind Italien, das Vereinigte Königreich und Japan mit achtundzwanzig Schiffen in Neu-Delhi.",
        "Es ging um Vertrauen und Sicherheit.",
    ),
    "hi": (
        "बैठक 11 नवंबर 2024 को हुई।",
        "इसमें इटली और जापान के २८ जहाज़ थे।",
        "वे जनरल नकातानी से मिले।",
        "सम्मेलन नई दिल्ली में हुआ।",
    ),
    "en": ("It came on 31 June and weighed 1.5 million tonnes.",),
    "no": ("Møtet ledet Kari Nordmann i mai.", "Med var Norge og Japan med 12 skip.", "Han kom til Tokyo tirsdag."),
}


@pytest.fixture(scope="module")
def generation(tmp_path_factory):
    folder = tmp_path_factory.mktemp("index")
    update(folder, [document(f"{language}.txt", " ".join(sentences)) for language, sentences in TEXTS.items()])
    return open_index(folder)


def said(generation, question, language, sentence, copied, draft="", finds=""):
    """Return what is said where these words are copied and found for a question over a sentence of an article."""
    article = next(one for one, sentences in TEXTS.items() if sentence in sentences)
    evidence = gather(generation, candidate_of(generation, f"{article}.txt", sentence))
    found = Words(finds or copied, sentence, article)
    return excerpt(Asking(question, language), draft, evidence, found, lambda: copied)


@pytest.mark.parametrize(
    ("question", "language", "row", "copied", "expected"),
    [
        ("इटली का नेतृत्व किसने किया?", "hi", ("de", 0), "Brigadegeneral Alessandro Grassano", "Alessandro Grassano"),
        ("代表団を率いたのは誰ですか。", "ja", ("de", 0), "Alessandro Grassano", "Alessandro Grassano"),
        ("कौन-कौन से देश?", "hi", ("de", 1), "Italien, das Vereinigte Königreich und Japan", "इटली, जापान, यूनाइटेड किंगडम"),
        ("どの国が参加していますか。", "ja", ("hi", 1), "इटली और जापान", "イタリア、日本"),
        ("Hvilke land er med?", "no", ("hi", 1), "इटली और जापान", "Italia, Japan"),
        ("कितने जहाज़ थे?", "hi", ("de", 1), "achtundzwanzig Schiffen", "28"),
        ("How many ships were there?", "en", ("hi", 1), "२८ जहाज़", "28"),
        ("बैठक कब हुई?", "hi", ("de", 0), "am 10. und 11. Oktober 2025", "10 अक्टूबर 2025, 11 अक्टूबर 2025"),
        ("Wie viele Tonnen wog es?", "de", ("en", 0), "1.5 million tonnes", "1,5 Millionen"),
        ("वज़न कितने टन था?", "hi", ("en", 0), "1.5 million tonnes", "15 लाख"),
        ("重さは何トンでしたか。", "ja", ("en", 0), "1.5 million tonnes", "150万"),
        ("Wann war das Treffen?", "de", ("hi", 0), "11 नवंबर 2024", "11. November 2024"),
        ("किस शहर में?", "hi", ("de", 1), "Neu-Delhi", "नई दिल्ली"),
        ("どの都市でしたか。", "ja", ("de", 1), "in Neu-Delhi", "ニューデリー"),
        ("In welcher Stadt war das?", "de", ("de", 1), "Neu-Delhi", "Neu-Delhi"),
        ("I hvilken by var det?", "no", ("hi", 3), "नई दिल्ली", "New Delhi"),
        ("In welche Stadt kam er?", "de", ("no", 2), "Tokyo", "Tokio"),
        ("誰が会議を率いましたか。", "ja", ("no", 0), "Kari Nordmann", "Kari Nordmann"),
    ],
)  # fmt: skip
def test_what_is_the_same_in_every_language_is_said(generation, question, language, row, copied, expected):
    """Names as they stand; numbers, dates and countries as the question's language writes them; the sentence cited."""
    article, place = row
    found = said(generation, question, language, TEXTS[article][place], copied)
    assert found is not None
    assert found.kind == "answer"
    assert found.text == f"{FRAMES[language].format(expected)} [1]"
    (citation,) = found.citations
    assert citation.quote == TEXTS[article][place]
    assert detect_language(found.sentences[0].text, likely=(language,)) == language


@pytest.mark.parametrize(
    ("question", "copied"),
    [
        ("Worum ging es?", "Vertrauen und Sicherheit"),  # would have to be translated
        ("Worum ging es?", "um Geld aus Italien"),  # does not stand there
        ("Was tat Alessandro Grassano?", "Alessandro Grassano"),  # says the question again
        ("Worum ging es?", ""),
        ("Worum ging es?", "NOT FOUND"),
        ("Wie viele waren es?", "Vertrauen"),
    ],
)
def test_what_cannot_be_said_is_not(generation, question, copied):
    """No words of the model's own, nothing that needs a translation, nothing that the question told."""
    sentence = TEXTS["de"][0] if "Grassano" in copied else TEXTS["de"][2]
    assert said(generation, question, "hi", sentence, copied) is None


@pytest.mark.parametrize(
    ("copied", "draft", "expected"),
    [
        ("Italia", "Italia, den Vereinigten Königreich og Japan.", "Italia, Japan, Storbritannia"),
        ("Italia", "Italia, den Vereinigten Königreich og Frankrike.", None),
        ("Italia", "Der er, som det står i denne artikkelen her om programmet, mange land med: Italia og Japan.", None),
        ("Italia, Japan", "", "Italia, Japan"),
        ("Italien, das Vereinigte Königreich und Japan", "", "Italia, Japan, Storbritannia"),
        ("Italien, Japan", "Japan, Frankrike, " * 5, "Italia, Japan"),  # a draft that runs in circles says nothing
        ("Italia, Frankrike", "", None),
    ],
)
def test_a_part_of_a_list_is_no_answer(generation, copied, draft, expected):
    """Countries are known in any spelling, all of them stand in the sentence, and the draft named no other."""
    found = said(generation, "Hvilke land er med?", "no", TEXTS["de"][1], copied, draft)
    assert (found and found.text) == (expected and f"{FRAMES['no'].format(expected)} [1]")


def test_a_day_that_no_calendar_has_is_not_said(generation):
    """Articles err too: the sentence is left to the quotation, and nobody's question fails."""
    assert said(generation, "Wann kam es?", "de", TEXTS["en"][0], "31 June") is None


def test_a_language_without_a_frame_gets_none(generation):
    """The frame is a sentence of ours: there is one for each language of the page, and none for others."""
    assert set(FRAMES) == set(INTERFACE_LANGUAGES)
    assert said(generation, "Quand?", "fr", TEXTS["de"][0], "11. Oktober 2025") is None


@pytest.mark.parametrize(
    ("question", "language", "row", "expected"),
    [
        ("When did he come to Tokyo?", "en", ("no", 2), "Tuesday"),
        ("Wann kam er nach Tokio?", "de", ("no", 2), "Dienstag"),
        ("वे टोक्यो कब आए?", "hi", ("no", 2), "मंगलवार"),
        ("いつ東京に来ましたか。", "ja", ("no", 2), "火曜日"),
        ("Wann war das Treffen?", "de", ("hi", 0), "11. November 2024"),
        ("Hvor mange skip var det?", "no", ("hi", 1), "28"),
    ],
)
def test_the_one_date_or_number_that_was_asked_for_needs_no_model(generation, question, language, row, expected):
    """Whatever the model would have copied."""
    article, place = row
    found = said(generation, question, language, TEXTS[article][place], "1999", "Det var torsdag i 1999.")
    assert found is not None and found.text == f"{FRAMES[language].format(expected)} [1]"


@pytest.mark.parametrize(
    ("question", "language", "draft", "expected"),
    [
        ("Which minister did they meet?", "en", "They met Naruhito Nakatani.", "Nakatani"),
        ("Welchen Minister trafen sie?", "de", "Sie trafen Janaral Nakatani in Rom.", "Nakatani"),
        ("Which minister did they meet?", "en", "They met Nakat.", None),
        ("Welchen Minister trafen sie?", "de", "Sie trafen Janaral.", None),
        ("Where did they meet?", "en", "They met Naruhito Nakatani.", None),
        ("Which minister met Nakatani?", "en", "They met Naruhito Nakatani.", None),
    ],
)
def test_a_name_that_sounds_like_one_of_the_sentence_is_said(generation, question, language, draft, expected):
    """Of a draft that did not hold, where a person is asked for and the sentence is in another script."""
    found = said(generation, question, language, TEXTS["hi"][2], "", draft)
    assert (found and found.text) == (expected and f"{FRAMES[language].format(expected)} [1]")


@pytest.mark.parametrize(
    ("question", "language", "row", "finds", "draft", "expected"),
    [
        ("किस शहर में?", "hi", ("de", 1), "Neu-Delhi", "Neu-Delhi", "नई दिल्ली"),
        ("どの都市ですか。", "ja", ("hi", 3), "नई दिल्ली में", "会議が開かれました。", "ニューデリー"),
        ("Which city is it, besides New Delhi?", "en", ("de", 1), "Neu-Delhi", "", None),
        ("In welcher Stadt?", "de", ("de", 1), "Neu-Delhi", "In Rom.", None),
        ("कितने जहाज़ थे?", "hi", ("no", 1), "12 skip", "12 skip", "12"),
        ("इनमें से कितने?", "hi", ("de", 0), "11. Oktober 2025", "Es waren 3.", None),
        ("Welches Land ist noch dabei, außer Japan?", "de", ("hi", 1), "इटली", "", "Italien"),
        ("どの国々ですか。", "ja", ("de", 1), "Italien", "Italia, Japan, United Kingdom", "イギリス、イタリア、日本"),
        ("नेतृत्व किसने किया?", "hi", ("de", 0), "Alessandro Grassano", "वे मिले।", "Alessandro Grassano"),
        ("Hvem ledet møtet?", "no", ("no", 0), "mai", "Ola Hansen ledet det.", None),
    ],
)  # fmt: skip
def test_what_two_readers_name_is_said_in_whatever_language_they_name_it(
    generation, question, language, row, finds, draft, expected
):
    """The model's draft did not hold; what it names is what the cross-encoder found, or it names nothing else."""
    article, place = row
    found = said(generation, question, language, TEXTS[article][place], "", draft, finds)
    assert (found and found.text) == (expected and f"{FRAMES[language].format(expected)} [1]")


@pytest.mark.parametrize(("finds", "expected"), [("X", "X"), ("„2+2“", "2+2"), ("Post", None), ("28", None)])
def test_a_code_that_both_name_is_said_as_it_is_written(tmp_path, finds, expected):
    """It is the same in every language; a plain word would have to be translated."""
    sentence = "Er schrieb am Rande von „2+2“ einen Post auf X, 28 Zeilen lang."
    update(tmp_path, [document("de.txt", sentence)])
    generation = open_index(tmp_path)
    evidence = gather(generation, candidate_of(generation, "de.txt", sentence))
    none = excerpt(Asking("कितना समय लगा?", "hi"), "X, 2+2, 28", evidence, Words(finds, sentence, "de"), str)
    assert none is None  # a number was asked for
    asking = Asking("यह कहाँ लिखा गया?", "hi")
    found = excerpt(asking, "auf X, 2+2, Post, 28", evidence, Words(finds, sentence, "de"), str)
    assert (found and found.text) == (expected and f"{FRAMES['hi'].format(expected)} [1]")
