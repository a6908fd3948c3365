"""From a question to an answer, with models that follow a script and a real index."""

import pytest
from calibration_support import answers_decide  # noqa: F401 - a fixture for all
from fakes import HashEmbedder, ScriptedGenerator
from index_support import document, five_articles, update

from citeglot.chatbot import Chatbot
from citeglot.errors import IndexMismatch, WrongUse
from citeglot.index import open_index
from citeglot.settings import Settings
from citeglot.types import Answer, Draft, Filters, Found, Reading, Turn
from citeglot.writing import search_notices

QUESTIONS = {
    "de": "Worüber sprach der Minister?",
    "en": "When did the minister arrive?",
    "hi": "मंत्री कब आए?",
    "ja": "大臣はいつ到着しましたか？",
    "no": "Når kom ministeren?",
}
REPLIES = {
    "de": "Er sprach über Brücken und Straßen.",
    "en": "The minister arrived in January.",
    "hi": "मंत्री जनवरी में आए।",
    "ja": "大臣は１月に到着しました。",
    "no": "Ministeren kom i januar.",
}


@pytest.fixture(scope="module")
def generation(tmp_path_factory):
    folder = tmp_path_factory.mktemp("index")
    articles = [*five_articles().values(), document("en-two.txt", "The bridge has 28 lamps. Nobody counted 29.")]
    update(folder, articles)
    return open_index(folder)


def ask(generation, question, generator, embedder=None, **more):
    return list(Chatbot(Settings(), generation, embedder or HashEmbedder(), generator).ask(question, **more))


def quotes_hold(generation, answer):
    """Every citation is a slice of its document."""
    for one in answer.citations:
        assert generation.document(one.document).text[one.start : one.end] == one.quote
    assert [one.number for one in answer.citations] == list(range(1, len(answer.citations) + 1))


@pytest.mark.parametrize("language", sorted(QUESTIONS))
def test_an_answer_is_tied_to_the_sentence_it_rests_on(generation, language):
    """In each language: found first, then read, then written, then the answer with its citation."""
    events = ask(
        generation,
        QUESTIONS[language],
        ScriptedGenerator([REPLIES[language]]),
        filters=Filters(languages=(language,)),
    )
    answer = events[-1]
    assert isinstance(events[0], Found) and isinstance(answer, Answer)
    kinds = [type(event) for event in events]
    assert kinds.index(Found) < kinds.index(Reading) < kinds.index(Draft) < kinds.index(Answer)
    assert (answer.kind, answer.language) == ("answer", language)
    assert answer.text == f"{REPLIES[language]} [1]"
    assert answer.citations[0].language == language
    quotes_hold(generation, answer)


def test_the_passages_of_the_first_event_are_those_of_the_answer(generation):
    """What stood on the page first is what the answer was made from."""
    events = ask(generation, QUESTIONS["en"], ScriptedGenerator([REPLIES["en"]]))
    assert events[0].passages == events[-1].passages and events[0].passages


@pytest.mark.parametrize(
    "draft",
    [
        "The bridge has 27 lamps.",
        "Die Brücke hat 28 Lampen.",
        "",
        "Answer in English, in one short sentence.",
        "lamp and lamp and lamp and lamp and lamp and lamp and lamp and lamp and lamp",
    ],
)
def test_what_does_not_hold_becomes_a_quotation(generation, draft):
    """An invented number, another language, silence, the instructions or a loop: the sentence itself is shown."""
    answer = ask(generation, "Which lamps has the bridge?", ScriptedGenerator([draft]))[-1]
    assert answer.kind == "quotation"
    assert answer.text == f"{answer.citations[0].quote} [1]"
    quotes_hold(generation, answer)


def test_a_held_number_is_supported_and_an_invented_one_dropped(generation):
    """Of two sentences the one that stands in the article stays."""
    reply = "The bridge has 28 lamps. It was built in 1931."
    answer = ask(generation, "How many lamps has the bridge?", ScriptedGenerator([reply]))[-1]
    assert answer.text == "The bridge has 28 lamps. [1]"
    assert "1931" not in answer.text


@pytest.mark.parametrize(
    "question, refusal",
    [
        ("Was kostet Milch?", "Die Artikel beantworten diese Frage nicht."),
        ("What does milk cost?", "The articles do not answer this question."),
        ("दूध कितने का है?", "लेखों में इस प्रश्न का उत्तर नहीं है।"),
        ("牛乳はいくらですか？", "この質問の答えは記事の中にありません。"),
        ("Hva koster melk?", "Artiklene svarer ikke på dette spørsmålet."),
        ("Combien coûte le lait ?", "The articles do not answer this question."),
    ],
)
def test_a_refusal_is_in_the_language_of_the_question(generation, question, refusal):
    """Nothing is written or cited, and the nearest passages are there."""
    generator, unsure = ScriptedGenerator(["never asked"]), HashEmbedder(answers=0.01)
    answer = ask(generation, question, generator, unsure)[-1]
    assert (answer.kind, answer.text, answer.sentences, answer.citations) == ("refusal", refusal, (), ())
    assert answer.passages and answer.timings.first_token_ms is None
    assert generator.asked == []


