"""The corpus is compared with the index by content: what is told is what is done."""

from dataclasses import replace

import pytest
from fakes import HashEmbedder
from index_support import CHUNK_TOKENS, TEXTS, document, files, five_articles, nearest, rewrite, update

from citeglot.corpus import Corpus, Skipped
from citeglot.errors import CorpusProblem, WrongUse
from citeglot.index import open_index
from citeglot.indexing import engines_of, preview_index, update_index
from citeglot.manifest import read_manifest


def test_a_rename_embeds_nothing_and_writes_no_segment(tmp_path):
    """The same text under another name, with another title and date, is renamed; segments stay as they are."""
    embedder, articles = HashEmbedder(), five_articles()
    update(tmp_path / "index", articles.values(), embedder)
    segments = {name for name in files(tmp_path / "index") if name.startswith("segments/")}
    embedder.embedded.clear()
    moved = replace(articles.pop("hi.txt"), name="नया.txt", title="another", date=None)
    report = update(tmp_path / "index", [*articles.values(), moved], embedder)
    assert report.renamed == (("hi.txt", "नया.txt"),)
    assert (report.added, report.removed, report.changed, report.unchanged) == ((), (), (), 4)
    assert report.to_json()["renamed"] == [{"from": "hi.txt", "to": "नया.txt"}]
    assert embedder.embedded == []
    assert {name for name in files(tmp_path / "index") if name.startswith("segments/")} == segments
    assert open_index(tmp_path / "index").document("नया.txt").title == "another"


def test_a_change_of_title_date_or_language_alone_is_a_change(tmp_path):
    """What is known of an article is kept up to date though its text is the same."""
    articles = five_articles()
    update(tmp_path / "index", articles.values())
    for field, value in (("title", "New"), ("date", None), ("language", "sv")):
        articles["de.txt"] = replace(articles["de.txt"], **{field: value})
        assert update(tmp_path / "index", articles.values()).changed == ("de.txt",)
        assert getattr(open_index(tmp_path / "index").document("de.txt"), field) == value


def test_an_empty_corpus_builds_nothing(tmp_path):
    """No article and no index is a problem of the corpus, which lists what it could not read."""
    skipped = [Skipped("bad.txt", "it is not UTF-8")]
    with pytest.raises(CorpusProblem, match=r"bad\.txt: it is not UTF-8"):
        update(tmp_path / "index", [], skipped=skipped)
    assert not (tmp_path / "index").exists()


def test_losing_most_articles_needs_consent(tmp_path):
    """A corpus without three of five articles, or without any, changes nothing until somebody says yes."""
    articles = list(five_articles().values())
    update(tmp_path / "index", articles)
    before = files(tmp_path / "index")
    for few in (articles[:2], []):
        with pytest.raises(WrongUse, match="--yes"):
            update(tmp_path / "index", few)
        preview = preview_index(tmp_path / "index", Corpus(tuple(few), ()), engines_of(HashEmbedder(), CHUNK_TOKENS))
        assert "--yes" in preview.notices[0]
    assert files(tmp_path / "index") == before
    assert len(update(tmp_path / "index", articles[:3]).removed) == 2
    assert update(tmp_path / "index", [], consent=True).documents == 0
    empty = open_index(tmp_path / "index")
    assert nearest(empty, HashEmbedder().embed_question("anything"), 5) == []
    assert update(tmp_path / "index", articles).documents == 5


def test_an_article_that_cannot_be_read_any_more_stays(tmp_path):
    """A bad save loses nothing: the earlier text is served, and that is said."""
    articles = five_articles()
    update(tmp_path / "index", articles.values())
    good = [one for name, one in articles.items() if name != "ja.txt"]
    report = update(tmp_path / "index", good, skipped=[Skipped("ja.txt", "it is not UTF-8")])
    assert (report.generation, report.removed, report.unchanged) == (1, (), 5)
    assert "ja.txt" in report.notices[0]
    assert open_index(tmp_path / "index").document("ja.txt").text == TEXTS["ja.txt"]


def test_another_model_or_other_rules_make_everything_anew(tmp_path):
    """Vectors of other weights are never mixed, and other chunk rules cut everything again."""
    folder, articles = tmp_path / "index", tuple(five_articles().values())
    update(folder, articles)
    other = HashEmbedder()
    other.identity = replace(HashEmbedder.identity, weights_sha256="1" * 64)
    report = update(folder, articles, other)
    assert report.generation == 2
    assert report.embedded_chunks == report.chunks
    assert "another embedding model" in report.notices[0]
    assert open_index(folder).manifest.embedding == other.identity
    other.embedded.clear()
    update_index(folder, Corpus(articles, ()), engines_of(other, CHUNK_TOKENS * 10))
    assert open_index(folder).manifest.chunking.max_tokens == CHUNK_TOKENS * 10
    assert len(other.embedded) < report.chunks


def test_preview_writes_nothing_and_agrees(tmp_path):
    """A dry run says what the ingest then does, without the embedding model."""
    folder, articles = tmp_path / "index", tuple(five_articles().values())

    def forbidden():
        raise AssertionError("a dry run must not load the embedding model")

    for chosen in (articles[:3], articles, articles):
        engines = engines_of(HashEmbedder(), CHUNK_TOKENS)
        before = files(folder)
        preview = preview_index(folder, Corpus(chosen, ()), replace(engines, load_embedder=forbidden))
        assert files(folder) == before
        done = update_index(folder, Corpus(chosen, ()), engines)
        assert replace(preview, seconds=0, generation=0) == replace(done, seconds=0, generation=0)


def test_other_language_means_are_taken_over_without_embedding(tmp_path):
    """An index with the means of another version gets those of this one, and no vector is made again."""
    embedder, articles = HashEmbedder(), five_articles()
    update(tmp_path / "index", articles.values(), embedder)
    path = tmp_path / "index" / "gen-000001" / "manifest.json"
    manifest = read_manifest(path)
    rewrite(tmp_path / "index", replace(manifest, balance="another", offsets={"de": (0.5,) * 64}))
    embedder.embedded.clear()
    report = update(tmp_path / "index", articles.values(), embedder)
    assert (report.generation, report.unchanged) == (2, 5)
    assert "means" in report.notices[0]
    assert embedder.embedded == []
    assert open_index(tmp_path / "index").manifest.offsets == manifest.offsets


def test_other_rules_for_words_are_taken_over_without_embedding(tmp_path):
    """An index whose chunks were cut into words by other rules gets new postings, and no vector is made again."""
    embedder, articles = HashEmbedder(), five_articles()
    update(tmp_path / "index", articles.values(), embedder)
    path = tmp_path / "index" / "gen-000001" / "manifest.json"
    rewrite(tmp_path / "index", replace(read_manifest(path), analyser="0/none"))
    embedder.embedded.clear()
    report = update(tmp_path / "index", articles.values(), embedder)
    assert (report.generation, report.unchanged, embedder.embedded) == (2, 5, [])
    assert "words" in report.notices[0]


def test_an_article_whose_words_cannot_be_told_apart_is_named(tmp_path):
    """A Khmer article is indexed, and the report says that its words are not."""
    khmer = document("kh.txt", "រដ្ឋមន្ត្រី មកដល់ ក្នុង ខែមករា", "km")
    report = update(tmp_path / "index", [*five_articles().values(), khmer])
    assert [notice for notice in report.notices if "Khmer" in notice and "kh.txt" in notice]
    assert update(tmp_path / "index", five_articles().values(), consent=True).notices == ()
