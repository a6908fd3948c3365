"""The virtual environment of a checkout: sound or stale, ready or not, and filled step by step."""

import importlib.util
import shutil
import sys
import venv as standard_venv
from pathlib import Path

import pytest

from citeglot import environment, toolchain
from citeglot.errors import EnvironmentLacks

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """A real virtual environment with pip's folder, but without the seconds that installing pip takes."""
    folder = tmp_path_factory.mktemp("checkout") / ".venv"
    standard_venv.create(folder)
    (environment.site_packages(folder) / "pip").mkdir()
    return folder


def test_engine_that_is_there_needs_no_compiler(monkeypatch, made):
    """An engine as new as the lock's is used as it is; an older one, or none, must be had from somewhere."""
    monkeypatch.setattr(toolchain, "has_compiler", lambda system: False)
    monkeypatch.setattr(environment, "_wheel_in_reach", lambda venv, version: False)
    folder = environment.site_packages(made) / "llama_cpp_python-0.3.36.dist-info"
    folder.mkdir()
    environment.prepare_engine(made, "linux", "0.3.36")
    with pytest.raises(EnvironmentLacks, match="no C/C\\+\\+ compiler"):
        environment.prepare_engine(made, "linux", "0.3.37")
    folder.rmdir()
    with pytest.raises(EnvironmentLacks):
        environment.prepare_engine(made, "linux", "0.3.36")


def test_sound_environment_has_no_problem(made):
    """A fresh environment is used, and its version is this Python's."""
    assert environment.venv_problem(made) == ""
    assert environment.venv_version(made).startswith("{}.{}".format(*sys.version_info))


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ("command = /usr/bin/python3 -m venv /old place/.venv", "was made in another folder (/old place/.venv)"),
        ("command = /usr/bin/python3 -m venv --clear --symlinks /old/.venv", "was made in another folder (/old/.venv)"),
        ("home = /nowhere/bin", "was made by a Python that is no longer there"),
        ("version = 3.10.2", "is not complete (it has no pip)"),
    ],
)
def test_stale_environment_is_noticed(made, line, problem, monkeypatch):
    """A moved folder, a Python that is gone and packages of another Python make an environment useless."""
    settings = environment.venv_settings(made) | dict([line.split(" = ")])
    monkeypatch.setattr(environment, "venv_settings", lambda venv: settings)
    assert environment.venv_problem(made) == problem


def test_half_made_environment_is_noticed(tmp_path):
    """A folder that is missing, empty, or has no pip yet is not taken for an environment."""
    folder = tmp_path / ".venv"
    assert environment.venv_problem(folder) == "is not there yet"
    folder.mkdir()
    assert environment.venv_problem(folder) == "is not complete"
    standard_venv.create(folder)
    assert environment.venv_problem(folder) == "is not complete (it has no pip)"


@pytest.mark.skipif(sys.platform == "win32", reason="there the interpreter is a copy")
def test_python_that_became_another_is_noticed(made):
    """Where the system's Python was replaced by the next one, the packages no longer belong to it."""
    python = environment.venv_python(made)
    shutil.move(python, made / "kept")
    (made / "python3.99").touch()
    python.symlink_to(made / "python3.99")
    try:
        assert "has become python3.99" in environment.venv_problem(made)
    finally:
        python.unlink()
        shutil.move(made / "kept", python)


def test_python_without_venv_names_the_package(tmp_path, monkeypatch):
    """Debian's Python without python3-venv is told so, and nothing is removed."""
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    (tmp_path / ".venv").mkdir()
    with pytest.raises(EnvironmentLacks, match="sudo apt install python3-venv"):
        environment.make_venv(tmp_path / ".venv")
    assert (tmp_path / ".venv").exists()


def test_digest_tells_parts_apart():
    """Every part counts, and where one part ends and the next begins."""
    digests = [environment.digest(parts) for parts in ([b"a", b"b"], [b"ab", b""], [b"b", b"a"], [b"a"])]
    assert len(set(digests)) == 4
    assert environment.digest([b"a", b"b"]) == digests[0]


class Recorder:
    """Steps that are written down; the one named `fails` fails."""

    def __init__(self, fails: str = "") -> None:
        self.ran: list[str] = []
        self.fails = fails

    def pip(self, name: str, *arguments: str) -> None:
        """Record, or fail."""
        if name == self.fails:
            raise RuntimeError(name)
        self.ran.append(name)


@pytest.fixture
def checkout(tmp_path, made, monkeypatch):
    """A checkout with an environment whose pip is only written down."""
    shutil.copytree(ROOT / "locks", tmp_path / "locks")
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    (tmp_path / ".venv").mkdir()
    monkeypatch.setattr(environment, "venv_problem", lambda venv: "")
    monkeypatch.setattr(environment, "prepare_engine", lambda venv, system, version: None)
    monkeypatch.setattr(toolchain, "this_machine", lambda: toolchain.Machine("linux", "x86_64"))
    return tmp_path


def test_second_install_does_nothing(checkout):
    """After a finished set-up nothing runs, until what it rests on has changed."""
    first, second, third = Recorder(), Recorder(), Recorder()
    environment.install(checkout, first)
    environment.install(checkout, second)
    (checkout / "pyproject.toml").write_text("[project]\n", encoding="utf-8")
    environment.install(checkout, third)
    assert second.ran == [] and third.ran == first.ran
    assert first.ran[1:3] == ["Installing PyTorch", "Installing llama-cpp-python"]


def test_interrupted_install_goes_on(checkout):
    """A set-up that failed at its last step is not taken for a finished one."""
    with pytest.raises(RuntimeError):
        environment.install(checkout, Recorder(fails="Installing the rest"))
    again = Recorder()
    environment.install(checkout, again)
    assert again.ran[-1] == "Installing the rest"


def test_other_engines_are_installed_once(checkout):
    """After the rest, for the tests alone; again only where what the set-up rests on has changed."""
    first, second = Recorder(), Recorder()
    environment.install(checkout, Recorder())
    environment.install_others(checkout, first)
    environment.install_others(checkout, second)
    assert (first.ran, second.ran) == (["Installing other engines"], [])
    (checkout / "pyproject.toml").write_text("[project]\n", encoding="utf-8")
    environment.install(checkout, Recorder())
    again = Recorder()
    environment.install_others(checkout, again)
    assert again.ran == first.ran
