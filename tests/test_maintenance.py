"""Keeping house at the command line: models, generations, doctor; sentences, JSON and exit codes."""

import json

import pytest
from index_support import document, five_articles, update

from citeglot import cli
from citeglot.console import run_door
from citeglot.models import find_model, load_catalogue

DEFAULTS = ("multilingual-e5-small", "qwen2.5-coder-1.5b-instruct")


@pytest.fixture
def models(tmp_path, monkeypatch):
    """An empty folder in which the program looks for models."""
    folder = tmp_path / "models"
    folder.mkdir()
    monkeypatch.setenv("CITEGLOT_MODELS", str(folder))
    monkeypatch.delenv("CITEGLOT_LANGUAGE_MODEL", raising=False)
    return folder


@pytest.fixture
def index(tmp_path):
    """An index folder with two generations, of four articles and of five."""
    articles = list(five_articles().values())
    update(tmp_path / "index", articles[:4])
    update(tmp_path / "index", articles)
    return tmp_path / "index"


@pytest.fixture
def run(models, capsys):
    """Run one command; return exit code, standard output and standard error."""

    def run(*arguments):
        try:
            code = run_door(cli.main, arguments)
        except SystemExit as stop:
            code = stop.code
        captured = capsys.readouterr()
        assert "Traceback" not in captured.out + captured.err
        return code, captured.out, captured.err

    return run


@pytest.mark.parametrize("action", ["list", "verify"])
def test_an_empty_model_folder_is_listed(run, models, action):
    """Every model of the catalogue is missing, with what a script needs to know of it; that is no damage."""
    code, out, err = run("models", action, "--json")
    states = json.loads(out)
    assert (code, err) == (0, "")
    assert [one["name"] for one in states] == list(load_catalogue())
    for one in states:
        model = find_model(one["name"])
        assert (one["state"], one["problem"]) == ("missing", "")
        assert (one["sha256"], one["size"], one["licence"]) == (model.sha256, model.size, model.licence)
        assert one["path"] == str(models / model.file)
    assert list(models.iterdir()) == []


@pytest.mark.parametrize("action", ["list", "verify"])
def test_models_are_shown_to_people_in_columns(run, models, action):
    """A head, and a line for each model with its state and its path."""
    code, out, _ = run("models", action)
    head, *rows = out.splitlines()
    assert code == 0 and head.split() == ["MODEL", "ROLE", "STATE", "MiB", "LICENCE", "PATH"]
    assert [row.split()[0] for row in rows] == list(load_catalogue())
    for row in rows:
        assert row.index("missing") == head.index("STATE")
        assert str(models) in row


@pytest.mark.parametrize("action", ["list", "verify"])
def test_a_truncated_model_needs_attention(run, models, action):
    """Exit code 1, the state in the list, and the sizes on standard error."""
    model = find_model(DEFAULTS[1])
    (models / model.file).write_bytes(b"GGUF")
    code, out, err = run("models", action, "--json")
    assert code == 1
    assert {one["name"]: one["state"] for one in json.loads(out)}[model.name] == "damaged"
    assert model.file in err and "4 bytes" in err and f"{model.size:,}" in err


@pytest.mark.parametrize("action", ["list", "verify"])
def test_a_name_where_none_is_taken_is_wrong_use(run, action):
    """Said rather than passed over."""
    code, out, err = run("models", action, DEFAULTS[0])
    assert (code, out) == (2, "")
    assert f"models {action}" in err


@pytest.mark.parametrize("names", [("nonsense",), (DEFAULTS[0], "nonsense")])
def test_an_unknown_model_is_not_fetched(run, models, names):
    """The known ones are named, and nothing was begun, not even for a good name before it."""
    code, out, err = run("models", "fetch", *names)
    assert (code, out) == (2, "")
    assert "nonsense" in err and all(name in err for name in DEFAULTS)
    assert list(models.iterdir()) == []


