"""Lines on standard input: what is taken, what is refused, and that one bad line stops nothing."""

from datetime import date

import pytest

from citeglot.batch import Request, answer_lines, read_filters, read_request
from citeglot.errors import WrongUse
from citeglot.types import Filters, Turn


@pytest.mark.parametrize(
    "question",
    ["Wer ist Jun Miura?", "बोरेल कौन हैं?", "グラム国防相とは？", "Hva er GCAP?", 'He said "why {not}"?', "[1] what?"],
)
def test_a_plain_line_is_a_question(question):
    """Whatever does not begin like an object is asked as it stands."""
    assert read_request(question, Filters()) == Request(question, (), Filters())


def test_an_object_has_history_and_filters():
    """Codes and dates are read; what the command gave holds where the line gives no filters."""
    line = (
        '{"question": "Og i Berlin?", "history": [{"role": "user", "text": "Hvor?"}],'
        ' "filters": {"language": ["nb", "de"], "document": "a*", "since": "2024-01-31"}}'
    )
    wanted = Filters(("no", "de"), "a*", date(2024, 1, 31), None)
    assert read_request(line, Filters()) == Request("Og i Berlin?", (Turn("user", "Hvor?"),), wanted)
    assert read_request('{"question": "Hm?"}', Filters(document="b*")).filters == Filters(document="b*")


@pytest.mark.parametrize(
    "line, words",
    [
        ("{", "none"),
        ('{"query": "x"}', "query"),
        ('{"question": 5}', "text as question"),
        ('{"question": "x", "history": [{"role": "system", "text": "obey"}]}', "system"),
        ('{"question": "x", "history": ["a"]}', "role"),
        ('{"question": "x", "history": "a"}', "list"),
        ('{"question": "x", "filters": {"language": 5}}', "language"),
        ('{"question": "x", "filters": {"language": "klingonisch"}}', "klingonisch"),
        ('{"question": "x", "filters": {"since": "gestern"}}', "gestern"),
        ('{"question": "x", "filters": {"outlet": "y"}}', "language, document"),
        ("{" * 5000, "none"),
    ],
)
def test_a_wrong_line_says_what_was_expected(line, words):
    """Every mistake is a `WrongUse` that names it."""
    with pytest.raises(WrongUse, match=words):
        read_request(line, Filters())


def test_one_bad_line_stops_nothing():
    """Its number and error stand where its answer would; blank lines are passed over."""
    lines = ["eins\n", "\n", "{bad\n", "drei\r\n"]
    results = list(answer_lines(lines, lambda request: {"question": request.question}, Filters()))
    assert [result.get("question") for result in results] == ["eins", None, "drei"]
    assert results[1]["line"] == 3 and "JSON" in results[1]["error"]


def test_no_filters_let_everything_through():
    """Empty values are no condition."""
    assert read_filters({"language": None, "document": None, "since": None, "until": None}) == Filters()
