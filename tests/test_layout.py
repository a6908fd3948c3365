"""An index that grew by many ingests serves what one does that was made at once, and a change costs what changed."""

import random
from collections import Counter

import numpy as np
import pytest
from fakes import HashEmbedder
from index_support import TEXTS, document, files, nearest, update

from citeglot.balance import own_means
from citeglot.index import open_index, verify_generation
from citeglot.layout import MOST
from citeglot.pool import Query
from citeglot.retrieval import search
from citeglot.types import Filters

EMBEDDER = HashEmbedder()
QUESTIONS = [*TEXTS.values(), "Brücken in Köln", "मंत्री कब आए?", "橋について", "broer i Bodø", "10", "zzz"]


def some_text(chance, language):
    """Return an article of sentences of one language, each with a number, so that no two articles are alike."""
    sentences = [one for one in TEXTS[f"{language}.txt"].replace("\n\n", " ").split(" ") if one]
    lines = [" ".join(chance.choices(sentences, k=6)) + f" {chance.randrange(10**6)}." for _ in range(4)]
    return "\n\n".join(lines)


def some_history(chance, steps):
    """Yield corpora, each one the one before with a few articles added, edited, removed, renamed or brought back."""
    articles = {f"{name}-{n}.txt": some_text(chance, name) for name in ("de", "hi", "ja") for n in range(4)}
    gone = {}
    yield dict(articles)
    for step in range(steps):
        for _ in range(chance.randrange(1, 3)):
            name = chance.choice(sorted(articles))
            kind = chance.choice(["add", "add", "edit", "remove", "rename", "back"])
            if kind == "add":
                articles[f"{chance.choice(['de', 'hi', 'ja', 'no'])}-{step}-{chance.random()}.txt"] = ""
            elif kind == "edit":
                articles[name] = articles[name].replace("\n\n", f" {chance.random()}\n\n", 1)
            elif kind == "rename" and name in articles:
                articles[f"{name[:2]}-moved-{step}.txt"] = articles.pop(name)
            elif kind == "remove" and len(articles) > 4:
                gone[name] = articles.pop(name)
            elif gone:
                articles |= [gone.popitem()]
            for name, text in articles.items():
                articles[name] = text or some_text(chance, name[:2])
        yield dict(articles)


def served(generation):
    """Return everything that searches give: values of both arms of every pool, and the ranking with its scores."""
    filters = [Filters(), Filters(languages=("de", "no")), Filters(document="*1*")]
    pools, hits = [], []
    for text in QUESTIONS:
        query = Query(text, "en", EMBEDDER.embed_question(text))
        for chosen in filters:
            for depth in (2, 1000):
                pool = generation.pool(query, depth, chosen)
                pools.append(sorted((one.place, one.cosine, one.sentence, one.words, one.coverage) for one in pool))
            found = search(generation, query, 10, chosen)
            hits.append([(hit.chunk, round(hit.score, 9)) for hit in found])
            hits.append([(hit.chunk, round(hit.score, 6)) for hit in nearest(generation, query.vector, 10, chosen)])
    return pools, hits


@pytest.mark.parametrize("seed", range(4))
def test_grown_and_made_at_once_are_served_alike(tmp_path, seed):
    """After every kind of change in any order: the same documents, chunks, hits and scores, and the same means."""
    most = 0
    for articles in some_history(random.Random(seed), 25):
        documents = [document(name, text, name[:2]) for name, text in articles.items()]
        report = update(tmp_path / "grown", documents, consent=True)
        counts = Counter(one.language for one in open_index(tmp_path / "grown").manifest.segments)
        most = max(most, *counts.values())
    assert 1 < most <= MOST
    update(tmp_path / "fresh", documents)
    grown, fresh = open_index(tmp_path / "grown"), open_index(tmp_path / "fresh")
    assert grown.verify() == fresh.verify() == ()
    assert report.chunks == grown.manifest.counts["chunks"] == fresh.manifest.counts["chunks"]
    assert grown.manifest.counts == fresh.manifest.counts
    for name in fresh.documents:
        assert grown.document(name) == fresh.document(name)
        assert grown.chunks(name) == fresh.chunks(name)
    assert served(grown) == served(fresh)
    means = [own_means(one.manifest.segments, 64) for one in (grown, fresh)]
    assert means[0].keys() == means[1].keys()
    for language, (mean, number) in means[0].items():
        assert number == means[1][language][1]
        np.testing.assert_array_equal(mean, means[1][language][0])


