"""Dates as five languages write them."""

import pytest

from citeglot.dates import dates_in, weekdays_in


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [
        ("de", "12/01/24", [(2024, 1, 12)]),
        ("de", "Am 10. - 11. Januar 2024", [(2024, 1, 10), (2024, 1, 11)]),
        (
            "de",
            "am 3. Oktober, im März, 3.9.2024, 10.01. und Jan. 2024",
            [(None, 10, 3), (None, 3, None), (2024, 9, 3), (None, 1, 10), (2024, 1, None)],
        ),
        ("en", "September 3, 2024 and 29 August 3996 3 minutes", [(2024, 9, 3), (3996, 8, 29)]),
        (
            "en",
            "On August 26–27, he may march on; in May; Sept. 3",
            [(None, 8, 26), (None, 8, 27), (None, 5, None), (None, 9, 3)],
        ),
        (
            "en",
            "03/04/24, 13/04/24, 4/13/2024, 2024-09-03",
            [(2024, None, None), (2024, 4, 13), (2024, 4, 13), (2024, 9, 3)],
        ),
        (
            "no",
            "3. september, 3.-5. oktober og mars 2024",
            [(None, 9, 3), (None, 10, 3), (None, 10, 5), (2024, 3, None)],
        ),
        ("no", "tweet September 3, 2024", [(2024, 9, 3)]),
        ("hi", "3 सितंबर 2024, १२ जनवरी २०२४, मई में", [(2024, 9, 3), (2024, 1, 12), (None, 5, None)]),
        (
            "ja",
            "2026年3月5日、令和6年9月3日、1月11日、令和元年五月",
            [(2026, 3, 5), (2024, 9, 3), (None, 1, 11), (2019, 5, None)],
        ),
        ("ja", "10月10日〜11日、3か月", [(None, 10, 10), (None, 10, 11)]),
        ("en", "2026-13-40, 99/99/99, version 1.2.3.4", []),
    ],
)
def test_dates_are_read_as_the_language_writes_them(language, text, expected):
    """Day first or month first by language; what is ambiguous or impossible is not guessed."""
    assert [(date.year, date.month, date.day) for date in dates_in(text, language)] == expected


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [
        ("de", "Am Dienstag und dienstags, nicht am Dienstagabend", (1,)),
        ("en", "On Friday and MONDAY; Sundays too, but no Wednesdaylike day", (0, 4, 6)),
        ("hi", "इससे पहले शुक्रवार को", (4,)),
        ("ja", "火曜日の会談", (1,)),
        ("no", "i Tokyo tirsdag, ble han; onsdagen", (1, 2)),
        ("de", "On Tuesday", ()),
        ("xx", "Dienstag", ()),
    ],
)
def test_days_of_the_week_are_known_by_their_names(language, text, expected):
    """In the language of the text, inflected, and not as parts of other words."""
    assert weekdays_in(text, language) == expected