def test_the_doctor_of_an_empty_environment(run, tmp_path, models):
    """Exit code 3; every error has its remedy, and both models and the index are among them."""
    code, out, _ = run("doctor", "--index", str(tmp_path / "no index"), "--json")
    findings = json.loads(out)
    assert code == 3
    errors = [one for one in findings if one["state"] == "error"]
    assert all(one["message"] and one["remedy"] for one in errors)
    assert {one["area"] for one in errors} >= {"models", "index"}
    remedies = [one["remedy"] for one in errors]
    assert {f"python -m citeglot models fetch {name}" for name in DEFAULTS} <= set(remedies)
    assert "python ingest.py" in remedies
    assert not (tmp_path / "no index").exists() and list(models.iterdir()) == []


def test_the_doctor_speaks_to_people(run, tmp_path):
    """A state, an area and a sentence a line; below what is wrong, an arrow and what to do."""
    code, out, _ = run("doctor", "--index", str(tmp_path / "no index"))
    lines = out.splitlines()
    assert code == 3
    assert any(line.startswith("OK      python: ") for line in lines)
    for name in DEFAULTS:
        (place,) = [number for number, line in enumerate(lines) if line.startswith("ERROR   models: ") and name in line]
        assert lines[place + 1] == f"        → python -m citeglot models fetch {name}"


def test_rollback_says_what_is_served(run, index):
    """The generation before, once; then there is none to go back to."""
    code, out, _ = run("index", "rollback", "--index", str(index), "--json")
    assert (code, json.loads(out)) == (0, {"generation": 1})
    listed = json.loads(run("index", "list", "--index", str(index), "--json")[1])
    assert [(one["number"], one["current"], one["documents"]) for one in listed] == [(1, True, 4), (2, False, 5)]
    code, out, err = run("index", "rollback", "--index", str(index))
    assert (code, out) == (2, "") and "no earlier generation" in err


def test_rollback_tells_people_too(run, index):
    """In a sentence."""
    assert run("index", "rollback", "--index", str(index))[:2] == (0, "Generation 1 is served now.\n")


@pytest.mark.parametrize("suffix", ["texts.jsonl", "table", "vectors.f32", "sentences.f16"])
def test_a_flipped_byte_in_a_segment_is_named(run, index, suffix):
    """Exit code 1 and the file, for people and for scripts."""
    path = next((index / "segments").glob(f"no-*.{suffix}"))
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)
    code, out, _ = run("index", "verify", "--index", str(index))
    assert code == 1 and path.name in out and "python ingest.py" in out
    code, out, _ = run("index", "verify", "--index", str(index), "--json")
    (problem,) = json.loads(out)["problems"]
    assert code == 1 and path.name in problem


@pytest.mark.parametrize("name", ["manifest.json", "documents.jsonl"])
def test_a_flipped_byte_in_a_generation_is_named(run, index, name):
    """The list says which generation it is; the one before is sound."""
    path = index / "gen-000002" / name
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)
    code, out, _ = run("index", "verify", "--index", str(index))
    assert code == 1 and name in out
    code, out, _ = run("index", "list", "--index", str(index), "--json")
    assert code == 1
    assert [bool(one["damage"]) for one in json.loads(out)] == [False, True]


def test_a_sound_index_is_verified(run, index):
    """No problem is an empty list; a later generation of another corpus is no problem either."""
    code, out, _ = run("index", "verify", "--index", str(index), "--json")
    assert (code, json.loads(out)) == (0, {"problems": []})
    update(index, [*five_articles().values(), document("en2.txt", "Something new.", "en")])
    assert run("index", "verify", "--index", str(index))[:2] == (0, "Every block of the index is right.\n")


def test_generations_are_shown_in_columns(run, index):
    """The newest last, with what is served, counts, languages and model."""
    code, out, _ = run("index", "list", "--index", str(index))
    head, first, second = out.splitlines()
    assert code == 0 and head.split()[:2] == ["GENERATION", "SERVED"]
    assert "yes" not in first and "yes" in second
    assert "de,en,hi,ja,no" in second and "hash" in second and second.endswith("sound")
