"""The door that fits: signals of dev questions, and a file that the program reads."""

import json

import pytest
from eval_support import row
from fakes import HashEmbedder
from fitting_support import Reader, fitting_door, lines, written

from citeglot import calibration
from citeglot.calibration import LEAST, calibration_of
from citeglot.evidence import CONSIDERED
from citeglot.signals import NAMES

EMBEDDING = HashEmbedder.identity.weights_sha256


@pytest.fixture
def door(tmp_path, monkeypatch):
    return fitting_door(tmp_path, monkeypatch)


def test_the_program_reads_what_was_fitted(door, monkeypatch, capsys):
    """A calibration of this embedding model over every signal; its figures stand on standard output."""
    assert door("--risk", "0.5") == 0
    content = written(door)
    assert set(content) == {"embedding_sha256", "weights", "bias", "enough", "enough_same", "risk", "dev"}
    assert (content["embedding_sha256"], content["risk"]) == (EMBEDDING, 0.5)
    monkeypatch.setattr(calibration, "_content", lambda: content)
    found = calibration_of(HashEmbedder.identity)
    assert set(found.weights) == set(NAMES) and found.weights["answers"] > 0
    assert found.fitted and found.enough == found.enough_same == max(LEAST, content["enough"])
    assert json.loads(capsys.readouterr().out) == {"dev": content["dev"]}
    assert content["dev"]["questions"] == 10
    assert sorted(path.name for path in door.output.parent.iterdir()) == [door.output.name]


def test_no_language_model_is_needed(door):
    """Whoever has none can fit."""
    assert door() == 0
    assert [one["retrieval_only"] for one in door.opened] == [True]


def test_the_sentences_are_those_that_decide_an_answer(door, monkeypatch):
    """Of each question the same ones, in the same order and context, as when it is asked."""
    assert door() == 0
    judged = door.embedder.judged[:]
    assert [asked for asked, _ in judged] == [one["question"] for one in lines()]
    assert all(0 < len(read) <= CONSIDERED for _, read in judged)
    door.embedder.judged.clear()
    monkeypatch.setattr(calibration, "_content", lambda: written(door))
    for one in lines():
        list(door.system.chatbot.ask(one["question"]))
    read_last = dict(door.embedder.judged)  # what is read before is read for the order of the passages
    assert list(read_last.items()) == judged and len(door.embedder.judged) >= 2 * len(judged)


def test_a_follow_up_is_judged_with_the_question_before_it(door):
    """As it is when it is answered: after that, and alone."""
    rows = lines()
    rows[1] |= {"question": "And when did she?", "history": [{"role": "user", "text": "Who is the minister?"}]}
    assert door(rows=rows) == 0
    found = [asked for asked, _ in door.embedder.judged if "And when did she?" in asked]
    assert found == ["Who is the minister?\nAnd when did she?", "And when did she?"]


def test_only_dev_questions_of_known_answers_are_read(door):
    """The test half, questions with passages of their own, and ones without facts say nothing."""
    kept = lines()
    others = [one | {"id": f"t{one['id']}", "question": f"{one['question']} TEST"} for one in lines("test")]
    others.append(row("en", "p", split="dev", passages=["It was TEST."], documents=[], evidence=[]))
    others.append(row("en", "f", split="dev", facts=[], question="What TEST?"))
    assert door(rows=kept) == 0
    expected = written(door)
    door.output.unlink()
    assert door(rows=[*others, *kept]) == 0
    assert written(door) == expected
    read = [(asked, *(one.text for one in sentences)) for asked, sentences in door.embedder.judged]
    assert len(read) == len(kept) and not any("TEST" in text for texts in read for text in texts)


@pytest.mark.parametrize("before", ["", "{", '{"embedding_sha256": "f", "calibrations": {"": {"bias": 7}}}'])
def test_what_was_fitted_before_is_replaced(door, before):
    """Whatever stands in the file: nothing of it stays, and nothing of it counts."""
    assert door() == 0
    expected = written(door)
    door.output.write_text(before, encoding="utf-8")
    assert door() == 0
    assert written(door) == expected


def test_an_interrupted_run_changes_nothing(door):
    """The calibration before it stays whole, and nothing half done lies beside it."""
    assert door() == 0
    before = door.output.read_bytes()
    assert door(embedder=Reader(4)) == 130
    assert len(door.embedder.judged) == 4
    assert door.output.read_bytes() == before
    assert sorted(path.name for path in door.output.parent.iterdir()) == [door.output.name]


@pytest.mark.parametrize(
    "rows",
    [
        pytest.param(lines("test"), id="test half"),
        pytest.param(lines()[:5], id="all answered"),
        pytest.param(lines()[2:8], id="few"),
        pytest.param([one | {"id": f"x-{one['language']}-{one['language']}"} for one in lines()[:5]], id="one kind"),
    ],
)
def test_too_few_questions_are_refused(door, rows, capsys):
    """In a sentence, before anything is read or written."""
    assert door(rows=rows) == 2
    assert "dev questions" in capsys.readouterr().err
    assert door.embedder.judged == [] and not door.output.exists()


@pytest.mark.parametrize("risk", ["0", "1", "-1", "25", "nan", "half"])
def test_a_risk_is_a_share(door, risk, capsys):
    """Wrong use, said so."""
    with pytest.raises(SystemExit) as stop:
        door("--risk", risk)
    assert stop.value.code == 2 and "--risk" in capsys.readouterr().err
