"""Names in Milvus are an index folder's own and say which generation is meant."""

from dataclasses import replace

from citeglot.index import open_index
from citeglot.milvus_names import FILE, Names, read_names, write_names


def test_a_folder_keeps_its_names_and_no_other_has_them(tmp_path):
    """What was written is read; without a file, and with one that is none, there are new ones each time."""
    assert read_names(tmp_path).id != read_names(tmp_path).id
    names = Names("0a1b2c3d", {"hi": 12.5, "ja": 80.0}, True)
    write_names(tmp_path, names)
    assert read_names(tmp_path) == names
    for spoiled in (b"", b"[]", b'{"id": 5}', b"\xff"):
        (tmp_path / FILE).write_bytes(spoiled)
        assert read_names(tmp_path).id not in ("5", names.id)


def test_a_generation_has_an_alias_of_its_own_and_a_collection_with_those_that_compare(built):
    """Another manifest of the same number has another alias; another model and another index another collection."""
    manifest, names = open_index(built).manifest, Names("0a1b2c3d")
    other = replace(manifest, created="later")
    assert names.alias("news", manifest).startswith("news_0a1b2c3d_gen_000001_")
    assert names.alias("news", manifest) != names.alias("news", other)
    collection = names.collection("news", manifest, "FLAT")
    assert collection == names.collection("news", other, "FLAT")
    model = replace(manifest, embedding=replace(manifest.embedding, weights_sha256="1" * 64))
    assert len({collection, names.collection("news", model, "FLAT"), names.collection("news", manifest, "HNSW")}) == 3
    assert all(name.isidentifier() for name in (collection, names.alias("news", manifest)))
