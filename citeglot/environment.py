"""The virtual environment of a checkout: made, found to be of no use, filled from the lock, stamped when ready."""

import hashlib
import importlib.util
import os
import platform
import re
import shutil
import subprocess
import sys
from pathlib import Path

from citeglot import toolchain
from citeglot.errors import EnvironmentLacks
from citeglot.steps import Steps, say

STAMP_FORMAT = 1  # raise it when the steps of the set-up change, so that every checkout runs them again


def venv_python(venv: Path) -> Path:
    """Return the path of the interpreter of a virtual environment, whether it is there or not."""
    return venv / "Scripts" / "python.exe" if os.name == "nt" else venv / "bin" / "python"


def venv_settings(venv: Path) -> dict[str, str]:
    """Return what `pyvenv.cfg` says, with keys in lower case; empty where there is none."""
    try:
        lines = (venv / "pyvenv.cfg").read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return {}
    pairs = (line.partition("=") for line in lines if "=" in line)
    return {key.strip().lower(): value.strip() for key, _, value in pairs}


def venv_version(venv: Path) -> str:
    """Return the Python version that an environment was made by, such as "3.11.7"; "" where nothing tells."""
    settings = venv_settings(venv)
    return settings.get("version") or settings.get("version_info", "")


def site_packages(venv: Path) -> Path:
    """Return the folder of the installed packages of a virtual environment."""
    minor = ".".join(venv_version(venv).split(".")[:2])
    return venv / "Lib" / "site-packages" if os.name == "nt" else venv / "lib" / f"python{minor}" / "site-packages"


def venv_problem(venv: Path) -> str:
    """Return why an environment cannot be used, as the end of a sentence; "" where it can."""
    if not venv.exists():
        return "is not there yet"
    settings = venv_settings(venv)
    if not settings:
        return "is not complete"
    made_for = re.sub(r"^.* -m venv (--\S+ )*", "", settings.get("command", ""))
    if made_for and Path(made_for).resolve() != venv.resolve():
        return f"was made in another folder ({made_for})"
    if not venv_python(venv).exists() or not Path(settings.get("home", "")).is_dir():
        return "was made by a Python that is no longer there"
    if not (site_packages(venv) / "pip").is_dir():
        return "is not complete (it has no pip)"
    return _version_problem(venv)


def _version_problem(venv: Path) -> str:
    minor = ".".join(venv_version(venv).split(".")[:2])
    if tuple(int(part) for part in minor.split(".")) < (3, 11):
        return f"was made by Python {minor}"
    if os.name == "nt":  # there the interpreter is a copy, which goes when its Python goes
        return ""
    real = venv_python(venv).resolve().name
    named = re.fullmatch(r"python(\d+\.\d+)", real)
    return f"was made by Python {minor}, which has become {real}" if named and named[1] != minor else ""


def installed(venv: Path, package: str) -> str:
    """Return the version of a package in an environment, read from its metadata folder; "" where it is not."""
    stem = package.replace("-", "_")
    for folder in site_packages(venv).glob(f"{stem}-*.dist-info"):
        return folder.name.removeprefix(f"{stem}-").removesuffix(".dist-info")
    return ""


def digest(parts: list[bytes]) -> str:
    """Return what a finished set-up depended on, as one hexadecimal hash."""
    total = hashlib.sha256(str(STAMP_FORMAT).encode())
    for part in parts:
        total.update(hashlib.sha256(part).digest())
    return total.hexdigest()


