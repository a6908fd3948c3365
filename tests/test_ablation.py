"""The ways of ranking that ours is compared with are what their names say, and the table holds them all."""

import json
from dataclasses import replace

import pytest
from fakes import HashEmbedder
from index_support import TEXTS

from citeglot.index import open_index
from citeglot.pool import Query
from citeglot.progress import Progress
from eval import ablation
from eval.ablation import Remembering, figures, measured, settings_of, table
from eval.questions import Question
from eval.reading_sets import read_sets
from eval.ways import RECIPROCAL, WAYS

EMBEDDER = HashEmbedder()


@pytest.fixture
def pool(built):
    """Every chunk of the index for a German question whose words stand in the German article."""
    question = TEXTS["de.txt"]
    return open_index(built).pool(Query(question, "de", EMBEDDER.embed_question(question)), 1000)


def test_each_way_ranks_by_its_own_value(pool):
    """Dense by cosine, balanced without the mean of the language, lexical by BM25 and only what has a word."""
    pool = [replace(one, bias=0.5 if one.language == "de" else 0.0) for one in pool]
    assert [one.cosine for one in WAYS["dense"](pool, "de")] == sorted((one.cosine for one in pool), reverse=True)
    levels = [one.cosine - one.bias for one in WAYS["dense, balanced"](pool, "de")]
    assert levels == sorted(levels, reverse=True)
    words = [one.words for one in WAYS["lexical"](pool, "de")]
    assert words == sorted((one.words for one in pool if one.words), reverse=True)


def test_textbook_fusion_is_the_sum_of_reciprocal_ranks(pool):
    """By hand: 1 / (60 + rank) of each arm that has the chunk."""
    arms = [WAYS["dense"](pool, "de")[:50], WAYS["lexical"](pool, "de")[:50]]
    by_hand = [
        sum(1 / (RECIPROCAL + 1 + [other.place for other in arm].index(one.place)) for arm in arms if one in arm)
        for one in WAYS["1:1 fusion"](pool, "de")
    ]
    assert by_hand == sorted(by_hand, reverse=True)
    assert by_hand[0] > by_hand[-1]


def test_rows_and_figures(built):
    """A question that is its article's text finds it first in every way, and ours loses nothing to dense."""
    questions = [
        Question(f"q{number}-{name[:2]}", name[:2], text, True, (name,), (), (), (), (), "test")
        for number, (name, text) in enumerate(TEXTS.items())
    ]
    with Progress() as progress:
        rows = measured(questions, open_index(built), EMBEDDER, progress)
    assert set(rows) == {*WAYS, "ours"}
    assert all(row["gold"] for some in rows.values() for row in some)
    found = figures(rows)
    assert found["ways"]["ours"]["all"]["recall@5"]["value"] == 1.0
    text = table({"split": "test", "settings": {"built": found}})
    assert all(f"| {way} |" in text for way in WAYS)
    assert json.dumps(found)


def test_a_text_is_embedded_once():
    """The second corpus with the same text costs nothing."""
    embedder = HashEmbedder()
    remembering = Remembering(embedder)
    first = remembering.embed_passages(["a", "b"])
    assert (remembering.embed_passages(["b", "a"])[::-1] == first).all()
    assert len(embedder.embedded) == 2


def test_settings_are_each_set_those_of_one_language_and_everything(tmp_path):
    """Two sets of one language and one of two make the settings that the table names."""
    row = {"id": "1", "question": "Who?", "answers": ["Ada"], "context_id": "c", "context": "Ada went.", "start": 0}
    for name in ("one.en", "two.de", "three.de", "three.en"):
        text = json.dumps({**row, "context": f"Ada went by {name}."})
        (tmp_path / f"{name}.jsonl").write_text(text, encoding="utf-8")
    readings = read_sets(sorted(tmp_path.glob("*.jsonl")))
    found = {one.name: one for one in settings_of(readings, tmp_path / "home")}
    assert list(found) == ["own", "one", "three", "two", "one+two", "everything"]
    assert len(found["everything"].corpus.documents) == 4 + len(found["own"].corpus.documents)
    assert len(found["one+two"].questions) == 2
    assert ablation.__doc__