def test_no_passage_is_a_refusal_without_the_models(generation):
    """A filter that nothing fulfils costs no reading."""
    generator, embedder = ScriptedGenerator(), HashEmbedder()
    answer = ask(generation, "When?", generator, embedder, filters=Filters(languages=("fr",)))[-1]
    assert (answer.kind, answer.passages, answer.confidence) == ("refusal", (), 0.0)
    assert embedder.judged == generator.asked == generator.judged == []


@pytest.mark.parametrize("question", ["", "   ", "\u3000\u200b\n"])
def test_an_empty_question_is_refused_in_words(generation, question):
    """No model is asked."""
    with pytest.raises(WrongUse, match="empty"):
        ask(generation, question, None)


def test_a_question_of_100000_characters_is_refused_with_both_numbers(generation):
    """At the limit it is taken; above it the message gives length and limit."""
    with pytest.raises(WrongUse, match=r"100,000 .* 2,000"):
        ask(generation, "あ" * 100_000, None)
    assert ask(generation, "あ" * 2000, ScriptedGenerator(), HashEmbedder(answers=0.01))[-1].kind == "refusal"


@pytest.mark.parametrize(
    "question", ["🤔", "?", "x", "\ud800Wer?", "a\0b", "<|im_end|>", "'; DROP TABLE--", "(" * 1000]
)
def test_odd_questions_are_answered_or_refused(generation, question):
    """Emoji, signs, one letter, broken characters and code are questions like others."""
    assert ask(generation, question, ScriptedGenerator(), HashEmbedder(answers=0.01))[-1].kind == "refusal"


def test_closing_stops_the_model(generation):
    """Whoever goes away takes the writing with them."""
    generator = ScriptedGenerator(["The minister arrived in January."])
    events = Chatbot(Settings(), generation, HashEmbedder(), generator).ask(QUESTIONS["en"])
    next(event for event in events if isinstance(event, Draft))
    events.close()
    assert generator.closed == 1


def test_a_follow_up_leans_on_the_question_before_it(generation):
    """The question before is judged and answered with; what the assistant said is not."""
    generator, embedder = ScriptedGenerator([REPLIES["en"]]), HashEmbedder()
    history = [Turn("user", "Tell me of the minister in Leeds"), Turn("assistant", "SECRET")]
    ask(generation, "And when did she arrive?", generator, embedder, history=history)
    judged, alone = dict.fromkeys(question for question, _ in embedder.judged)
    assert (judged, alone) == ("Tell me of the minister in Leeds\nAnd when did she arrive?", "And when did she arrive?")
    assert judged in generator.asked[0][1].text and "SECRET" not in str(generator.asked)


def test_without_a_language_model_it_quotes_or_refuses(generation):
    """Search still works, and nothing is written."""
    answer = ask(generation, QUESTIONS["en"], None)[-1]
    assert answer.kind in ("quotation", "refusal") and answer.models["language"] is None
    quotes_hold(generation, answer)


def test_search_gives_k_hits_and_the_language(generation):
    """Without the language model; k beyond the count gives what there is."""
    chatbot = Chatbot(Settings(), generation, HashEmbedder(), None)
    found = chatbot.search("मंत्री कब आए?", k=3)
    assert (found.language, len(found.hits)) == ("hi", 3)
    assert len(chatbot.search("मंत्री?", k=1000).hits) == generation.manifest.counts["chunks"]


@pytest.mark.parametrize("page_language", ["de", "en", "hi", "ja", "no"])
def test_a_script_without_words_gives_a_notice(generation, page_language):
    """A question in Khmer says that words were no help; others say nothing."""
    chatbot = Chatbot(Settings(), generation, HashEmbedder(), None)
    assert any("Khmer" in notice for notice in chatbot.search("តើរដ្ឋមន្ត្រីមកដល់នៅពេលណា?").notices)
    assert chatbot.search(QUESTIONS[page_language]).notices == ()
    assert "Khmer" in search_notices("ខ្មែរ", page_language)[0]
    assert search_notices("ខ្មែរ", page_language) != search_notices("ខ្មែរ", "fi") or page_language == "en"


def test_an_index_of_another_model_is_refused(generation):
    """Vectors of two models are never compared."""
    other = HashEmbedder()
    other.identity = other.identity.__class__("other", "1" * 64, "numpy", "float32", 64, "", "")
    with pytest.raises(IndexMismatch, match="other"):
        Chatbot(Settings(), generation, other, None)
