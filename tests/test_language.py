"""Language of articles, codes of languages, and questions without hidden characters."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from citeglot.errors import WrongUse
from citeglot.language import INTERFACE_LANGUAGES, clean, detect_language, normalise_code
from citeglot.settings import ROOT

TEXT = st.text(
    alphabet="aÅß1 .\n\t\0\x1b\u202e\u2066\u200b\u200c\u200d\ufeff\U000e0041क्ष़か漢Ａ１🧑🏽💻\ud800", max_size=40
)


@pytest.mark.parametrize(
    ("name", "language"),
    [("000*", "de"), ("001*", "de"), ("002*", "hi"), ("003*", "no"), ("004*", "en")],
)
def test_the_five_articles(name, language):
    """The Hindi article is Hindi, the Norwegian one with a Japanese tweet Norwegian."""
    (path,) = (ROOT / "corpus").glob(name)
    assert detect_language(Path(path).read_text("utf-8")) == language


def test_names_of_another_script_do_not_decide():
    """Many Latin names leave a Hindi text Hindi; a quoted Japanese line leaves a Norwegian text Norwegian."""
    hindi = "Josep Borrell, Takeshi Iwaya, General Nakatani और Minoru Kihara ने North Atlantic Treaty पर चर्चा की।"
    assert detect_language(hindi) == "hi"
    norwegian = (
        "Regjeringen har tatt betydelige grep for å øke produksjonen. 「ノルウェー国防大臣が来日」 Det sa han i går."
    )
    assert detect_language(norwegian) == "no"


def test_han_without_kana_is_chinese_unless_japanese_is_likely():
    """Han alone is read as Chinese, or as Japanese where only Japanese is expected."""
    assert detect_language("共同声明") == "zh"
    assert detect_language("共同声明", ("ja", "de")) == "ja"
    assert detect_language("共同声明", ("ja", "zh")) == "zh"


@pytest.mark.parametrize("text", ["", "   ", "12 + 3 = ?", "🙂", "\0", "\u200d"])
def test_no_letter_is_undetermined(text):
    """Where there is no letter the language is "und"."""
    assert detect_language(text, INTERFACE_LANGUAGES) == "und"


@given(TEXT)
def test_detection_never_fails(text):
    """Every text, well formed or not, gets a short code."""
    assert detect_language(text, INTERFACE_LANGUAGES).isalpha()


@pytest.mark.parametrize(
    ("given_code", "code"),
    [
        ("nb", "no"),
        ("NN", "no"),
        ("nob", "no"),
        ("no", "no"),
        ("de-AT", "de"),
        ("pt_BR", "pt"),
        (" ja ", "ja"),
        ("hin", "hi"),
    ],
)
def test_codes_are_normalised(given_code, code):
    """Regions fall away and both Norwegian forms are one."""
    assert normalise_code(given_code) == code


@pytest.mark.parametrize("code", ["", "xx", "german", "klingon", "d"])
def test_an_unknown_code_says_what_is_expected(code):
    """A code nobody knows is refused with the codes that work."""
    with pytest.raises(WrongUse, match="ISO 639-1"):
        normalise_code(code)


def test_clean_keeps_what_spells_and_drops_what_hides():
    """Joiners of Hindi and emoji stay; controls, direction overrides, tags and zero-width spaces go."""
    assert clean("  \ufeffक्\u200dष 🧑🏽\u200d💻\n") == "क्\u200dष 🧑🏽\u200d💻"
    assert clean("می\u200cخواهم") == "می\u200cخواهم"
    assert clean("a\0b\x1b\x85c\u202ed\u2066e\u2069\u200bf\u2060\U000e0041\ud800") == "abcdef"
    assert clean("a\tb\nc") == "a\tb\nc"
    assert clean("\u200d\u200c a") == "a"


@given(TEXT)
def test_clean_is_idempotent_and_encodable(text):
    """A cleaned question is encodable UTF-8 and cleaning it again changes nothing."""
    cleaned = clean(text)
    assert clean(cleaned) == cleaned
    assert "\0" not in cleaned.encode("utf-8").decode("utf-8")
