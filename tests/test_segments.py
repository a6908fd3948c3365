"""Segments give back what was written, to the byte, or say that they do not."""

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from fakes import HashEmbedder
from hypothesis import given, settings
from hypothesis import strategies as st

from citeglot.errors import IndexDamaged
from citeglot.segment_content import Article, ChunkSpans, encode_segment, text_hash, write_segment
from citeglot.segments import Segment
from citeglot.storage import BLOCK, VerifiedFile, write_file
from citeglot.types import Span

IDENTITY = HashEmbedder.identity
TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=60)


def article(text, cuts=()):
    borders = [0, *sorted({min(cut, len(text)) for cut in cuts} - {0, len(text)}), len(text)]
    pairs = pairwise(borders)
    return Article(text_hash(text), text, tuple(ChunkSpans(Span(a, b), (Span(a, b),)) for a, b in pairs if a < b))


def write(folder, articles):
    content = encode_segment("hi", articles)
    rows = sum(len(one.chunks) for one in articles)
    vectors = np.arange(rows * 64, dtype=np.float32).reshape(rows, 64)
    return write_segment(folder, content, IDENTITY, vectors, vectors)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(TEXTS, st.lists(st.integers(0, 60), max_size=4)), max_size=5, unique_by=lambda one: one[0]))
def test_round_trip(tmp_path_factory, given_texts):
    """Every text, span and vector comes back as it was; joiners, surrogate pairs and line separators too."""
    folder = tmp_path_factory.mktemp("segment")
    articles = [article(text, cuts) for text, cuts in given_texts]
    entry = write(folder, articles)
    segment = Segment(folder, entry, 64)
    segment.verify()
    assert {segment.article(one) for one in segment.hashes} == set(articles)
    assert segment.vectors.shape == (entry.chunks, 64)
    for row in range(entry.chunks):
        assert (segment.sentence_vectors_of(row) == segment.vectors[row : row + 1].astype(np.float16)).all()
        assert row in segment.rows(segment.hash_of(row))


def test_bytes_do_not_depend_on_order(tmp_path):
    """The same articles in another order are the same segment with the same bytes; other vectors have another name."""
    articles = [article(text) for text in ("eins", "क्\u200dष", "三")]
    one, other = encode_segment("de", articles), encode_segment("de", articles[::-1])
    assert one == other
    assert one.id(IDENTITY) == other.id(IDENTITY)
    assert one.id(IDENTITY).startswith("de-")
    assert encode_segment("de", articles[:2]).id(IDENTITY) != one.id(IDENTITY)


@pytest.mark.parametrize("suffix", ["texts.jsonl", "table", "vectors.f32", "sentences.f16"])
def test_damage_is_found_where_it_is_touched(tmp_path, suffix):
    """A missing, a truncated and a changed file are told apart and named; files of other segments do not fit."""
    entry = write(tmp_path, [article("क्\u200dष और क्\u200cष।" * 20, [10, 20])])
    path = tmp_path / f"{entry.id}.{suffix}"
    content = path.read_bytes()
    path.write_bytes(content[:7] + bytes([content[7] ^ 1]) + content[8:])
    segment = Segment(tmp_path, entry, 64)
    with pytest.raises(IndexDamaged, match=f"{suffix} is not what was written"):
        segment.verify()
    path.write_bytes(content[:-1])
    with pytest.raises(IndexDamaged, match=f"{suffix} has {len(content) - 1} bytes"):
        Segment(tmp_path, entry, 64)
    path.unlink()
    with pytest.raises(IndexDamaged, match=f"{suffix} is missing"):
        Segment(tmp_path, entry, 64)


def test_tables_that_are_none_are_damage(tmp_path):
    """A table with a right checksum and wrong content is damage, never another error."""
    entry = write(tmp_path, [article("text"), article("क्\u200dष।")])
    right = (tmp_path / f"{entry.id}.table").read_bytes()
    backwards = np.frombuffer(right, "<i8").copy()
    backwards[6:9] = [0, 9, 2]  # the chunks of the texts
    lines = np.frombuffer(right, "<i8").copy()
    lines[4] += 1  # where the second text begins
    for content in (b"", b"{}\n", right[:-1], right + b"\0", bytes(len(right)), backwards.tobytes(), lines.tobytes()):
        file = write_file(tmp_path / f"{entry.id}.table", [content])
        fake = replace(entry, files=(entry.files[0], file, *entry.files[2:]))
        with pytest.raises(IndexDamaged, match=r"\.table|texts\.jsonl"):
            Segment(tmp_path, fake, 64).verify()


def test_only_touched_blocks_are_read(tmp_path):
    """Damage in a block that nobody asked for does not stand in the way; asking for it finds it."""
    entry = write_file(tmp_path / "large", [b"a" * BLOCK, b"b" * BLOCK, b"c" * 10])
    assert len(entry.blocks) == 3
    content = bytearray((tmp_path / "large").read_bytes())
    content[BLOCK + 5] = 0
    (tmp_path / "large").write_bytes(bytes(content))
    file = VerifiedFile(tmp_path / "large", entry)
    assert file.read(0, 10) == b"a" * 10
    assert file.read(2 * BLOCK, 2 * BLOCK + 10) == b"c" * 10
    with pytest.raises(IndexDamaged, match="block 1"):
        file.read(BLOCK - 5, BLOCK + 1)


def test_a_write_that_fails_leaves_nothing(tmp_path):
    """The old file stays and no temporary one does when writing stops half way."""
    write_file(tmp_path / "file", [b"old"])

    def pieces():
        yield b"new"
        raise OSError(28, "No space left on device")

    with pytest.raises(OSError, match="No space"):
        write_file(tmp_path / "file", pieces())
    assert [path.name for path in tmp_path.iterdir()] == ["file"]
    assert (tmp_path / "file").read_bytes() == b"old"
