"""What people read at a terminal: answers with their sources, passages with their places, columns in line."""

from dataclasses import replace
from datetime import date

import pytest
from page_fakes import HINDI, ITALIAN, cited_answer, passage, refused_answer

from citeglot import terminal
from citeglot.terminal import SHOWN_CHARACTERS, describe_found, plain, table
from citeglot.types import Answer, AnswerSentence, Hit

TEXTS = {
    "de": "Der Minister sprach über Brücken und Straßen.",
    "en": "The minister spoke about bridges.",
    "hi": "उन्होंने क्\u200dष और क्\u200cष के बारे में बात की।",
    "ja": "大臣は１月に到着した。",
    "no": "Hun snakket om a\u030apne broer.",
}


def describe_answer(answer: Answer) -> str:
    """Return an answer as a file gets it, but for the list of all passages."""
    return plain(terminal.describe_answer(answer, passages_shown=True))


def describe_hits(hits: list[Hit]) -> str:
    """Return passages as a file gets them."""
    return plain(terminal.describe_hits(hits))


def answered(verdict: str = "supported", **changes: object) -> Answer:
    """Return an answer of one sentence whose citation does not begin its passage."""
    passages = (passage(f"Davor. {ITALIAN}", start=40), passage("Anderes.", name="b.txt"))
    return cited_answer("Wer?", "Alessandro Grassano leitete sie.", ITALIAN, passages, verdict, **changes)


def dated(hit: Hit, day: date | None) -> Hit:
    """Return the hit of an article with this date."""
    return replace(hit, chunk=replace(hit.chunk, date=day))


def test_an_answer_stands_first_and_its_source_below_it():
    """The text, then each number with article, place, language and title, its sentence verbatim, and the cost."""
    lines = describe_answer(answered()).split("\n")
    assert lines == [
        "Alessandro Grassano leitete sie. [1]",
        "",
        f"[1] a.txt, 47–{47 + len(ITALIAN)} (de): Ein Titel",
        f"    {ITALIAN}",
        "",
        "(2 passages after 0.01 s, first word after 0.9 s, all after 2.3 s, confidence 0.90, index generation 3, "
        "hash, scripted)",
    ]


def test_a_file_gets_the_passages_too():
    """Below the sources, in the form of a search, where nothing else showed them; a refusal has its three."""
    answer = answered()
    text = plain(terminal.describe_answer(answer))
    assert f"\n\nPassages found:\n{describe_hits(list(answer.passages))}\n\n(2 passages" in text
    assert text.replace(f"Passages found:\n{describe_hits(list(answer.passages))}\n\n", "").replace(
        "\n\n(", "\n("
    ) == describe_answer(answer).replace("\n\n(", "\n(")
    refused = refused_answer("?", answer.passages)
    assert plain(terminal.describe_answer(refused)) == describe_answer(refused)


def test_a_source_has_the_date_of_its_article():
    """Where the article states one."""
    answer = answered()
    passages = tuple(dated(hit, date(2024, 1, 10)) for hit in answer.passages)
    assert f"[1] a.txt, 47–{47 + len(ITALIAN)} (de, 2024-01-10): Ein Titel\n" in describe_answer(
        replace(answer, passages=passages)
    )


def test_what_was_found_takes_two_lines_each():
    """Title with language, date and article; the beginning of the text."""
    hits = [dated(passage(TEXTS["ja"], "ja", "b.txt", "題"), date(2025, 2, 3)), passage("Ein\n Satz.")]
    assert plain(describe_found(hits)).split("\n") == [
        "Passages found: 2",
        " 1. 題 (ja, 2025-02-03, b.txt)",
        f"    {TEXTS['ja']}",
        " 2. Ein Titel (de, a.txt)",
        "    Ein",
        "     Satz.",
        "",
    ]
    assert plain(describe_found([])) == "No passage fits."


