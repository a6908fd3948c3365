"""What the chat page shows, as HTML that stays what it is under any Markdown: no text of an article acts."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import quote

import regex

from citeglot.language import UNSPACED
from citeglot.page_texts import Texts, language_name
from citeglot.types import Answer, AnswerSentence, Citation, Span, Verdict

ACTIVE = regex.compile(r"[!-/:-@\[-`{-~]")
UNPRINTABLE = regex.compile(r"[\p{Cs}\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
LINE_ENDS = regex.compile(r"\s*\n\s*")
COMMA_LANGUAGES = ("de", "no")
BEGIN = Span(0, 0)
VERDICT_MARKS: dict[Verdict, str] = {"supported": "", "weak": "≈", "unsupported": "?"}


@dataclass(frozen=True, slots=True)
class Reader:
    """Who looks at the page: the language of its texts, and the texts."""

    language: str
    texts: Texts

    def number(self, value: float, digits: int) -> str:
        """Return a number with the decimal mark of the reader's language."""
        written = f"{value:.{digits}f}"
        return written.replace(".", ",") if self.language in COMMA_LANGUAGES else written

    def thousands(self, value: int) -> str:
        """Return a whole number with its thousands apart, escaped."""
        return f"{value:,}".replace(",", "\u202f")

    def say(self, key: str, **values: object) -> str:
        """Return a text of the page with its placeholders filled, escaped."""
        return escape(self.texts[key].format(**values))


def escape(text: str) -> str:
    """Return `text` as HTML that neither HTML, Markdown nor LaTeX can read anything into.

    Every ASCII punctuation mark becomes a character reference; line ends become `<br>`.
    """
    printable = UNPRINTABLE.sub("\ufffd", text.replace("\r\n", "\n").replace("\r", "\n"))
    inert = ACTIVE.sub(lambda match: f"&#{ord(match[0])};", printable)
    return LINE_ENDS.sub("<br>", inert)


def anchor(exchange: int, number: int) -> str:
    """Return the id of the sentence that citation `number` of the given exchange points to."""
    return f"source-{exchange}-{number}"


def article_address(document: str, sentence: Span = BEGIN, text: str = "") -> str:
    """Return where a link leads that shows an article, from the sentence on, which is marked if it still is `text`."""
    start, end = sentence
    return f"&#35;article-{start}-{end}-{digest(text)}-{escape(quote(document, safe='', errors='replace'))}"


def digest(text: str) -> str:
    """Return eight digits that tell a sentence from another one."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:8]


def render_state(text: str) -> str:
    """Return what is going on, as a quiet line; `text` is escaped already."""
    return f'<p class="cg-state">{text}</p>'


def render_welcome(reader: Reader) -> str:
    """Return what stands in the chat before the first question."""
    return f'<p class="cg-welcome">{reader.say("welcome")}</p>{render_state(reader.say("welcome_hint"))}'


def examples(reader: Reader) -> list[dict[str, str]]:
    """Return the questions that can be asked with a click, each answered in an article of some other language."""
    return [{"text": text} for key, text in reader.texts.items() if key.startswith("example_")]


def render_draft(text: str, note: str) -> str:
    """Return an answer that is not finished, under a note about its state, which is escaped already."""
    body = f'<p class="cg-draft" dir="auto">{escape(text)}</p>' if text else ""
    return body + render_state(note)


def render_problem(lead: str, message: str = "") -> str:
    """Return what went wrong: the lead in the reader's language (escaped already), and the message of the error."""
    detail = f'<p class="cg-detail" dir="auto">{escape(message)}</p>' if message else ""
    return f'<div class="cg-problem"><p>{lead}</p>{detail}</div>'


def render_answer(answer: Answer, exchange: int, reader: Reader) -> str:
    """Return the finished answer: kind, sentences with their numbers and verdicts, and what it cost."""
    gap = "" if answer.language in UNSPACED else " "
    spoken = gap.join(_sentence(one, answer.citations, exchange, reader) for one in answer.sentences)
    body = f'<p class="cg-said" dir="auto" lang="{escape(answer.language)}">{spoken or escape(answer.text)}</p>'
    notices = "".join(f'<p class="cg-notice" dir="auto">{escape(notice)}</p>' for notice in answer.notices)
    parts = (_badge(answer, reader), body, notices, _footer(answer, reader))
    return f'<div class="cg-answer cg-{answer.kind}">{"".join(parts)}</div>'


def _badge(answer: Answer, reader: Reader) -> str:
    if answer.kind == "answer":
        return ""
    language = answer.citations[0].language if answer.citations else answer.language
    label = reader.say(f"badge_{answer.kind}", language=language_name(language, reader.texts))
    return f'<p class="cg-badge">{label}</p>'


def _sentence(sentence: AnswerSentence, citations: Sequence[Citation], exchange: int, reader: Reader) -> str:
    cited = [one for one in citations if one.number in sentence.citations]
    links = "".join(
        f'<a class="cg-cite" href="#{anchor(exchange, one.number)}" title="{escape(one.title)}">'
        f"&#91;{one.number}&#93;</a>"
        for one in cited
    )
    explanation = reader.say(f"verdict_{sentence.verdict}")
    mark = VERDICT_MARKS[sentence.verdict]
    doubt = f'<sup class="cg-doubt" title="{explanation}">{mark}</sup>' if mark else ""
    return f'<span class="cg-{sentence.verdict}" title="{explanation}">{escape(sentence.text)}</span>{doubt} {links}'


def _footer(answer: Answer, reader: Reader) -> str:
    seconds = reader.number(answer.timings.total_ms / 1000, 1)
    models = " + ".join(name for name in answer.models.values() if name)
    line = reader.say(
        "footer", passages=len(answer.passages), seconds=seconds, models=models, generation=answer.generation
    )
    return f'<p class="cg-footer">{line}</p>'
