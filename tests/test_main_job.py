"""The main job with the real models: from the five articles to cited answers, with the network off."""

import json

import pytest
from contract import ASK, SEARCH
from jsonschema import validate
from real import run_offline

from citeglot.index import open_index
from eval.facts import holds

pytestmark = pytest.mark.models

ITALIAN = "001_e5d52137aeddb82a.txt"
QUESTIONS = {
    "de": "Wer leitete die italienische Delegation?",
    "en": "Who led the Italian delegation?",
    "hi": "इतालवी प्रतिनिधिमंडल का नेतृत्व किसने किया?",
    "ja": "イタリアの代表団を率いたのは誰ですか？",
    "no": "Hvem ledet den italienske delegasjonen?",
}
UNANSWERED = {
    "de": ("Was kostet ein Liter Milch in Schweden?", "Die Artikel beantworten diese Frage nicht."),
    "hi": ("दुनिया का सबसे ऊँचा पर्वत कौन सा है?", "लेखों में इस प्रश्न का उत्तर नहीं है।"),
}


@pytest.fixture(scope="module")
def answers(five_articles_index):
    """All questions in one batch, the models loaded once; JSON objects by question."""
    asked = [*QUESTIONS.values(), *(question for question, _ in UNANSWERED.values())]
    done = run_offline("citeglot", "ask", "-", "--json", "--index", str(five_articles_index), given="\n".join(asked))
    assert done.returncode == 0, done.stderr
    return {answer["question"]: answer for answer in map(json.loads, done.stdout.splitlines())}


@pytest.mark.parametrize("language", sorted(QUESTIONS))
def test_each_language_gets_the_contract_and_a_true_citation(answers, five_articles_index, language):
    """The JSON fits its schema, the citation is a slice of the Italian article, and the name is in it."""
    answer = answers[QUESTIONS[language]]
    validate(answer, ASK)
    assert answer["language"] == language
    assert answer["kind"] in ("answer", "quotation")
    generation = open_index(five_articles_index)
    for one in answer["citations"]:
        assert generation.document(one["document"]).text[one["start"] : one["end"]] == one["quote"]
    assert ITALIAN in {one["document"] for one in answer["citations"]}
    assert holds(answer["answer"], ["Grassano", "ग्रासानो", "グラッサーノ"])
    assert answer["passages"] and answer["timings"]["first_passage_ms"] < answer["timings"]["total_ms"]


def test_the_german_answer_is_german_and_supported(answers):
    """Written, not only quoted, with the name as the article spells it."""
    answer = answers[QUESTIONS["de"]]
    assert answer["kind"] == "answer"
    assert "Alessandro Grassano" in answer["answer"] and answer["answer"].endswith("[1]")
    assert [sentence["verdict"] for sentence in answer["sentences"]] == ["supported"]


@pytest.mark.parametrize("language", sorted(UNANSWERED))
def test_what_the_articles_never_mention_is_refused(answers, language):
    """In the language of the question, with the nearest passages and without a citation."""
    question, refusal = UNANSWERED[language]
    answer = answers[question]
    validate(answer, ASK)
    assert (answer["kind"], answer["answer"], answer["citations"]) == ("refusal", refusal, [])
    assert answer["passages"] and answer["timings"]["first_token_ms"] is None


@pytest.mark.parametrize(
    "question, document",
    [
        ("When will Norway set up a defence attaché post in Tokyo?", "003_298594f156e9c5d4.txt"),
        ("यूरोपीय संघ की ओर से साझेदारी की घोषणा किसने की?", "002_6beaf405c0428abc.txt"),
        ("ウズベキスタンとの協力がなぜ難しいのですか？", "004_064486f9ada0a10b.txt"),
        ("Bis wann soll Viksit Bharat erreicht sein?", "000_8d501d6bf03b5292.txt"),
        ("Hvor mange aktiviteter har samarbeidsplanen for 2024?", ITALIAN),
    ],
)
def test_search_finds_the_article_in_any_language(searches, question, document):
    """The article that answers is among the first three passages, whatever language it is in."""
    found = searches[question]
    validate(found, SEARCH)
    assert document in [hit["document"] for hit in found["hits"]][:3]


@pytest.fixture(scope="module")
def searches(five_articles_index):
    """One batch of searches, offline."""
    mark = test_search_finds_the_article_in_any_language.pytestmark[0]
    asked = [question for question, _ in mark.args[1]]
    done = run_offline("citeglot", "search", "-", "--json", "--index", str(five_articles_index), given="\n".join(asked))
    assert done.returncode == 0, done.stderr
    return {found["question"]: found for found in map(json.loads, done.stdout.splitlines())}


def test_the_other_doors_need_no_network(five_articles_index):
    """Ingesting again changes nothing; show, models and doctor answer."""
    index = ["--index", str(five_articles_index)]
    again = run_offline("ingest.py", *index, "--json")
    assert again.returncode == 0 and json.loads(again.stdout)["embedded_chunks"] == 0
    shown = run_offline("citeglot", "show", ITALIAN, *index)
    assert shown.returncode == 0 and "Alessandro Grassano" in shown.stdout
    assert run_offline("citeglot", "models", "list").returncode == 0
    assert run_offline("citeglot", "doctor", *index).returncode in (0, 1)
