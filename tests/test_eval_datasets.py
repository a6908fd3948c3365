"""Reading-comprehension files become a corpus and a question file that measure the same thing."""

import json

import regex
from hypothesis import given
from hypothesis import strategies as st

from citeglot.console import run_door
from citeglot.corpus import read_corpus
from eval.datasets import main, quote_of
from eval.questions import check_against_corpus, read_questions
from eval.reading_sets import Reading, tidy

CONTEXTS = {
    "de": "Die Brücke wurde gebaut. Sie hat 28 Lampen.\n\nAm 3. Mai kam Anna.",
    "en": "The bridge was built. It has 28 lamps.\n\nOn 3 May Anna came.",
    "hi": "पुल बनाया गया। इसमें २८ बत्तियाँ हैं।\n\n३ मई को अन्ना आई।",
    "ja": "橋が建てられた。ランプは２８個ある。\n\n５月３日にアンナが来た。",
    "no": "Broen ble bygd. Den har 28 lamper.\n\n3. mai kom Anna.",
}
LAMPS = {"de": "28", "en": "28", "hi": "२८", "ja": "２８", "no": "28"}
SENTENCES = {
    "de": "Sie hat 28 Lampen.",
    "en": "It has 28 lamps.",
    "hi": "इसमें २८ बत्तियाँ हैं।",
    "ja": "ランプは２８個ある。",
    "no": "Den har 28 lamper.",
}


def flat(language, **changes):
    """Return a flat line."""
    context, answer = CONTEXTS[language], LAMPS[language]
    row = {"id": "a1", "lang": language, "question": f"{language}: 28?", "answers": [answer], "context_id": "0-1"}
    return row | {"context": context, "start": context.index(answer)} | changes


def squad(language, impossible=False):
    """Return SQuAD's nested JSON with one question, and one that its context does not answer."""
    context, answer = CONTEXTS[language], LAMPS[language]
    asked = [{"id": 51, "question": "28?", "answers": [{"text": answer, "answer_start": context.index(answer)}]}]
    if impossible:
        asked.append({"id": "52", "question": "Why?", "answers": [], "is_impossible": True})
    return {"version": "1", "data": [{"title": "Bridges", "paragraphs": [{"context": context, "qas": asked}]}]}


def lines(folder, name, rows):
    """Write JSON lines."""
    folder.mkdir(exist_ok=True)
    text = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
    (folder / name).write_text(text, encoding="utf-8", newline="\n")


def convert(tmp_path, *options):
    """Run the door and return questions by id and documents by name, checked against each other."""
    into = tmp_path / "into"
    assert run_door(main, [str(tmp_path / "sets"), "--into", str(into), *options]) == 0
    questions = {one.id: one for one in read_questions(into / "questions.jsonl")}
    folder = into / "corpus"
    documents = {one.name: one for one in read_corpus(folder).documents} if folder.exists() else {}
    assert check_against_corpus(questions.values(), documents.values()) == ()
    return questions, documents


def test_translations_answer_each_other(tmp_path, capsys):
    """The same id in five files of one name: each question has all five articles as gold, with the right sentence."""
    for language in CONTEXTS:
        lines(tmp_path / "sets", f"bridges.{language}.jsonl", [flat(language)])
    questions, documents = convert(tmp_path)
    report = json.loads(capsys.readouterr().out)
    assert sorted(questions) == [f"bridges:a1-{language}" for language in sorted(CONTEXTS)]
    assert report["articles"] == report["rows"] == 5
    for question in questions.values():
        assert set(question.documents) == set(documents)
        quotes = {evidence.document: evidence.quote for evidence in question.evidence}
        assert quotes == {name: SENTENCES[one.language] for name, one in documents.items()}
        assert set(question.facts[0]) == {"28", "२८", "２８"}


def test_articles_keep_their_text_and_language(tmp_path):
    """What the corpus reads is the context to the last character, in the language that the file states."""
    strange = "---\ntitle: no title\n---\n  Zwölf\u00a0Wörter, a\u030a und क्\u200dष. \r\nEnde\x07.  "
    rows = [flat("de"), flat("de", id="a2", context=strange, context_id="../../x y/CON?", answers=["Ende"], start=60)]
    lines(tmp_path / "sets", "a.no.jsonl", rows)
    questions, documents = convert(tmp_path)
    assert sorted(one.text for one in documents.values()) == sorted([CONTEXTS["de"], tidy(strange)])
    assert {one.language for one in documents.values()} == {"de"}, "a line's own language counts more than the name's"
    assert "Ende." in questions["a:a2-de"].evidence[0].quote
    assert all(regex.fullmatch(r"a/[\w-]+\.de\.md", name) for name in documents)


def test_files_of_different_names_are_not_translations(tmp_path):
    """An id that two sets share by chance is two questions with their own articles."""
    lines(tmp_path / "sets", "one.de.jsonl", [flat("de")])
    lines(tmp_path / "sets", "two.en.jsonl", [flat("en")])
    questions, _ = convert(tmp_path)
    assert [len(one.documents) for one in questions.values()] == [1, 1]
    assert sorted(questions) == ["one:a1-de", "two:a1-en"]