def make_venv(venv: Path) -> None:
    """Make a virtual environment in place of what is there; EnvironmentLacks where this Python cannot."""
    if importlib.util.find_spec("ensurepip") is None:
        raise EnvironmentLacks(
            f"This Python ({sys.executable}) cannot make virtual environments: its venv module is not complete.\n"
            f"Debian and Ubuntu keep it in a package of its own: sudo apt install python3-venv\n"
            f"Then run the same command again."
        )
    if venv.exists():
        shutil.rmtree(venv)
    base = getattr(sys, "_base_executable", "") or sys.executable  # the environment's own Python may be running this
    done = subprocess.run([base, "-m", "venv", str(venv)], capture_output=True, text=True, check=False)
    if done.returncode:
        raise EnvironmentLacks(f"{venv} could not be made:\n{done.stdout}{done.stderr}".rstrip())


def install(root: Path, steps: Steps) -> None:
    """Install into root/.venv what the lock of this machine names, unless that has been done."""
    machine = toolchain.this_machine()
    lock = root / "locks" / toolchain.lock_name(machine)
    venv = root / ".venv"
    problem = venv_problem(venv)
    if problem:
        version = platform.python_version()
        steps.call(f"Making {venv}, which {problem}, with Python {version}", lambda: make_venv(venv))
    stamp = venv / ".citeglot-ready"
    project = (root / "pyproject.toml").read_bytes()
    ready = digest([os.fsencode(root), venv_version(venv).encode(), project, lock.read_bytes()])
    if stamp.exists() and stamp.read_text(encoding="utf-8") == ready:
        return
    (venv / "bootstrap.log").unlink(missing_ok=True)
    steps.pip("Bringing pip up to date", "pip>=25.1")
    pins = lock.read_text(encoding="utf-8")
    prepare_engine(venv, machine.system, toolchain.pinned(pins, toolchain.ENGINE))
    used = venv / "constraints.txt"
    used.write_text(toolchain.constraints(pins, installed(venv, toolchain.ENGINE)), encoding="utf-8")
    if machine.system == "linux":
        steps.pip("Installing PyTorch", "-c", str(used), "torch")
    if not installed(venv, toolchain.ENGINE):
        say(f"Next comes {toolchain.ENGINE}. Where pip finds no wheel of it, it is built: 5 to 10 minutes, once.")
    steps.pip(f"Installing {toolchain.ENGINE}", "-c", str(used), toolchain.ENGINE)
    steps.pip("Installing the rest", "-c", str(used), "-e", ".", "--group", "dev")
    stamp.write_text(ready, encoding="utf-8")


def install_others(root: Path, steps: Steps) -> None:
    """Install what only the tests of other engines need: servers of vectors and of language models."""
    venv = root / ".venv"
    stamp, ready = venv / ".citeglot-scale-ready", (venv / ".citeglot-ready").read_text(encoding="utf-8")
    if stamp.exists() and stamp.read_text(encoding="utf-8") == ready:
        return
    steps.pip("Installing other engines", "-c", str(venv / "constraints.txt"), "-e", ".", "--group", "scale")
    stamp.write_text(ready, encoding="utf-8")


def prepare_engine(venv: Path, system: str, version: str) -> None:
    """Make sure that the engine is there, or can be had, before anything large is fetched; EnvironmentLacks if not."""
    there = installed(venv, toolchain.ENGINE)
    if there and not toolchain.is_newer(version, there):
        return
    if toolchain.has_compiler(system) or _wheel_in_reach(venv, version):
        return
    raise toolchain.compiler_missing(system, venv_python(venv), version)


def _wheel_in_reach(venv: Path, version: str) -> bool:
    """Tell whether pip has built the engine before, or finds a wheel of it somewhere."""
    ask = [str(venv_python(venv)), "-m", "pip"]
    stem = f"{toolchain.ENGINE.replace('-', '_')}-{version}-"
    built = subprocess.run(
        [*ask, "cache", "list", "--format=abspath", "llama_cpp_python"], capture_output=True, text=True, check=False
    )
    if stem in built.stdout:
        return True
    look = ["install", "--dry-run", "--no-deps", "--only-binary=:all:", f"{toolchain.ENGINE}=={version}"]
    return subprocess.run([*ask, *look], capture_output=True, check=False).returncode == 0
