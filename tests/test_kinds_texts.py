"""Whether a text has what a question asks for, in five languages."""

import pytest

from citeglot.kinds import has_kind
from citeglot.language import INTERFACE_LANGUAGES


@pytest.mark.parametrize(
    ("kind", "language", "text"),
    [
        ("number", "de", "Es waren achtundzwanzig Lampen."),
        ("number", "en", "It costs 330 billion."),
        ("number", "hi", "वहाँ २८ दीपक हैं।"),
        ("number", "ja", "２８個の灯がある。"),
        ("number", "no", "Det var tjueåtte lamper."),
        ("date", "de", "Sie kam im Januar."),
        ("date", "en", "It was built in 1907."),
        ("date", "hi", "वे जनवरी में आए।"),
        ("date", "ja", "一月に到着した。"),
        ("date", "no", "Hun kom 3. mai."),
        ("date", "de", "Am Vortag war sie abgereist."),
        ("date", "en", "It came the day before, yesterday."),
        ("date", "hi", "वे पिछले सप्ताह आए।"),
        ("date", "ja", "前日に到着した。"),
        ("date", "no", "Hun kom forrige uke."),
        ("city", "de", "Sie trafen sich in Neu-Delhi."),
        ("city", "hi", "वे टोक्यो में मिले।"),
        ("city", "ja", "東京で会った。"),
        ("person", "de", "Es war Josep Borrell."),
        ("person", "en", "Then Rajnath Singh spoke."),
        ("person", "no", "Så talte Bjørn Arild Gram."),
    ],
)
def test_a_text_has_what_is_asked_for(kind, language, text):
    """In digits of every script, in words, as a month, a day beside another one, or as a name."""
    assert has_kind(kind, text, language) is True


@pytest.mark.parametrize(
    ("kind", "language", "text"),
    [
        ("number", "de", "Ein Schiff fuhr ab."),
        ("number", "en", "One of the ships left."),
        ("number", "hi", "एक जहाज़ चला गया।"),
        ("number", "ja", "一般に船は出る。"),
        ("number", "no", "Et skip dro."),
        ("date", "de", "Sie kam später."),
        ("date", "en", "They march and they may win."),
        ("date", "hi", "वे बाद में आए।"),
        ("date", "ja", "その後に到着した。"),
        ("date", "no", "Hun kom senere."),
        ("person", "de", "Dann sprach jemand."),
        ("person", "en", "Then somebody spoke."),
        ("person", "no", "Så talte noen."),
    ],
)
def test_a_text_has_not_what_is_asked_for(kind, language, text):
    """Articles are no numbers, everyday words no months, and the first word of a sentence is no name."""
    assert has_kind(kind, text, language) is False


UNTOLD = [("person", "hi"), ("person", "ja")]
UNTOLD += [(kind, code) for code in INTERFACE_LANGUAGES for kind in ("city", "other")]


@pytest.mark.parametrize(("kind", "language"), UNTOLD)
def test_what_cannot_be_told_is_not_denied(kind, language):
    """Names in scripts without capital letters, towns, and whatever else is asked for, may be there all the same."""
    assert has_kind(kind, "", language) is None
    assert has_kind(kind, "28 राजनाथ सिंह ラージナート January", language) is None
