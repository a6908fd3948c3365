"""What the model is told: every file has its placeholders, and none of them can leak or mislead."""

import pytest
import regex

from citeglot.errors import EnvironmentLacks
from citeglot.language import INTERFACE_LANGUAGES, detect_language
from citeglot.prompts import language_name, load_prompt
from citeglot.settings import ROOT

PROMPTS = ROOT / "prompts"
PLACEHOLDERS = {name: {"question", "evidence"} for name in ("answer", "judge", "words")}
FILES = [*sorted(PROMPTS.glob("*.md")), ROOT / "eval" / "judge.md"]


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_every_prompt_has_exactly_its_placeholders(path):
    """A forgotten question or evidence, or a mistyped name, is seen here and not by a person."""
    name, *language = path.stem.split(".")
    found = set(regex.findall(r"\$(\w+)", path.read_text(encoding="utf-8")))
    generic = {"language"} if name == "answer" and not language else set()
    assert found == PLACEHOLDERS[name] | generic


@pytest.mark.parametrize("language", INTERFACE_LANGUAGES)
def test_instructions_are_in_the_language_of_the_question(language):
    """A small model answers in the language it is spoken to in."""
    system, user = load_prompt(PROMPTS, "answer", language).fill(question="?", evidence=".", language="")
    assert detect_language(system.text) == language
    assert detect_language(user.text) == language


def test_a_language_without_a_file_gets_the_generic_prompt():
    """It names the language that is asked for."""
    system, user = load_prompt(PROMPTS, "answer", "fr").fill(
        question="Qui ?", evidence="…", language=language_name("fr")
    )
    assert "French" in system.text and "French" in user.text


@pytest.mark.parametrize("text", ["costs $5 {x} ${y} %s", "राजनाथ सिंह", "「GCAP」１２", "a\n---\nb"])
def test_values_are_put_in_as_they_are(text):
    """Dollars, braces and scripts of an article survive, and nothing in it is a placeholder."""
    _, user = load_prompt(PROMPTS, "answer", "en").fill(question="Q?", evidence=text, language="English")
    assert text in user.text


def test_no_prompt_ends_in_a_space():
    """A prompt that does makes small models write digits."""
    for path in FILES:
        name, *language = path.stem.split(".")
        for turn in load_prompt(path.parent, name, "".join(language)).fill(question="q ", evidence="e ", language="l "):
            assert turn.text == turn.text.strip()


@pytest.mark.parametrize("text, words", [("no separator $question", "---"), ("s\n---\n$nothing", "nothing")])
def test_a_broken_prompt_file_is_named(tmp_path, text, words):
    """The message holds the path and what is wrong."""
    (tmp_path / "answer.md").write_text(text, encoding="utf-8")
    with pytest.raises(EnvironmentLacks, match=words) as caught:
        load_prompt(tmp_path, "answer", "de").fill(question="q", evidence="e")
    assert "answer.md" in str(caught.value)


def test_a_missing_prompt_file_is_named(tmp_path):
    """The message says that it belongs to the checkout."""
    with pytest.raises(EnvironmentLacks, match=r"words\.md"):
        load_prompt(tmp_path, "words", "")
