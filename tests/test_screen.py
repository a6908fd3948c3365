"""An answer in a terminal: evidence at once, a draft that is called one, and the checked answer in its place."""

import io
from collections.abc import Callable

import pytest
from page_fakes import ITALIAN, ScriptedChatbot, cited_answer, passage, refused_answer
from terminal_support import Terminal, use_terminals

from citeglot.screen import Screen, follow
from citeglot.terminal import Paragraph, describe_answer
from citeglot.types import Answer, Draft, Found, Reading
from citeglot.wrapping import cells

HOSTILE = "\x1b]0;owned\x07\x1b[2J\x1b[31mrot\x9b1m\r\u202etxet\x7f\b"
SENTENCES = {
    "de": "Die Gespräche fanden am 10. und 11. Januar 2024 statt, zum achten Mal.",
    "en": "The talks were held on 10 and 11 January 2024, for the eighth time.",
    "hi": "उन्होंने क्\u200dष और क्\u200cष के बारे में नई दिल्ली में बात की, और फिर वे चले गए।",
    "ja": "８回目の協議は、２０２４年１月１０日と１１日に「東京」で行われた。",
    "no": "Samtalene om a\u030apne havomra\u030ader fant sted 10. og 11. januar 2024.",
}


def answering(question: str) -> Answer:
    """Return an answer with one citation."""
    return cited_answer(question, "Grassano leitete sie.", ITALIAN, (passage(ITALIAN), passage("Rest.", name="b.txt")))


def ask(answer: Callable[[str], Answer] = answering) -> Answer | None:
    """Ask as `citeglot ask` does."""
    with Screen() as screen:
        screen.state("Loading the models …")
        found = follow(ScriptedChatbot(answer).ask("Wer?"), screen)
        if found:
            screen.print(describe_answer(found, passages_shown=screen.is_terminal))
    return found


def test_the_end_is_evidence_and_the_checked_answer(monkeypatch):
    """Nothing of the states and of the draft stays on the terminal."""
    terminal = Terminal()
    use_terminals(monkeypatch, terminal, terminal)
    ask()
    assert terminal.shown.splitlines() == [
        "Passages found: 2",
        " 1. Ein Titel (de, a.txt)",
        "    Die Delegationen wurden auf italienischer Seite von Brigadegeneral Alessan…",
        " 2. Ein Titel (de, b.txt)",
        "    Rest.",
        "",
        "Grassano leitete sie. [1]",
        "",
        "[1] a.txt, 0–96 (de): Ein Titel",
        "    Die Delegationen wurden auf italienischer Seite von Brigadegeneral",
        "    Alessandro Grassano geleitet.",
        "",
        "(2 passages after 0.01 s, first word after 0.9 s, all after 2.3 s, confidence",
        "0.90, index generation 3, hash, scripted)",
    ]


def test_the_evidence_comes_first_and_the_draft_is_called_one(monkeypatch):
    """Each state takes the place of the one before; output gets the finished things alone."""
    output, errors = Terminal(), Terminal()
    use_terminals(monkeypatch, output, errors)
    seen = []
    with Screen() as screen:
        for event in ScriptedChatbot(answering).ask("Wer?"):

            def one(event=event):
                yield event

            follow(one(), screen)
            seen.append((type(event), output.shown, errors.shown))
    states = {kind: (shown, under_way) for kind, shown, under_way in seen}
    assert states[Found][0].startswith("Passages found: 2")
    assert states[Reading][1] == "Reading the best sentences …"
    assert states[Draft][1] == "Draft, not checked yet:\nGrassano leitete sie."
    assert states[Draft][0] == states[Found][0]
    assert errors.shown == ""


@pytest.mark.parametrize("at_errors", [False, True])
def test_a_file_gets_text_without_codes(monkeypatch, at_errors):
    """Answer first, then sources and passages, unwrapped; a person who looks on sees the rest on standard error."""
    output, errors = io.StringIO(), Terminal() if at_errors else io.StringIO()
    use_terminals(monkeypatch, output, errors, FORCE_COLOR="1", TTY_COMPATIBLE="1")
    ask()
    text = output.getvalue()
    assert "\x1b" not in text and text.startswith("Grassano leitete sie. [1]\n\n[1] a.txt, 0–96 (de): Ein Titel\n")
    assert f"\n    {ITALIAN}\n" in text and "\nPassages found:\n1. a.txt, 0–96" in text
    if at_errors:
        assert errors.shown.startswith("Passages found: 2\n 1. Ein Titel (de, a.txt)\n")
    else:
        assert errors.getvalue() == ""


