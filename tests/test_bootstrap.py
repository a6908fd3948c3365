"""The set-up as a person calls it: by path, by an old Python, wrongly, and stopped half way."""

import subprocess
import sys
from pathlib import Path

import pytest

from citeglot import bootstrap
from citeglot.errors import EnvironmentLacks
from citeglot.steps import StepFailed

ROOT = Path(__file__).resolve().parent.parent


@pytest.mark.parametrize("options", [[], ["-I", "-S"]])
def test_help_runs_as_a_script(options, tmp_path):
    """Called by path from anywhere, types.py beside it does not hide the standard library's."""
    command = [sys.executable, *options, str(ROOT / "citeglot" / "bootstrap.py"), "--help"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, encoding="utf-8")
    assert (done.returncode, done.stderr) == (0, "")
    assert all(command in done.stdout for command in bootstrap.COMMANDS)


def test_help_runs_inside_the_package_folder():
    """The trap of types.py is the same when that folder is the current one."""
    command = [sys.executable, "bootstrap.py", "--help"]
    assert subprocess.run(command, cwd=ROOT / "citeglot", capture_output=True).returncode == 0


def test_imports_without_installed_packages():
    """Nothing but the standard library is there before the set-up."""
    code = f"import sys; sys.path.insert(0, {str(ROOT)!r}); import citeglot.bootstrap; print('numpy' in sys.modules)"
    done = subprocess.run([sys.executable, "-I", "-S", "-c", code], capture_output=True, text=True)
    assert done.stdout.strip() == "False", done.stderr


def test_wrong_use_is_exit_code_2(capsys):
    """An unknown command and an argument too many are told, not run."""
    for arguments in (["nonsense"], [], ["clean", "everything"]):
        with pytest.raises(SystemExit) as stopped:
            bootstrap.main(arguments)
        assert stopped.value.code == 2
    assert "clean takes no arguments" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("raised", "code", "said"),
    [
        (EnvironmentLacks("no compiler"), 3, "no compiler"),
        (StepFailed(5), 5, ""),
        (KeyboardInterrupt(), 130, "Stopped."),
        (PermissionError(13, "Permission denied", "/x/.venv"), 3, "/x/.venv"),
    ],
)
def test_what_goes_wrong_becomes_a_sentence_and_an_exit_code(raised, code, said, monkeypatch, capsys):
    """No traceback for what a person can mend, and the exit code says of which kind it is."""

    def install(root, steps):
        raise raised

    monkeypatch.setattr(bootstrap, "install", install)
    assert bootstrap.main(["install"]) == code
    error = capsys.readouterr().err
    assert said in error and "Traceback" not in error


@pytest.mark.parametrize(
    ("command", "expected"),
    [
        ("models", [("-m", "citeglot", "models", "fetch", "x")]),
        ("index", [("ingest.py", "x")]),
        ("chat", [("-m", "citeglot", "models", "fetch"), ("ingest.py",), ("app.py", "x")]),
    ],
)
def test_arguments_reach_the_last_step(command, expected, monkeypatch):
    """What follows the command goes to the program that the command is for, and to no other."""
    ran = []
    monkeypatch.setattr(bootstrap, "install", lambda root, steps: None)
    monkeypatch.setattr(bootstrap.Steps, "run", lambda self, name, *arguments: ran.append(arguments))
    assert bootstrap.main([command, "x"]) == 0
    assert ran == expected


def test_test_runs_everything_but_the_long_loops(monkeypatch):
    """`check` leaves out all slow marks, `test` only the long loops, and both look at format, lint and types first."""
    ran = []
    monkeypatch.setattr(bootstrap, "install", lambda root, steps: None)
    monkeypatch.setattr(bootstrap.Steps, "run", lambda self, name, *arguments: ran.append(" ".join(arguments)))
    bootstrap.main(["check"])
    assert ran[-1] == "-m pytest -m not models and not browser and not scale and not soak"
    assert [line.split()[1] for line in ran] == ["ruff", "ruff", "mypy", "pytest"]
    bootstrap.main(["test"])
    assert ran[-1] == "-m pytest -m not soak"
