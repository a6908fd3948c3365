"""What an index folder and its generations are called in Milvus, and the mean lengths that weights of words are for.

They lie in a file of the folder. Two folders never share a name, so what one of them drops is its own; without the
file everything is put there again under new names.
"""

import hashlib
import json
import secrets
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path

from citeglot.current import current_line
from citeglot.fields import Fields
from citeglot.manifest import Manifest
from citeglot.storage import canonical_json, write_file

FILE = "milvus.json"
SCHEMA = 1  # raise it with every change of what a row holds


@dataclass(frozen=True, slots=True)
class Names:
    """`id` is the folder's own; `lengths` are by language, set once; `words` says whether the server has weights."""

    id: str
    lengths: Mapping[str, float] = field(default_factory=dict)
    words: bool = False

    def of_all(self, prefix: str) -> str:
        """Return what all names of the folder begin with."""
        return f"{prefix}_{self.id}_"

    def collection(self, prefix: str, manifest: Manifest, index: str) -> str:
        """Return the collection of all generations whose vectors may be compared."""
        how = canonical_json([asdict(manifest.embedding), index, SCHEMA])
        return f"{self.of_all(prefix)}{hashlib.sha256(how).hexdigest()[:12]}"

    def alias(self, prefix: str, manifest: Manifest) -> str:
        """Return the alias of a generation, which has the checksum of its manifest in it."""
        return self.of_all(prefix) + current_line(manifest).decode().strip().replace("-", "_").replace(" ", "_")


def read_names(folder: Path) -> Names:
    """Return the names of a folder, new ones where it has none that can be read."""
    try:
        content = Fields(FILE, json.loads((folder / FILE).read_bytes()))
        lengths = content.object("lengths")
        return Names(
            content.text("id"), {one: lengths.take(one, float) for one in lengths.value}, content.take("words", bool)
        )
    except (OSError, ValueError):
        return Names(secrets.token_hex(4))


def write_names(folder: Path, names: Names) -> None:
    """Keep the names, before anything is stored under them."""
    write_file(folder / FILE, [canonical_json(asdict(names))])
