"""A terminal to look at: what stands on it after the codes that the program writes."""

import io

import regex

_TOKEN = regex.compile(r"\x1b\[(?<values>[?\d;]*)(?<code>[A-Za-z])|(?<one>[\s\S])")


class Terminal(io.StringIO):
    """A stream that is a terminal; standard output and error may share one."""

    def isatty(self) -> bool:
        return True

    @property
    def written(self) -> str:
        """All that was written, with the codes."""
        return self.getvalue()

    @property
    def shown(self) -> str:
        """What a person sees; a code that is not known here is an error."""
        lines, row = [""], 0
        column = 0
        for token in _TOKEN.finditer(self.getvalue()):
            if token["one"] == "\n":
                row, column = row + 1, 0
                lines += [""] if row == len(lines) else []
            elif token["one"] == "\r":
                column = 0
            elif token["one"]:
                assert token["one"].isprintable() or token["one"] in "\u200c\u200d", repr(token["one"])
                lines[row] = lines[row][:column].ljust(column) + token["one"] + lines[row][column + 1 :]
                column += 1
            elif token["code"] == "A":
                row -= int(token["values"] or 1)
            elif (token["code"], token["values"]) == ("K", "2"):
                lines[row] = ""
            else:
                assert token["code"] == "m" or token["values"] == "?25", token[0]
        return "\n".join(lines).rstrip("\n")


def use_terminals(monkeypatch, output: io.StringIO, errors: io.StringIO, width: int = 80, **environment: str) -> None:
    """Make these the standard streams, `width` cells wide, in this environment."""
    for name in ("NO_COLOR", "FORCE_COLOR", "TTY_COMPATIBLE", "TTY_INTERACTIVE"):
        monkeypatch.delenv(name, raising=False)
    for name, value in ({"TERM": "xterm-256color", "COLUMNS": str(width), "LINES": "24"} | environment).items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr("sys.stdout", output)
    monkeypatch.setattr("sys.stderr", errors)
