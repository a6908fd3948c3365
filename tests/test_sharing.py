"""`verify` and `feedback` at the command line: sentences, JSON, exit codes, and nothing overwritten."""

import json

import pytest
from answer_support import SENTENCES
from jsonschema import validate
from packet_support import answer_to, data_of, index_corpus, save, write_corpus

from citeglot import cli
from citeglot.console import run_door
from citeglot.feedback import FILE, save_feedback
from citeglot.settings import Settings
from eval.questions import read_questions

PLACE = {"type": ["object", "null"], "required": ["document", "start"]}
VERIFIED = {
    "type": "object",
    "required": ["question", "kind", "answer", "made", "program", "generation", "page", "quotes", "holds"],
    "additionalProperties": False,
    "properties": {
        **{name: {"type": "string"} for name in ("question", "kind", "answer", "made", "program")},
        "generation": {"type": "integer"},
        "page": {"enum": ["agrees", "differs"]},
        "holds": {"type": "boolean"},
        "quotes": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["number", "document", "start", "end", "quote", "state", "found", "differences"],
                "additionalProperties": False,
                "properties": {name: {} for name in ("number", "document", "start", "end", "quote", "differences")}
                | {
                    "state": {"enum": ["holds", "misplaced", "changed", "not found", "renamed", "missing"]},
                    "found": PLACE,
                },
            },
        },
    },
}


@pytest.fixture
def corpus(tmp_path):
    return write_corpus(tmp_path / "corpus")


@pytest.fixture
def generation(corpus, tmp_path):
    return index_corpus(corpus, tmp_path / "index")


@pytest.fixture
def run(corpus, tmp_path, monkeypatch, capsys):
    """Run one command with a corpus and a data folder of its own and no index and no models."""
    settings = Settings(corpus=corpus, index=tmp_path / "no index", models=tmp_path / "none", data=tmp_path / "data")
    monkeypatch.setattr(cli, "load_settings", lambda: settings)

    def run(*arguments):
        try:
            code = run_door(cli.main, [str(one) for one in arguments])
        except SystemExit as stop:
            code = stop.code
        captured = capsys.readouterr()
        assert "Traceback" not in captured.out + captured.err
        return code, captured.out, captured.err

    return run


@pytest.mark.parametrize("language", SENTENCES)
def test_a_packet_is_verified_offline(run, generation, corpus, tmp_path, language):
    """0 as it was saved, 1 once the article changed, with neither index nor model; JSON in one shape."""
    path = save(tmp_path, answer_to(generation, language), generation, language)
    code, out, _ = run("verify", path)
    assert code == 0 and "Quotes that hold: 1." in out and f"[1] {language}.md holds it at" in out
    code, out, _ = run("verify", path, "--json")
    validate(json.loads(out), VERIFIED)
    assert (code, json.loads(out)["holds"], json.loads(out)["page"]) == (0, True, "agrees")
    article = corpus / f"{language}.md"
    article.write_text(article.read_text(encoding="utf-8") + "☃\n", encoding="utf-8")
    code, out, _ = run("verify", path, "--corpus", corpus, "--json")
    validate(found := json.loads(out), VERIFIED)
    assert (code, found["holds"], [one["state"] for one in found["quotes"]]) == (1, False, ["changed"])
    code, out, _ = run("verify", path)
    assert code == 1 and "was changed since; the quote stands at" in out and "1 of 1 quotes need attention." in out


def test_an_edited_page_needs_attention(run, generation, tmp_path):
    """Although every quote holds."""
    path = save(tmp_path, answer_to(generation, "de"), generation, "de")
    path.write_text(path.read_text(encoding="utf-8").replace("</main>", "<p>!</p></main>"), encoding="utf-8")
    code, out, _ = run("verify", path, "--json")
    assert (code, json.loads(out)["page"], json.loads(out)["holds"]) == (1, "differs", False)
    assert "somebody edited it" in run("verify", path)[1]


def test_what_is_no_packet_is_wrong_use(run, generation, tmp_path):
    """Missing, other files, another format, no corpus: exit 2, a sentence on standard error, nothing on the other."""
    path = save(tmp_path, answer_to(generation, "de"), generation)
    html = path.read_text(encoding="utf-8")
    other = tmp_path / "other.html"
    for content, reason in (
        ("<p>Hello", "no packet's data"),
        (html.replace('"format": 1', '"format": 2'), "reads the format 1"),
        (html.replace(data_of(html), '{"format": 1, "program": 7}'), "expected str"),
    ):
        other.write_text(content, encoding="utf-8")
        code, out, err = run("verify", other, "--json")
        assert (code, out) == (2, "") and reason in err
    assert run("verify", tmp_path / "none.html")[0] == 2
    assert run("verify", path, "--corpus", tmp_path / "none")[0] == 2
    assert run("verify")[0] == 2


