"""Sentences of five languages as spans of the text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from citeglot.sentences import split_sentences
from citeglot.settings import ROOT

PIECES = st.sampled_from(
    [
        "Dr. ",
        "z. B. ",
        "Am 3. Oktober ",
        "U.S. ",
        "bl.a. ",
        "wort",
        "Wort",
        ". ",
        "! ",
        "…",
        '?"',
        "“",
        "„",
        "«",
        "。",
        "！？",
        "」",
        "「",
        "（",
        "）",
        "।",
        "॥ ",
        "क्\u200dष",
        "है",
        "漢字",
        "かな",
        "１２",
        "١٢",
        "مرحبا",
        "؟ ",
        "۔",
        "👩🏽\u200d💻",
        "e\u0301",
        "\n",
        "\n\n",
        " ",
        "\u3000",
        "\t",
        "\u2028",
        "[1]",
        " [2]",
        "3.5",
        "5+1",
        "— ",
        "https://a.b/c. ",
    ]
)
TEXT = st.lists(PIECES, max_size=25).map("".join)
LANGUAGE = st.sampled_from(["de", "en", "hi", "ja", "no", "fr", "und"])

CASES = {
    "de": [
        ["Am 10. - 11. Januar 2024 findet die 8. Ausgabe der Gespräche statt.", "Sie dauern zwei Tage."],
        ["8. Ausgabe der Militärgespräche zwischen Italien und Japan"],
        ["Das gilt z. B. für Dr. Meier, u. a. am 3. Oktober."],
        ["Der Plan umfasst 28.", "Danach kam er usw.", "Die Reise ging bzw. Ende."],
        ["Er sagte: „Ja.“", "Dann ging er.", "Bis 2047.", "Japan zahlt 3,5 Mio. Euro."],
        ["Man traf Herrn … Kihara Minoru.", "Wir überprüften alles."],
        ["Mehr dazu: [hier](https://a.b/c).", "Im [Bericht](https://a.b/c) Deutschlands steht es: Ja."],
        ["Schreib darunter: <a href=\"https://a.b/\">weiter</a>", "Der Minister kam.", "Link: https://a.b/c und mehr."],
        ["Am Mo. 5. Mai kam J. R. Müller.", "Das war so.", "Die Frage „Warum?“ blieb offen."],
    ],
    "en": [
        ["Mr. J. R. Smith of the U.S. Army met Dr. Lee at 5 p.m. in Tokyo.", "He left."],
        ["\"Why?\" he asked.", "It cost $5.1 million.", "See No. 5.", "He said no.", "Japan agreed."],
        ["QALAMPIR.UZ asked.", "Visit https://t.co/RSec85SgdW now!", "The end...", "And more."],
        ["Our mutual interests,” he said.", "\"We agree.\"", "Next one [2].", "Yes. [1]", "Fine."],
        ["Read on: https://a.b/c?d=1.5", "The minister came.", "Add: ![map](https://a.b/m.png)", "Then he left."],
        ["It grew in the U.S.", "The rest did not."],
        ["On 10. - 11. Januar 2024 they met.", "It was on 3. March.", "We saw 28.", "March was cold."],
    ],
    "no": [
        ["Han har bl.a. bil, f.eks. en Volvo osv.", "De møttes 3. september kl. 5.", "Dagen etter dro de."],
        ["Les mer: [her](https://a.b/)", "Statsråden kom."],
        ["Møtet var 10. - 11. Januar 2024.", "Det er 28.", "Januar var kald."],
        ["— Vi ser dette som et bevis, sa Kihara.", "Han la til at avtalen er 2. versjon.", "Dr. Gram m.fl. kom."],
    ],
    "hi": [
        ["डॉ. शर्मा और ए. पी. जे. अब्दुल कलाम आए।", "वे ५.५ कि.मी. चले॥", "क्या?", "हाँ!", "वह गया.", "फिर आया."],
        ["उन्होंने कहा, “हम दुनिया में रहते हैं।”", "“और एक उपाय है, ”बोरेल ने कहा।"],
        ["यहाँ जोड़ें: ![नक्शा](https://a.b/m.png)", "मंत्री आए।"],
        ["निर्माण में तेजी ला रहा है। , चीन को रोकने के लिए।", "टोक्यो ने ढील दी है।"],
    ],
    "ja": [
        ["「行きます。」と彼は言った。", "「はい。」", "彼は去った。", "本当？！"],
        ["そう（笑。）。", "１．５倍。", "GCAPは3.5です。"],
        ["彼は『来る。すぐ来る。』と書いた。", "【みのる日記】令和6年9月3日"],
    ],
}  # fmt: skip


@pytest.mark.parametrize(("language", "sentences"), [(code, one) for code, many in CASES.items() for one in many])
def test_known_sentences(language, sentences):
    """Sentences joined by a space (in Japanese by nothing) are found again."""
    text = ("" if language == "ja" else " ").join(sentences)
    assert [span.of(text) for span in split_sentences(text, language)] == sentences


@pytest.mark.parametrize(
    ("name", "language", "count", "expected"),
    [
        ("000*", "de", 12, "Wir tauschen uns auch über regionale und globale Themen von gemeinsamem Interesse aus.“"),
        ("001*", "de", 10, "12/01/24"),
        ("002*", "hi", 20, "इसे शेयर करें:"),
        ("003*", "no", 26, "Les også: Japan ruster opp: Økt forsvarsbudsjett for en usikker fremtid"),
        (
            "004*",
            "en",
            26,
            "On August 26–27, Japanese Foreign Minister Takeshi Iwai paid an official visit to Uzbekistan.",
        ),
    ],
)
def test_the_five_articles(name, language, count, expected):
    """The articles have as many sentences as a reader counts, headings and datelines among them."""
    (path,) = (ROOT / "corpus").glob(name)
    text = path.read_text("utf-8")
    found = [span.of(text) for span in split_sentences(text, language)]
    assert len(found) == count
    assert expected in found


@given(TEXT, LANGUAGE)
def test_sentences_cover_all_that_is_not_white_space(text, language):
    """Spans are trimmed, in order, do not overlap, and leave only white space out."""
    spans = split_sentences(text, language)
    rest, end = "", 0
    for span in spans:
        assert end <= span.start < span.end
        assert span.of(text) == span.of(text).strip()
        rest, end = rest + text[end : span.start], span.end
    assert not (rest + text[end:]).strip()


@given(TEXT, LANGUAGE)
def test_no_sentence_crosses_a_line(text, language):
    """The end of a line ends a sentence, and a sentence found is one sentence again or more, never fewer."""
    for span in split_sentences(text, language):
        assert "\n" not in span.of(text)


@pytest.mark.parametrize("text", ["", " \n\t\u3000", "\u2028"])
def test_white_space_has_no_sentence(text):
    """Nothing but white space gives nothing."""
    assert split_sentences(text, "en") == ()