def test_no_color_and_dumb_terminals(monkeypatch):
    """NO_COLOR takes the looks away; a dumb terminal gets no code at all, and a line for each state."""
    terminal = Terminal()
    use_terminals(monkeypatch, terminal, terminal, NO_COLOR="1")
    ask()
    assert "m" not in {code[-1:] for code in terminal.written.split("\x1b[")[1:] if code[0] != "?"}
    plain = terminal.shown
    dumb = Terminal()
    use_terminals(monkeypatch, dumb, dumb, TERM="dumb")
    ask()
    assert "\x1b" not in dumb.written
    assert "Reading the best sentences …\n" in dumb.shown and "Draft" not in dumb.shown
    assert plain.splitlines()[-5:] == dumb.shown.splitlines()[-5:]


@pytest.mark.parametrize("language", sorted(SENTENCES))
@pytest.mark.parametrize("width", [30, 80, 120])
def test_every_script_fits_the_terminal(monkeypatch, language, width):
    """No line of evidence, draft or answer is wider than the terminal, and every letter is there."""
    text = SENTENCES[language]
    output, errors = Terminal(), Terminal()
    use_terminals(monkeypatch, output, errors, width)
    answer = cited_answer("?", text, text, (passage(text, language, "記事.txt", text),))
    with Screen() as screen:
        screen.under_way([Paragraph(text, look="dim")])
        lines = errors.shown.splitlines()
        screen.print(describe_answer(answer))
    assert "".join("".join(lines).split()) == "".join(text.split())
    shown = "".join(output.shown.split())
    assert shown.startswith("".join(text.split()) + "[1]")
    assert all(cells(line) < width for line in [*lines, *output.shown.splitlines()])


@pytest.mark.parametrize("at_terminal", [False, True])
def test_nothing_of_an_article_or_a_model_steers_the_terminal(monkeypatch, at_terminal):
    """Titles, names, texts, drafts and answers: their codes are seen, and do nothing."""
    output = Terminal() if at_terminal else io.StringIO()
    use_terminals(monkeypatch, output, output)
    hit = passage(HOSTILE, "de", HOSTILE, HOSTILE)
    answer = cited_answer("?", HOSTILE, HOSTILE, (hit,), "weak", models={"embedding": HOSTILE, "language": HOSTILE})
    for one in (answer, refused_answer(HOSTILE, (hit,))):
        ask(lambda _, one=one: one)
    text = output.getvalue()
    if at_terminal:
        text = output.shown  # which knows the codes of the program and fails at any other
    assert not set(text) & {"\x1b", "\x07", "\x9b", "\r", "\u202e", "\x7f", "\b"}
    assert r"\x1b]0;owned\x07" in "".join(text.split())


def test_a_long_draft_shows_its_end(monkeypatch):
    """It never scrolls, so that it can be taken away."""
    terminal = Terminal()
    use_terminals(monkeypatch, terminal, terminal)
    with Screen() as screen:
        screen.under_way([Paragraph("\n".join(f"Satz {number}." for number in range(100)))])
        assert terminal.shown.splitlines() == [f"Satz {number}." for number in range(78, 100)]
    assert terminal.shown == ""


@pytest.mark.parametrize("written", ["", "Grassano lei"])
def test_a_stop_closes_the_model_and_keeps_the_draft(monkeypatch, written):
    """What was written stays, called a draft, with a sentence."""
    terminal, closed = Terminal(), []
    use_terminals(monkeypatch, terminal, terminal)

    def events():
        try:
            yield Found("Wer?", "de", (passage(ITALIAN),))
            if written:
                yield Draft(written)
            raise KeyboardInterrupt
        finally:
            closed.append(True)

    with Screen() as screen:
        assert follow(events(), screen) is None
    assert closed == [True]
    lines = terminal.shown.splitlines()
    assert lines[-1] == "Stopped; there is no checked answer."
    assert (["Draft, not checked yet:", written] == lines[-3:-1]) is bool(written)


def test_a_stop_while_the_terminal_is_written_to_closes_the_model(monkeypatch):
    """The signal may come anywhere."""
    terminal = Terminal()
    use_terminals(monkeypatch, terminal, terminal)
    chatbot = ScriptedChatbot(answering)
    with Screen() as screen:
        monkeypatch.setattr(screen, "under_way", lambda paragraphs: (_ for _ in ()).throw(KeyboardInterrupt))
        assert follow(chatbot.ask("Wer?"), screen) is None
    assert chatbot.closed == 1
