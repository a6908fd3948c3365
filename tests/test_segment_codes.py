"""Codes of the vectors in large segments: written with them, found out when damaged, made again, and done without."""

import json
from dataclasses import replace

import numpy as np
import pytest
from fakes import HashEmbedder
from index_support import LONG, document, update
from index_support import nearest as nearest_hits

from citeglot import segment_content, vectors_faiss
from citeglot.errors import IndexDamaged
from citeglot.generation import open_generation
from citeglot.index import open_index, verify_generation
from citeglot.manifest import CODES, FORMATS, SUFFIXES
from citeglot.repair import repair
from citeglot.segment_content import mend_codes
from citeglot.segments import Segment
from citeglot.storage import BLOCK, VerifiedFile, describe_bytes, write_file
from citeglot.types import Filters
from eval.bench_segments import segment_of

EMBEDDER = HashEmbedder()
ARTICLES = [document(f"en-{n}.txt", LONG.replace("topic", f"matter {n}"), "en") for n in range(3)]


def unit(count, seed=0):
    """Return unit vectors around a common mean."""
    rows = np.random.default_rng(seed).normal(size=(count, 64)) + 0.8
    return (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)


@pytest.fixture
def large(monkeypatch):
    """Let segments of a few chunks count as large, and candidates cost nothing, so that codes are used."""
    monkeypatch.setattr(segment_content, "CODED", 50)
    monkeypatch.setattr(vectors_faiss, "CANDIDATE", 0)


@pytest.fixture
def folder(large, tmp_path):
    """Return an index with codes."""
    update(tmp_path, ARTICLES)
    return tmp_path


def only(folder):
    """Return the one segment of an index."""
    (segment,) = open_index(folder).segments.values()
    return segment


def format_of(folder):
    """Return the format that the manifest names."""
    return json.loads((open_index(folder).folder / "gen-000001" / "manifest.json").read_bytes())["format"]


def test_only_large_segments_have_codes(folder, tmp_path_factory, monkeypatch):
    """An index without codes keeps the format that earlier versions read; with them it has the next one."""
    monkeypatch.setattr(segment_content, "CODED", 10_000)
    small = tmp_path_factory.mktemp("small")
    update(small, ARTICLES)
    assert only(folder).entry.suffixes == SUFFIXES
    assert only(small).entry.suffixes == SUFFIXES[:-1]
    assert (format_of(folder), format_of(small)) == FORMATS[::-1]
    assert only(small).codes is None
    assert verify_generation(folder) == verify_generation(small) == ()


def test_an_index_without_codes_is_served_and_goes_on(tmp_path, monkeypatch):
    """What an earlier version wrote is searched exactly; what comes to it has codes, and what stays is as it was."""
    update(tmp_path, ARTICLES)
    before = only(tmp_path).entry
    monkeypatch.setattr(segment_content, "CODED", 20)
    update(tmp_path, [*ARTICLES, document("en-9.txt", LONG.replace("topic", "bridge"), "en")])
    kinds = {one.entry.id: one.codes is not None for one in open_index(tmp_path).segments.values()}
    assert kinds.pop(before.id) is False
    assert list(kinds.values()) == [True]
    assert verify_generation(tmp_path) == ()


def test_the_same_articles_give_the_same_codes(folder, tmp_path_factory):
    """Whatever order they come in."""
    other = tmp_path_factory.mktemp("other")
    update(other, ARTICLES[::-1])
    assert only(folder).entry == only(other).entry


def test_search_is_that_of_an_index_without_codes(folder, tmp_path_factory, monkeypatch):
    """The same hits with the same scores, filtered or not, with dead articles, and after merging."""
    plain = tmp_path_factory.mktemp("plain")
    for step in range(12):
        changed = [
            document(f"en-{n}.txt", LONG.replace("topic", f"matter {n} {step * (n == step % 3)}"), "en")
            for n in range(4)
        ]
        for index, size in ((folder, 50), (plain, 10_000)):
            monkeypatch.setattr(segment_content, "CODED", size)
            update(index, changed, consent=True)
        one, other = open_index(folder), open_index(plain)
        for filters in (Filters(), Filters(document="en-1*")):
            for text in ("Paragraph 7 speaks of matter 2 55433.", "two sentences"):
                vector = EMBEDDER.embed_question(text)
                found = [nearest_hits(generation, vector, 2, filters) for generation in (one, other)]
                assert [(hit.chunk, hit.score) for hit in found[0]] == [(hit.chunk, hit.score) for hit in found[1]]
    assert any(segment.codes for segment in one.segments.values())
    assert any(segment.entry.tombstones for segment in one.segments.values())