def test_the_same_history_makes_the_same_files(tmp_path):
    """Two indexes with the same history are equal to the byte, but for the times in them."""
    for folder in ("one", "other"):
        for articles in some_history(random.Random(7), 12):
            update(tmp_path / folder, [document(name, text, name[:2]) for name, text in articles.items()], consent=True)
    one, other = (open_index(tmp_path / folder).manifest for folder in ("one", "other"))
    assert (one.segments, one.documents) == (other.segments, other.documents)


def many(number):
    """Return articles in German and Hindi that are not alike."""
    chance = random.Random(3)
    return {f"{name}-{n:02}.txt": some_text(chance, name) for name in ("de", "hi") for n in range(number)}


def add(folder, articles, embedder=None):
    return update(folder, [document(name, text, name[:2]) for name, text in articles.items()], embedder, consent=True)


def test_one_more_article_writes_one_small_segment(tmp_path):
    """What is added is written, what was there is not touched, and one edit leaves a tombstone."""
    articles, embedder = many(20), HashEmbedder()
    add(tmp_path / "index", articles)
    before = files(tmp_path / "index")
    articles["hi-00.txt"] += " और।"
    report = add(tmp_path / "index", articles, embedder)
    assert (report.changed, report.embedded_chunks) == (("hi-00.txt",), 1)
    after = files(tmp_path / "index")
    assert {name: after[name] for name in before if name.startswith("segments/")}.items() <= after.items()
    written = [name for name in after.keys() - before.keys() if name.startswith("segments/")]
    assert {name.split("/")[1][:3] for name in written} == {"hi-"}
    assert sum(len(after[name]) for name in written) < sum(map(len, before.values())) / 5
    entries = {entry.id[:2]: entry for entry in open_index(tmp_path / "index").manifest.segments if entry.tombstones}
    assert list(entries) == ["hi"]
    assert len(entries["hi"].tombstones) == 1
    assert entries["hi"].dead_chunks > 0


def test_what_comes_back_is_there_again(tmp_path):
    """A text that went and comes back embeds nothing and writes no segment."""
    articles, embedder = many(20), HashEmbedder()
    add(tmp_path / "index", articles)
    text = articles.pop("de-07.txt")
    assert add(tmp_path / "index", articles).removed == ("de-07.txt",)
    before = {name for name in files(tmp_path / "index") if name.startswith("segments/")}
    report = add(tmp_path / "index", articles | {"de-new.txt": text}, embedder)
    assert (report.added, report.embedded_chunks, embedder.embedded) == (("de-new.txt",), 0, [])
    assert {name for name in files(tmp_path / "index") if name.startswith("segments/")} == before
    assert not any(entry.tombstones for entry in open_index(tmp_path / "index").manifest.segments)


def test_a_segment_that_is_a_third_dead_is_written_anew(tmp_path):
    """Removing many texts makes the segment smaller, and embeds nothing."""
    articles, embedder = many(20), HashEmbedder()
    add(tmp_path / "index", articles)
    left = {name: text for name, text in articles.items() if name.startswith("hi") or name < "de-12"}
    add(tmp_path / "index", left, embedder)
    assert embedder.embedded == []
    assert not any(entry.tombstones for entry in open_index(tmp_path / "index").manifest.segments)
    assert verify_generation(tmp_path / "index") == ()


def test_small_segments_are_merged_and_the_large_one_stays(tmp_path):
    """Many ingests of one article each leave few segments, embed each chunk once, and keep the first segment."""
    articles, embedded = many(20), 0
    add(tmp_path / "index", articles)
    first = {entry.id for entry in open_index(tmp_path / "index").manifest.segments}
    chance = random.Random(1)
    for number in range(12):
        articles[f"de-more-{number}.txt"] = some_text(chance, "de")
        embedded += add(tmp_path / "index", articles).embedded_chunks
    assert embedded == sum(len(open_index(tmp_path / "index").chunks(name)) for name in articles if "more" in name)
    segments = open_index(tmp_path / "index").manifest.segments
    assert first <= {entry.id for entry in segments}
    assert len(segments) <= MOST + 1
    assert verify_generation(tmp_path / "index") == ()
