"""A PDF becomes paragraphs in reading order; one without text is told."""

import pytest
import regex
from document_support import SAMPLES, pdf

from citeglot.decoding import UnreadableArticle
from citeglot.pdf import read_pdf


@pytest.fixture
def read(tmp_path):
    """Write a document and read it."""

    def read(raw):
        path = tmp_path / "ä b.pdf"
        path.write_bytes(raw)
        return read_pdf(path)

    return read


def lines(*texts, left=50):
    """Return a page of lines that begin at the same place."""
    return [(left, text) for text in texts]


@pytest.mark.parametrize("language", ["de", "en", "hi", "ja", "no"])
def test_every_language(read, language):
    """Text that is written from the left is read character by character."""
    assert read(pdf(lines(SAMPLES[language]))) == SAMPLES[language]


@pytest.mark.parametrize("text", [SAMPLES["ar"], "שר הביטחון נפגש עם עמיתו היפני בטוקיו"])
def test_right_to_left_text_is_in_the_order_of_reading(read, text):
    """Letters stand on a page from left to right; Arabic and Hebrew are read from the right all the same."""
    drawn = "".join(reversed(regex.findall(r"\X", text)))
    words = text.strip(".").split()
    assert [word.strip(".") for word in read(pdf(lines(drawn))).split()] == [word.strip(".") for word in words]


def test_lines_are_joined_to_paragraphs(read):
    """A line that is full goes on in the next one, also on the next page; a short one ends its paragraph."""
    page = lines(
        "Der Minister reiste am 3. September nach",
        "Köln, und er sprach dort mit dem Minister",
        "aus Norwegen.",
        "Ein kurzer Absatz.",
        "Danach beginnt ein Absatz, der auf diese",
    )
    found = read(pdf(page, lines("nächste Seite reicht.")))
    assert found.split("\n") == [
        "Der Minister reiste am 3. September nach Köln, und er sprach dort mit dem Minister aus Norwegen.",
        "Ein kurzer Absatz.",
        "Danach beginnt ein Absatz, der auf diese nächste Seite reicht.",
    ]


def test_space_and_bullets_part_paragraphs(read):
    """A gap between full lines, and a bullet, begin something new."""
    texts = ["Eine Zeile, die bis zum Rand reicht, A.", "Eine Zeile, die bis zum Rand reicht, B."]
    texts += ["Eine Zeile, die bis zum Rand reicht, C.", "• Zeile, die bis zum Rand reicht, D."]
    tops = (20, 34, 76, 90)
    found = read(pdf([(50, text, top) for text, top in zip(texts, tops, strict=True)]))
    assert found.split("\n") == [f"{texts[0]} {texts[1]}", texts[2], texts[3]]


def test_hyphens_at_the_end_of_a_line(read):
    """A word that was parted is whole again; one that waits for another half keeps its hyphen."""
    page = lines(
        "Die Vertreter sprachen über Verteidigungs-",
        "zusammenarbeit, und zwar über die Militär-",
        "und die Wirtschaftsfragen, mit der Nord-",
        "Gruppe.",
    )
    assert read(pdf(page)) == (
        "Die Vertreter sprachen über Verteidigungszusammenarbeit, und zwar über die Militär- und die "
        "Wirtschaftsfragen, mit der Nord-Gruppe."
    )


def test_japanese_lines_are_joined_without_a_space(read):
    """A script without spaces gets none where a line ends."""
    assert read(
        pdf(lines("日本とノルウェーは防衛協力に関する協", "定に署名した。大臣は東京を訪れ、首脳会", "談を行った。"))
    ) == ("日本とノルウェーは防衛協力に関する協定に署名した。大臣は東京を訪れ、首脳会談を行った。")


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        (pdf([]), "OCR"),
        (pdf([], [], []), "OCR"),
        (pdf(lines("Geheim"), password=True), "password"),
        (pdf(lines("x"))[:200], "not a whole PDF"),
        (b"%PDF-1.7", "not a whole PDF"),
        (b"Ein Text.", "not a whole PDF"),
        (pdf(), "not a whole PDF|OCR"),
    ],
)
def test_what_has_no_text_is_told(read, raw, reason):
    """Scans, passwords and damage are refused in a sentence that says what to do or what is wrong."""
    with pytest.raises(UnreadableArticle, match=reason) as caught:
        read(raw)
    assert "\n" not in str(caught.value)


def test_any_damage_is_told_or_read(read):
    """Whatever byte is changed, the document is read or refused."""
    raw = pdf(lines(SAMPLES["de"], SAMPLES["hi"]))
    for place in range(0, len(raw), 37):
        try:
            read(raw[:place] + bytes([raw[place] ^ 0x55]) + raw[place + 1 :])
        except UnreadableArticle as problem:
            assert str(problem)
