"""Copies of an article are found whatever the language and the order in which they came, and shown once."""

import random
from datetime import date

import pytest
from fakes import HashEmbedder
from hypothesis import given, settings
from hypothesis import strategies as st
from index_support import update

from citeglot.index import open_index
from citeglot.pool import Query
from citeglot.retrieval import search
from citeglot.sketches import NO_SKETCH, are_copies, shingles_of, sketch_of
from citeglot.types import Document, Filters

WORDS = {
    "de": "Der Minister sprach über Brücken und Straßen in Köln während viele Bürger draußen warteten",
    "en": "the minister spoke about bridges and roads in Leeds while many people waited outside today",
    "hi": "मंत्री ने पुलों और सड़कों के बारे में बात की जबकि क्\u200dष लोग बाहर प्रतीक्षा कर रहे थे",
    "ja": "大 臣 は １ 月 に 東 京 で 橋 と 道 路 に つ い て 話 し た 人 々 外 待 京 都 駅 前 広 場",
    "no": "statsråden snakket om broer og veier i Bodø mens mange a\u030apne folk ventet utenfor døren",
}


def report(language, seed, words=300):
    """Return a text of so many words in a language (letters in Japanese) that no other seed gives."""
    chance = random.Random(f"{language} {seed}")
    chosen = chance.choices(WORDS[language].split(), k=words)
    if language == "ja":
        return "".join(one + ("。" if place % 15 == 14 else "") for place, one in enumerate(chosen))
    return " ".join(one + ("." if place % 12 == 11 else "") for place, one in enumerate(chosen))


def printed(text, language):
    """Return a report as another paper prints it: another place and another end, the rest as it was."""
    end = "編集部" if language == "ja" else "(dpa)"
    return f"{end} {text} {end}"


def article(name, text, language, day=None):
    return Document(name, name, language, date(2024, 1, day) if day else None, text)


@pytest.mark.parametrize("language", WORDS)
def test_copies_in_every_language(tmp_path, language):
    """The earliest is the original, the other is its copy, both name each other, one is found, both can be read."""
    text = report(language, 1)
    given_ = [
        article("b.txt", text, language, 2),
        article("a.txt", printed(text, language), language, 3),
        article("c.txt", report(language, 2), language, 1),
    ]
    done = update(tmp_path / "index", given_)
    assert done.duplicates == (("a.txt", "b.txt"),)
    assert done.to_json()["duplicates"] == [{"document": "a.txt", "of": "b.txt"}]
    generation = open_index(tmp_path / "index")
    assert generation.also_in("a.txt") == ("b.txt",)
    assert generation.also_in("b.txt") == ("a.txt",)
    assert generation.also_in("c.txt") == ()
    assert generation.document("a.txt").text == given_[1].text
    query = Query(text[:60], language, HashEmbedder().embed_question(text[:60]))
    assert {hit.chunk.document for hit in search(generation, query, 1000)} == {"b.txt", "c.txt"}
    only = search(generation, query, 1000, Filters(since=date(2024, 1, 3)))
    assert {hit.chunk.document for hit in only} == {"a.txt"}


def test_what_is_no_copy(tmp_path):
    """Another language, another report, a short text, a part of a longer text, and half of the words anew."""
    text = report("en", 1)
    half = " ".join(
        other if n % 20 < 10 else one
        for n, (one, other) in enumerate(zip(text.split(), report("en", 2).split(), strict=True))
    )
    texts = {"part": text + " " + report("en", 3), "half": half, "other": report("en", 4)}
    given_ = [article("a", text, "en"), *(article(name, one, "en") for name, one in texts.items())]
    given_ += [
        article("foreign", text, "de"),
        article("s1", "It is short. Very.", "en"),
        article("s2", "It is short. Very", "en"),
    ]
    assert update(tmp_path / "index", given_).duplicates == ()


