"""The door that fits: signals of dev questions, the language model's word, a file that the program reads."""

import json

import pytest
from calibration_support import BY_WORD
from eval_support import ASKED, row, system_over, unanswerable, write_lines
from fakes import HashEmbedder, ScriptedGenerator

from citeglot import calibration
from citeglot.calibration import calibration_of
from citeglot.console import run_door
from citeglot.evidence import WORTH_READING
from citeglot.models import find_model
from citeglot.signals import NAMES
from eval import calibrate
from eval.calibrate import main

EMBEDDING = HashEmbedder.identity.weights_sha256
UNKNOWN = {
    "de": "Was kostet Milch in Norwegen?",
    "en": "What does milk cost in Norway?",
    "hi": "नॉर्वे में दूध कितने का है?",
    "ja": "ノルウェーで牛乳はいくらですか？",
    "no": "Hva koster melk i Norge?",
}


class Reader(ScriptedGenerator):
    """Says Yes to a text that says when somebody arrived, and stops working after some texts."""

    def __init__(self, texts=10**6):
        super().__init__()
        self.texts = texts

    def probability(self, turns, yes, no):
        if len(self.judged) == self.texts:
            raise KeyboardInterrupt
        super().probability(turns, yes, no)
        asked, _, text = turns[-1].text.partition("Text:")
        knows = any(word in text for word in ("Januar", "January", "जनवरी", "１月", "januar"))
        return 0.95 if knows and not any(one in asked for one in UNKNOWN.values()) else 0.05


def lines(split="dev"):
    """Return ten questions in five languages, half of which the articles answer."""
    facts = [["Januar", "January", "जनवरी", "1月", "januar"]]
    rows = [row(code, f"a{code}", facts=facts, question=f"{ASKED[code]} ?") for code in ASKED]
    rows += [unanswerable(code, question, f"u{code}") for code, question in UNKNOWN.items()]
    return [one | {"split": split} for one in rows]


@pytest.fixture
def door(tmp_path, monkeypatch):
    """The door over the five articles, with a language model of its own for each call."""
    model = find_model("multilingual-e5-small")
    monkeypatch.setattr(calibrate, "find_model", lambda name: model)

    def call(*options, rows=None, generator=None):
        call.generator = generator or Reader()
        answering = system_over(tmp_path / "index", call.generator)
        monkeypatch.setattr(calibrate, "open_system", lambda *given, **more: answering)
        questions = write_lines(tmp_path / "q.jsonl", lines() if rows is None else rows)
        return run_door(main, ["--questions", str(questions), "--output", str(call.output), *map(str, options)])

    call.output, call.model = tmp_path / "out" / "calibration.json", model
    return call


def written(door):
    return json.loads(door.output.read_text(encoding="utf-8"))


def test_the_program_reads_what_was_fitted(door, monkeypatch, capsys):
    """A calibration without a language model, and one with this; its figures stand on standard output."""
    assert door("--risk", "0.5") == 0
    content = written(door)
    assert content["embedding_sha256"] == EMBEDDING
    assert set(content["calibrations"]) == {"", "scripted"}
    assert content["calibrations"]["scripted"]["model_sha256"] == door.model.sha256
    monkeypatch.setattr(calibration, "_content", lambda: content)
    with_model, without = (calibration_of(HashEmbedder.identity, name) for name in ("scripted", None))
    assert set(with_model.weights) == set(NAMES) and set(without.weights) == set(NAMES) - {"yes"}
    assert with_model.fitted and without.fitted and with_model.weights["yes"] > 0
    shown = json.loads(capsys.readouterr().out)
    assert shown == {name or "none": one["dev"] for name, one in content["calibrations"].items()}
    assert shown["scripted"]["questions"] == 10
    assert sorted(path.name for path in door.output.parent.iterdir()) == [door.output.name]


def test_the_language_model_reads_what_is_promising_of_each_question(door):
    """As many sentences of each as it will read when it answers."""
    assert door() == 0
    asked = [turns[-1].text.partition("Text:")[0] for turns in door.generator.judged]
    assert len(asked) == 10 * WORTH_READING
    assert all(sum(line["question"] in text for text in asked) == WORTH_READING for line in lines())


def test_a_follow_up_is_judged_with_the_question_before_it(door):
    """As it is when it is answered."""
    rows = lines()
    rows[1] |= {"question": "And when did she?", "history": [{"role": "user", "text": "Who is the minister?"}]}
    assert door(rows=rows) == 0
    turns = [one for one in door.generator.judged if "And when did she?" in one[-1].text]
    assert len(turns) == WORTH_READING and all("Who is the minister?" in one[-1].text for one in turns)


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
    assert not any("TEST" in turns[-1].text for turns in door.generator.judged)


def test_calibrations_of_other_language_models_stay(door):
    """Where they are of the same embedding model; what was fitted for another is of no use."""
    door.output.parent.mkdir()
    for embedding, kept in ((EMBEDDING, {"", "other", "scripted"}), ("f" * 64, {"", "scripted"})):
        before = {"": BY_WORD, "other": BY_WORD, "scripted": BY_WORD}
        door.output.write_text(json.dumps({"embedding_sha256": embedding, "calibrations": before}), encoding="utf-8")
        assert door() == 0
        found = written(door)
        assert found["embedding_sha256"] == EMBEDDING and set(found["calibrations"]) == kept
        assert found["calibrations"].get("other", BY_WORD) == BY_WORD
        assert BY_WORD not in (found["calibrations"][""], found["calibrations"]["scripted"])


def test_an_interrupted_run_goes_on(door):
    """What was read is not read again, and the file is the same."""
    assert door() == 0
    whole = written(door)
    door.output.unlink()
    assert door(generator=Reader(WORTH_READING * 4 + 1)) == 130
    assert not door.output.exists()
    assert door() == 0
    assert len(door.generator.judged) == WORTH_READING * 6
    assert written(door) == whole


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
    assert door.generator.judged == [] and not door.output.exists()


@pytest.mark.parametrize("risk", ["0", "1", "-1", "25", "nan", "half"])
def test_a_risk_is_a_share(door, risk, capsys):
    """Wrong use, said so."""
    with pytest.raises(SystemExit) as stop:
        door("--risk", risk)
    assert stop.value.code == 2 and "--risk" in capsys.readouterr().err