def test_what_cannot_be_read_of_the_corpus_is_told(run, generation, corpus, tmp_path):
    """Or one would look for an article in vain."""
    path = save(tmp_path, answer_to(generation, "de"), generation)
    (corpus / "bad.txt").write_bytes("Ü".encode("cp1252") * 50)
    code, _, err = run("verify", path)
    assert code == 0 and "Skipped bad.txt" in err
    assert "Skipped" not in run("verify", path, "--encoding", "cp1252")[2]


def test_no_feedback_yet(run, tmp_path):
    """A sentence, an empty list, an empty export that `questions` refuses."""
    code, out, _ = run("feedback")
    assert code == 0 and "There is no feedback" in out and str(tmp_path / "data") in out
    assert run("feedback", "list", "--json")[:2] == (0, "[]\n")
    assert run("feedback", "export", tmp_path / "rows.jsonl")[0] == 0
    code, _, err = run("feedback", "questions", tmp_path / "rows.jsonl", "--output", tmp_path / "q.jsonl")
    assert code == 2 and "No row is reviewed" in err and not (tmp_path / "q.jsonl").exists()


def test_feedback_is_listed(run, generation, tmp_path):
    """For people without what could steer a terminal, for programs as it is; a broken line is told."""
    save_feedback(tmp_path / "data", answer_to(generation, "ja"), "right")
    save_feedback(tmp_path / "data", answer_to(generation, "no"), "wrong", "nei\x1b[2J")
    code, out, err = run("feedback", "list")
    assert (code, err) == (0, "") and "橋には灯がいくつありますか？" in out and f"{FILE}: 2" in out
    assert "because: nei\\x1b[2J" in out and "\x1b" not in out
    with (tmp_path / "data" / FILE).open("ab") as file:
        file.write(b"half a row")
    code, out, err = run("feedback", "--json")
    assert code == 1 and "line 3 is no feedback" in err
    assert [(row["rating"], row["reason"]) for row in json.loads(out)] == [("right", ""), ("wrong", "nei\x1b[2J")]


def test_from_feedback_to_questions(run, generation, tmp_path):
    """Five languages: exported, reviewed by hand, made questions, read by the evaluation; one is left unreviewed."""
    for language in SENTENCES:
        save_feedback(tmp_path / "data", answer_to(generation, language), "right")
    save_feedback(tmp_path / "data", answer_to(generation, "de"), "wrong", "so nicht")
    rows, made = tmp_path / "rows.jsonl", tmp_path / "questions.jsonl"
    code, out, _ = run("feedback", "export", rows)
    assert code == 0 and "Rows written: 6." in out
    exported = [json.loads(line) for line in rows.read_text(encoding="utf-8").splitlines()]
    reviewed = [row | {"reviewed": row["rating"] == "right"} for row in exported]
    rows.write_text("\n".join(json.dumps(row, ensure_ascii=False) for row in reviewed), encoding="utf-8")
    code, out, _ = run("feedback", "questions", rows, "--output", made, "--json")
    assert (code, json.loads(out)) == (0, {"file": str(made), "questions": 5, "unreviewed": 1})
    questions = read_questions(made)
    assert [one.language for one in questions] == list(SENTENCES)
    assert all(one.evidence and one.facts and one.split == "dev" for one in questions)


def test_nothing_is_replaced(run, generation, tmp_path):
    """Neither a review under way nor questions that are there."""
    save_feedback(tmp_path / "data", answer_to(generation, "de"), "right")
    there = tmp_path / "there.jsonl"
    there.write_text("precious", encoding="utf-8")
    for arguments in (("export", there), ("questions", tmp_path / "rows.jsonl", "--output", there)):
        code, out, err = run("feedback", *arguments)
        assert (code, out) == (2, "") and "is there already" in err
    assert there.read_text(encoding="utf-8") == "precious"
    assert run("feedback", "export", tmp_path / "no folder" / "x.jsonl")[0] == 3


@pytest.mark.parametrize(
    "arguments",
    [("list", "x"), ("export",), ("export", "x", "--output", "y"), ("questions", "x"), ("questions",), ("nonsense",)],
)
def test_wrong_use_shows_the_right_one(run, arguments):
    """Exit 2 and the line to type."""
    code, out, err = run("feedback", *arguments)
    assert (code, out) == (2, "") and "feedback" in err


def test_data_are_the_users_own():
    """The folder is one that the system has for the user's data, not one of the checkout."""
    assert Settings().data.name == "citeglot" and not Settings().data.is_relative_to(Settings().corpus.parent)
