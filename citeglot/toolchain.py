"""What a machine needs and offers to be set up with: the lock that fits it, and its compiler."""

import os
import platform
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from citeglot.errors import EnvironmentLacks

ENGINE = "llama-cpp-python"
WHEELS = "https://abetlen.github.io/llama-cpp-python/whl"

COMPILERS = {
    "linux": "On Debian and Ubuntu: sudo apt install build-essential\n"
    "On Fedora: sudo dnf install gcc-c++\nOn Arch: sudo pacman -S base-devel",
    "darwin": "Run: xcode-select --install",
    "win32": "Install the Visual Studio Build Tools with the workload “Desktop development with C++”:\n"
    "winget install Microsoft.VisualStudio.2022.BuildTools --override "
    '"--wait --passive --add Microsoft.VisualStudio.Workload.VCTools --includeRecommended"',
}
PREBUILT = {"linux": "cpu, or cu124 for an NVIDIA card", "darwin": "metal", "win32": "cpu, or cu124 for an NVIDIA card"}


@dataclass(frozen=True, slots=True)
class Machine:
    """What decides which packages fit: `sys.platform`, the processor's name, and the version of macOS or ""."""

    system: str
    processor: str
    macos: str = ""


def this_machine() -> Machine:
    """Return what this machine is."""
    system = "linux" if sys.platform.startswith("linux") else sys.platform
    return Machine(system, platform.machine(), platform.mac_ver()[0])


def lock_name(machine: Machine) -> str:
    """Return the name of the lock for a machine; EnvironmentLacks where PyTorch or FAISS publish no wheels."""
    processor = machine.processor.lower()
    if machine.system == "linux" and processor in ("x86_64", "amd64", "aarch64", "arm64"):
        return "linux.txt"
    if machine.system == "win32" and processor in ("amd64", "x86_64"):
        return "windows.txt"
    if machine.system == "darwin" and processor == "arm64":
        if int(machine.macos.partition(".")[0] or 14) >= 14:
            return "macos-arm64.txt"
        raise EnvironmentLacks(
            f"This is macOS {machine.macos}. PyTorch and FAISS publish packages for macOS 14 and newer; update macOS."
        )
    advice = {
        "darwin": "On an Apple silicon Mac this means that an Intel Python is in use: install the universal or arm64 "
        "one. On an Intel Mac run citeglot in a Linux virtual machine or container.",
        "win32": "On Windows for ARM install the x64 Python, which Windows runs as it is.",
    }.get(machine.system, "Use Linux (x86_64 or aarch64), macOS 14 on Apple silicon, or Windows on x64.")
    raise EnvironmentLacks(
        f"PyTorch publishes no packages for {machine.system} on {machine.processor or 'an unknown processor'}. {advice}"
    )


def pinned(lock: str, package: str) -> str:
    """Return the version that a lock pins a package to (the first, where it differs by Python)."""
    found = re.search(rf"^{re.escape(package)}==([^\s;]+)", lock, re.MULTILINE)
    if found is None:
        raise EnvironmentLacks(f"The lock pins no version of {package}. Get the files in locks/ again from git.")
    return found[1]


def is_newer(version: str, other: str) -> bool:
    """Tell whether `version` is the higher of two dotted versions; what follows the numbers does not count."""
    first, second = (tuple(int(part) for part in re.findall(r"\d+", one.partition("+")[0])) for one in (version, other))
    return first > second


def constraints(lock: str, kept: str) -> str:
    """Return a lock in which the engine stands at the version `kept`, if somebody installed a newer one by hand."""
    if not kept or not is_newer(kept, pinned(lock, ENGINE)):
        return lock
    return re.sub(rf"^{ENGINE}==[^\s;]+", f"{ENGINE}=={kept}", lock, flags=re.MULTILINE)


def has_compiler(system: str) -> bool:
    """Tell whether C and C++ can be compiled; CC or CMAKE_GENERATOR in the environment are taken at their word."""
    if os.environ.get("CC") or os.environ.get("CMAKE_GENERATOR"):
        return True
    if system == "win32":
        return shutil.which("cl") is not None or _has_build_tools()
    if system == "darwin":  # /usr/bin/cc is there on every Mac, and only asks for the tools
        return shutil.which("xcode-select") is not None and _prints(["xcode-select", "-p"])
    return any(map(shutil.which, ("cc", "gcc", "clang"))) and any(map(shutil.which, ("c++", "g++", "clang++")))


def _has_build_tools() -> bool:
    programs = Path(os.environ.get("PROGRAMFILES(X86)", "C:/Program Files (x86)"))
    vswhere = programs / "Microsoft Visual Studio" / "Installer" / "vswhere.exe"
    tools = "Microsoft.VisualStudio.Component.VC.Tools.x86.x64"
    asked = [str(vswhere), "-latest", "-products", "*", "-requires", tools]
    return _prints([*asked, "-property", "installationPath"])


def _prints(command: list[str]) -> bool:
    try:
        done = subprocess.run(command, capture_output=True, check=False)
    except OSError:
        return False
    return done.returncode == 0 and bool(done.stdout.strip())


def compiler_missing(system: str, python: Path, version: str) -> EnvironmentLacks:
    """Return the error that says how to get a compiler on a system, and which wheel would do instead."""
    family = system if system in COMPILERS else "linux"
    return EnvironmentLacks(
        f"{ENGINE} {version} must be built here once, and no C/C++ compiler was found.\n{COMPILERS[family]}\n"
        f"Or, without a compiler, take a wheel that its authors have built ({PREBUILT[family]}; any version from "
        f"{version} on will do, though the newest are not always there):\n"
        f'"{python}" -m pip install --only-binary={ENGINE} "{ENGINE}>={version}" --extra-index-url '
        f"{WHEELS}/{PREBUILT[family].partition(',')[0]}\nThen run the same command again."
    )