def test_an_id_that_stands_twice_is_two_questions(tmp_path):
    """In one file an id is given again to another question: both are kept, each with its own gold."""
    again = flat("no", question="Hvem kom?", answers=["Anna"], context="Anna kom hit.", start=0, context_id="0-2")
    lines(tmp_path / "sets", "n.no.jsonl", [flat("no"), again])
    questions, documents = convert(tmp_path)
    assert sorted(questions) == ["n:a1-no", "n:a1.2-no"]
    assert documents[questions["n:a1.2-no"].documents[0]].text == "Anna kom hit."


def test_one_context_is_one_article(tmp_path):
    """Questions share the article of their context; the same context_id with other text is another article."""
    other = flat("de", id="a3", context="Ganz anders: 28.", start=13)
    lines(tmp_path / "sets", "c.de.jsonl", [flat("de"), flat("de", id="a2"), other])
    questions, documents = convert(tmp_path)
    assert len(documents) == 2
    assert questions["c:a1-de"].documents == questions["c:a2-de"].documents != questions["c:a3-de"].documents


def test_squad_json(tmp_path, capsys):
    """The nested form, with numbers as ids, a byte-order mark, translations and unanswerable questions."""
    (tmp_path / "sets").mkdir()
    for language in ("de", "hi"):
        text = json.dumps(squad(language, impossible=True), ensure_ascii=False)
        (tmp_path / "sets" / f"xq.{language}.json").write_text(text, encoding="utf-8-sig")
    questions, documents = convert(tmp_path)
    assert sorted(questions) == ["xq:51-de", "xq:51-hi", "xq:52-de", "xq:52-hi"]
    assert len(questions["xq:51-de"].documents) == len(documents) == 2
    never = questions["xq:52-hi"]
    assert (never.answerable, never.documents, never.facts, never.evidence) == (False, (), (), ())
    assert json.loads(capsys.readouterr().out)["unanswerable"] == 2


def test_given_passages_stay_with_their_question(tmp_path):
    """Lines with passages become rows with passages, answerable or not, and no article."""
    rows = [
        {"id": "7#0", "lang": "hi", "question": "क्या?", "answerable": True, "passages": ["एक।", "दो।"], "docids": []},
        {"id": "8#0", "lang": "hi", "question": "कौन?", "answerable": False, "passages": ["तीन।"]},
    ]
    lines(tmp_path / "sets", "given.hi.jsonl", rows)
    questions, documents = convert(tmp_path)
    assert documents == {}
    assert questions["given:7#0-hi"].passages == ("एक।", "दो।")
    assert (questions["given:7#0-hi"].answerable, questions["given:8#0-hi"].answerable) == (True, False)


def test_a_position_that_is_off(tmp_path, capsys):
    """The place nearest to the stated one counts; an answer that stands nowhere has facts but no sentence."""
    near = flat("de", id="n", context="28 hier. Und 28 dort. Und 28 da.", start=15)
    gone = flat("de", id="g", answers=["neunzig"])
    lines(tmp_path / "sets", "o.de.jsonl", [near, gone])
    questions, _ = convert(tmp_path)
    assert questions["o:n-de"].evidence[0].quote == "Und 28 dort."
    assert (questions["o:g-de"].evidence, questions["o:g-de"].facts) == ((), (("neunzig",),))
    assert json.loads(capsys.readouterr().out)["without_evidence"] == 1


@given(st.text(alphabet="ab. \n\r\x07。।é\u0301\u200d", min_size=1), st.data())
def test_the_quote_holds_the_answer(context, data):
    """Whatever the text and wherever the answer: the quote is a slice of the article that the answer begins in."""
    text = tidy(context)
    visible = [place for place, sign in enumerate(text) if sign in "ab"]
    if not visible:
        return
    start = data.draw(st.sampled_from(visible))
    quote = quote_of(Reading("s", "1", "de", "?", (text[start],), "", text, start, True))
    assert quote is not None and quote in text and text[start] in quote


def test_without_a_language_it_is_detected(tmp_path):
    """Neither the line nor the name says it: the question does."""
    row = flat("hi", question="पुल में कितनी बत्तियाँ हैं?")
    del row["lang"]
    lines(tmp_path / "sets", "plain.jsonl", [row])
    questions, documents = convert(tmp_path)
    assert [one.language for one in (*questions.values(), *documents.values())] == ["hi", "hi"]


def test_folders_that_are_none(tmp_path, capsys):
    """No folder, and a folder without sets: exit 2 with the path."""
    assert run_door(main, [str(tmp_path / "none")]) == 2
    assert run_door(main, [str(tmp_path)]) == 2
    assert "holds no .json" in capsys.readouterr().err


def test_again_and_over_another_set(tmp_path, capsys):
    """The same set again gives the same files; another set is not mixed into its corpus."""
    lines(tmp_path / "sets", "a.de.jsonl", [flat("de")])
    lines(tmp_path / "sets", "b.en.jsonl", [flat("en")])
    first = convert(tmp_path, "--only", "a.*")
    assert convert(tmp_path, "--only", "a.*", "--output", str(tmp_path / "report.json")) == first
    assert json.loads((tmp_path / "report.json").read_text(encoding="utf-8"))["rows"] == 1
    assert run_door(main, [str(tmp_path / "sets"), "--into", str(tmp_path / "into"), "--only", "b.*"]) == 2
    assert "another set" in capsys.readouterr().err
