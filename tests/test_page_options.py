"""The options of the page's door."""

import pytest

import app
from citeglot.errors import WrongUse
from citeglot.page_options import is_loopback, parse_options


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.1.7", "example.org", ""])
def test_a_host_that_others_reach_is_refused(host, capsys):
    """The page has no password, so it is for this machine only; the message says why."""
    assert app.main(["--host", host]) == 2
    assert "no password" in capsys.readouterr().err


def test_options_are_read_and_checked(tmp_path, capsys):
    """The defaults are those of the contract; what is unknown or out of range is wrong use."""
    options = parse_options([])
    assert (options.host, options.port, options.index) == ("127.0.0.1", 7860, None)
    assert parse_options(["--index", str(tmp_path)]).index == tmp_path
    assert is_loopback("localhost") and is_loopback("127.0.0.2") and not is_loopback("10.0.0.1")
    with pytest.raises(WrongUse, match="65535"):
        parse_options(["--port", "70000"])
    with pytest.raises(SystemExit) as ended:
        app.main(["--nonsense"])
    assert ended.value.code == 2
    assert "--nonsense" in capsys.readouterr().err


def test_others_are_let_in_by_a_password_from_a_file(tmp_path):
    """With users any host may be listened on; the password itself never stands on the command line."""
    file = tmp_path / "users"
    file.write_text("anna:correct horse: battery\n\nजया:बहुत लंबा पासवर्ड यहाँ\n", encoding="utf-8")
    options = parse_options(["--host", "0.0.0.0", "--auth", str(file)])
    assert options.users == (("anna", "correct horse: battery"), ("जया", "बहुत लंबा पासवर्ड यहाँ"))
    with pytest.raises(WrongUse, match="without --auth"):
        parse_options(["--mcp", "--auth", str(file)])


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "no user"),
        (b"anna:short\n", "line 1"),
        (b"anna:long enough to pass\nnobody\n", "line 2"),
        (b":a password alone here", "line 1"),
        (b"\xff\xfe\x00", "UTF-8"),
        (None, "cannot be read"),
    ],
)
def test_a_file_without_passwords_is_refused(tmp_path, content, words):
    """The message names the file and the line, and holds no password."""
    file = tmp_path / "users"
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(WrongUse, match=words) as refused:
        parse_options(["--host", "0.0.0.0", "--auth", str(file)])
    assert "users" in str(refused.value)
    assert not any(secret in str(refused.value) for secret in ("short", "long enough", "a password alone"))


def test_the_other_loopback_is_told_apart():
    """`::1` is this machine, but the page listens by IPv4."""
    with pytest.raises(WrongUse, match="IPv4"):
        parse_options(["--host", "::1"])
