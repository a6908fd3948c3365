"""Writes the locks again from pyproject.toml: `make lock`. Needs uv (`pip install uv`) and the network."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PYTHONS = ("3.11", "3.12", "3.13", "3.14")
PLATFORMS = {  # each lock, what it is resolved for, and what else it must hold for
    "linux.txt": ("x86_64-unknown-linux-gnu", "aarch64-unknown-linux-gnu"),
    "macos-arm64.txt": ("aarch64-apple-darwin",),
    "windows.txt": ("x86_64-pc-windows-msvc",),
}
BUILT = "llama-cpp-python"  # the one package without wheels in the registry
OF_TORCH = re.compile(r"(nvidia|cuda)-|triton==")  # a build of torch brings the ones it was built with
HEADER = "# Written by locks/regenerate.py. Used as constraints: pip install -c locks/THIS -e . --group dev\n"


def resolve(platform: str, python: str, *more: str) -> list[str]:
    """Return what uv picks for a platform and a Python, as "name==version", from wheels alone but for BUILT."""
    uv = shutil.which("uv", path=os.pathsep.join([str(ROOT / ".venv" / "bin"), os.environ.get("PATH", "")]))
    if uv is None:
        sys.exit("uv was not found, which resolves for other systems than this one. Install it: pip install uv")
    command = [
        uv,
        "pip",
        "compile",
        "pyproject.toml",
        "--group",
        "dev",
        "--group",
        "scale",
        "--quiet",
        "--no-header",
        "--no-annotate",
    ]
    command += ["--only-binary", ":all:", "--no-binary", BUILT, "--python-platform", platform]
    environment = {**os.environ, "MACOSX_DEPLOYMENT_TARGET": "14.0"}  # the oldest that torch and FAISS still serve
    done = subprocess.run(
        [*command, "--python-version", python, *more], cwd=ROOT, env=environment, capture_output=True, text=True
    )
    if done.returncode:
        sys.exit(f"{platform}, Python {python}:\n{done.stderr}")
    return [line for line in done.stdout.split("\n") if "==" in line]


def merge(picked: dict[str, list[str]]) -> list[str]:
    """Return one lock for several Pythons: a pin that not all of them share names those that do."""
    pythons: dict[str, list[str]] = {}
    for python, pins in picked.items():
        for pin in pins:
            if not OF_TORCH.match(pin):
                pythons.setdefault(pin, []).append(python)
    return [
        pin if len(those) == len(picked) else f"{pin} ; python_version in '{' '.join(those)}'"
        for pin, those in sorted(pythons.items())
    ]


def main() -> None:
    """Write every lock, and check it against the other platforms that it must hold for."""
    for name, (platform, *others) in PLATFORMS.items():
        pins = merge({python: resolve(platform, python) for python in PYTHONS})
        path = ROOT / "locks" / name
        path.write_text(HEADER + "\n".join(pins) + "\n", encoding="utf-8", newline="\n")
        for other in others:
            for python in PYTHONS:
                resolve(other, python, "--constraints", str(path))
        sys.stderr.write(f"{name}: {len(pins)} pins\n")


if __name__ == "__main__":
    main()
