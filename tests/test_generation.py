"""Search in an opened generation equals a plain reading of it, in every language."""

import unicodedata
from dataclasses import replace
from datetime import date
from fnmatch import fnmatchcase

import numpy as np
import pytest
from fakes import HashEmbedder
from hypothesis import given, settings
from hypothesis import strategies as st
from index_support import TEXTS, document, nearest, rewrite, update

from citeglot.errors import IndexMismatch, WrongUse
from citeglot.generation import Generation
from citeglot.index import open_index
from citeglot.types import Filters

EMBEDDER = HashEmbedder()


def oracle(generation: Generation, question, k, filters):
    """Score every chunk of every article that fulfils the filters, one text once, without the code under test."""
    scored, seen = [], set()
    for name in sorted(generation.documents, key=lambda name: generation.documents[name].rank):
        one = generation.document(name)
        dated = one.date is not None and (filters.since or one.date) <= one.date <= (filters.until or one.date)
        if (filters.languages and one.language not in filters.languages) or one.text in seen:
            continue
        if not fnmatchcase(name, filters.document or "*") or ((filters.since or filters.until) and not dated):
            continue
        seen.add(one.text)
        for chunk in generation.chunks(name):
            vector = EMBEDDER.embed_passages([chunk.text.strip()])[0]
            scored.append((-float(vector @ question), name, chunk.start))
    return sorted(scored)[:k]


FILTERS = st.builds(
    Filters,
    languages=st.sampled_from([(), ("de",), ("hi", "ja"), ("xx",)]),
    document=st.sampled_from([None, "*.txt", "copy*", "*/b.txt", "hi*", "nothing"]),
    since=st.sampled_from([None, date(2024, 3, 1), date(2025, 2, 3)]),
    until=st.sampled_from([None, date(2024, 12, 31)]),
)


@settings(deadline=None)
@given(st.sampled_from([*TEXTS.values(), "bridges", "１月", "zzz"]), st.integers(1, 60), FILTERS)
def test_search_equals_numpy(built, text, k, filters):
    """Hits are those of a plain scan: in order, each text once, k of them wherever k exist under the filters."""
    generation, question = open_index(built), EMBEDDER.embed_question(text)
    found = nearest(generation, question, k, filters)
    expected = oracle(generation, question, k, filters)
    assert len(found) == len(expected)
    np.testing.assert_allclose([hit.score for hit in found], [-score for score, _, _ in expected], atol=1e-5)
    assert all(hit.score == hit.cosine for hit in found)
    everything = {(name, start): -score for score, name, start in oracle(generation, question, 10**6, filters)}
    for hit in found:
        assert hit.score == pytest.approx(everything[hit.chunk.document, hit.chunk.start], abs=1e-5)


def test_offsets_are_subtracted(index):
    """The score is the cosine less the question's cosine with the mean of the language, and zero where none is."""
    question = EMBEDDER.embed_question("bridges")
    generation = open_index(index)
    plain = {(hit.chunk.document, hit.chunk.start): hit for hit in nearest(generation, question, 100)}
    mean = EMBEDDER.embed_question("Brücken")
    manifest = replace(generation.manifest, offsets={"de": tuple(map(float, mean))})
    rewrite(index, manifest)
    for hit in nearest(open_index(index), question, 100):
        before = plain[hit.chunk.document, hit.chunk.start]
        bias = float(question @ mean) if hit.chunk.language == "de" else 0.0
        assert hit.score == pytest.approx(before.cosine - bias, abs=1e-6)
        assert hit.cosine == before.cosine


def test_hits_are_slices_with_sentence_vectors(built):
    """A hit's text is the slice of its article, and each of its sentences has its vector."""
    generation = open_index(built)
    for hit in nearest(generation, EMBEDDER.embed_question("Bodø"), 100):
        chunk, text = hit.chunk, generation.document(hit.chunk.document).text
        assert chunk.text == text[chunk.start : chunk.end]
        vectors = generation.sentence_vectors(chunk)
        expected = EMBEDDER.embed_passages([span.of(text) for span in chunk.sentences])
        assert vectors.dtype == np.float32
        np.testing.assert_allclose(vectors, expected, atol=1e-3)


def test_texts_come_back_to_the_byte(built):
    """Joiners, decomposed letters and full-width digits survive, and chunks joined are the text."""
    generation = open_index(built)
    for name, text in TEXTS.items():
        assert generation.document(name).text.encode() == text.encode()
        assert "".join(chunk.text for chunk in generation.chunks(name)) == text


def test_a_text_under_two_names_is_stored_and_found_once(built):
    """The earliest that fulfils the filters stands for both; both can be shown, and each names the other."""
    generation = open_index(built)
    assert generation.document("copy of de.txt").text == generation.document("de.txt").text
    assert sum(segment.entry.documents for segment in generation.segments.values()) == len(generation.documents) - 1
    question = EMBEDDER.embed_question(TEXTS["de.txt"])
    names = [hit.chunk.document for hit in nearest(generation, question, 100, Filters(languages=("de",)))]
    assert "de.txt" in names
    assert "copy of de.txt" not in names
    only = nearest(generation, question, 100, Filters(document="copy*"))
    assert {hit.chunk.document for hit in only} == {"copy of de.txt"}
    assert generation.also_in("copy of de.txt") == ("de.txt",)
    assert generation.also_in("de.txt") == ("copy of de.txt",)
    assert generation.also_in("en.txt") == ()


def test_tombstones_are_not_found(index):
    """A text that the manifest declares dead has no hits, and k others come back."""
    generation = open_index(index)
    dead = generation.documents["en.txt"]
    segments = tuple(
        replace(one, tombstones=(dead.sha256,)) if one.id == dead.segment else one
        for one in generation.manifest.segments
    )
    manifest = replace(generation.manifest, segments=segments)
    rewrite(index, manifest)
    hits = nearest(open_index(index), EMBEDDER.embed_question(TEXTS["en.txt"]), 3)
    assert len(hits) == 3
    assert "en.txt" not in {hit.chunk.document for hit in hits}


def test_names_are_found_in_either_normal_form_and_near_ones_are_listed(tmp_path):
    """A decomposed name is the composed one; an unknown one is refused with names like it."""
    update(tmp_path / "index", [document("Köln.txt", "Der Dom steht in Köln.", "de")])
    generation = open_index(tmp_path / "index")
    assert generation.document(unicodedata.normalize("NFD", "Köln.txt")).name == "Köln.txt"
    question = EMBEDDER.embed_question("Dom")
    assert nearest(generation, question, 1, Filters(document=unicodedata.normalize("NFD", "Kö*")))
    with pytest.raises(WrongUse, match=r"Koln\.txt.*Köln\.txt"):
        generation.document("Koln.txt")


def test_another_embedder_is_named(built):
    """Vectors of another model or other weights are not compared; another floating-point type is."""
    generation = open_index(built)
    generation.check_embedder(HashEmbedder.identity)
    generation.check_embedder(replace(HashEmbedder.identity, number_type="bfloat16"))
    for other in (
        replace(HashEmbedder.identity, name="other"),
        replace(HashEmbedder.identity, weights_sha256="1" * 64),
        replace(HashEmbedder.identity, passage_prompt=""),
        replace(HashEmbedder.identity, number_type="int8"),
    ):
        with pytest.raises(IndexMismatch, match=r"hash.*python ingest\.py"):
            generation.check_embedder(other)


def test_k_must_be_positive(built):
    """No hits at all is no search."""
    with pytest.raises(ValueError, match="1 or more"):
        nearest(open_index(built), EMBEDDER.embed_question("x"), 0)
