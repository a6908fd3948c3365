"""`python -m citeglot`: shapes, exit codes and sentences, with fake models and a real index."""

import io
import json

import pytest
from calibration_support import answers_decide  # noqa: F401 - a fixture for all
from contract import ASK, SEARCH
from fakes import HashEmbedder, ScriptedGenerator
from index_support import five_articles, update
from jsonschema import validate
from terminal_support import Terminal, use_terminals

from citeglot import chatbot, cli
from citeglot.console import run_door
from citeglot.errors import ModelMissing


class Interrupted(ScriptedGenerator):
    """A model that writes a little before somebody presses Ctrl-C."""

    def stream(self, turns, limits):
        for number, piece in enumerate(super().stream(turns, limits)):
            if number == 2:
                raise KeyboardInterrupt
            yield piece


@pytest.fixture(scope="module")
def index(tmp_path_factory):
    folder = tmp_path_factory.mktemp("index")
    update(folder, five_articles().values())
    return folder


@pytest.fixture
def run(index, monkeypatch, capsys):
    """Run one command with fake models; return exit code, standard output and standard error."""
    generator = ScriptedGenerator(["The minister arrived in January."] * 20)
    monkeypatch.setattr(chatbot, "load_embedder", lambda settings: HashEmbedder())
    monkeypatch.setattr("citeglot.llm_llamacpp.load_generator", lambda settings: generator)

    def run(*arguments, given=""):
        monkeypatch.setattr("sys.stdin", io.StringIO(given))
        try:
            code = run_door(cli.main, [*arguments, *(() if "--index" in arguments else ("--index", str(index)))])
        except SystemExit as stop:
            code = stop.code
        captured = capsys.readouterr()
        return code, captured.out, captured.err

    return run


def test_ask_prints_the_contract_and_nothing_else(run):
    """Standard output is one JSON object."""
    code, out, _ = run("ask", "When did the minister arrive?", "--json")
    answer = json.loads(out)
    validate(answer, ASK)
    assert (code, answer["kind"], answer["language"]) == (0, "answer", "en")


def test_ask_speaks_to_people(run):
    """The answer, its source with its place, and what it cost."""
    code, out, _ = run("ask", "When did the minister arrive?", "--language", "en")
    assert code == 0
    assert "The minister arrived in January. [1]" in out and "[1] en.txt, 0–" in out and "generation 1" in out


def test_a_file_gets_the_passages_too(run):
    """Below the answer and its sources; nothing but text."""
    _, out, err = run("ask", "When did the minister arrive?")
    assert out.index("[1] en.txt, 0–") < out.index("Passages found:\n1. ") and "\x1b" not in out + err
    assert err == ""


def test_at_a_terminal_the_evidence_comes_first(run, monkeypatch):
    """Passages, then the checked answer; the draft and the states are gone."""
    terminal = Terminal()
    use_terminals(monkeypatch, terminal, terminal)
    assert run("ask", "When did the minister arrive?", "--language", "en")[0] == 0
    lines = terminal.shown.splitlines()
    assert lines[0] == "Passages found: 2" and "(en, 2024-06-01, en.txt)" in lines[1]
    assert lines.index("The minister arrived in January. [1]") == 6
    assert "Draft, not checked yet:" in terminal.written and "Draft" not in terminal.shown


def test_a_stopped_answer_is_a_sentence(run, monkeypatch):
    """Ctrl-C while the model writes: it is closed, exit code 130, nothing on standard output, no traceback."""
    generator = Interrupted(["The minister arrived in January."])
    monkeypatch.setattr("citeglot.llm_llamacpp.load_generator", lambda settings: generator)
    code, out, err = run("ask", "When did the minister arrive?")
    assert (code, out, generator.closed) == (130, "", 1)
    assert err.endswith("Stopped; there is no checked answer.\n") and "Traceback" not in err


def test_search_prints_the_contract(run):
    """k hits, filters inside."""
    code, out, _ = run("search", "Brücken", "-k", "2", "--language", "de", "--json")
    found = json.loads(out)
    validate(found, SEARCH)
    assert code == 0 and [hit["language"] for hit in found["hits"]] == ["de", "de"]


