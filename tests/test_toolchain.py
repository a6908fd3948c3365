"""What the set-up concludes about a machine: its lock, and whether it can compile."""

import os
from pathlib import Path

import pytest

from citeglot import toolchain
from citeglot.errors import EnvironmentLacks
from locks.regenerate import merge

ROOT = Path(__file__).resolve().parent.parent
LOCKS = sorted((ROOT / "locks").glob("*.txt"))


@pytest.mark.parametrize(
    ("system", "processor", "macos", "name"),
    [
        ("linux", "x86_64", "", "linux.txt"),
        ("linux", "aarch64", "", "linux.txt"),
        ("darwin", "arm64", "14.7.1", "macos-arm64.txt"),
        ("darwin", "arm64", "26.0", "macos-arm64.txt"),
        ("win32", "AMD64", "", "windows.txt"),
    ],
)
def test_lock_of_a_machine(system, processor, macos, name):
    """Each system that is served has a lock, which exists."""
    assert toolchain.lock_name(toolchain.Machine(system, processor, macos)) == name
    assert (ROOT / "locks" / name).is_file()


@pytest.mark.parametrize(
    ("system", "processor", "macos", "advice"),
    [
        ("darwin", "x86_64", "14.1", "Intel Mac"),
        ("darwin", "arm64", "13.6", "update macOS"),
        ("win32", "ARM64", "", "x64 Python"),
        ("freebsd14", "amd64", "", "Use Linux"),
        ("linux", "", "", "unknown processor"),
    ],
)
def test_machine_without_packages_is_told_what_to_do(system, processor, macos, advice):
    """Where PyTorch has no packages, that is said before anything is fetched."""
    with pytest.raises(EnvironmentLacks, match=advice):
        toolchain.lock_name(toolchain.Machine(system, processor, macos))


@pytest.mark.parametrize("lock", LOCKS, ids=lambda path: path.name)
def test_locks_pin_and_name_no_address(lock):
    """A lock pins the engine and torch, leaves torch's own companions free, and names no place to fetch from."""
    text = lock.read_text(encoding="utf-8")
    assert toolchain.pinned(text, "llama-cpp-python") and toolchain.pinned(text, "torch")
    assert not any(word in text for word in ("nvidia", "cuda", "triton", "://", "--index"))


def test_merge_marks_what_differs_by_python():
    """A pin of all Pythons stands alone, another one names its Pythons, and torch's companions go."""
    picked = {
        "3.11": ["numpy==2.4", "six==1", "triton==3"],
        "3.12": ["numpy==2.5", "six==1"],
        "3.13": ["numpy==2.5", "six==1"],
    }
    marked = ["numpy==2.4 ; python_version in '3.11'", "numpy==2.5 ; python_version in '3.12 3.13'", "six==1"]
    assert merge(picked) == marked


def test_constraints_keep_a_newer_engine():
    """A wheel that somebody installed by hand stays if it is newer than the lock's, and only then."""
    lock = "httpx==1\nllama-cpp-python==0.3.36\nnumpy==2\n"
    assert toolchain.constraints(lock, "0.3.40") == lock.replace("0.3.36", "0.3.40")
    assert [toolchain.constraints(lock, kept) for kept in ("", "0.3.36", "0.3.9")] == [lock] * 3
    with pytest.raises(EnvironmentLacks, match="pins no version of torch"):
        toolchain.pinned(lock, "torch")


def test_no_compiler_is_found_on_an_empty_path(monkeypatch, tmp_path):
    """Without a compiler on the PATH there is none; C++ is needed beside C; CC is taken at its word."""
    monkeypatch.setenv("PATH", str(tmp_path))
    for name in ("CC", "CMAKE_GENERATOR"):
        monkeypatch.delenv(name, raising=False)
    assert not any(toolchain.has_compiler(system) for system in ("linux", "darwin"))
    for name, enough in (("cc", False), ("c++", True)):
        tool = tmp_path / (name + (".exe" if os.name == "nt" else ""))
        tool.write_text("")
        tool.chmod(0o755)
        assert toolchain.has_compiler("linux") is enough
    monkeypatch.setenv("CC", "zig")
    assert toolchain.has_compiler("darwin")


@pytest.mark.parametrize(("system", "tool"), [("linux", "apt"), ("darwin", "xcode-select"), ("win32", "winget")])
def test_missing_compiler_says_what_to_install(system, tool):
    """The message names the tools of the system, and a wheel that would do instead."""
    error = toolchain.compiler_missing(system, Path("python"), "0.3.36")
    assert tool in str(error) and "--only-binary=llama-cpp-python" in str(error) and error.exit_code == 3
