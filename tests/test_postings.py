"""BM25 over arrays in a file is BM25 as the formula says, whatever segments the rows lie in."""

import mmap
from collections import Counter
from itertools import pairwise
from math import log

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from citeglot.lexical import terms
from citeglot.postings import K1, B, Postings, Statistics, best_rows, encode_postings, statistics_of

WORDS = st.sampled_from(["brücke", "vertrag", "संधि", "条約", "条", "avtale", "f35", "𠀋", "a", "ab", "b"])
ROW = st.lists(WORDS, max_size=12)
SEGMENTS = st.lists(st.lists(ROW, max_size=6), min_size=1, max_size=3)
WEIGHTS = st.dictionaries(WORDS, st.sampled_from([0.5, 1.0, 2.0]), max_size=6)


def opened(rows, tombstones=()) -> Postings:
    """Return the postings of these rows, by way of their bytes."""
    return Postings(b"".join(encode_postings(rows)), np.array(tombstones, dtype=np.int64))


def oracle(segments, live, weights) -> dict[tuple[int, int], float]:
    """Return the score of each live row that has one, by segment and row, from the formula and the lists themselves."""
    rows = {key: Counter(segments[key[0]][key[1]]) for key in live}
    if not rows:
        return {}
    mean = sum(row.total() for row in rows.values()) / len(rows)
    scores = {}
    for key, row in rows.items():
        score = 0.0
        for term, weight in weights.items():
            having = sum(term in other for other in rows.values())
            rarity = log(1 + (len(rows) - having + 0.5) / (having + 0.5))
            if row[term]:
                score += weight * rarity * row[term] / (row[term] + K1 * (1 - B + B * row.total() / mean))
        if score:
            scores[key] = score
    return scores


@given(SEGMENTS, WEIGHTS, st.data())
def test_scores_are_those_of_the_formula(segments, weights, data):
    """Over several segments, without the rows that no longer count, every row has the score of a naive BM25."""
    keys = [(number, row) for number, rows in enumerate(segments) for row in range(len(rows))]
    live = [key for key in keys if data.draw(st.booleans())]
    dead = [[row for row in range(len(rows)) if (number, row) not in live] for number, rows in enumerate(segments)]
    found = [opened(rows, gone) for rows, gone in zip(segments, dead, strict=True)]
    statistics = statistics_of(found, weights)
    scores = {}
    for number, segment in enumerate(found):
        rows, values = segment.scores(weights, statistics)
        assert rows.tolist() == sorted(rows.tolist())
        scores |= {(number, row): value for row, value in zip(rows.tolist(), values.tolist(), strict=True)}
    assert scores == pytest.approx(oracle(segments, live, weights))


@given(st.lists(ROW, max_size=8), WEIGHTS, st.sets(st.integers(0, 7)))
def test_a_filter_leaves_out_and_changes_no_score(rows, weights, allowed):
    """The rows that are allowed have the scores that they have without a filter."""
    segment = opened(rows)
    statistics = statistics_of([segment], weights)
    everything = dict(zip(*(one.tolist() for one in segment.scores(weights, statistics)), strict=True))
    chosen = np.array([row in allowed for row in range(len(rows))], dtype=bool)
    some = dict(zip(*(one.tolist() for one in segment.scores(weights, statistics, chosen)), strict=True))
    assert some == {row: score for row, score in everything.items() if row in allowed}


@given(st.lists(ROW, max_size=8))
def test_every_term_is_found_and_no_other(rows):
    """A term is there exactly where a row has it, and its rows are counted."""
    segment = opened(rows)
    for word in ("brücke", "संधि", "条", "条約", "a", "ab", "b", "", "nirgends", "𠀋"):
        assert segment.frequency(word) == sum(word in row for row in rows)
        assert (word in segment) == any(word in row for row in rows)


@given(st.lists(ROW, max_size=8), WEIGHTS, st.randoms())
def test_the_same_rows_give_the_same_bytes_and_scores(rows, weights, random):
    """Neither the order of terms within a row nor that of a question changes a bit."""
    mixed = [random.sample(row, len(row)) for row in rows]
    assert b"".join(encode_postings(mixed)) == b"".join(encode_postings(rows))
    question = dict(random.sample(list(weights.items()), len(weights)))
    one, other = (
        opened(rows).scores(asked, statistics_of([opened(rows)], asked))[1].tobytes() for asked in (weights, question)
    )
    assert one == other


