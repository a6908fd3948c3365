"""Likely names of a text, with their places."""

from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from citeglot.names import names_in


def found(text, language):
    return [name.text for name in names_in(text, language)]


@pytest.mark.parametrize(
    ("text", "language", "names"),
    [
        ("Rajnath Singh met Kihara in Tokyo. He was there in May.", "en", ["Rajnath Singh", "Kihara", "Tokyo"]),
        ("Prime Minister Narendra Modi’s visit to New Delhi", "en", ["Narendra Modi", "New Delhi"]),
        ("Talks with Norway went on. Nobody said no.", "en", ["Norway"]),
        ("Norges forsvarsminister Arild Gram møtte Kihara.", "no", ["Arild Gram", "Kihara"]),
        ("Avtalen er god for Norge. Norge og Japan er enige.", "no", ["Norge", "Norge", "Japan"]),
        ("Ursula von der Leyen reiste til Oslo.", "no", ["Ursula von der Leyen", "Oslo"]),
        ("Der Verteidigungsminister Rajnath Singh besuchte gestern Japan.", "de", ["Rajnath Singh", "Japan"]),
        ("Die Zusammenarbeit zwischen Indien und Japan im Rahmen der Partnerschaft", "de", ["Indien", "Japan"]),
        ("Das GCAP und die F-35 kosten viel.", "de", ["GCAP", "F-35"]),
        ("राजनाथ सिंह ने GCAP और F-35 पर Kihara से बात की।", "hi", ["GCAP", "F-35", "Kihara"]),
        ("राजनाथ सिंह ने कहा", "hi", []),
        ("ラージナート・シン国防相がノルウェーを訪れた。", "ja", ["ラージナート・シン", "ノルウェー"]),
        ("木原稔防衛相と岩屋毅外相、中谷元・防衛大臣は外務副大臣に会った。", "ja", ["木原稔", "岩屋毅", "中谷元"]),
        ("国防大臣と両大臣のパートナーシップとGCAP", "ja", ["GCAP"]),
        ("See https://example.org/Tokyo and @Kihara in Oslo", "en", ["Oslo"]),
        ("Президент Шавкат Мирзиёев прибыл в Токио.", "ru", ["Президент Шавкат Мирзиёев", "Токио"]),
        ("率いたのはAlessandro Grassanoです。Iwaiさん", "ja", ["Alessandro Grassano", "Iwai"]),
        ("", "en", []),
    ],
)
def test_names_of_each_language(text, language, names):
    """Capital letters where they mean something, Katakana, Han before an office, codes; no offices and months."""
    assert found(text, language) == names


@given(st.text(max_size=80), st.sampled_from(["de", "en", "hi", "ja", "no", "ar", "und"]))
def test_names_are_slices_in_order(text, language):
    """Each name is the text at its span, and no two overlap."""
    names = names_in(text, language)
    assert all(name.span.of(text) == name.text for name in names)
    assert all(one.span.end <= other.span.start for one, other in pairwise(names))


@pytest.mark.parametrize(
    ("article", "language", "names"),
    [
        ("000_", "de", {"Rajnath Singh", "Kihara Minoru", "Neu-Delhi", "Indien", "Japan", "Indiens", "Viksit Bharat"}),
        ("001_", "de", {"Alessandro Grassano", "Jun Miura", "Italien", "Japan", "GCAP"}),
        ("003_", "no", {"Norge", "Japan", "Tokyo", "Arild Gram", "Minoru Kihara", "Beijing", "Russland", "ノルウェー"}),
        ("004_", "en", {"Kitamura Toshihiro", "Takeshi Iwai", "Shavkat Mirziyoyev", "Bakhtiyor Saidov", "Tashkent"}),
    ],
)
def test_names_of_our_articles(article, language, names):
    """The persons and places of the five articles are found, and not twice as much besides, German included."""
    (path,) = (Path(__file__).parent.parent / "corpus").glob(f"{article}*")
    there = set(found(path.read_text(encoding="utf-8"), language))
    assert names <= there
    assert len(there) <= 5 * len(names)
