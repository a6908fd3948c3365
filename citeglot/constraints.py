"""What a language model may write next: letters of one script rather than others, no number but the given ones."""

from collections.abc import Sequence
from decimal import Decimal

import numpy as np
import regex
from numpy.typing import NDArray

from citeglot.dates import dates_in
from citeglot.numerals import numbers_in

FOREIGN_COST = 8.0  # of a token in another script than asked for, in logits: unlikely, yet GCAP can be written
LETTERS = {"CJK": r"\p{Han}\p{Hiragana}\p{Katakana}ー"}
_DIGITS = regex.compile(r"\p{Nd}+")
Costs = NDArray[np.float32]


class Vocabulary:
    """The text of every token of a model; of one that is a part of a letter, nothing."""

    def __init__(self, pieces: Sequence[str]) -> None:
        self._pieces = pieces
        self._free = np.zeros(1, dtype=np.float32)
        self._foreign: dict[str, Costs] = {}
        self._with_digits = [number for number, piece in enumerate(pieces) if _DIGITS.search(piece)]

    def of_script(self, script: str) -> Costs:
        """Return what each token costs that has a letter of another script; nothing where no script is asked for."""
        if not script:
            return self._free
        if script not in self._foreign:
            letters = LETTERS.get(script, rf"\p{{{script}}}")
            foreign = regex.compile(rf"[\p{{L}}--[{letters}]]", regex.V1)
            found = [foreign.search(piece) is not None for piece in self._pieces]
            self._foreign[script] = np.array(found, dtype=np.float32) * FOREIGN_COST
        return self._foreign[script]

    def of_numbers(self, written: str, numbers: frozenset[str] | None) -> Costs:
        """Return an infinite cost for each token with which a text would have a run of digits that is none of these.

        While a run is only the beginning of one, nothing but its digits may follow. None lets everything through, and
        so does a run that came out of parts of letters and is none already.
        """
        begun = _DIGITS.search(written[::-1]) if written[-1:].isdecimal() else None
        run = plain_digits(begun[0][::-1]) if begun else ""
        if numbers is None or (run and not any(one.startswith(run) for one in numbers)):
            return self._free
        costs = np.full(len(self._pieces), np.inf if run and run not in numbers else 0, dtype=np.float32)
        for token in self._with_digits:
            costs[token] = 0 if may_follow(run, self._pieces[token], numbers) else np.inf
        return costs


def may_follow(run: str, piece: str, numbers: frozenset[str]) -> bool:
    """Tell whether every run of digits stays one of the numbers, the last one the beginning of one."""
    text = run + piece
    if run and not piece[:1].isdecimal() and run not in numbers:
        return False
    for found in _DIGITS.finditer(text):
        digits = plain_digits(found[0])
        whole = found.end() < len(text)
        if not (digits in numbers if whole else any(one.startswith(digits) for one in numbers)):
            return False
    return True


def plain_digits(text: str) -> str:
    """Return decimal digits of any script as those from 0 to 9."""
    return "".join(str(int(sign)) for sign in text)


def digits_of(text: str, language: str) -> frozenset[str]:
    """Return the runs of digits that a text's numbers and dates may be written in: 1.234,5 and 12 lakh, May as 5."""
    found = {plain_digits(run) for run in _DIGITS.findall(text)}
    for numeral in numbers_in(text, language):
        for value in numeral.values:
            found.update(_runs(value))
    for date in dates_in(text, language):
        for part in (date.year, date.month, date.day):
            found |= {str(part), f"{part:02}"} if part else set()
    return frozenset(found)


def _runs(value: Decimal) -> set[str]:
    """Return the runs of digits in the notations of a number: with and without groups of thousands, or of lakhs."""
    whole, _, fraction = f"{value:f}".lstrip("-").partition(".")
    grouped = f"{int(whole):,}".split(",")
    lakhs = [*(whole[:-3][max(0, end - 2) : end] for end in range(len(whole) - 3, 0, -2)), whole[-3:]]
    return {whole, *grouped, *lakhs, *([fraction, fraction.rstrip("0")] if fraction.strip("0") else [])}
