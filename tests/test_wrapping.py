"""Lines for a terminal: nothing is lost, nothing is torn, nothing is too wide."""

import unicodedata

import pytest
import regex
from hypothesis import example, given
from hypothesis import strategies as st

from citeglot.wrapping import cells, cut, wrap

TEXTS = {
    "de": "Die Delegationen wurden von Brigadegeneral Alessandro Grassano (Heer) geleitet; „28 Vorhaben“ für 2024.",
    "en": "The minister's well-known “defence” talks, held on 10-11 January 2024, covered twenty-eight activities.",
    "hi": "उन्होंने क्\u200dष और क्\u200cष के बारे में बात की, “यह एक ऐतिहासिक कदम है।” फिर वे नई दिल्ली गए।",
    "ja": "木原防衛大臣は、２０２４年１月に「日伊防衛当局間協議」へ出席した。ショートヘアー（短髪）のグラッサーノ。",
    "no": "Forsvarsministeren snakket om a\u030apne havomra\u030ader, sjømakt og øvelser i Indo-Stillehavet i 2026.",
}
LETTERS = st.text(alphabet=st.sampled_from("ab (「」。、ー日本かっ１क्षि\u200d\u200c\u0301é👩‍🚀\n-שَ"), max_size=80)


def without_space(text: str) -> str:
    """Return a text without its white space."""
    return "".join(text.split())


@pytest.mark.parametrize(
    ("text", "width"),
    [
        ("", 0),
        ("Straße", 6),
        ("日本", 4),
        ("１月", 4),
        ("ｶﾞ", 2),
        ("a\u030apne", 4),
        ("e\u0301", 1),
        ("\u05e9\u05c1\u05b8", 1),
        ("a\u200db", 2),
        ("…", 1),
    ],
)
def test_cells_of_wide_letters_and_marks(text, width):
    """A wide letter takes two cells, a mark or joiner none."""
    assert cells(text) == width


def test_cells_are_never_too_few():
    """Where terminals disagree, the one that shows a text widest counts: signs that some give a cell of their own."""
    assert cells("कि") == 2
    assert cells("❤\ufe0f") == 2
    assert cells("\u00ad") == 1


@pytest.mark.parametrize("width", [10, 20, 40, 79])
@pytest.mark.parametrize("language", sorted(TEXTS))
def test_every_language_is_wrapped(language, width):
    """Every letter is there, in order; no line is wider, and with room most of each line is used."""
    text = TEXTS[language]
    lines = wrap(text, width)
    assert without_space("".join(lines)) == without_space(text)
    assert all(0 < cells(line) <= width for line in lines)
    if width == 40:
        assert all(cells(line) >= 24 for line in lines[:-1])


@example(text="か\u094dक", width=2)
@given(text=LETTERS, width=st.integers(2, 30))
def test_nothing_is_lost_torn_or_too_wide(text, width):
    """Of any text; a line may be too wide only where it is one character that nothing could break."""
    lines = wrap(text, width)
    assert without_space("".join(lines)) == without_space(text)
    ends = {len(without_space(text[: match.end()])) for match in regex.finditer(r"\X", text)} | {0}
    position = 0
    for line in lines:
        assert cells(line) <= width or len(regex.findall(r"\X", line)) == 1
        position += len(without_space(line))
        assert position in ends


@pytest.mark.parametrize("width", range(6, 30))
def test_no_line_begins_with_what_closes(width):
    """Japanese lines begin with no full stop, small kana or closing bracket, and end with no opening one."""
    lines = wrap(TEXTS["ja"], width)
    assert not {line[0] for line in lines} & set("、。」）ーョッァ")
    assert not {line[-1] for line in lines} & set("「（")


def test_words_are_not_torn_while_they_fit():
    """A line ends at a space or between letters that are written without spaces."""
    assert wrap("Der Minister(in) kam an.", 12) == ["Der", "Minister(in)", "kam an."]
    assert wrap("防衛相のKihara氏", 10) == ["防衛相の", "Kihara氏"]
    assert wrap("Donaudampfschiff", 10) == ["Donaudampf", "schiff"]
    assert wrap("eins\n\nzwei", 10) == ["eins", "", "zwei"]


@pytest.mark.parametrize("language", sorted(TEXTS))
def test_a_cut_fits_and_says_so(language):
    """It is a beginning of the text in whole characters; what fits stays whole; the tail stays."""
    text = TEXTS[language]
    for width in range(8, 60):
        short = cut(text, width)
        assert cells(short) <= width and short.endswith("…")
        rest = text[len(short) - 1 :].lstrip()
        assert text.startswith(short[:-1]) and not unicodedata.category(rest[0]).startswith("M")
        assert cells(cut(text, width, " (de)")) <= width
    assert cut(text, 200, " (de)") == f"{text} (de)"
    assert cut(text, 40, " (de)").endswith("… (de)")


def test_a_tail_without_room_goes_with_the_text():
    """A narrow terminal keeps the beginning of the text, which tells more than its facts."""
    assert cut("Ein langer Titel", 12, " (de, 2024-01-10)") == "Ein langer…"