@pytest.mark.parametrize("language", ["nb", "nn", "no", "no-NO"])
def test_norwegian_has_many_codes(run, language):
    """All of them filter by "no"."""
    _, out, _ = run("search", "bro", "--language", language, "--json")
    assert {hit["language"] for hit in json.loads(out)["hits"]} == {"no"}


def test_dates_and_names_filter(run):
    """Both ends of a range count; a pattern fits names."""
    _, out, _ = run("search", "bridge", "--since", "2024-01-10", "--until", "2024-06-01", "--json")
    assert {hit["document"] for hit in json.loads(out)["hits"]} == {"de.txt", "en.txt"}
    _, out, _ = run("search", "bridge", "--document", "h*", "--json")
    assert {hit["document"] for hit in json.loads(out)["hits"]} == {"hi.txt"}


def test_a_batch_gives_a_line_for_a_line(run):
    """A bad line has its error in its place and the exit code says 1; the others are answered."""
    given = 'When did the minister arrive?\n{"question": ""}\n{"question": "橋?", "filters": {"language": "ja"}}\n'
    code, out, _ = run("ask", "-", given=given)
    first, second, third = [json.loads(line) for line in out.splitlines()]
    validate(first, ASK)
    validate(third, ASK)
    assert code == 1 and second["line"] == 2 and "empty" in second["error"]
    assert {hit["language"] for hit in third["passages"]} == {"ja"}


def test_a_batch_of_searches(run):
    """Blank lines are passed over, and all is well."""
    code, out, _ = run("search", "-", "-k", "1", given="Brücken\n\nपुल\n")
    assert code == 0 and [json.loads(line)["question"] for line in out.splitlines()] == ["Brücken", "पुल"]


def test_show_prints_the_text_that_offsets_count_in(run):
    """To the letter, joiners and all."""
    assert run("show", "hi.txt")[1] == five_articles()["hi.txt"].text
    assert json.loads(run("show", "no.txt", "--json")[1])["text"] == five_articles()["no.txt"].text


@pytest.mark.parametrize(
    "arguments, code, words",
    [
        (["ask", ""], 2, "empty"),
        (["ask", "x" * 100_000], 2, "100,000"),
        (["ask", "x", "--since", "gestern"], 2, "gestern"),
        (["ask", "x", "--language", "klingonisch"], 2, "klingonisch"),
        (["search", "x", "-k", "0"], 2, "1 or more"),
        (["search", "x", "-k", "many"], 2, "many"),
        (["show", "hi.tx"], 2, "hi.txt"),
        (["frobnicate"], 2, "frobnicate"),
        (["ask", "x", "--frobnicate"], 2, "frobnicate"),
        (["search", "x", "--index", "nowhere"], 3, "python ingest.py"),
        (["index", "list", "--index", "nowhere"], 3, "python ingest.py"),
    ],
)
def test_mistakes_get_a_sentence_and_their_code(run, arguments, code, words):
    """No traceback, nothing on standard output, and what to do."""
    got, out, err = run(*arguments)
    assert (got, out) == (code, "")
    assert words in err and "Traceback" not in err


def test_ask_without_a_language_model_says_how_to_get_it(run, monkeypatch):
    """Search goes on without."""

    def missing(settings):
        raise ModelMissing("No model at x. Get it with: python -m citeglot models fetch")

    monkeypatch.setattr("citeglot.llm_llamacpp.load_generator", missing)
    code, _, err = run("ask", "When?")
    assert code == 3 and "models fetch" in err
    assert run("search", "When?")[0] == 0


def test_index_list_and_verify(run):
    """What is served, and that every block is right."""
    code, out, _ = run("index", "list", "--json")
    assert code == 0 and json.loads(out)[0]["current"] is True
    assert run("index", "verify")[:2] == (0, "Every block of the index is right.\n")
    assert run("index", "rollback")[0] == 2


def test_help_loads_no_heavy_library():
    """`--help` answers at once."""
    import subprocess
    import sys

    code = "import sys; from citeglot.cli import build_parser; build_parser().format_help(); print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    assert not {"torch", "sentence_transformers", "llama_cpp", "gradio", "lingua"} & set(loaded)