@pytest.mark.parametrize("what", ["bit", "cut", "gone"])
def test_damaged_codes_are_found_out_and_made_again(folder, what):
    """A flipped bit, a file cut short, a file that is gone: never searched with, told of, and mended without loss."""
    path = folder / "segments" / only(folder).entry.file(CODES).name
    right = path.read_bytes()
    if what == "gone":
        path.unlink()
    else:
        path.write_bytes(right[:-1] if what == "cut" else right[:-9] + bytes([right[-9] ^ 1]) + right[-8:])
    with pytest.raises(IndexDamaged, match=CODES):
        _ = open_generation(folder, 1).segments.popitem()[1].codes
    done = repair(folder)
    assert (done.generation, done.remedy) == (1, "")
    assert any(CODES in line and "made again" in line for line in done.done)
    assert path.read_bytes() == right
    assert verify_generation(folder) == ()


def test_codes_of_other_vectors_are_found_out(large, tmp_path):
    """A file whose checksum holds, but that is of other vectors, is no codes of these; nor can it be mended."""
    segment, _ = segment_of(unit(200), tmp_path)
    (tmp_path / "other").mkdir()
    other, _ = segment_of(unit(200, seed=1), tmp_path / "other")
    content = (tmp_path / "other" / other.entry.file(CODES).name).read_bytes()
    wrong = write_file(tmp_path / segment.entry.file(CODES).name, [content])
    entry = replace(segment.entry, files=(*segment.entry.files[:-1], wrong))
    with pytest.raises(IndexDamaged, match="codes of other vectors"):
        Segment(tmp_path, entry, 64).verify()
    (tmp_path / wrong.name).unlink()
    assert not mend_codes(tmp_path, entry, 64)


def test_codes_cut_to_another_number_are_refused_before_faiss(large, tmp_path):
    """Sizes are checked against the manifest's counts, whatever the checksum says."""
    segment, _ = segment_of(unit(200), tmp_path)
    path = tmp_path / segment.entry.file(CODES).name
    content = path.read_bytes()[:-32]
    path.write_bytes(content)
    entry = replace(segment.entry, files=(*segment.entry.files[:-1], describe_bytes(path.name, content)))
    with pytest.raises(IndexDamaged, match="holds no codes"):
        _ = Segment(tmp_path, entry, 64).codes


def test_a_search_with_codes_reads_the_blocks_of_its_candidates(large, tmp_path):
    """A spoilt block of vectors is met by the search that looks into it, and by no other."""
    vectors = unit(3 * BLOCK // 256)
    vectors[: BLOCK // 256] *= -1
    segment, _ = segment_of(vectors, tmp_path)
    path = tmp_path / segment.entry.file("vectors.f32").name
    content = bytearray(path.read_bytes())
    content[5] ^= 1
    path.write_bytes(content)
    again = Segment(tmp_path, segment.entry, 64)
    assert again.nearest(vectors[-1], 1)[0][0] == len(vectors) - 1
    with pytest.raises(IndexDamaged, match="block 0"):
        again.nearest(vectors[0], 1)


def test_rows_of_a_verified_file(tmp_path):
    """Rows come back as they stand in the file, in the order asked for, across the borders of blocks."""
    table = np.arange(3 * 100_000, dtype="<f4").reshape(-1, 3)
    file = VerifiedFile(tmp_path / "table", write_file(tmp_path / "table", [table.tobytes()]))
    border = BLOCK // 12
    wanted = np.array([99_999, 0, border - 1, border, border + 1, 7, 7])
    np.testing.assert_array_equal(file.table("<f4", 3, wanted)[wanted], table[wanted])
    assert file.table("<f4", 3, wanted[:0]).shape == table.shape
