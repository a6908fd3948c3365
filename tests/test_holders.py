"""Of two ministers in one sentence the one is told whom it names beside the country that was asked about."""

import pytest
from answer_support import candidate_of
from fakes import HashEmbedder
from index_support import document, update

from citeglot.agreement import Words
from citeglot.citations import settle
from citeglot.evidence import gather
from citeglot.excerpts import excerpt
from citeglot.holders import holder, is_holder, names_another
from citeglot.index import open_index
from citeglot.signals import Asking

MEETINGS = {
    "de": "Verteidigungsminister Rajnath Singh und sein japanischer Amtskollege Kihara Minoru trafen sich in Delhi.",
    "en": "Defence Minister Rajnath Singh and his Japanese counterpart Kihara Minoru met in Delhi.",
    "hi": "भारत के रक्षा मंत्री राजनाथ सिंह ने जापानी रक्षा मंत्री मिनोरू किहारा से दिल्ली में मुलाकात की।",
    "ja": "インドのラージナート・シン国防相は訪問先の東京で日本の木原防衛相と会談した。",
    "no": "Indias forsvarsminister Rajnath Singh møtte Japans forsvarsminister Kihara Minoru i Delhi.",
}
WHO = {
    "de": "Wer ist Japans Verteidigungsminister?",
    "en": "Who is the Japanese defence minister?",
    "hi": "जापान के रक्षा मंत्री कौन हैं?",
    "ja": "日本の防衛大臣は誰ですか。",
    "no": "Hvem er Japans forsvarsminister?",
}
SINGH = {
    "de": "Japans Verteidigungsminister ist Rajnath Singh.",
    "en": "The Japanese defence minister is Rajnath Singh.",
    "hi": "जापान के रक्षा मंत्री राजनाथ सिंह हैं।",
    "ja": "日本の防衛大臣はラージナート・シンです。",
    "no": "Japans forsvarsminister er Rajnath Singh.",
}
KIHARA = {
    "de": "Japans Verteidigungsminister ist Minoru Kihara.",
    "en": "The Japanese defence minister is Minoru Kihara.",
    "hi": "जापान के रक्षा मंत्री मिनोरू किहारा हैं।",
    "ja": "日本の防衛大臣はキハラ・ミノルです。",
    "no": "Japans forsvarsminister er Minoru Kihara.",
}
LANGUAGES = sorted(MEETINGS)
NAMED = {
    "de": ("Rajnath Singh", "Kihara"),
    "en": ("Rajnath Singh", "Kihara"),
    "hi": ("राजनाथ सिंह", "किहारा"),
    "ja": ("シン", "木原"),
    "no": ("Rajnath Singh", "Kihara"),
}


@pytest.fixture(scope="module")
def generation(tmp_path_factory):
    folder = tmp_path_factory.mktemp("index")
    update(folder, [document(f"{language}.txt", text) for language, text in MEETINGS.items()])
    return open_index(folder)


def evidence_of(generation, language):
    """Return the sentence of a language as evidence."""
    return gather(generation, candidate_of(generation, f"{language}.txt", MEETINGS[language]))


@pytest.mark.parametrize("article", LANGUAGES)
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_one_beside_the_country_is_told_from_the_other(article, language):
    """In whatever script question and article are; Han letters sound like nothing: of Kihara nothing is known there."""
    asking = Asking(WHO[language], language)
    assert is_holder(asking, SINGH[language], MEETINGS[article], article) is False
    if article != "ja":
        assert is_holder(asking, KIHARA[language], MEETINGS[article], article) is True


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_two_readers_agree_on_is_dropped_where_it_is_the_other_one(generation, language):
    """Both find Singh; for Japan's minister that is no answer, and with the country of the one who was told it is."""
    embedder, evidence = HashEmbedder(), [evidence_of(generation, language)]
    embedder.finds = NAMED[language][0]
    assert settle(Asking(WHO[language], language), SINGH[language], evidence, embedder) is None
    anyone = Asking({"hi": "कौन मिला?", "ja": "誰が会談しましたか。"}.get(language, "Who met? Wer? Hvem?"), language)
    assert settle(anyone, SINGH[language], evidence, embedder)


@pytest.mark.parametrize("pair", ["de de", "hi en", "ja de", "en no", "no en"])
def test_the_name_after_country_and_office_needs_no_model(generation, pair):
    """A counterpart holds the same office."""
    language, article = pair.split()
    asking = Asking(WHO[language], language)
    sentence, evidence = MEETINGS[article], evidence_of(generation, article)
    assert holder(asking, sentence, article) == "Kihara Minoru"
    told = excerpt(asking, "", evidence, Words("Rajnath Singh", sentence, article), str)
    assert told and "Kihara Minoru" in told.text and not names_another(asking, told.text, [evidence])


