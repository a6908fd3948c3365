"""The door that fits, over the five articles and an embedding model that knows when somebody arrived."""

import json

from eval_support import ASKED, row, system_over, unanswerable, write_lines
from fakes import HashEmbedder

from citeglot.console import run_door
from eval import calibrate
from eval.calibrate import main

JANUARY = ("Januar", "January", "जनवरी", "１月", "januar")
UNKNOWN = {
    "de": "Warum ist Milch in Norwegen teuer?",
    "en": "Why is milk dear in Norway?",
    "hi": "नॉर्वे में दूध महँगा क्यों है?",
    "ja": "ノルウェーの牛乳はなぜ高いのですか？",
    "no": "Hvorfor er melk dyr i Norge?",
}


class Reader(HashEmbedder):
    """Says of a text that says when somebody arrived that it answers, and stops working after some questions."""

    def __init__(self, questions=10**6):
        super().__init__()
        self.questions = questions

    def answer_logits(self, question, sentences):
        if len(self.judged) == self.questions:
            raise KeyboardInterrupt
        super().answer_logits(question, sentences)
        knows = not any(one in question for one in UNKNOWN.values())
        return [3.0 if knows and any(word in one.text for word in JANUARY) else -3.0 for one in sentences]


def lines(split="dev"):
    """Return ten questions in five languages, half of which the articles answer."""
    facts = [["Januar", "January", "जनवरी", "1月", "januar"]]
    rows = [row(code, f"a{code}", facts=facts, question=f"{ASKED[code]} ?") for code in ASKED]
    rows += [unanswerable(code, question, f"u{code}") for code, question in UNKNOWN.items()]
    return [one | {"split": split} for one in rows]


def fitting_door(tmp_path, monkeypatch):
    """Return the door over the five articles, with an embedding model of its own for each call."""

    def call(*options, rows=None, embedder=None):
        call.embedder = embedder or Reader()
        call.system = system_over(tmp_path / "index", embedder=call.embedder)
        monkeypatch.setattr(calibrate, "open_system", lambda settings, **more: call.opened.append(more) or call.system)
        questions = write_lines(tmp_path / "q.jsonl", lines() if rows is None else rows)
        return run_door(main, ["--questions", str(questions), "--output", str(call.output), *map(str, options)])

    call.output, call.opened = tmp_path / "out" / "calibration.json", []
    return call


def written(door):
    return json.loads(door.output.read_text(encoding="utf-8"))