def history(chance, steps):
    """Yield corpora in which reports come, are copied, change their dates, drift away from each other and go."""
    articles = {}
    for step in range(steps):
        kind = chance.choice(["new", "copy", "copy", "copy", "date", "drift", "same", "go"]) if articles else "new"
        one = articles[chance.choice(sorted(articles))] if articles else None
        name, day = f"{chance.choice('abcdef')}{step}", chance.choice([None, *range(1, 29)])
        if kind == "new":
            articles[name] = article(name, report("en", step, 150), "en", day)
        elif kind == "copy":
            words = one.text.split()
            place = chance.randrange(len(words))
            articles[name] = article(name, " ".join([*words[:place], f"new{step}", *words[place + 1 :]]), "en", day)
        elif kind == "same":
            articles[name] = article(name, one.text, "en", day)
        elif kind == "date":
            articles[one.name] = article(one.name, one.text, "en", day)
        elif kind == "drift":
            articles[one.name] = article(one.name, f"{one.text} {report('en', step, 12)}", "en", day)
        else:
            del articles[one.name]
        yield dict(articles)


@pytest.mark.parametrize("seed", range(6))
def test_the_order_in_which_they_came_does_not_matter(tmp_path, seed):
    """An index that grew has the same originals and copies as one made at once."""
    most = 0
    for articles in history(random.Random(seed), 40):
        if articles:
            update(tmp_path / "grown", articles.values(), consent=True)
        most = max(most, len(articles))
    update(tmp_path / "fresh", articles.values())
    grown, fresh = open_index(tmp_path / "grown"), open_index(tmp_path / "fresh")
    copies = {name: entry.duplicate_of for name, entry in fresh.documents.items()}
    assert {name: entry.duplicate_of for name, entry in grown.documents.items()} == copies
    assert any(copies.values())
    for name, original in copies.items():
        if original:
            assert not copies[original]
            assert fresh.documents[original].rank < fresh.documents[name].rank


def test_an_edit_compares_few_texts(tmp_path, monkeypatch):
    """One more article is compared with those like it, not with all."""
    compared = []
    monkeypatch.setattr("citeglot.copies.are_copies", lambda one, other: compared.append(1) or are_copies(one, other))
    articles = [article(f"{n}.txt", report("en", n), "en", 1) for n in range(40)]
    update(tmp_path / "index", articles)
    assert len(compared) < 40
    compared.clear()
    done = update(tmp_path / "index", [*articles, article("x.txt", printed(report("en", 7), "en"), "en", 2)])
    assert done.duplicates == (("x.txt", "7.txt"),)
    assert len(compared) == 1


TEXT = st.lists(st.sampled_from(list("abcdefgh")), max_size=120).map(" ".join)


@settings(max_examples=100, deadline=None)
@given(TEXT, TEXT)
def test_copies_are_those_of_a_plain_reading(one, other):
    """Shingles are five words in a row; copies share most of them both ways; short texts have no sketch."""

    def plain(text):
        words = text.split()
        return {tuple(words[n : n + 5]) for n in range(len(words) - 4)}

    first, second = plain(one), plain(other)
    assert len(shingles_of(one)) == len(first)
    enough = min(len(first), len(second)) >= 50
    shared = len(first & second) >= 0.85 * max(len(first), len(second))
    assert are_copies(shingles_of(one), shingles_of(other)) == (enough and shared)
    assert (sketch_of(shingles_of(one)) == NO_SKETCH) == (len(first) < 50)


def test_letters_that_look_the_same_are_the_same():
    """Width, case, punctuation and the form of accents do not tell texts apart; other digits of a date do."""
    assert (shingles_of("Ａｐｎｅ broer, I Bodø: １０ ja 5") == shingles_of("apne BROER i Bodø 10 ja 5")).all()
    assert (shingles_of("a\u030apne a b c d") == shingles_of("åpne a b c d")).all()
    assert (shingles_of("a b c d 10") != shingles_of("a b c d 12")).all()
    assert len(shingles_of("大臣は１月に")) == 2