@pytest.mark.parametrize(
    ("question", "sentence"),
    [
        ("Who is Japan's defence minister?", "The former Japanese defence minister Kishi Nobuo has died."),
        ("Who is Japan's defence minister?", "The Japanese foreign minister Iwaya Takeshi came."),
        ("Who is Japan's defence minister?", "The Japanese deputy defence minister Kihara Minoru came."),
        (
            "Who is Japan's defence minister?",
            "The Japanese press met Defence Minister Singh and Foreign Minister Iwaya.",
        ),
        ("Whom did Japan's defence minister meet?", "Japanese Defence Minister Kihara Minoru met Rajnath Singh."),
        ("Who is the defence minister?", "Japanese Defence Minister Kihara Minoru met Rajnath Singh."),
    ],
)
def test_who_does_not_hold_the_office_is_not_told(question, sentence):
    """One who held it, who holds another, whom the office's holder met, or of whom nobody knows which country's."""
    assert holder(Asking(question, "en"), sentence, "en") is None


@pytest.mark.parametrize(
    ("question", "told", "expected"),
    [
        ("Who led the Japanese delegation?", "It was led by Alessandro Grassano.", False),
        ("Who led the Japanese delegation?", "It was led by Jun Miura.", True),
        ("Who led the Italian delegation?", "It was led by Alessandro Grassano.", True),
        ("Who led the Italian delegation?", "It was led by Jun Miura.", False),
        ("Who met the Italian delegation?", "It was met by Jun Miura.", None),
        ("Who led the delegation?", "It was led by Jun Miura.", None),
        ("Who led the Japanese delegation?", "It was led by somebody.", None),
    ],
)
def test_who_leads_a_side_stands_beside_its_country(question, told, expected):
    """Only where a country is named and its own person asked for can a sentence show who it is."""
    sentence = "On the Italian side General Alessandro Grassano spoke, on the Japanese side Mr Jun Miura."
    assert is_holder(Asking(question, "en"), told, sentence, "en") is expected


def test_whoever_the_evidence_names_without_the_office_is_another(tmp_path):
    """A director in the ministry is not its minister; where nobody asks for an office, nobody is another."""
    sentence = "For Japan came Jun Miura of the Ministry of Defence, Alessandro Grassano for Italy."
    update(tmp_path, [document("en.txt", sentence)])
    evidence = gather(open_index(tmp_path), candidate_of(open_index(tmp_path), "en.txt", sentence))
    told = "It is Jun Miura."
    assert names_another(Asking(WHO["en"], "en"), told, [evidence])
    assert not names_another(Asking("Who represented Japan?", "en"), told, [evidence])
    assert not names_another(Asking("Who came for Japan?", "en"), "It is Alessandro Grassano.", [evidence])
    assert names_another(Asking("Who represented Japan?", "en"), "It is Alessandro Grassano.", [evidence])


@pytest.mark.parametrize(
    ("question", "told", "expected"),
    [
        ("With whom did Japan's foreign minister talk?", "Takeshi Iwai", True),
        ("With whom did Japan's foreign minister talk?", "Bakhtiyor Saidov", False),
        ("With whom did Japan's foreign minister talk?", "Takeshi Iwai and Bakhtiyor Saidov", False),
        ("Which president received Japan's foreign minister?", "Bakhtiyor Saidov", True),
        ("Which Japanese foreign minister was received?", "Takeshi Iwai", False),
    ],
)
def test_whom_somebody_met_is_not_himself(tmp_path, question, told, expected):
    """And of two offices in a question that one is asked for beside which "which" stands."""
    sentence = "Japanese Foreign Minister Takeshi Iwai came and talked with his counterpart Bakhtiyor Saidov."
    update(tmp_path, [document("en.txt", sentence)])
    evidence = gather(open_index(tmp_path), candidate_of(open_index(tmp_path), "en.txt", sentence))
    assert names_another(Asking(question, "en"), f"It was {told}.", [evidence]) is expected


@pytest.mark.parametrize(
    ("language", "question"),
    [
        ("de", "Mit wem sprach der japanische Außenminister?"),
        ("hi", "जापानी विदेश मंत्री किससे मिले?"),
        ("ja", "日本の外務大臣は誰と会談しましたか。"),
        ("no", "Med hvem snakket Japans utenriksminister?"),
    ],
)
def test_whom_he_met_is_asked_in_every_language(tmp_path, language, question):
    sentence = "Japanese Foreign Minister Takeshi Iwai came and talked with his counterpart Bakhtiyor Saidov."
    update(tmp_path, [document("en.txt", sentence)])
    evidence = gather(open_index(tmp_path), candidate_of(open_index(tmp_path), "en.txt", sentence))
    assert names_another(Asking(question, language), "Takeshi Iwai", [evidence])
    assert not names_another(Asking(question, language), "Bakhtiyor Saidov", [evidence])
