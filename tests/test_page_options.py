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
