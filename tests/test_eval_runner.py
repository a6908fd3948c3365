"""One row for each question, judged without a model, and written down as it comes."""

import pytest
from calibration_support import answers_decide  # noqa: F401 - a fixture for all
from eval_support import ASKED, FACTS, QUOTES, questions_of, row, system_over, unanswerable
from fakes import HashEmbedder, ScriptedGenerator

from citeglot.types import Citation
from eval.rows import RowLog
from eval.runner import citations_right, is_in_language, is_right, measured

SEARCH_TIMINGS = ["search_ms", "search_embedding_ms", "search_reading_ms", "search_ranking_ms"]
CONTRACT = [
    "id",
    "language",
    "kind",
    "right",
    "language_right",
    "citations_right",
    "documents",
    "confidence",
    "timings",
]


def silent(step, done, total):
    """Show nothing."""


def log(tmp_path, key="a"):
    return RowLog(tmp_path / "out.json.partial", {"key": key})


@pytest.fixture(scope="module")
def searching(tmp_path_factory):
    return system_over(tmp_path_factory.mktemp("index"))


def test_retrieval_only_measures_ranks_and_nothing_else(searching, tmp_path):
    """Each language: ranks, documents and the time of the search; what was not asked is None, not wrong."""
    for question in questions_of(tmp_path, [row(language) for language in ASKED]):
        found = measured(question, searching)
        assert list(found)[:9] == CONTRACT
        assert (found["kind"], found["right"], found["confidence"], found["citations_right"]) == (None,) * 4
        rank = found["gold"][0]["rank"]
        assert found["documents"][rank - 1] == f"{question.language}.txt"
        assert f"{question.language}.txt" not in found["documents"][: rank - 1]
        assert found["own_language_first"] == (found["first_hit_language"] == question.language)
        assert list(found["timings"]) == SEARCH_TIMINGS
        whole, embedding, reading, ranking = found["timings"].values()
        assert whole == pytest.approx(embedding + reading + ranking, abs=0.16)


@pytest.mark.parametrize("language", sorted(ASKED))
def test_an_answer_is_judged(tmp_path, language):
    """In each language: an answer from the right sentence is right, in its language, and rightly cited."""
    system = system_over(tmp_path / "index", ScriptedGenerator([QUOTES[language]]))
    (question,) = questions_of(tmp_path, [row(language)])
    found = measured(question, system)
    assert found["kind"] in ("answer", "quotation")
    assert found["right"] == any(form in found["answer"] for form in (*FACTS[language], "１月"))
    assert [one["verdict"] for one in found["sentences"]] == ["supported"]
    gold = [one["document"] == f"{language}.txt" and one["quote"] == QUOTES[language] for one in found["cited"]]
    assert found["right"] == any(gold)
    assert found["citations_right"] == pytest.approx(sum(gold) / len(gold))
    assert set(found["timings"]) == {"first_passage_ms", "first_token_ms", "total_ms", *SEARCH_TIMINGS}
    assert found["gold"][0]["rank"] is not None


def test_right_and_wrong_refusals(tmp_path):
    """Refusing is right where nothing answers and wrong where something does."""
    system = system_over(tmp_path / "index", ScriptedGenerator(), embedder=HashEmbedder(answers=0.001))
    asked = questions_of(tmp_path, [row("en"), unanswerable("en", "Who is the king of the moon?")])
    wrong, right = (measured(question, system) for question in asked)
    assert (wrong["kind"], wrong["right"], right["kind"], right["right"]) == ("refusal", False, "refusal", True)
    assert wrong["citations_right"] is right["citations_right"] is None


def test_is_right(tmp_path):
    """Facts decide for an answerable question; without facts nothing is said; citation numbers are no facts."""
    with_facts, without, never = questions_of(
        tmp_path,
        [row("en", facts=[["1"]]), row("en", "q3", facts=[]), unanswerable("en", "Why?")],
    )
    assert is_right(with_facts, "answer", "It was 1 day. [1]") is True
    assert is_right(with_facts, "answer", "It was some day. [1]") is False
    assert is_right(with_facts, "refusal", "1") is False
    assert is_right(without, "answer", "Yes.") is None
    assert is_right(without, "refusal", "No.") is False
    assert is_right(never, "quotation", "Yes.") is False
    assert is_right(never, "refusal", "No.") is True


@pytest.mark.parametrize(
    ("text", "language", "expected"),
    [
        ("Der Minister sprach über Brücken und Straßen. [1]", "de", True),
        ("मंत्री जनवरी में आए। [1]", "hi", True),
        ("大臣は１月に到着した。[1]", "ja", True),
        ("Ministeren kom i januar. [1]", "no", True),
        ("The minister arrived in January. [1]", "en", True),
        ("The minister arrived in January. [1]", "de", False),
        ("मंत्री जनवरी में आए। [1]", "ja", False),
        ("Der Minister sprach über Brücken. [1]", "no", False),
        ("28 [1]", "hi", True),
        ("２０２４ [2]", "ja", True),
    ],
)
def test_language_of_an_answer(text, language, expected):
    """An answer is in the language of the question or not; figures alone are in every language."""
    assert is_in_language(text, language) is expected


def test_citations_right(tmp_path):
    """A citation is right when its article is gold and its quote holds a fact; a refusal is not judged."""

    def cite(document, quote):
        return Citation(1, document, "", "en", 0, len(quote), quote)

    known, open_, never = questions_of(
        tmp_path,
        [row("en"), row("en", "q3", documents=["en.txt"], facts=[]), unanswerable("en", "Why?")],
    )
    good, other = cite("en.txt", "It was January."), cite("de.txt", "It was January.")
    empty = cite("en.txt", "It was then.")
    assert citations_right(known, [good, other, empty], lambda name: name) == pytest.approx(1 / 3)
    assert citations_right(known, [cite("one.txt", "January")], {"en.txt": "one.txt"}.get) == 1.0
    assert citations_right(known, [], lambda name: name) is None
    assert citations_right(open_, [empty], lambda name: name) == 1.0
    assert citations_right(never, [good], lambda name: name) == 0.0


def test_given_passages_are_all_that_is_read(tmp_path):
    """Only the passages are found and cited, whatever the index holds; their gold is not looked for."""
    system = system_over(tmp_path / "index", ScriptedGenerator(["The comet has 7 tails."]))
    passages = ["A comet came by. The comet has 7 tails.", "यह एक दूसरा लेख है। इसमें कुछ नहीं है।"]
    given = {"documents": [], "evidence": [], "facts": [["7"]], "passages": passages}
    (question,) = questions_of(tmp_path, [row("en", question="How many tails has the comet?") | given])
    found = measured(question, system)
    assert set(found["documents"]) <= {"passage-1.txt", "passage-2.txt"} and found["documents"]
    assert {one["document"] for one in found["cited"]} == {"passage-1.txt"}
    assert (found["right"], found["citations_right"], found["gold"]) == (True, 1.0, [])
