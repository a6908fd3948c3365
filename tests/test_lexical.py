"""Questions and passages are cut into the same terms, in every language."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from citeglot.lexical import analyser_version, question_weights, terms, uncut_scripts

LANGUAGES = ("ar", "de", "en", "hi", "ja", "km", "ko", "no", "th", "und", "uz", "zh")
LETTERS = "aßÅøİﬁΣя١३９Ⅷ①ा़्\u200d\u200cक्षงำあがカﾞー漢々한ᄒ.,-'’ \n"


@pytest.mark.parametrize(
    ("language", "question", "passage"),
    [
        ("hi", "क्\u200dष", "क्ष"),
        ("hi", "क्\u200cष", "क्ष"),
        ("hi", "१२३", "123"),
        ("ja", "１２３", "123"),
        ("ja", "ﾄﾗﾝﾌﾟ", "トランプ"),
        ("ja", "ＧＣＡＰ", "gcap"),
        ("de", "STRASSE", "Straße"),
        ("de", "Köln", "Ko\u0308ln"),
        ("de", "Koeln", "Köln"),
        ("no", "Haakon i Bodoe", "Håkon i Bodø"),
        ("uz", "o\u02bbzbek", "o\u2018zbek"),
        ("uz", "o\u02bczbek", "o\u2019zbek"),
        ("en", "minister\u2019s", "minister's"),
        ("ar", "\u200fالـدفاع\u200e", "الدفاع"),
        ("ar", "٣٥٫٥", "35.5"),
        ("en", "de\u00adfence", "defence"),
        ("en", "U.S.", "US"),
        ("en", "F\u201135", "F-35"),
        ("en", "F35", "F-35"),
        ("th", "น้ำ", "น้ํา"),
    ],
)
def test_spellings_of_one_thing_are_the_same_terms(language, question, passage):
    """However it is typed, it is found."""
    assert terms(question, language) == terms(passage, language) != []


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [
        ("de", "1.000 Euro", {"1000", "euro"}),
        ("en", "1,000 euros", {"1000", "euro"}),
        ("de", "1.000,50", {"1000", "1000.50"}),
        ("en", "12,34,567", {"1234567"}),
        ("de", "3,5 Prozent", {"3.5", "3", "5", "prozent"}),
        ("no", "20\u00a0000 soldater", {"20000", "20", "0", "soldat"}),
        ("de", "am 10.01.2024", {"am", "10.01.2024", "10", "1", "2024"}),
        ("ja", "2024年", {"2024", "年"}),
    ],
)
def test_numbers_are_one_term_in_any_notation(language, text, expected):
    """Groups are joined whatever parts them; a date keeps its year."""
    assert set(terms(text, language)) == expected


@pytest.mark.parametrize("language", LANGUAGES)
def test_codes_are_kept_whole_and_in_parts(language):
    """GCAP and F-35 are found in a text of any language, the latter with and without its hyphen."""
    found = set(terms("GCAP, F-35 und COVID-19", language))
    assert {"f35", "f", "35", "covid19", "19"} <= found
    assert terms("GCAP", language)[0] in found


def test_words_keep_their_combining_marks():
    """A Hindi word is one term and not a handful of consonants."""
    assert terms("केंद्रीय मंत्री", "hi") == [*terms("केंद्रीय", "hi"), *terms("मंत्री", "hi")]
    assert len(terms("केंद्रीय मंत्री", "hi")) == 2


def test_japanese_is_letters_pairs_and_katakana_words():
    """A pair goes over the border of two scripts, not over a mark; a name in Katakana is kept."""
    assert terms("トランプ氏、東京へ", "ja") == [
        *("ト", "ラ", "ン", "プ", "氏", "トラ", "ラン", "ンプ", "プ氏", "トランプ"),
        *("東", "京", "へ", "東京", "京へ"),
    ]


@pytest.mark.parametrize(("language", "text"), [("th", "ประเทศไทย"), ("ko", "한국어 문서"), ("km", "ភាសាខ្មែរ")])
def test_scripts_without_rules_for_words_are_pairs_of_letters(language, text):
    """Every term is a piece of the text, marks stay with their letter, and a part of a text is found in it."""
    found = terms(text, language)
    assert all(term in text and not unicodedata.category(term[0]).startswith("M") for term in found)
    assert set(terms(text[:4], language)) & set(found)
    assert terms(text[0], language) == [text[0]]


@pytest.mark.parametrize(
    ("text", "uncovered"),
    [
        ("ភាសាខ្មែរ and ພາສາລາວ", ("Khmer", "Lao")),
        ("မြန်မာ", ("Myanmar",)),
        ("ประเทศไทย, 日本, भारत, Norge", ()),
        ("", ()),
    ],
)
def test_a_script_that_cannot_be_cut_is_named(text, uncovered):
    """There is a warning to show, and terms all the same."""
    assert uncut_scripts(text) == uncovered
    assert bool(terms(text, "und")) == bool(text)


@pytest.mark.parametrize("text", ["", " \n", "?!…。、", "👍🏽", "\u200d\u200c\ufeff"])
def test_what_holds_no_word_has_no_terms(text):
    """Nothing is looked up where there is nothing to look up."""
    assert terms(text, "en") == []


@given(st.text(st.sampled_from(LETTERS) | st.characters(exclude_categories=["Cs"])), st.sampled_from(LANGUAGES))
def test_no_letter_and_no_number_is_lost(text, language):
    """Every text with a letter or a digit has terms; none is empty or holds a space; they can be written as UTF-8."""
    found = terms(text, language)
    assert all(term and not any(sign.isspace() for sign in term) and term.encode() for term in found)
    normal = "".join(sign for sign in unicodedata.normalize("NFKC", text) if unicodedata.category(sign) in ("Ll", "Nd"))
    assert bool(found) or not normal


@given(st.text(st.sampled_from(LETTERS)), st.text(st.sampled_from(LETTERS)), st.sampled_from(LANGUAGES))
def test_texts_side_by_side_have_the_terms_of_each(one, other, language):
    """What stands around a sentence does not change its terms."""
    assert terms(f"{one} | {other}", language) == terms(one, language) + terms(other, language)


def test_a_question_gives_the_parts_of_its_compounds_half_a_say():
    """Both parts count where the articles have them, less than the words that were asked."""
    articles = set(terms("Das System der Luftabwehr", "de"))
    assert question_weights("Luftabwehrsystem Luftabwehr", "de", articles.__contains__) == {
        **dict.fromkeys(terms("Luftabwehrsystem", "de"), 1.0),
        **dict.fromkeys(terms("System", "de"), 0.5),
        **dict.fromkeys(terms("Luftabwehr", "de"), 1.5),
    }
    assert question_weights("橋 橋", "ja", articles.__contains__) == {"橋": 2.0}


def test_the_version_names_what_decides_the_terms():
    """Another release of the stemmers is another analyser."""
    assert analyser_version().startswith("1/snowball-3.")
