"""The data of a packet: taken from the generation of the answer, whole characters around, strict when read."""

import json
from dataclasses import replace

import pytest
from answer_support import SENTENCES
from index_support import document, update
from packet_support import answer_to, index_corpus, write_corpus

from citeglot.errors import WrongUse
from citeglot.index import open_index
from citeglot.packet_data import AROUND, make_packet, parse_packet


@pytest.fixture(scope="module")
def generation(tmp_path_factory):
    folder = tmp_path_factory.mktemp("packets")
    return index_corpus(write_corpus(folder / "corpus"), folder / "index")


@pytest.mark.parametrize("language", SENTENCES)
def test_what_is_around_a_quote_is_the_article(generation, language):
    """before + quote + after is one piece of the article, at the place that the packet names."""
    (quoted,) = make_packet(answer_to(generation, language), generation, "en").evidence
    text = generation.document(f"{language}.md").text
    begins = quoted.start - len(quoted.before)
    assert text[quoted.start : quoted.end] == quoted.quote == SENTENCES[language][0]
    assert text.startswith(quoted.before + quoted.quote + quoted.after, begins)
    assert quoted.before and quoted.after


@pytest.mark.parametrize("cluster", ["क्षि", "👩‍👩‍👧", "e\u0301", "が"])
def test_no_character_is_cut_in_two(tmp_path, cluster):
    """What is shown around a quote begins and ends with whole characters."""
    text = f"{cluster * AROUND} The bridge has 28 lamps. {cluster * AROUND}"
    update(tmp_path, [document("en.txt", text, "en")])
    (quoted,) = make_packet(answer_to(open_index(tmp_path), "en", "en.txt"), open_index(tmp_path), "en").evidence
    assert quoted.before.strip().replace(cluster, "") == quoted.after.strip().replace(cluster, "") == ""
    assert AROUND - 20 < len(quoted.before) <= AROUND and AROUND - 20 < len(quoted.after) <= AROUND


def test_an_index_that_was_built_again_meanwhile_is_told(generation, tmp_path):
    """A quote is never given the place or the hash of another text."""
    answer = answer_to(generation, "en")
    update(tmp_path, [document("en.md", "Something else entirely.", "en")])
    with pytest.raises(WrongUse, match="built again meanwhile"):
        make_packet(answer, open_index(tmp_path), "en")
    for start, end, quote in ((-9, -1, answer.citations[0].quote), (5, 5, "")):  # as a forged history may have it
        forged = replace(answer.citations[0], start=start, end=end, quote=quote)
        with pytest.raises(WrongUse, match="Ask the question again"):
            make_packet(replace(answer, citations=(forged,)), generation, "en")
    update(tmp_path, [document("de.md", "Etwas anderes.", "de")], consent=True)
    with pytest.raises(WrongUse, match=r"no article 'en\.md'"):
        make_packet(answer, open_index(tmp_path), "en")


def test_a_packet_comes_back_from_its_json(generation):
    """With all kinds, dates and none, models and none."""
    for kind in ("answer", "quotation", "refusal"):
        packet = make_packet(answer_to(generation, "hi", kind=kind), generation, "no")
        assert parse_packet(packet.to_json()) == packet
    undated = replace(packet, evidence=tuple(replace(one, date=None) for one in packet.evidence))
    assert parse_packet(undated.to_json()) == undated


WRONG = {
    "question": 1,
    "kind": "truth",
    "page_language": "tlh",
    "sentences": [{"text": "x", "citations": ["1"], "verdict": "supported"}],
    "evidence": "none",
    "notices": [1],
    "confidence": "high",
    "models": {"embedding": 1},
    "generation": -1,
    "made": None,
    "format": True,
}


@pytest.mark.parametrize("field", [*WRONG, None])
def test_a_field_of_another_type_is_named(generation, field):
    """Each one, and each one that is missing; `format` first of all."""
    content = json.loads(make_packet(answer_to(generation, "de"), generation, "de").to_json())
    if field:
        with pytest.raises(ValueError, match=field):
            parse_packet(json.dumps(content | {field: WRONG[field]}))
        del content[field]
        with pytest.raises(ValueError, match=field):
            parse_packet(json.dumps(content))
        return
    for name, value in {"start": -1, "end": "7", "quote": "", "date": 3, "sha256": None}.items():
        changed = [content["evidence"][0] | {name: value}]
        with pytest.raises(ValueError, match=name):
            parse_packet(json.dumps(content | {"evidence": changed}))


@pytest.mark.parametrize("number", [0, 2, 10**30])
def test_another_format_is_no_damage(generation, number):
    """The version that made the packet is named."""
    content = json.loads(make_packet(answer_to(generation, "de"), generation, "de").to_json())
    with pytest.raises(WrongUse, match=r"made by citeglot '9\.8'"):
        parse_packet(json.dumps(content | {"format": number, "program": "9.8"}))


@pytest.mark.parametrize("text", ["", "{", "[]", "null", "[" * 200_000, '{"format": 1e999}', "1" * 5000])
def test_what_is_no_packet_is_a_value_error(text):
    """Neither depth nor size of a number escapes as another error."""
    with pytest.raises(ValueError):
        parse_packet(text)
