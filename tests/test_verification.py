"""What becomes of the quotes of a packet when articles change, and what is found out about an edited packet."""

import json
import re

import pytest
from answer_support import SENTENCES
from packet_support import answer_to, data_of, index_corpus, save, write_corpus

from citeglot.corpus import read_corpus
from citeglot.errors import WrongUse
from citeglot.verification import MAX_BYTES, check_quotes, describe_verification, read_packet


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """A corpus that no test changes, and its generation."""
    folder = tmp_path_factory.mktemp("verification")
    corpus = write_corpus(folder / "corpus")
    return corpus, index_corpus(corpus, folder / "index")


@pytest.fixture
def corpus(tmp_path):
    return write_corpus(tmp_path / "corpus")


def checked(path, corpus):
    packet, _ = read_packet(path)
    return check_quotes(packet, {one.name: one for one in read_corpus(corpus).documents})


def rewrite(path, change):
    """Change the text of a file."""
    path.write_text(change(path.read_text(encoding="utf-8")), encoding="utf-8")


def with_data(path, change):
    """Change the data of a packet and leave its page as it is."""
    data = data_of(path.read_text(encoding="utf-8"))
    content = json.loads(data)
    change(content)
    rewrite(path, lambda html: html.replace(data, json.dumps(content)))


@pytest.mark.parametrize("language", SENTENCES)
@pytest.mark.parametrize("kind", ["answer", "quotation", "refusal"])
def test_an_untouched_packet_holds(made, tmp_path, language, kind):
    """Every quote in every language, of answers, quotations and refusals; the page is that of the data."""
    folder, generation = made
    path = save(tmp_path, answer_to(generation, language, kind=kind), generation, language)
    packet, agrees = read_packet(path)
    found = checked(path, folder)
    assert agrees and found and all(one.holds for one in found)
    assert f"Quotes that hold: {len(found)}." in describe_verification(packet, agrees, found)


def test_a_mail_program_may_change_line_ends(made, tmp_path):
    """CRLF, a byte-order mark and an empty line at the end do not make an edited packet."""
    path = save(tmp_path, answer_to(made[1], "hi"), made[1], "hi")
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes().replace(b"\n", b"\r\n") + b"\r\n")
    assert read_packet(path)[1]


@pytest.mark.parametrize("language", SENTENCES)
def test_a_changed_article(made, corpus, tmp_path, language):
    """The quote at its place, at another place, twice, and nowhere."""
    path = save(tmp_path, answer_to(made[1], language), made[1])
    article, quote = corpus / f"{language}.md", SENTENCES[language][0]
    start = checked(path, corpus)[0].quoted.start
    rewrite(article, lambda text: text.rstrip() + " ☃\n")
    (one,) = checked(path, corpus)
    assert (one.state, one.found) == ("changed", (f"{language}.md", start)) and not one.holds
    rewrite(article, lambda text: text.replace(quote, f"☃☃☃ {quote}"))
    assert checked(path, corpus)[0].found == (f"{language}.md", start + 4)
    rewrite(article, lambda text: text.rstrip() + f" {quote}\n")
    assert checked(path, corpus)[0].found == (f"{language}.md", start + 4)
    rewrite(article, lambda text: text.replace(quote, quote.replace(quote[2], "☃")))
    (one,) = checked(path, corpus)
    assert (one.state, one.found) == ("not found", None)
    assert "not there any more" in describe_verification(*read_packet(path), (one,))


def test_a_missing_article(made, corpus, tmp_path):
    """It was renamed, its sentence stands in another one, or it is gone."""
    path = save(tmp_path, answer_to(made[1], "ja"), made[1])
    start = checked(path, corpus)[0].quoted.start
    (corpus / "ja.md").rename(corpus / "橋.md")
    (one,) = checked(path, corpus)
    assert (one.state, one.found) == ("renamed", ("橋.md", start))
    rewrite(corpus / "橋.md", lambda text: text.replace("---\nこれ", "---\n☃これ"))
    (one,) = checked(path, corpus)
    assert (one.state, one.found) == ("missing", ("橋.md", start + 1))
    (corpus / "橋.md").unlink()
    (one,) = checked(path, corpus)
    assert (one.state, one.found) == ("missing", None)