@pytest.mark.parametrize("language", sorted(TEXTS))
def test_every_script_comes_through(language):
    """Joiners, decomposed letters and full-width digits are printed as they stand in the article."""
    text = TEXTS[language]
    answer = cited_answer("?", text, text, (passage(text, language, "मेरा.txt", "題"),))
    lines = describe_answer(answer).split("\n")
    assert lines[0] == f"{text} [1]"
    assert lines[2:4] == [f"[1] मेरा.txt, 0–{len(text)} ({language}): 題", f"    {text}"]


def test_a_quotation_says_that_it_is_one():
    """So that nobody takes a sentence of the article for an answer."""
    answer = cited_answer("?", HINDI, HINDI, (passage(HINDI, "hi"),), kind="quotation")
    first, second, *_ = describe_answer(answer).split("\n")
    assert "verbatim" in first
    assert second == f"{HINDI} [1]"
    assert "verbatim" not in describe_answer(replace(answer, kind="answer"))


def test_a_refusal_shows_at_most_three_passages_and_no_source():
    """What the articles do say is near at hand; nothing is cited."""
    passages = tuple(passage(f"Satz {number}.", name=f"{number}.txt") for number in range(1, 6))
    text = describe_answer(refused_answer("?", passages))
    assert text.startswith("Die Artikel beantworten diese Frage nicht.\n\nNearest passages:\n1. 1.txt")
    assert "3. 3.txt" in text and "4.txt" not in text and "[1]" not in text
    assert "(5 passages after " in text
    assert "No passage fits." in describe_answer(refused_answer("?", ()))


def test_a_weak_sentence_is_named():
    """The one in doubt, and no other."""
    assert "Not fully verified" not in describe_answer(answered())
    sure = AnswerSentence("Sie kamen.", (1,), "supported")
    doubtful = AnswerSentence("Es waren drei.", (1,), "weak")
    lines = describe_answer(answered(sentences=(sure, doubtful))).split("\n")
    assert [line for line in lines if line.startswith("Not fully")] == ["Not fully verified: Es waren drei."]


def test_a_missing_language_model_is_not_named_none():
    """Only models that took part are listed."""
    text = describe_answer(answered(models={"embedding": "hash", "language": None}))
    assert text.endswith("index generation 3, hash)")


def test_a_quote_of_several_lines_stays_indented():
    """The article's line ends do not look like ours."""
    text = "Eine Zeile,\nund noch eine."
    lines = describe_answer(cited_answer("?", "Ja.", text, (passage(text),))).split("\n")
    assert lines[3:5] == ["    Eine Zeile,", "    und noch eine."]


def test_passages_are_numbered_with_place_date_and_score():
    """A date only where the article states one; white space of the article becomes single spaces."""
    hits = [dated(passage("Ein\n\n  Satz. ", start=7), date(2024, 1, 10)), passage(TEXTS["ja"], "ja", "b.txt", "題")]
    assert describe_hits(hits).split("\n") == [
        "1. a.txt, 7–20 (de, 2024-01-10): Ein Titel",
        "    Ein Satz.  [0.123]",
        f"2. b.txt, 0–{len(TEXTS['ja'])} (ja): 題",
        f"    {TEXTS['ja']}  [0.123]",
    ]


def test_no_passage_is_said():
    """An empty list is a sentence, not silence."""
    assert describe_hits([]) == "No passage fits."


@pytest.mark.parametrize("more", [-1, 0, 1, 5000])
@pytest.mark.parametrize("letter", ["x", "語"])
def test_a_long_passage_is_cut_and_says_so(letter, more):
    """Its beginning stands for it; a text that just fits is whole."""
    text = letter * (SHOWN_CHARACTERS + more)
    shown = describe_hits([passage(text)]).split("\n")[1].removeprefix("    ").removesuffix("  [0.123]")
    assert shown == (text if more <= 0 else f"{letter * SHOWN_CHARACTERS}…")


def test_columns_line_up():
    """Each column begins where it begins in every row, and no line ends in spaces."""
    lines = table([("NAME", "STATE", "PATH"), ("a-long-name", "ok", "/x"), ("b", "missing", "")]).split("\n")
    assert lines == [
        "NAME         STATE    PATH",
        "a-long-name  ok       /x",
        "b            missing",
    ]
