"""What may be written next is decided by letters and digits alone, whatever the model would like."""

from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tiny_gguf import tiny_generator

from citeglot.constraints import Vocabulary, digits_of, may_follow
from citeglot.protocols import Limits
from citeglot.types import Turn

PIECES = ["a", "ß", "न", "橋", "の", "1", "2", "20", "24", " 3", "२", "4,", "", "。"]


def free(vocabulary, written, numbers):
    """Return the pieces that cost nothing after a text."""
    costs = np.broadcast_to(vocabulary.of_numbers(written, numbers), len(PIECES))
    return {piece for piece, cost in zip(PIECES, costs, strict=True) if cost == 0}


@pytest.mark.parametrize(("script", "own"), [("CJK", {"橋", "の"}), ("Devanagari", {"न"}), ("Latin", {"a", "ß"})])
def test_letters_of_other_scripts_cost(script, own):
    """Only letters: digits, signs and parts of letters are of every script; without a script nothing costs."""
    costs = Vocabulary(PIECES).of_script(script)
    letters = {"a", "ß", "न", "橋", "の"}
    assert {piece for piece, cost in zip(PIECES, costs, strict=True) if cost > 0} == letters - own
    assert not Vocabulary(PIECES).of_script("").any()


def test_a_number_is_one_of_the_given():
    """From its first digit to its last: 2024 in any pieces and digits, not 20, 24 or 2023."""
    vocabulary, numbers = Vocabulary(PIECES), frozenset({"2024", "3"})
    others = {"a", "ß", "न", "橋", "の", "", "。"}
    assert free(vocabulary, "im Jahr ", numbers) == others | {"2", "20", "२", " 3"}
    assert free(vocabulary, "im Jahr 20", numbers) == {"2", "24", "२"}
    assert free(vocabulary, "im Jahr 202", numbers) == {"4,"}
    assert free(vocabulary, "im Jahr २०२4", numbers) == others | {" 3"}


def test_a_digit_that_begins_the_next_number_is_seen():
    """A piece may end one number and begin another."""
    assert may_follow("2024", " 3", frozenset({"2024", "35"}))
    assert not may_follow("202", " 3", frozenset({"2024", "35"}))
    assert not may_follow("2024", " 4", frozenset({"2024", "35"}))


def test_a_number_of_parts_of_letters_holds_nothing_up():
    """What cannot become one of the numbers any more is left to those who check the answer."""
    assert free(Vocabulary(PIECES), "den ७", frozenset({"2024"})) == set(PIECES)


def test_without_numbers_everything_may_follow():
    """None is no constraint; no number at all lets no digit through."""
    vocabulary = Vocabulary(PIECES)
    assert free(vocabulary, "7", None) == set(PIECES)
    assert not any(any(map(str.isdecimal, piece)) for piece in free(vocabulary, "x", frozenset()))


@pytest.mark.parametrize(
    ("text", "language", "among"),
    [
        ("Es waren 1.234,5 Tonnen.", "de", {"1234", "1", "234", "5"}),
        ("achtundzwanzig Staaten", "de", {"28"}),
        ("12 लाख रुपये", "hi", {"1200000", "12", "00", "000"}),
        ("१२ नवंबर २०२४", "hi", {"12", "11", "2024"}),
        ("令和６年５月３日", "ja", {"2024", "5", "05", "3", "03"}),
        ("330 milliarder kroner", "no", {"330", "330000000000", "000"}),
        ("The F-35 and the 2+2 talks", "en", {"35", "2"}),
    ],
)
def test_numbers_may_be_written_in_every_usual_notation(text, language, among):
    """In digits where they stood in words, grouped or not, months by their number."""
    assert among <= digits_of(text, language)


@given(st.integers(min_value=1, max_value=10**9), st.sampled_from(["{}", "{:,}"]))
def test_what_stands_in_the_evidence_can_be_written(number, form):
    """Sign by sign, as it stands there and without its marks."""
    numbers = digits_of(f"There were {form.format(number)} of them.", "en")
    for text in (form.format(number), str(number)):
        run = ""
        for sign in f"{text}.":
            assert may_follow(run, sign, numbers)
            run = run + sign if sign.isdecimal() else ""


def test_a_lakh_is_grouped_by_two():
    """1234567 is 12,34,567 in India."""
    assert {"12", "34", "567"} <= digits_of(str(Decimal(1234567)), "hi")


def test_a_real_model_cannot_write_another_number(tmp_path):
    """It would write 1987; where the evidence has 1905, neither that nor a part of either is written."""
    generator, question = tiny_generator(tmp_path, *b"in 1987."), (Turn("user", "?"),)
    written = {
        numbers: "".join(generator.stream(question, Limits(max_tokens=9, numbers=numbers)))
        for numbers in (None, frozenset({"1987"}), frozenset({"1905"}), frozenset())
    }
    assert written[None] == written[frozenset({"1987"})] == "in 1987."
    assert "1905".startswith("".join(filter(str.isdecimal, written[frozenset({"1905"})])))
    assert not any(map(str.isdecimal, written[frozenset()]))