@pytest.mark.parametrize(
    "change",
    [
        lambda one: one.update(start=one["start"] + 1),
        lambda one: one.update(end=10**40),
        lambda one: one.update(start=10**40, end=10**41),
        lambda one: one.update(before="never " + one["before"]),
        lambda one: one.update(after=one["after"][:5] + "not" + one["after"][5:]),
        lambda one: one.update(before="x" * 100_000),
        lambda one: one.update(quote=one["quote"].replace("28", "29")),
    ],
)
def test_an_edited_quote_is_found_out(made, tmp_path, change):
    """The article is as it was, so whatever the packet says otherwise was put there."""
    path = save(tmp_path, answer_to(made[1], "en"), made[1])
    with_data(path, lambda content: change(content["evidence"][0]))
    (one,) = checked(path, made[0])
    assert one.state == "misplaced" and not one.holds
    packet, agrees = read_packet(path)
    assert not agrees and "what the packet says" in describe_verification(packet, agrees, (one,))


@pytest.mark.parametrize(("field", "value"), [("title", "Another"), ("date", None), ("language", "ja")])
def test_an_article_described_otherwise_needs_attention(made, tmp_path, field, value):
    """The quote holds, and what the packet says of its article does not."""
    path = save(tmp_path, answer_to(made[1], "en"), made[1])
    with_data(path, lambda content: content["evidence"][0].update({field: value}))
    (one,) = checked(path, made[0])
    assert (one.state, one.differences, one.holds) == ("holds", (field,), False)


@pytest.mark.parametrize(
    ("pattern", "edited"),
    [
        (r"The bridge has 28 lamps&#46;</span>", "The bridge has 29 lamps&#46;</span>"),
        (r"<mark>The", "<mark>Never the"),
        (r"</main>", "<p>And so on.</p></main>"),
        (r"</style>", "mark { display: none }</style>"),
        (r"default-src 'none'", "default-src *"),
        (r"</body>", "<script>alert(1)</script></body>"),
        (r"<body>", '<body><script type="application/json" id="other">{}</script>'),
        (r"2024&#45;01&#45;10", "2023&#45;01&#45;10"),
    ],
)
def test_an_edited_page_is_found_out(made, tmp_path, pattern, edited):
    """Anything in the file that the data do not make, seen or not."""
    path = save(tmp_path, answer_to(made[1], "en"), made[1])
    before = path.read_bytes()
    rewrite(path, lambda html: re.sub(pattern, edited, html, count=1))
    assert path.read_bytes() != before
    packet, agrees = read_packet(path)
    found = checked(path, made[0])
    assert not agrees and all(one.holds for one in found)
    assert "somebody edited it" in describe_verification(packet, agrees, found)


def test_files_that_are_no_packet(made, tmp_path):
    """Each with its reason, as a WrongUse."""
    whole = save(tmp_path, answer_to(made[1], "en"), made[1]).read_bytes()
    data = data_of(whole.decode()).encode()
    path = tmp_path / "other.html"
    for content, reason in (
        (b"", "no packet's data"),
        (b"<!doctype html><p>Hello", "no packet's data"),
        (whole[: whole.index(data) + 50], "ends in the middle"),
        (whole[:2000], "no packet's data"),
        (whole.replace(data, data[:-9]), "is not an evidence packet"),
        (whole.replace(data, b"[]"), "expected an object"),
        (whole.replace(data, b'{"format": "1"}'), "packet.format"),
        (whole.replace(data, b"[" * 100_000), "nested too deeply"),
        (whole.replace(data, data.replace(b'"start": ', b'"start": -')), "0 or more"),
        (bytes(range(256)) * 9, "not UTF-8"),
        (whole.decode().encode("utf-16"), "not UTF-8"),
    ):
        path.write_bytes(content)
        with pytest.raises(WrongUse, match=re.escape(reason)):
            read_packet(path)
    with pytest.raises(WrongUse, match="cannot be read: No such file"):
        read_packet(tmp_path / "none.html")
    with pytest.raises(WrongUse, match="no file"):
        read_packet(tmp_path)
    with pytest.raises(WrongUse, match="cannot be read"):
        read_packet(tmp_path / "a\0b")


def test_a_huge_file_is_not_read(made, tmp_path):
    """Five gigabytes of nothing are refused after the bound, whatever stands at the end."""
    path = tmp_path / "huge.html"
    with path.open("wb") as file:
        file.truncate(5 << 30)
    with pytest.raises(WrongUse, match=f"larger than {MAX_BYTES >> 20} MiB"):
        read_packet(path)


def test_a_packet_cannot_steer_a_terminal(made, tmp_path):
    """Escapes and turned text in a packet are printed as escapes, and on one line."""
    path = save(tmp_path, answer_to(made[1], "en", question="a\x1b[2J\u202eb\nc\x9b1m"), made[1])
    packet, agrees = read_packet(path)
    assert agrees
    first, *lines = describe_verification(packet, agrees, checked(path, made[0])).split("\n")
    assert not re.search("[\x00-\x1f\x7f-\x9f\u202e]", first + "".join(lines))
    assert first == r"Question: a\x1b[2J\u202eb c\x9b1m"