def test_the_bytes_are_those_of_the_format():
    """Little-endian numbers, then the vocabulary in the order of its bytes: any machine reads what any wrote."""
    numbers = np.array([2, 3, 3, 3, *(0, 1, 3), *(0, 1, 3)], "<i8")
    shorts = np.array([*(0, 0, 2), *(2, 1, 1), *(3, 0, 1)], "<i4")
    expected = numbers.tobytes() + shorts.tobytes() + "bä".encode()
    assert b"".join(encode_postings([["ä", "b", "b"], [], ["ä"]])) == expected


@pytest.mark.parametrize(
    ("language", "passages", "question"),
    [
        ("de", ["Der Minister reist nach Köln.", "Die Brücken sind alt."], "Welche Brücke ist alt?"),
        ("en", ["The minister travels.", "The bridges are old."], "Which bridge is old?"),
        ("hi", ["मंत्री दिल्ली गए।", "पुल पुराने हैं।"], "कौन सा पुल पुराना है?"),
        ("ja", ["大臣は東京へ行った。", "橋は古い。"], "古い橋はどれですか。"),
        ("no", ["Ministeren reiser til Bodø.", "Broene er gamle."], "Hvilken bro er gammel? Broen."),
    ],
)
def test_the_passage_that_answers_comes_first(language, passages, question):
    """In each language, the words of a question find the passage that has them, inflected."""
    segment = opened([terms(passage, language) for passage in passages])
    weights = Counter(terms(question, language))
    assert best_rows(*segment.scores(weights, statistics_of([segment], weights)), 1)[0][0] == 1


def test_the_best_come_first_and_equal_ones_by_row():
    """The order is total."""
    assert best_rows(np.array([3, 5, 8]), np.array([1.0, 2.0, 1.0]), 2) == [(5, 2.0), (3, 1.0)]
    assert best_rows(np.array([], dtype=np.int64), np.array([]), 5) == []


def test_a_file_is_read_in_its_pages(tmp_path):
    """A file that is mapped into memory, and cannot be written to, is searched as it lies there."""
    path = tmp_path / "a.postings"
    path.write_bytes(b"".join(encode_postings([["a", "b"], ["b"]])))
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as pages:
        segment = Postings(np.frombuffer(pages, dtype=np.uint8))
        assert not segment._rows.flags.owndata and not segment._rows.flags.writeable
        assert segment.scores({"a": 1.0}, statistics_of([segment], ["a"]))[0].tolist() == [0]
        del segment


def test_nothing_is_found_in_nothing():
    """No rows, rows without terms, rows that no longer count, and no question have no scores and raise nothing."""
    for segment in (opened([]), opened([[], []]), opened([["a"]], [0])):
        statistics = statistics_of([segment], ["a"])
        assert statistics.mean_length == 0.0
        assert segment.scores({"a": 1.0}, statistics)[0].tolist() == []
    assert opened([["a"]]).scores({}, Statistics(1, 1.0, {}))[0].tolist() == []
    assert statistics_of([], ["a"]) == Statistics(0, 0.0, {"a": 0})


def broken(place: int, value: int, dtype: str = "<i8") -> bytes:
    """Return a good file with one number of it replaced; places are counted in bytes."""
    data = bytearray(b"".join(encode_postings([["a", "b"], ["b"]])))
    size = np.dtype(dtype).itemsize
    data[place : place + size] = np.array([value], dtype).tobytes()
    return bytes(data)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        bytes(31),
        broken(0, -1),
        broken(0, 3),
        broken(24, 1 << 60),
        broken(32, 1),
        broken(40, 9),
        broken(56, 1),
        broken(72, 1),
        broken(80, 2, "<i4"),
        broken(80, -1, "<i4"),
        broken(0, 2) + b"x",
        broken(0, 2)[:-1],
    ],
)
def test_what_is_no_such_file_is_refused(data):
    """Numbers that do not fit each other never become an index out of range, or a wrong answer."""
    with pytest.raises(ValueError, match=r"expected|fit|go up|names a row"):
        Postings(data)


def test_a_good_file_is_not_refused():
    """The file that the broken ones are made of is good."""
    assert [*pairwise(Postings(broken(0, 2))._starts.tolist())] == [(0, 1), (1, 2)]
