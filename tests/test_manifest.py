"""Whatever happens to the bytes of an index is found, and is damage or a mismatch and nothing else."""

import hashlib
import json
import random
import shutil

import pytest
from fakes import HashEmbedder
from index_support import nearest

from citeglot.errors import IndexDamaged, IndexMismatch
from citeglot.index import open_index, verify_generation
from citeglot.manifest import FORMATS, read_manifest
from citeglot.storage import canonical_json

EMBEDDER = HashEmbedder()


def files_of(index):
    return sorted(path for path in index.rglob("*") if path.is_file() and not path.name.startswith(".lock"))


def test_every_flipped_bit_is_found(index):
    """Whatever bit of whatever file flips, verifying finds it, and opening or reading never fails otherwise."""
    random_ = random.Random(7)
    question = EMBEDDER.embed_question("bridges")
    paths = [path for path in files_of(index) if path.stat().st_size]
    for _ in range(40):
        path = random_.choice(paths)
        content = path.read_bytes()
        spoilt = bytearray(content)
        spoilt[random_.randrange(len(spoilt))] ^= 1 << random_.randrange(8)
        path.write_bytes(bytes(spoilt))
        assert verify_generation(index), path
        try:
            hits = nearest(open_index(index), question, 100)
            assert len(hits) > 5
        except (IndexDamaged, IndexMismatch) as error:
            assert str(index) in str(error)
        path.write_bytes(content)
    assert verify_generation(index) == ()


@pytest.mark.parametrize("spoil", ["missing", "empty", "half", "longer", "foreign", "folder"])
def test_every_spoilt_file_is_damage(index, spoil):
    """Each file in turn missing, cut, longer, of something else or a folder: damage, which names the file."""
    for path in files_of(index):
        if (spoil, path.name) == ("missing", "CURRENT"):
            continue  # then an ingest was killed before there was an index
        content = path.read_bytes()
        path.unlink()
        if spoil == "folder":
            path.mkdir()
        elif spoil != "missing":
            other = {
                "empty": b"",
                "half": content[: len(content) // 2],
                "longer": content + b"\n",
                "foreign": b"\x80\x04[",
            }
            path.write_bytes(other[spoil])
        problems = verify_generation(index)
        assert problems
        assert path.name in " ".join(problems)
        if path.name == "CURRENT":
            assert "damaged" in " ".join(open_index(index).warnings)
        elif spoil != "foreign":
            with pytest.raises(IndexDamaged, match=path.name):
                open_index(index)
        shutil.rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)
        path.write_bytes(content)
    assert verify_generation(index) == ()


def resealed(index, change):
    """Change a manifest and give it a right checksum, as somebody else's program might."""
    path = index / "gen-000001" / "manifest.json"
    content = json.loads(path.read_bytes())
    del content["sha256"]
    change(content)
    sealed = {**content, "sha256": hashlib.sha256(canonical_json(content)).hexdigest()}
    path.write_bytes(canonical_json(sealed) + b"\n")
    (index / "CURRENT").write_bytes(b"gen-000001\n")  # as it was before it named the manifest's checksum


@pytest.mark.parametrize(
    "change",
    [
        lambda one: one.pop("segments"),
        lambda one: one.update(segments="none"),
        lambda one: one["segments"][0].update(chunks=-1),
        lambda one: one["segments"][0].update(chunks=True),
        lambda one: one["segments"][0].update(chunks=10**6),
        lambda one: one["segments"][0].update(id="../../etc"),
        lambda one: one["segments"][0]["files"][0].update(name="/etc/passwd"),
        lambda one: one["segments"][0]["files"][0].update(size=2**70),
        lambda one: one["segments"][0]["files"].pop(),
        lambda one: one["segments"].pop(),
        lambda one: one["embedding"].update(dimension=0),
        lambda one: one["embedding"].pop("name"),
        lambda one: one["counts"].update(documents=3),
        lambda one: one["offsets"].update(de=[0.5]),
        lambda one: one["documents"].update(blocks=[]),
        lambda one: one["documents"].update(name="../CURRENT"),
        lambda one: one.update(generation=7),
        lambda one: one.update(format="1"),
    ],
)
def test_manifests_that_lie_are_damage(index, change):
    """Numbers that do not fit are damage even under a right checksum."""
    resealed(index, change)
    with pytest.raises(IndexDamaged, match=r"python ingest\.py"):
        open_index(index)


def test_a_future_format_is_a_mismatch(index):
    """A format of another version says so, and is not taken for damage."""
    resealed(index, lambda one: one.update(format=FORMATS[-1] + 1))
    with pytest.raises(IndexMismatch, match=f"format {FORMATS[-1] + 1}"):
        open_index(index)


def test_deeply_nested_manifests_are_damage(index):
    """JSON that exhausts the parser is damage."""
    (index / "gen-000001" / "manifest.json").write_bytes(b"[" * 200_000)
    with pytest.raises(IndexDamaged):
        open_index(index)


def test_manifest_bytes_are_stable(built):
    """Reading a manifest and writing it again gives the same bytes."""
    path = built / "gen-000001" / "manifest.json"
    assert read_manifest(path).to_bytes() == path.read_bytes()
