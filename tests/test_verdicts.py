"""What may be called supported: that of which code can tell that it answers the question."""

import pytest
from answer_support import SENTENCES, build_answers, candidate_of, evidence_for
from index_support import document, update

from citeglot.evidence import gather
from citeglot.index import open_index
from citeglot.signals import Asking
from citeglot.types import Span
from citeglot.verdicts import final_verdict

COUNTED = {
    "de": "Wie viele Lampen hat die Brücke?",
    "en": "How many lamps has the bridge?",
    "hi": "पुल पर कितने दीपक हैं?",
    "ja": "橋には灯がいくつありますか？",
    "no": "Hvor mange lamper har broen?",
}
WHY = {
    "de": "Warum hat die Brücke Lampen?",
    "en": "Why has the bridge lamps?",
    "hi": "पुल पर दीपक क्यों हैं?",
    "ja": "橋にはなぜ灯があるのですか？",
    "no": "Hvorfor har broen lamper?",
}
LANGUAGES = sorted(COUNTED)


@pytest.fixture(scope="module")
def generation(tmp_path_factory):
    return build_answers(tmp_path_factory.mktemp("index"))


def verdict(generation, question, language, told, article="de", before="supported"):
    """Return the last word on what is told from the first sentence of an article."""
    evidence = evidence_for(generation, article, 0)
    return final_verdict(Asking(question, language), told, before, [(evidence, evidence.picked)])


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_code_can_look_up_is_supported(generation, language):
    """A number where one is asked for; not where it lacks or another thing is asked for: why, or how."""
    assert verdict(generation, COUNTED[language], language, "28.") == "supported"
    assert verdict(generation, COUNTED[language], language, "Brücke पुल 橋.") == "weak"
    assert verdict(generation, WHY[language], language, "28.") == "weak"
    assert verdict(generation, COUNTED[language], language, "28.", before="weak") == "weak"


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_stands_there_word_for_word_is_supported(generation, language):
    """Whatever is asked; a number or a word alone does not say that it answers."""
    whole = SENTENCES[language][0]
    assert verdict(generation, WHY[language], language, whole, language) == "supported"
    assert verdict(generation, WHY[language], language, whole.rstrip(".。।"), language) == "supported"
    assert verdict(generation, WHY[language], language, "28", language) == "weak"


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_country_of_the_question_that_the_evidence_does_not_name_leaves_a_doubt(generation, language):
    """The number may be another country's."""
    norway = {"de": "Norwegen", "en": "Norway", "hi": "नॉर्वे", "ja": "ノルウェー", "no": "Norge"}[language]
    assert verdict(generation, f"{COUNTED[language]} ({norway})", language, "28.") == "weak"


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        ("It was led by Kari Solheim.", "supported"),
        ("Norway led it in Oslo.", "weak"),
        ("It was led by Ola Hansen.", "weak"),
        ("He led it.", "weak"),
    ],
)
def test_a_person_is_somebody_whom_the_question_does_not_name(tmp_path, told, expected):
    """Neither a place nor the one who is spoken of already."""
    sentence = "In Oslo the Norwegian talks with Ola Hansen were led by Kari Solheim."
    update(tmp_path, [document("en.txt", sentence)])
    evidence = gather(open_index(tmp_path), candidate_of(open_index(tmp_path), "en.txt", sentence))
    asking = Asking("Who led the talks with Ola Hansen in Norway?", "en")
    assert final_verdict(asking, told, "supported", [(evidence, Span(0, len(sentence)))]) == expected


ITALY = {
    "de": ("Welches Land außer Japan?", "Japan.", "Italien."),
    "en": ("Which country besides Japan?", "Japan.", "Italy."),
    "hi": ("जापान के अलावा कौन सा देश?", "जापान।", "इटली।"),
    "ja": ("日本のほかにどの国ですか。", "日本です。", "イタリアです。"),
    "no": ("Hvilket land ved siden av Japan?", "Japan.", "Italia."),
}
WHEN = {
    "de": "Wann war es?",
    "en": "When was it?",
    "hi": "यह कब हुआ?",
    "ja": "それはいつでしたか。",
    "no": "Når var det?",
}


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_country_or_a_day_is_what_was_asked_for(tmp_path, language):
    """Not one that the question names already, nor just any number."""
    sentence = "Japan and Italy sent 5+1 ships in 2024."
    update(tmp_path, [document("en.txt", sentence)])
    evidence = gather(open_index(tmp_path), candidate_of(open_index(tmp_path), "en.txt", sentence))
    question, japan, italy = ITALY[language]
    cases = [(question, japan, "weak"), (question, italy, "supported")]
    cases += [(WHEN[language], "5+1.", "weak"), (WHEN[language], "2024.", "supported")]
    for asked, told, expected in cases:
        held = final_verdict(Asking(asked, language), told, "supported", [(evidence, evidence.picked)])
        assert (told, held) == (told, expected)
