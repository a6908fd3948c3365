"""What people see: the page and the tables."""

from html.parser import HTMLParser

import pytest
from eval_support import result

from eval.baseline import compare
from eval.failures import explain
from eval.plots import Axis, Cell, bar_plot, heat_map, line_plot
from eval.report_html import to_html
from eval.report_text import describe
from eval.summary import summarise

NASTY = "<script>alert(1)</script> & \"quotes\" 'x' ‮ שלום क्\u200dष １２"
RUN = {"schema": 1, "questions": NASTY, "split": "dev", "retrieval_only": False, "documents": 5, "languages": ["de"]}
VOID = {"meta", "br", "img", "input", "link"}


def report(rows, **changes):
    """Return an output over these rows."""
    models = {"embedding": "e", "language": "l"}
    run = {**RUN, "seconds": 1.0}
    return {"models": models, "generation": 1, "questions": rows, "metrics": summarise(rows), "run": run} | changes


def answered(name, **changes):
    """Return a row of an answer."""
    given = {"kind": "answer", "right": True, "language_right": True, "citations_right": 1.0, "confidence": 0.9}
    return result(name, timings={"total_ms": 900.0, "first_token_ms": None}, **(given | changes))


@pytest.fixture
def rows():
    """Rows of every kind, with texts that would break a page."""
    return [
        answered("q1-de", question=NASTY, answer=NASTY, right=False, expected={"facts": [NASTY], "quotes": [NASTY]}),
        answered("q1-en", ranks=(None,), citations_right=0.0),
        answered("q2-de", ranks=(3, None), language_right=False, kind="quotation"),
        answered("q3-de", ranks=(), answerable=False, right=False, confidence=0.6),
        answered("q4-de", kind="refusal", right=False, confidence=0.1, citations_right=None),
        answered("q5-de", kind="error", right=False, error=NASTY, confidence=None),
        answered("q6-de", ranks=(), gold_missing=["x"]),
    ]


class Page(HTMLParser):
    """Collects tags, attributes and whether every element is closed where it belongs."""

    def __init__(self):
        super().__init__()
        self.open, self.tags, self.attributes, self.text = [], [], [], ""

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.attributes += attrs
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.tags.append(tag)
        self.attributes += attrs

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.text += data


def page_of(html):
    page = Page()
    page.feed(html)
    page.close()
    assert page.open == []
    return page


def test_the_page_is_whole_and_asks_for_nothing(rows):
    """No script, no link, no address: everything is in the page, and what was said in it is text."""
    html = to_html(report(rows))
    page = page_of(html)
    assert not {"script", "link", "img", "iframe", "form", "a"} & set(page.tags)
    assert not {name for name, _ in page.attributes if name in ("src", "href", "srcset") or name.startswith("on")}
    assert "url(" not in html and "@import" not in html and "http" not in html
    assert page.text.count("<script>alert(1)</script>") >= 4
    assert "prefers-color-scheme: dark" in html


def test_the_page_shows_what_was_measured(rows):
    """Plots, cells, every reason for failing, what is missing, and texts that keep their joiners and direction."""
    page = page_of(to_html(report(rows)))
    assert page.tags.count("svg") >= 6
    for heading in ("Risk against coverage", "Latency", "Some right article among k", "Failures", "gold missing: 1"):
        assert heading in page.text
    for reason in explain(rows):
        assert reason in page.text
    assert "क्\u200dष １２" in page.text
    assert ("dir", "auto") in page.attributes


def test_the_page_shows_the_comparison(rows):
    """With a baseline there is a table of changes and the questions that moved."""
    before = report([answered(row["id"], question=row["question"]) for row in rows])
    comparison = compare(before, report(rows)).to_json()
    text = page_of(to_html(report(rows, comparison=comparison))).text
    assert "Against the baseline" in text and "answers: 4 lost" in text
    assert "answers: 4 lost" in describe(report(rows, comparison=comparison))


def test_a_page_of_nothing():
    """A run whose rows measure nothing still makes a page and a table."""
    empty = report([result("q1-de", (), answerable=False, first_hit_language=None, timings={})])
    assert "svg" not in page_of(to_html(empty)).tags
    assert "1 questions" in describe(empty)


def test_every_failure_has_its_reason(rows):
    """Each row stands under what is wrong with it, and one that went well under nothing."""
    named = {reason: [row["id"] for row in some] for reason, some in explain(rows).items()}
    assert named == {
        "No right article among ten hits": ["q1-en"],
        "No gold sentence among the first five hits": ["q1-en"],
        "Not every right article among ten hits": ["q2-de"],
        "A fact is missing (answer)": ["q1-de"],
        "Another language than the question's (quotation)": ["q2-de"],
        "A citation to another article, or without a fact": ["q1-en"],
        "Not answerable, and not refused (answer)": ["q3-de"],
        "Answerable, and refused": ["q4-de"],
        "Raised an error": ["q5-de"],
    }


def test_the_tables(rows):
    """People read every figure that was measured, the matrix, missing gold and errors."""
    text = describe(report(rows))
    for expected in ("recall@5", "answers_right", "95 % interval", "p95", "gold missing: 1", "errors: 1", "total_ms"):
        assert expected in text
    assert "q5-de: <script>" in text


def test_plots():
    """Points lie where their values say; a cell without a value is empty; bars start at 0."""
    unit = Axis("x", 0, 1, (0, 1))
    svg = line_plot("t", {"a": [(0, 0), (1, 1)]}, unit, unit)
    assert 'd="M44.0,204.0 L446.0,12.0"' in svg
    full, none = Cell(1.0, "2 of 2", "hint <"), Cell(None)
    drawn = heat_map("t", ["de"], ["hi", "ja"], {("de", "hi"): full, ("de", "ja"): none})
    assert "hint &lt;" in drawn and 'class="empty"' in drawn and 'fill-opacity="0.66"' in drawn
    bars = bar_plot("t", {"search": {"p50": 50.0, "p95": 100.0}, "none": {"p50": 0.0}}, "ms")
    assert 'width="105.0"' in bars and 'width="210.0"' in bars and "p95 100 ms" in bars
