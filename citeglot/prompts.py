"""What the language model is told: Markdown files with `$placeholders`, one for each language of a question."""

from dataclasses import dataclass
from pathlib import Path
from string import Template

from citeglot.errors import EnvironmentLacks
from citeglot.types import Turn

SEPARATOR = "\n---\n"

# The generic prompts name the language they ask for; these are the languages without a file of their own.
ENGLISH_NAMES = {
    "ar": "Arabic", "bg": "Bulgarian", "cs": "Czech", "da": "Danish", "el": "Greek", "es": "Spanish",
    "et": "Estonian", "fa": "Persian", "fi": "Finnish", "fr": "French", "he": "Hebrew", "hu": "Hungarian",
    "id": "Indonesian", "it": "Italian", "ko": "Korean", "lt": "Lithuanian", "lv": "Latvian", "nl": "Dutch",
    "pl": "Polish", "pt": "Portuguese", "ro": "Romanian", "ru": "Russian", "sk": "Slovak", "sv": "Swedish",
    "th": "Thai", "tr": "Turkish", "uk": "Ukrainian", "ur": "Urdu", "uz": "Uzbek", "vi": "Vietnamese",
    "zh": "Chinese",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Prompt:
    """A system text and a user text, both with `$placeholders`."""

    path: Path
    system: Template
    user: Template

    def fill(self, **values: str) -> tuple[Turn, Turn]:
        """Return the two turns; a placeholder without a value is an error that names the file."""
        try:
            system, user = self.system.substitute(values), self.user.substitute(values)
        except (KeyError, ValueError) as problem:
            raise EnvironmentLacks(
                f"The prompt {self.path} asks for {problem}, which is not given. "
                f"Expected placeholders among: {', '.join('$' + name for name in sorted(values))}."
            ) from None
        # A prompt that ends in white space makes small models write digits.
        return Turn("system", system.strip()), Turn("user", user.strip())


def load_prompt(folder: Path, name: str, language: str) -> Prompt:
    """Read `NAME.LANGUAGE.md`, or `NAME.md` where that language has no file; `---` parts system from user."""
    path = folder / f"{name}.{language}.md"
    if not path.is_file():
        path = folder / f"{name}.md"
    try:
        text = path.read_text(encoding="utf-8").replace("\r\n", "\n")
    except (OSError, UnicodeDecodeError) as problem:
        raise EnvironmentLacks(
            f"The prompt {path} cannot be read ({problem}). It belongs to the checkout: restore it with git."
        ) from None
    system, separator, user = text.partition(SEPARATOR)
    if not separator:
        raise EnvironmentLacks(f"The prompt {path} lacks the line '---' between the system text and the user text.")
    return Prompt(path, Template(system), Template(user))


def language_name(language: str) -> str:
    """Return the English name of a language, or its code."""
    return ENGLISH_NAMES.get(language, language)
